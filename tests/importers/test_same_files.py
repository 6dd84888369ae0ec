"""The very files in force, imported again: nothing is read, and the report says the same."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.tables import quarantine
from importers import run as importing
from tests.importers.finess.rows import legacy, legacy_line
from tests.importers.rpps.rows import (
    ACTIVITIES_FILE,
    DOCTOR,
    SKILL_NAMES,
    SKILLS_FILE,
    line,
    listing,
    skill,
)
from tests.importers.world import World

COUNTS = ("read", "ignored", "quarantined", "removed", "reasons", "notes", "examples", "data_date")


@pytest.fixture
def path(world: World) -> Path:
    """Three sound rows and one that is not."""
    sound = [legacy_line(nofinesset=f"94000000{rank}") for rank in range(3)]
    return world.write("f.csv", legacy(*sound, sound[0], legacy_line(nofinesset="94")))


def _set_aside(world: World, run: int) -> list[tuple[object, ...]]:
    names = (quarantine.c[name] for name in ("line", "key", "reason", "detail", "raw"))
    with world.register.database.read() as connection:
        rows = connection.execute(sa.select(*names).where(quarantine.c.run == run))
        return [tuple(row) for row in rows]


def test_nothing_is_read_again_and_the_report_adds_up(
    world: World, path: Path, lenient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.run("finess", path)
    before = world.records("finess")
    monkeypatch.setattr(importing, "read", lambda *_: pytest.fail("read again"))
    again = world.run("finess", path, reread=False)
    assert again.adds_up()
    assert (again.kept, again.unchanged) == (0, first.kept)
    assert [getattr(again, one) for one in COUNTS] == [getattr(first, one) for one in COUNTS]
    assert again.same_as == first.run < again.run
    assert _set_aside(world, again.run) == _set_aside(world, first.run) != []
    assert world.records("finess") == before
    published = world.register.published("finess")
    assert published is not None
    assert published.run == again.run


def test_a_third_time_too(world: World, path: Path, lenient: None) -> None:
    first = world.run("finess", path)
    second = world.run("finess", path, reread=False)
    third = world.run("finess", path, reread=False)
    assert (third.same_as, third.unchanged) == (second.run, first.kept)


def test_rows_read_again_on_demand_say_the_same(world: World, path: Path, lenient: None) -> None:
    world.run("finess", path)
    quick, slow = world.run("finess", path, reread=False), world.run("finess", path, reread=True)
    assert slow.same_as == 0
    assert [getattr(slow, one) for one in (*COUNTS, "kept", "unchanged")] == [
        getattr(quick, one) for one in (*COUNTS, "kept", "unchanged")
    ]


@pytest.mark.parametrize("change", ["bytes", "perimeter", "extract", "demo", "code", "between"])
def test_anything_else_is_read(
    world: World, path: Path, lenient: None, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run("finess", path)
    options: dict[str, bool] = {}
    match change:
        case "bytes":
            path.write_text(path.read_text() + "\n")
        case "code":
            monkeypatch.setattr(importing, "code_version", lambda: "another")
        case "between":
            other = legacy(*(legacy_line(nofinesset=f"94000001{rank}") for rank in range(3)))
            world.run("finess", world.write("g.csv", other))
        case _:
            options = {{"perimeter": "everywhere", "extract": "partial"}.get(change, change): True}
    assert world.run("finess", path, reread=False, **options).same_as == 0


def test_a_listing_that_follows_another_is_read(world: World, lenient: None) -> None:
    files = (
        world.write(ACTIVITIES_FILE, listing(line(), line(**DOCTOR))),
        world.write(SKILLS_FILE, listing(skill(), names=SKILL_NAMES)),
    )
    world.run("rpps", *files)
    activities, skills = world.run("rpps", *files, reread=False).listings
    assert (activities.unchanged, bool(activities.same_as)) == (2, True)
    assert (skills.unchanged, bool(skills.same_as)) == (1, False)
