"""Rows put together from pieces are, to the byte, what their statements make of them."""

from collections import Counter
from collections.abc import Iterable
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from directory.base.errors import InputRefusedError
from directory.model import Role, SourceRecord, Statement
from directory.prepared import ORGANIZATION, PERSON, ROLE, Repeated, Shaped, ShapedRoles, shape
from importers import text
from importers.contract import Context, Ignored, Quarantined, Row
from importers.inputs import local_file, open_file
from importers.perimeter import Perimeter
from importers.rpps.activity import exercise_of
from importers.rpps.importer import IMPORTER
from importers.rpps.parts import Site
from importers.rpps.pieces import STATEMENT_FIELDS
from tests.importers.rpps.rows import ACTIVITIES_FILE, NAMES, OLDER_NAMES, line, listing
from tests.importers.world import DAY, World

TRAPS = {
    "type": ["8", "0"],
    "number": ["10100000016", "", " 10100000024 "],
    "national": ["810100000016", "10100000016", ""],
    "title": ["", "DR"],
    "family": ["DEMONSTRATION", "", 'D"ÉMO\\u\t', " ESSAI "],
    "given": ["Agathe", "Zoé\u00a0", "A\\u0000"],
    "profession": ["70", "10", "", "999"],
    "profession_label": ["Masseur-Kinésithérapeute", "", "Acteur caractérisé par un rôle"],
    "category": ["C", "M", "E", " C"],
    "skill_kind": ["", "S", "CAPA"],
    "skill_kind_label": ["", "Capacité"],
    "skill": ["", "SM54", "CAPA05"],
    "skill_label": ["", "Médecine Générale"],
    "mode": ["L", "S", ""],
    "mode_label": ["Libéral", ""],
    "siret": ["", "26010004500012"],
    "finess_et": ["", "940000001", "94000", " 940000001"],
    "structure": ["R10100000000001", "", " R1 "],
    "company": ["CABINET DE DEMONSTRATION", ""],
    "sign": ["", "À l'enseigne « Ÿ »"],
    "recipient": ["", "CABINET DE DEMONSTRATION", "BAT B"],
    "street_number": ["12", ""],
    "repetition": ["", "B"],
    "street_type": ["Avenue", ""],
    "street": ["DE LA PAIX", ""],
    "cedex": ["", "94267 FRESNES CEDEX"],
    "postcode": ["94260", "", "75001"],
    "commune": ["94034", "", "75056", "94999"],
    "commune_label": ["Fresnes", ""],
    "phone": ["0146000000", "", "numéro inconnu", "0690291988/0590895757"],
    "phone_2": ["", "01 46 00 00 01"],
    "mail": ["", "agathe@exemple.fr"],
    "sector": ["SA07", ""],
    "activity": ["GENR01", "", "GENR02", "GENR03", "GENR04"],
    "activity_label": ["", "Remplacement"],
}  # fmt: skip
"""What a cell may hold, the first being the usual."""


def _lines(names: list[str] = NAMES, each: int = 300) -> list[str]:
    """Every trap alone, then several together, so that pieces come back beside other ones."""
    rng = Random(2026)
    alone = [line(names, **{name: told}) for name, all_ in TRAPS.items() for told in all_]
    mixed = [
        line(names, **{name: rng.choice(TRAPS[name]) for name in rng.sample(list(TRAPS), 4)})
        for _ in range(each)
    ]
    odd = [
        line(names, given="A\x00"),
        "|\n",
        "\n",
        line(names).replace("|", "", 1),
        "|" + line(names),
    ]
    return [*alone, *mixed, *odd, line(names).replace("|\n", "|\r\n"), *alone]


class Outcomes:
    """What rows become, in order; rows given together taken apart again."""

    def __init__(self) -> None:
        self.told: list[Shaped | Quarantined] = []
        self.ignored: Counter[Ignored] = Counter()
        self.together = 0

    def add(self, told: SourceRecord | Ignored | Quarantined) -> None:
        if isinstance(told, Ignored):
            self.ignored[told] += 1
        else:
            self.told.append(shape(told) if isinstance(told, SourceRecord) else told)

    def add_together(self, rows: ShapedRoles) -> None:
        self.together += len(rows.keys)
        for row in range(len(rows.keys)):
            one: Any = SimpleNamespace(
                **{name: column[row] for name, column in rows._asdict().items() if name != "day"}
            )
            site = (ORGANIZATION, one.organizations) if one.organizations else None
            self.told.append(
                Shaped(
                    *(one.keys, one.contents, one.raws.decode(), rows.day),
                    *((ROLE, one.subjects), (PERSON, one.people), site, ()),
                    *(one.of_organization, one.of_person),
                )
            )

    def add_known(self, known: Iterable[Repeated]) -> None:
        raise AssertionError(known)


def _context(world: World, *, demo: bool) -> Context:
    return Context(
        world.communes,
        Perimeter(world.territory, world.communes),
        everywhere=True,
        demo=demo,
        data_date=DAY,
    )


def _both(world: World, content: str, *, demo: bool) -> tuple[Outcomes, Outcomes]:
    """What rows become the long way and the short one; both count the same remarks."""
    path = world.write(ACTIVITIES_FILE, content)
    long, short = Outcomes(), Outcomes()
    context = _context(world, demo=demo)
    with open_file(local_file(path)) as file:
        for row in IMPORTER.read(file, context):
            long.add(IMPORTER.to_record(row, context))
    notes, rows = context.notes, 0
    context = _context(world, demo=demo)
    with open_file(local_file(path)) as file:
        for told in IMPORTER.pour(file, context, short):
            if isinstance(told, Row):
                short.add(IMPORTER.to_record(told, context))
                rows += 1
            else:
                rows += told + context.passed.total()
                short.ignored.update(context.passed)
                context.passed.clear()
    assert context.notes == notes
    assert rows == len(long.told) + long.ignored.total()
    return long, short


@pytest.mark.parametrize("demo", [False, True])
@pytest.mark.parametrize("block", [3000, text.BLOCK_BYTES])
@pytest.mark.parametrize("names", [NAMES, OLDER_NAMES, sorted(NAMES)])
def test_both_ways_say_the_same_of_every_trap(
    world: World, names: list[str], block: int, demo: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "BLOCK_BYTES", block)
    long, short = _both(world, listing(*_lines(names), names=names), demo=demo)
    assert long.told == short.told
    assert long.ignored == short.ignored
    assert {type(one) for one in short.told} == {Shaped, Quarantined}
    assert len(short.ignored) == (3 if "Code genre activité" in names else 2)
    if names is sorted(NAMES):
        assert short.together == 0  # the halves of a row are mixed
    elif names is NAMES:
        assert short.together > 200


def test_a_torn_line_is_refused(world: World) -> None:
    with pytest.raises(InputRefusedError, match="ligne 3 : fichier tronqué"):
        _both(world, listing(line(), line())[:-40], demo=False)
    torn = world.write(ACTIVITIES_FILE, listing(line(), line())[:-40])
    context = _context(world, demo=False)
    with open_file(local_file(torn)) as file, pytest.raises(InputRefusedError, match="ligne 3"):
        list(IMPORTER.pour(file, context, Outcomes()))


@pytest.mark.parametrize("torn", ["\xe9".encode("cp1252") + b"|\n", "é".encode()[:1]])
def test_what_is_not_utf_8_is_refused_at_its_line(world: World, torn: bytes) -> None:
    path = world.write(ACTIVITIES_FILE, listing(line(), line()))
    path.write_bytes(path.read_bytes() + torn)
    context = _context(world, demo=False)
    with open_file(local_file(path)) as file, pytest.raises(InputRefusedError, match="ligne 4"):
        list(IMPORTER.pour(file, context, Outcomes()))


def test_a_mark_that_files_begin_with_is_no_part_of_the_header(world: World) -> None:
    long, short = _both(world, "\ufeff" + listing(line(), line()), demo=False)
    assert long.told == short.told
    assert short.together == 2


def test_a_last_line_without_its_ending_is_read(world: World) -> None:
    long, short = _both(world, listing(line(), line()).removesuffix("|\n"), demo=False)
    assert long.told == short.told
    assert short.together == 2


def test_pieces_stand_where_the_model_has_them() -> None:
    """JSON is put together by hand there: fields in the model's order, the profession first."""
    whole = Statement.__struct_fields__
    assert tuple(name for name in whole if name in STATEMENT_FIELDS) == STATEMENT_FIELDS
    exercise = exercise_of("L", "Libéral", "SA07", "Cabinet individuel", "GENR02")
    told = [
        name for name in Role.__struct_fields__ if getattr(exercise, name) not in (None, "", ())
    ]
    names = ["profession", "specialities", *told, *Site.__struct_fields__]
    assert [name for name in Role.__struct_fields__ if name in names] == names
    for name in Site.__struct_fields__:
        assert getattr(Site(), name) == getattr(Role(), name)
