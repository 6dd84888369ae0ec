"""The components in all their states, and colours that can be read in light and in dark."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from directory.base.settings import Settings
from tests.web.conftest import SITE
from tests.web.visitor import Visitor
from web.app import create_app
from web.services import open_services
from web.showcase import PAIRS
from web.wire import STATIC

AA = 4.5


def tokens(scheme: str) -> dict[str, tuple[float, ...]]:
    """The colours of `tokens.css`; those of the dark scheme replace the light ones."""
    light, _, dark = (STATIC / "css" / "tokens.css").read_text("utf-8").partition("@media")
    told = re.findall(r"--([\w-]+): #([0-9a-f]{6});", light + (dark if scheme == "dark" else ""))
    return {name: tuple(int(value[i : i + 2], 16) / 255 for i in (0, 2, 4)) for name, value in told}


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_reads_on_what_it_is_written_on(scheme: str) -> None:
    colours = tokens(scheme)
    for ink, ground in PAIRS:
        low, high = sorted((luminance(colours[ink]), luminance(colours[ground])))
        assert (high + 0.05) / (low + 0.05) >= AA, (scheme, ink, ground)


def test_every_pair_and_size_is_seen_on_the_page(site: TestClient) -> None:
    page = site.get("/composants").text
    sheet = (STATIC / "css" / "showcase.css").read_text("utf-8")
    for ink, ground in PAIRS:
        assert f"ink-{ink} on-{ground}" in page
        assert f".ink-{ink} {{" in sheet
        assert f".on-{ground} {{" in sheet


def test_the_page_exists_on_a_demonstration_only(tmp_path: Path) -> None:
    opened = open_services(Settings(data_dir=tmp_path, map_tiles=""))
    try:
        site = Visitor(create_app(opened), base_url=SITE)
        assert site.get("/composants").status_code == 404
    finally:
        opened.close()


def test_every_sheet_asks_for_tokens_that_exist() -> None:
    """A colour or a space that is not in the tokens would be nothing at all."""
    known = set(
        re.findall(r"^ +(--[\w-]+):", (STATIC / "css" / "tokens.css").read_text("utf-8"), re.M)
    )
    for sheet in (STATIC / "css").glob("*.css"):
        text = sheet.read_text("utf-8")
        local = set(re.findall(r"(--[\w-]+):", text))
        assert set(re.findall(r"var\((--[\w-]+)", text)) <= known | local, sheet.name
