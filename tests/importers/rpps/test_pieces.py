"""Rows put together from pieces are, to the byte, what their statements make of them."""

from collections.abc import Sequence
from random import Random

import pytest
from msgspec.structs import replace

from directory.base.errors import InputRefusedError
from directory.known import NO_MARK
from directory.model import Role, SourceRecord, Statement
from directory.prepared import Repeated, Shaped, shape
from importers.contract import Context, Ignored, Quarantined
from importers.inputs import local_file, open_file
from importers.perimeter import Perimeter
from importers.rpps.importer import IMPORTER
from importers.rpps.pieces import STATEMENT_FIELDS
from tests.importers.rpps.rows import ACTIVITIES_FILE, NAMES, OLDER_NAMES, line, listing
from tests.importers.world import DAY, World

TRAPS = {
    "type": ["8", "0"],
    "number": ["10100000016", "", " 10100000024 "],
    "national": ["810100000016", "10100000016", ""],
    "title": ["", "DR"],
    "family": ["DEMONSTRATION", "", 'D"ÉMO\\u\t', " ESSAI "],
    "given": ["Agathe", "Zoé\u00a0"],
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
    odd = ["|\n", "\n", line(names).replace("|", "", 1), "|" + line(names)]
    return [*alone, *mixed, *odd, line(names).replace("|\n", "|\r\n"), *alone]


Outcome = SourceRecord | Shaped | Repeated | Ignored | Quarantined


def _both(world: World, content: str, *, demo: bool) -> tuple[list[Outcome], list[Outcome]]:
    """What rows become the long way and the short one; both count the same remarks."""
    path = world.write(ACTIVITIES_FILE, content)
    found: list[list[Outcome]] = []
    notes = []
    for short in (False, True):
        context = Context(
            world.communes,
            Perimeter(world.territory, world.communes),
            everywhere=True,
            demo=demo,
            data_date=DAY,
        )
        read = IMPORTER.read_whole if short else IMPORTER.read
        tell = IMPORTER.shape if short else IMPORTER.to_record
        with open_file(local_file(path)) as file:
            found.append([tell(row, context) for row in read(file, context)])
        notes.append(context.notes)
    assert notes[0] == notes[1]
    return found[0], found[1]


def _shaped(told: Sequence[Outcome]) -> list[Outcome]:
    return [shape(one) if isinstance(one, SourceRecord) else one for one in told]


def _unmarked(told: Sequence[Outcome]) -> list[Outcome]:
    return [replace(one, mark=NO_MARK) if isinstance(one, Shaped) else one for one in told]


@pytest.mark.parametrize("demo", [False, True])
@pytest.mark.parametrize("names", [NAMES, OLDER_NAMES, sorted(NAMES)])
def test_both_ways_say_the_same_of_every_trap(world: World, names: list[str], demo: bool) -> None:
    long, short = _both(world, listing(*_lines(names), names=names), demo=demo)
    assert _shaped(long) == _unmarked(short)
    kept = [one for one in short if isinstance(one, Shaped)]
    assert len(kept) > 200
    assert {type(one) for one in short} == {Shaped, Ignored, Quarantined}


def test_a_torn_line_is_refused(world: World) -> None:
    with pytest.raises(InputRefusedError, match="ligne 3 : fichier tronqué"):
        _both(world, listing(line(), line())[:-40], demo=False)
    torn = world.write(ACTIVITIES_FILE, listing(line(), line())[:-40])
    context = Context(world.communes, Perimeter(world.territory, world.communes), everywhere=True)
    with open_file(local_file(torn)) as file, pytest.raises(InputRefusedError, match="ligne 3"):
        list(IMPORTER.read_whole(file, context))


def test_a_last_line_without_its_ending_is_read(world: World) -> None:
    long, short = _both(world, listing(line(), line()).removesuffix("|\n"), demo=False)
    assert _shaped(long) == _unmarked(short)
    assert isinstance(short[1], Shaped)


def test_pieces_stand_where_the_model_has_them() -> None:
    """JSON is put together by hand there: fields in the model's order, the profession first."""
    whole = Statement.__struct_fields__
    assert tuple(name for name in whole if name in STATEMENT_FIELDS) == STATEMENT_FIELDS
    assert Role.__struct_fields__[:2] == ("profession", "specialities")
