"""Outside its hours, the screen says so and gives the numbers that are true for the commune."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.web.conftest import SITE, open_at
from tests.web.visitor import Visitor
from web.app import create_app

SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("commune", "has_sami"), [("fresnes", True), ("cachan", False)])
def test_closed_line_gives_the_numbers_of_the_commune(
    tmp_path: Path, commune: str, has_sami: bool
) -> None:
    services = open_at(tmp_path, SUNDAY)
    try:
        site = Visitor(create_app(services), base_url=SITE)
        first = site.get("/secretariat").text
        assert "La ligne est fermée" in first
        assert "lundi 23 novembre à 8" in first
        told = {"callback_number": "0612345678", "commune": commune}
        flags = site.post("/secretariat/appel", data=told).text
        assert ("SAMI de Chevilly-Larue" in flags) is has_sami
        assert "116" not in flags
    finally:
        services.close()
