"""On the wire: light pages, assets kept for good under an address of their content, compressed."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from web.wire import AssetAddresses

LIMIT = 150_000
"""Bytes of a first load, everything compressed (issue 6, point 10)."""

PAGES = (
    "/",
    "/?q=jean-vilar",
    "/?q=ehpad&open_at=2026-11-23T10:00",
    "/?size=100&kind=establishment",
    "/fiche/finess_et%7C940000010",
    "/installation",
    "/selection",
    "/composants",
    "/imports",
    "/corrections",
    "/signalements",
    "/ajouter",
    "/secretariat",
    "/coordination/evenements",
    "/agenda",
    "/indicateurs",
    "/demande-pro",
    "/nulle-part",
)
BROTLI = {"Accept-Encoding": "br"}


def sent(site: TestClient, address: str) -> tuple[int, str]:
    """Bytes on the wire and the text, as a browser that takes Brotli gets them."""
    answer = site.get(address, headers=BROTLI)
    return answer.num_bytes_downloaded, answer.text


def assets_of(site: TestClient, page: str) -> set[str]:
    """What a browser asks with a page: sheets, scripts, their imports, pictures, both fonts."""
    named = re.findall(r'<(?:link|script|img)[^>]+?(?:href|src)="(/static/[^"#]+)"', page)
    named += re.findall(r'<use href="(/static/[^"#]+)', page)
    wanted = set(named)
    for address in named:
        folder, _, file = address.rpartition("/")
        if file.endswith(".js"):
            text = sent(site, address)[1]
            wanted |= {f"{folder}/{one}" for one in re.findall(r'from "\./([\w.]+)"', text)}
        if file == "tokens.css":
            text = sent(site, address)[1]
            root = folder.removesuffix("/css")
            wanted |= {f"{root}/{one}" for one in re.findall(r'url\("\.\./([\w./-]+)"\)', text)}
    return wanted


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_a_first_load_is_light(site: TestClient, path: str) -> None:
    weight, page = sent(site, path)
    wanted = assets_of(site, re.sub(r'data-(?:sheet|script)="[^"]*"', "", page))
    assert len(wanted) > 8
    assert any(one.endswith(".woff2") for one in wanted)
    assert not any("vendor/leaflet" in one for one in wanted)  # the map comes when it is asked for
    total = weight + sum(sent(site, one)[0] for one in wanted)
    assert total <= LIMIT, f"{path} : {total} octets"


@pytest.mark.slow
def test_every_asset_of_a_page_is_kept_for_good(site: TestClient) -> None:
    for address in assets_of(site, site.get("/?q=ehpad").text):
        answer = site.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_an_address_of_another_version_answers_but_is_not_kept(site: TestClient) -> None:
    for address in ("/static/v-0123456789ab/js/keys.js", "/static/js/keys.js"):
        answer = site.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
    assert site.get("/static/v-0123456789ab/js/absent.js").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/static/v-00/../../app.py",
        "/static/%2e%2e/app.py",
        "/static/v-00/%2e%2e/%2e%2e/app.py",
        "/static/v-00/v-00/js/keys.js",
        "/static//etc/passwd",
        "/static/v-00//etc/passwd",
        "/static/v-00/",
    ],
)
def test_nothing_but_an_asset_is_served(site: TestClient, path: str) -> None:
    assert site.get(path).status_code == 404


def test_pages_are_compressed_for_who_takes_it(site: TestClient) -> None:
    for taken in ("br", "gzip"):
        answer = site.get("/?q=ehpad", headers={"Accept-Encoding": taken})
        assert answer.headers["content-encoding"] == taken
        assert "Accept-Encoding" in answer.headers["vary"]
        assert "HX-Request" in answer.headers["vary"]
        assert "SOLEIL" in answer.text
    plain = site.get("/?q=ehpad", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_packed_files_and_streams_go_as_they_are(site: TestClient) -> None:
    for path, headers in (
        ("/static/vendor/font-latin.woff2", BROTLI),
        ("/", {**BROTLI, "Accept": "text/event-stream"}),
    ):
        with site.stream("GET", path, headers=headers) as answer:
            assert "content-encoding" not in answer.headers


def test_addresses_change_with_any_file(tmp_path: Path) -> None:
    """A module asks for its neighbours by relative addresses: they must change together."""
    (tmp_path / "a.js").write_text("a", encoding="utf-8")
    (tmp_path / "b.js").write_text("b", encoding="utf-8")
    first = AssetAddresses(tmp_path)("a.js")
    (tmp_path / "b.js").write_text("c", encoding="utf-8")
    assert AssetAddresses(tmp_path)("a.js") != first
