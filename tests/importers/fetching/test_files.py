"""Listings brought from a local server: whole and unchanged where they should be, else refused."""

import gzip
import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme

from directory.base.errors import InputRefusedError
from importers import expansion
from importers.fetching.cache import digest_of
from importers.fetching.files import Fetched, Fetcher, Wanted
from importers.fetching.options import FetchOptions, read_mirrors
from importers.fetching.problems import FetchError
from importers.inputs import open_file
from tests.importers.fetching.server import Asked, Reply, Station, file_reply, open_station

CONTENT = b"code;nom\n" + b"1;essai\n" * 500
DATED = "Fri, 20 Nov 2026 03:12:00 GMT"


def _bytes(fetched: Fetched) -> bytes:
    return fetched.file.path.read_bytes()


def test_a_file_comes_with_its_name_and_its_day(station: Station, fetcher: Fetcher) -> None:
    headers = {
        "Content-Disposition": 'attachment; filename="../liste 1.csv"',
        "Last-Modified": DATED,
    }
    url = station.put("/x", Reply(CONTENT, headers=headers))
    seen: list[tuple[int, int]] = []
    got = fetcher.file(Wanted(url), progress=lambda done, total: seen.append((done, total)))
    assert (got.file.name, got.file.modified) == ("liste_1.csv", date(2026, 11, 20))
    assert _bytes(got) == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert got.changed


def test_what_did_not_change_is_not_sent_again(station: Station, fetcher: Fetcher) -> None:
    url = station.put("/x.csv", file_reply(CONTENT, '"v1"', DATED))
    fetcher.file(Wanted(url))
    again = fetcher.file(Wanted(url))
    assert station.asked[-1].headers["if-none-match"] == '"v1"'
    assert station.asked[-1].headers["if-modified-since"] == DATED
    assert not again.changed
    assert _bytes(again) == CONTENT


def test_another_etag_for_the_same_bytes_is_no_change(station: Station, fetcher: Fetcher) -> None:
    url = station.put("/x.csv", file_reply(CONTENT, '"v1"'), file_reply(CONTENT, '"v2"'))
    assert fetcher.file(Wanted(url)).changed
    assert not fetcher.file(Wanted(url)).changed
    station.put("/x.csv", file_reply(CONTENT + b"2;deux\n", '"v3"'))
    assert fetcher.file(Wanted(url)).changed


def test_a_cut_download_goes_on_where_it_stopped(station: Station, fetcher: Fetcher) -> None:
    cut = Reply(CONTENT, headers={"ETag": '"v1"'}, cut=1000)
    url = station.put("/x.csv", cut, file_reply(CONTENT, '"v1"'))
    assert _bytes(fetcher.file(Wanted(url))) == CONTENT
    asked = station.asked[-1].headers
    assert asked["if-range"] == '"v1"'
    assert re.fullmatch(r"bytes=\d+-", asked["range"])


def test_a_killed_run_is_taken_up_by_the_next(station: Station, options: FetchOptions) -> None:
    cut = Reply(CONTENT, headers={"ETag": '"v1"'}, cut=1000)
    url = station.put("/x.csv", cut)
    first = Fetcher(replace(options, attempts=1))
    with pytest.raises(FetchError, match="perdue"):
        first.file(Wanted(url))
    first.close()
    station.put("/x.csv", file_reply(CONTENT, '"v1"'))
    second = Fetcher(options)
    assert _bytes(second.file(Wanted(url))) == CONTENT
    second.close()
    assert station.asked[-1].headers["range"].startswith("bytes=")


def test_a_file_that_changed_meanwhile_starts_again(station: Station, fetcher: Fetcher) -> None:
    cut = Reply(CONTENT, headers={"ETag": '"v1"'}, cut=1000)
    newer = CONTENT.replace(b"essai", b"autre")
    url = station.put("/x.csv", cut, file_reply(newer, '"v2"'))
    assert _bytes(fetcher.file(Wanted(url))) == newer


def test_without_a_strong_validator_nothing_is_taken_up(station: Station, fetcher: Fetcher) -> None:
    url = station.put("/x.csv", Reply(CONTENT, headers={"ETag": 'W/"v1"'}, cut=10), Reply(CONTENT))
    assert _bytes(fetcher.file(Wanted(url))) == CONTENT
    assert "range" not in station.asked[-1].headers


def test_a_part_longer_than_the_file_starts_again(
    station: Station, options: FetchOptions, fetcher: Fetcher
) -> None:
    url = station.put("/x.csv", Reply(CONTENT, headers={"ETag": '"v1"'}, cut=1000))
    once = Fetcher(replace(options, attempts=1))
    with pytest.raises(FetchError):
        once.file(Wanted(url))
    once.close()
    station.put("/x.csv", file_reply(b"a;b\n", '"v1"'))
    assert _bytes(fetcher.file(Wanted(url))) == b"a;b\n"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_failure_that_passes_is_tried_again(
    station: Station, fetcher: Fetcher, pauses: list[float], status: int
) -> None:
    url = station.put("/x.csv", Reply(b"", status), Reply(b"", status), Reply(CONTENT))
    assert _bytes(fetcher.file(Wanted(url))) == CONTENT
    assert len(pauses) == 2
    assert pauses[0] < pauses[1]


def test_the_server_says_how_long_to_wait(
    station: Station, fetcher: Fetcher, pauses: list[float]
) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    url = station.put(
        "/x.csv",
        Reply(b"", 429, {"Retry-After": "7"}),
        Reply(b"", 503, {"Retry-After": later}),
        Reply(CONTENT),
    )
    fetcher.file(Wanted(url))
    assert pauses[0] == 7
    assert 50 < pauses[1] <= 60


def test_an_hour_is_not_waited_for(station: Station, fetcher: Fetcher) -> None:
    url = station.put("/x.csv", Reply(b"", 429, {"Retry-After": "3600"}))
    with pytest.raises(FetchError, match="attendre 60 minutes"):
        fetcher.file(Wanted(url))
    assert len(station.asked) == 1


@pytest.mark.parametrize(
    ("reply", "said", "tries"),
    [
        (Reply(b"", 500), "réponse 500", 3),
        (Reply(b"", 404), "introuvable", 1),
        (Reply(b"", 403), "accès refusé", 1),
        (Reply(b""), "réponse vide", 3),
        (Reply(CONTENT, cut=100), "connexion impossible ou perdue", 3),
        (Reply(b"<!DOCTYPE html><p>Maintenance"), "page web", 1),
        (Reply(b"{}", headers={"Content-Type": "text/html"}), "page web", 1),
    ],
)
def test_what_does_not_come_whole_is_refused(
    station: Station, fetcher: Fetcher, reply: Reply, said: str, tries: int
) -> None:
    url = station.put("/x.csv", file_reply(CONTENT, '"v1"'), reply)
    kept = fetcher.file(Wanted(url), "essai").file.path
    with pytest.raises(FetchError, match=said):
        fetcher.file(Wanted(url + "?autre"), "essai")
    assert len(station.asked) == 1 + tries
    assert kept.read_bytes() == CONTENT, "the last good file stays"


def test_a_redirection_to_a_page_names_its_host(station: Station, fetcher: Fetcher) -> None:
    page = station.put("/accueil", Reply(b"<html>Bonjour", headers={"Content-Type": "text/html"}))
    url = station.put("/x.csv", Reply(b"", 302, {"Location": page}))
    with pytest.raises(FetchError, match=r"page HTML de localhost:\d+"):
        fetcher.file(Wanted(url))


def test_redirections_are_followed_and_end(station: Station, fetcher: Fetcher) -> None:
    end = station.put("/fin.csv", Reply(CONTENT))
    url = station.put("/r", Reply(b"", 302, {"Location": "/fin.csv"}))
    assert _bytes(fetcher.file(Wanted(url))) == CONTENT
    assert end in {station.url + one.path for one in station.asked}
    loop = station.put("/boucle", Reply(b"", 302, {"Location": "/boucle"}))
    with pytest.raises(FetchError, match="d'adresse en adresse"):
        fetcher.file(Wanted(loop))


def test_a_drip_is_given_up(station: Station, options: FetchOptions) -> None:
    url = station.put("/x.csv", Reply(b"x" * 200, drip=0.02))
    patient = Fetcher(replace(options, attempts=1, slow_seconds=0.1, slow_bytes=1000))
    with pytest.raises(FetchError, match="trop lent"):
        patient.file(Wanted(url))
    patient.close()


def test_a_silent_server_is_given_up(station: Station, options: FetchOptions) -> None:
    url = station.put("/x.csv", Reply(b"xx", drip=1))
    hurried = Fetcher(replace(options, attempts=1, read_seconds=0.1))
    with pytest.raises(FetchError, match="pas à temps"):
        hurried.file(Wanted(url))
    hurried.close()


def test_the_catalogue_s_size_and_checksum_decide(station: Station, fetcher: Fetcher) -> None:
    url = station.put("/x.csv", file_reply(CONTENT))
    with pytest.raises(FetchError, match="n'est pas celui du catalogue"):
        fetcher.file(Wanted(url, size=len(CONTENT), checksum="sha1:00"))
    with pytest.raises(FetchError, match="plus long qu'annoncé"):
        fetcher.file(Wanted(url, size=10))
    sound = fetcher.file(Wanted(url, "x.csv", len(CONTENT)))
    asked = len(station.asked)
    with sound.file.path.open("rb") as file:
        sha1 = digest_of(file)["sha1"]
    again = fetcher.file(Wanted(url, "x-nouveau-nom.csv", len(CONTENT), f"sha1:{sha1}"))
    assert not again.changed
    assert again.file.name == "x-nouveau-nom.csv"
    assert len(station.asked) == asked, "the same checksum needs no call"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Station]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with open_station(context) as opened:
        yield opened


def test_a_certificate_nobody_knows_is_refused_at_once(secure: Station, fetcher: Fetcher) -> None:
    url = secure.put("/x.csv", Reply(CONTENT))
    with pytest.raises(FetchError, match="certificat refusé.*RECOURS_FETCH_CA"):
        fetcher.file(Wanted(url))
    assert secure.asked == []


def test_the_network_s_own_authority_may_be_given(
    secure: Station, authority: trustme.CA, options: FetchOptions, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trusting = Fetcher(replace(options, ca=str(tmp_path / "ca.pem")))
    url = secure.put("/x.csv", Reply(CONTENT))
    assert _bytes(trusting.file(Wanted(url))) == CONTENT
    away = secure.put("/y.csv", Reply(b"", 302, {"Location": "http://localhost:9/y.csv"}))
    with pytest.raises(FetchError, match="renvoie vers http"):
        trusting.file(Wanted(away))
    trusting.close()


def test_a_certificate_for_another_name_is_refused(
    authority: trustme.CA, options: FetchOptions, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("ailleurs.exemple.fr").configure_cert(context)
    trusting = Fetcher(replace(options, ca=str(tmp_path / "ca.pem")))
    with open_station(context) as station, pytest.raises(FetchError, match="certificat refusé"):
        trusting.file(Wanted(station.put("/x", Reply(CONTENT))))
    trusting.close()


def test_this_machine_is_refused_unless_allowed(station: Station, options: FetchOptions) -> None:
    url = station.put("/x.csv", Reply(CONTENT))
    strict = Fetcher(replace(options, private=False))
    for there in (url, url.replace("localhost", "127.0.0.1"), "https://169.254.169.254/x"):
        with pytest.raises(FetchError, match="réseau privé"):
            strict.file(Wanted(there))
    strict.close()
    assert station.asked == []


def test_http_is_for_this_machine_only(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="http:// n'est admis que sur cette machine"):
        fetcher.file(Wanted("http://192.0.2.1/x.csv"))


def test_a_mirror_stands_for_a_host(station: Station, options: FetchOptions) -> None:
    station.put("/dg/api/x.csv", Reply(CONTENT))
    mirrors = read_mirrors(f"www.exemple.fr={station.url}/dg")
    mirrored = Fetcher(replace(options, mirrors=mirrors))
    got = mirrored.file(Wanted("https://www.exemple.fr/api/x.csv?a=1"))
    mirrored.close()
    assert _bytes(got) == CONTENT
    assert station.asked[0].path == "/dg/api/x.csv?a=1"


def test_a_proxy_is_asked_for_everything(station: Station, options: FetchOptions) -> None:
    through = Fetcher(replace(options, proxy=station.url, attempts=1))
    with pytest.raises(FetchError, match=r"mandataire|connexion|échange"):
        through.file(Wanted("https://www.exemple.fr/x.csv"))
    through.close()


def test_a_cache_has_a_size(station: Station, options: FetchOptions) -> None:
    small = Fetcher(replace(options, cache_bytes=len(CONTENT) * 2))
    url = station.put("/x.csv", Reply(CONTENT))
    first = small.file(Wanted(url), "premier").file.path
    small.close()
    small = Fetcher(replace(options, cache_bytes=len(CONTENT) * 2))
    small.file(Wanted(url), "deuxieme")
    assert not first.exists(), "the oldest left"
    long = station.put("/long.csv", Reply(CONTENT * 4))
    with pytest.raises(FetchError, match="RECOURS_FETCH_CACHE_MB"):
        small.file(Wanted(long), "troisieme")
    small.close()


def test_a_gzip_bomb_stops(
    station: Station, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expansion, "FREE_BYTES", 1 << 20)
    url = station.put("/x.csv.gz", Reply(gzip.compress(b"a" * (3 << 20), 9)))
    bomb = fetcher.file(Wanted(url)).file
    with (
        open_file(bomb) as opened,
        pytest.raises(InputRefusedError, match="se décompresse sans fin"),
    ):
        opened.stream.read()


def test_a_range_answer_to_another_question_is_not_glued(
    station: Station, fetcher: Fetcher
) -> None:
    def wrong(asked: Asked) -> Reply:
        told = {"Content-Range": f"bytes 7-{len(CONTENT)}/{len(CONTENT)}", "ETag": '"v1"'}
        return Reply(CONTENT[7:], 206, told) if "range" in asked.headers else Reply(CONTENT)

    cut = Reply(CONTENT, headers={"ETag": '"v1"'}, cut=1000)
    url = station.put("/x.csv", cut, wrong, file_reply(CONTENT, '"v1"'))
    assert _bytes(fetcher.file(Wanted(url, size=len(CONTENT)))) == CONTENT
