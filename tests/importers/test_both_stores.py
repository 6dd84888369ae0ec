"""Every source tells the same directory on PostgreSQL as on SQLite: first, again, changed, gone."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from directory.communes import Communes
from directory.projection import resource_detail, resources
from directory.territory import Territory
from importers.ameli.importer import IMPORTER as AMELI
from importers.report import Report
from importers.ror.importer import IMPORTER as ROR
from tests.importers.ameli.rows import CDS_FILE, CENTRE, PS_FILE, centres, practitioners
from tests.importers.ameli.rows import DOCTOR as AMELI_DOCTOR
from tests.importers.etp.rows import cells
from tests.importers.etp.rows import listing as programmes
from tests.importers.finess.rows import plus, plus_site
from tests.importers.ror.rows import bundle, exercise, legal_entity, offer, person, place, site
from tests.importers.rpps.rows import (
    ACTIVITIES_FILE,
    DIPLOMA_NAMES,
    DIPLOMAS_FILE,
    DOCTOR,
    FIXTURES,
    OLDER_NAMES,
    SKILL_NAMES,
    SKILLS_FILE,
    archive,
    diploma,
    line,
    listing,
    skill,
)
from tests.importers.world import World

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("lenient", "small")]

ROR_FIXTURES = Path(__file__).parent / "ror" / "fixtures"
SAME_DOCTOR = AMELI_DOCTOR | {
    "family": "DEMONSTRATION",
    "given": "BASILE",
    "gender": "H",
    "street": "12 AVENUE DE LA PAIX",
    "complement": "",
}
"""The doctor of RPPS, as Ameli writes them."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards that take a few rows for a listing."""
    loose = {"min_rows": 1, "max_age_days": None, "max_quarantined_share": 0.9}
    for importer in (AMELI, ROR):
        monkeypatch.setattr(importer, "card", importer.card.model_copy(update=loose))


@pytest.fixture
def stores(
    tmp_path: Path, territory: Territory, communes: Communes, postgres_url: str
) -> Iterator[tuple[World, World]]:
    folders = (tmp_path / "sqlite", tmp_path / "postgresql")
    for folder in folders:
        folder.mkdir()
    opened = (
        World(folders[0], territory, communes),
        World(folders[1], territory, communes, postgres_url),
    )
    yield opened
    for world in opened:
        world.close()


def _import_all(world: World) -> list[Report]:
    rpps = {
        ACTIVITIES_FILE: listing(line(), line(**DOCTOR), line(family=" ", structure="R3")),
        SKILLS_FILE: listing(skill(), skill(number="10100000032"), names=SKILL_NAMES),
        DIPLOMAS_FILE: listing(diploma(), names=DIPLOMA_NAMES),
    }
    ror = (offer(), place(), site(), legal_entity(), person(), exercise())
    return [
        world.run("finess", world.write("finess.json", plus(plus_site()))),
        world.run("rpps", world.write("PS_LibreAcces.zip", archive(rpps))),
        world.run(
            "ameli",
            world.write(PS_FILE, practitioners(SAME_DOCTOR)),
            world.write(CDS_FILE, centres(CENTRE)),
        ),
        world.run("etp", world.write("etp_2026-11-20.csv", programmes(cells()))),
        world.run("ror", world.write("ror.json", bundle(*ror))),
    ]


def _counts(report: Report) -> dict[str, object]:
    told = report.as_dict()
    names = ("read", "kept", "unchanged", "ignored", "quarantined", "removed", "reasons", "notes")
    return {name: told[name] for name in names}


def _directory(world: World) -> Counter[bytes]:
    """Every entry without what names it in one store only."""
    return Counter(
        msgspec.json.encode(msgspec.structs.replace(one, id="", alias="", person_id=""))
        for one in resources(world.register, world.communes)
    )


def _same(stores: tuple[World, World]) -> int:
    """How many entries both stores hold, which must be the same ones."""
    left, right = (_directory(world) for world in stores)
    assert left == right
    return left.total()


def test_every_source_tells_the_same_directory(stores: tuple[World, World]) -> None:
    first, second = ([_counts(one) for one in _import_all(world)] for world in stores)
    assert first == second
    assert all(one["kept"] for one in first)
    assert _same(stores) == 6  # the site and the doctor told by several sources are one entry each
    again = [[_counts(one) for one in _import_all(world)] for world in stores]
    assert again[0] == again[1]
    assert not any(one["kept"] or one["removed"] for one in again[0])
    facts = [
        resource_detail(world.register, world.communes, "rpps|10100000024").facts
        for world in stores
    ]
    assert facts[0] == facts[1]
    assert {fact.chosen.source for fact in facts[0]} == {
        "rpps", "rpps_savoir_faire", "rpps_diplomes", "ameli",
    }  # fmt: skip


def test_what_changes_and_who_leaves_are_the_same(stores: tuple[World, World]) -> None:
    after = []
    for world in stores:
        _import_all(world)
        changed = listing(line(phone="0146000009"), line(structure="R4", **DOCTOR | {"skill": ""}))
        gone = bundle(offer(name="Équipe mobile"), place(), site(), legal_entity())
        reports = [
            world.run("rpps", world.write(ACTIVITIES_FILE, changed)),
            world.run("ror", world.write("ror.json", gone)),
        ]
        after.append([_counts(one) for one in reports])
    assert after[0] == after[1]
    assert [one["removed"] for one in after[0]] == [1, 1]
    _same(stores)
    for world in stores:
        world.run("rpps", world.write(ACTIVITIES_FILE, listing(line())))
        assert not world.records("rpps_savoir_faire")
        assert not world.records("rpps_diplomes")
    _same(stores)


def test_the_real_samples_are_the_same(stores: tuple[World, World]) -> None:
    masked = (FIXTURES / "rows_52_masked.txt").read_text(encoding="utf-8")
    for world in stores:
        told = world.write("masked.txt", "|".join(OLDER_NAMES) + "|\n" + masked)
        assert world.run("rpps", told, everywhere=True).kept == 2
        assert world.run("ror", ROR_FIXTURES, everywhere=True).kept == 7
    assert _same(stores) == 8
