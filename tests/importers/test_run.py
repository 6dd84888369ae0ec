"""A run from its files to the register: sums, refusals, what changes and what stays."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError
from importers.finess.importer import IMPORTER as FINESS
from tests.importers.finess.rows import HEADER, legacy, legacy_line, plus, plus_site
from tests.importers.world import World

ROOT = Path(__file__).parents[2]


def _numbers(count: int) -> list[str]:
    return [f"94{rank:07d}" for rank in range(1, count + 1)]


def _listing(world: World, count: int, name: str = "f.csv", header: str = HEADER) -> Path:
    lines = [legacy_line(nofinesset=number) for number in _numbers(count)]
    return world.write(name, legacy(*lines, header=header))


def test_a_second_run_reports_everything_unchanged(world: World, lenient: None) -> None:
    path = _listing(world, 5)
    assert (world.run("finess", path).kept, world.run("finess", path).unchanged) == (5, 5)


def test_changed_removed_and_new_rows_are_told_apart(world: World, lenient: None) -> None:
    world.run("finess", _listing(world, 4))
    one, two, three, _ = _numbers(4)
    path = world.write(
        "g.csv",
        legacy(
            legacy_line(nofinesset=one),
            legacy_line(nofinesset=two, rs="NOUVEAU NOM"),
            legacy_line(nofinesset=three),
            legacy_line(nofinesset="940009999"),
        ),
    )
    report = world.run("finess", path)
    assert (report.read, report.kept, report.unchanged, report.removed) == (4, 2, 2, 1)
    assert set(world.records("finess")) == {one, two, three, "940009999"}
    assert world.site("finess", two).name == "NOUVEAU NOM"


def test_an_extract_removes_nothing(world: World, lenient: None) -> None:
    world.run("finess", _listing(world, 4))
    report = world.run("finess", _listing(world, 1, "g.csv"), partial=True)
    assert (report.unchanged, report.removed, len(world.records("finess"))) == (1, 0, 4)


def test_a_row_badly_written_today_keeps_its_last_good_version(world: World, lenient: None) -> None:
    world.run("finess", _listing(world, 3))
    one, two, three = _numbers(3)
    path = world.write(
        "g.csv",
        legacy(
            legacy_line(nofinesset=one),
            legacy_line(nofinesset=two, rs=""),
            legacy_line(nofinesset=three),
        ),
    )
    report = world.run("finess", path)
    assert (report.unchanged, report.quarantined, report.removed) == (2, 1, 0)
    assert world.records("finess")[two].malformed_run == report.run


def test_row_bounds_refuse_and_only_warn_for_an_extract(world: World) -> None:
    path = _listing(world, 3)
    with pytest.raises(InputRefusedError, match="3 lignes, moins que les 95000") as refused:
        world.run("finess", path)
    assert world.records("finess") == {}
    run = world.register.run(refused.value.extra["run"])
    assert (run.state, run.report["refusal"]) == ("refused", refused.value.detail)
    assert "95000" in world.run("finess", path, partial=True).warnings[0]


def test_too_many_rows_stop_the_run_before_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = FINESS.card.model_copy(update={"min_rows": 1, "max_rows": 100})
    monkeypatch.setattr(FINESS, "card", small)
    with pytest.raises(InputRefusedError, match="plus que les 100") as refused:
        world.run("finess", _listing(world, 9000))
    assert world.register.run(refused.value.extra["run"]).report["read"] < 9000


@pytest.mark.parametrize("partial", [False, True])
def test_one_broken_row_in_ten_refuses_the_file(
    world: World, monkeypatch: pytest.MonkeyPatch, partial: bool
) -> None:
    monkeypatch.setattr(FINESS, "card", FINESS.card.model_copy(update={"min_rows": 1}))
    lines = [legacy_line(nofinesset=number) for number in _numbers(18)]
    broken = ["structureet;940000998;court\n", "structureet;940000999;court\n"]
    with pytest.raises(InputRefusedError, match=r"2 lignes inexploitables sur 20 .* ligne 20"):
        world.run("finess", world.write("f.csv", legacy(*lines, *broken)), partial=partial)
    assert world.records("finess") == {}


def test_an_older_listing_never_replaces_a_newer_one(world: World, lenient: None) -> None:
    world.run("finess", _listing(world, 2))
    older = world.write(
        "g.csv",
        legacy(legacy_line(rs="VIEUX NOM"), header="finess;etalab;110;2026-11-19\n"),
    )
    with pytest.raises(InputRefusedError, match=r"19/11/2026, plus anciennes .* \(20/11/2026\)"):
        world.run("finess", older)
    assert len(world.records("finess")) == 2


def test_an_older_extract_only_adds_what_was_not_known(world: World, lenient: None) -> None:
    world.run("finess", _listing(world, 1))
    known = _numbers(1)[0]
    older = world.write(
        "g.csv",
        legacy(
            legacy_line(nofinesset=known, rs="VIEUX NOM"),
            legacy_line(nofinesset="940009999"),
            header="finess;etalab;110;2026-11-19\n",
        ),
    )
    report = world.run("finess", older, partial=True)
    assert (report.kept, report.reasons) == (1, {"plus ancien que la version connue": 1})
    assert world.site("finess", known).name == "EHPAD LES TILLEULS"


def test_of_two_files_the_newer_one_speaks(world: World) -> None:
    new = world.write("new.json", plus(plus_site(about={"nomEgeCourt": "NOUVEAU"})))
    old = _listing(world, 1, "old.csv", "finess;etalab;110;2026-11-01\n")
    old.write_text(legacy(legacy_line(rs="ANCIEN"), header="finess;etalab;110;2026-11-01\n"))
    report = world.run("finess", old, new, partial=True)
    assert (report.files, report.data_date) == (["new.json", "old.csv"], date(2026, 11, 20))
    assert report.reasons == {"doublon dans le fichier": 1}
    assert world.site("finess", "940000011").name == "NOUVEAU"


def test_data_from_the_future_is_refused(world: World) -> None:
    before = FixedClock(datetime(2026, 11, 1, tzinfo=UTC))
    with pytest.raises(InputRefusedError, match="20/11/2026, dans le futur"):
        world.run("finess", _listing(world, 1), clock=before)


def test_data_older_than_the_card_allows_is_refused(world: World) -> None:
    later = FixedClock(datetime(2027, 3, 1, tzinfo=UTC))
    with pytest.raises(InputRefusedError, match="62 jours admis"):
        world.run("finess", _listing(world, 1), clock=later)
    assert world.run("finess", _listing(world, 1), clock=later, partial=True).warnings


def test_without_files_what_the_source_ships_is_read(world: World) -> None:
    assert world.run("table", mapping="annexe3").files == ["annexe3.csv"]


def test_unknown_sources_and_misplaced_mappings_are_named(world: World) -> None:
    with pytest.raises(InputRefusedError, match="« pharmacies » inconnue.*finess"):
        world.run("pharmacies", _listing(world, 1))
    with pytest.raises(InputRefusedError, match="--mapping"):
        world.run("finess", _listing(world, 1), mapping="annexe3")


def test_progress_goes_from_nothing_to_everything(world: World) -> None:
    path = _listing(world, 9000)
    seen: list[tuple[int, int, int]] = []
    world.run("finess", path, partial=True, progress=lambda *told: seen.append(told))
    size = path.stat().st_size
    assert [rows for _, _, rows in seen] == [4096, 8192, 9000]
    assert all(0 < done <= total == size for done, total, _ in seen)
    assert seen[-1][0] == size


def test_a_null_character_is_set_aside(world: World, lenient: None) -> None:
    sites = (plus_site(), plus_site("940000037", about={"nomEgeCourt": "A\x00B"}))
    report = world.run("finess", world.write("f.json", plus(*sites)))
    assert (report.kept, report.reasons) == (1, {"caractère nul": 1})


def test_marked_as_demonstration(world: World) -> None:
    world.run("finess", _listing(world, 1), partial=True, demo=True)
    assert world.statements("finess")[_numbers(1)[0]].demo


@pytest.mark.slow
def test_two_imports_of_one_source_do_not_mix(world: World) -> None:
    """The second is told to wait; the lease of a dead process is another test's."""
    held = world.register.begin_import("finess", "FINESS", fingerprint="x", data_date=None)
    assert held.run_id
    script = [sys.executable, "-m", "tests.importers.killed_import"]
    second = subprocess.run(
        [*script, world.data_dir, _listing(world, 1)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert second.returncode != 0
    assert ConflictError.__name__ in second.stderr


@pytest.mark.slow
def test_a_killed_import_leaves_the_former_state_and_can_be_done_again(world: World) -> None:
    """kill -9 in the middle: readers see the state before, whole; the next run ends the work."""
    before = [legacy_line(nofinesset=number, rs="AVANT") for number in _numbers(50)]
    world.run("finess", world.write("before.csv", legacy(*before)), partial=True)
    after = [legacy_line(nofinesset=number, rs="APRES") for number in _numbers(16_000)]
    path = world.write("after.csv", legacy(*after))
    script = [sys.executable, "-m", "tests.importers.killed_import"]
    with subprocess.Popen(
        [*script, world.data_dir, path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "4096\n"
        victim.kill()
    pending = world.register.runs()[0]
    assert pending.state == "staging"
    assert _names(world) == {"AVANT": 50}
    report = world.run("finess", path, partial=True)
    assert (report.read, report.kept, report.unchanged) == (16_000, 16_000, 0)
    assert report.run == pending.id  # what the killed run had staged was not done twice
    assert _names(world) == {"APRES": 16_000}


def _names(world: World) -> dict[str, int]:
    names: dict[str, int] = {}
    for said in world.statements("finess").values():
        assert said.organization is not None
        names[said.organization.name] = names.get(said.organization.name, 0) + 1
    return names
