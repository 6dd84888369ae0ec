"""Rows packed by column: nothing of a row is lost or mixed with another's, together or in part."""

from collections import defaultdict
from collections.abc import Sequence

from directory.model import SourceRecord
from directory.prepared import KINDS, NOBODY, Packed, Packer, decode_packed, encode_packed
from tests.directory.told import role, site

ROWS = [
    role("10000000001", "A", site_key="940000011"),
    site("940000011", "EHPAD A"),
    role("10000000002", "B"),
    role("10000000003", "C", site_key="940000011"),
    role("10000000001", "A", site_key="940000029", key="autre"),
]


def _packed(rows: Sequence[SourceRecord] = ROWS) -> Packed:
    packer = Packer()
    for row in rows:
        packer.add(row)
    return packer.take()


def _entities(packed: Packed) -> list[tuple[str, str]]:
    return [(KINDS[kind], key) for kind, key in zip(packed.kinds, packed.names, strict=True)]


def _rows(packed: Packed) -> list[tuple[object, ...]]:
    """Each row with what it names, in full."""
    entity = [*_entities(packed), None]
    numbers: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    for group, *number in zip(packed.groups, packed.systems, packed.values, strict=True):
        numbers[group].add((*number, entity[packed.owners[group]]))
    return [
        (
            *(packed.keys[at], packed.digests[at], packed.contents[at], packed.raws[at]),
            packed.days[at],
            *(entity[column[at]] for column in (packed.subjects, packed.people)),
            entity[packed.organizations[at]],
            {number for one in packed.told[at] for number in numbers[one]},
        )
        for at in range(len(packed.keys))
    ]


def test_a_row_names_its_own_entities_and_numbers() -> None:
    first = _rows(_packed())[0]
    person = ("person", "rpps|10000000001")
    assert first[5:8] == (
        ("role", "rpps|10000000001|940000011"),
        person,
        ("organization", "finess|940000011"),
    )
    assert first[8] == {("rpps", "10000000001", person)}
    assert _packed().organizations[2] == NOBODY


def test_some_rows_are_packed_as_if_they_were_alone() -> None:
    for chosen in ([], [1], [0, 4], [2, 3], list(range(len(ROWS)))):
        part, alone = _packed().only(chosen), _packed([ROWS[one] for one in chosen])
        assert _rows(part) == _rows(alone)
        assert sorted(_entities(part)) == sorted(_entities(alone))
        assert len(part.values) == len(alone.values)


def test_the_second_row_of_a_key_is_counted_and_not_packed() -> None:
    packer = Packer()
    for family in ("PREMIER", "SECOND"):
        packer.add(role("10000000001", family))
    packed = packer.take()
    assert (len(packed.keys), packed.duplicates) == (1, 1)
    assert b"PREMIER" in packed.contents[0]
    packer.add(role("10000000001", "SECOND"))
    assert packer.take().duplicates == 0


def test_rows_arrive_as_they_left() -> None:
    assert decode_packed(encode_packed(_packed())) == _packed()
