"""Rows packed by column: nothing of a row is lost or mixed with another's, together or in part."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import pytest

from directory.known import digest_of, is_former_digest
from directory.model import SourceRecord
from directory.packing import KINDS, NOBODY, Packed, Packer, decode_packed, encode_packed
from directory.prepared import Repeated, ShapedRoles, shape
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
    return [(kind, key) for kind, keys in zip(KINDS, packed.names, strict=True) for key in keys]


def _rows(packed: Packed) -> list[tuple[object, ...]]:
    """Each row with what it names, in full."""
    entity = [*_entities(packed), None]
    numbers: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    for group, (owner, told) in enumerate(zip(packed.owners, packed.numbers, strict=True)):
        for number in zip(told[::2], told[1::2], strict=True):
            numbers[group].add((*number, entity[owner]))
    return [
        (
            *(packed.keys[at], packed.digests[at], packed.contents[at], packed.raws[at]),
            packed.days[at],
            *(entity[column[at]] for column in (packed.subjects, packed.people)),
            entity[packed.organizations[at]],
            {number for column in packed.told for number in numbers[column[at]]},
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
        assert len(part.numbers) == len(alone.numbers)


def test_the_second_row_of_a_key_is_counted_and_not_packed() -> None:
    packer = Packer()
    for family in ("PREMIER", "SECOND"):
        packer.add(role("10000000001", family))
    packed = packer.take()
    assert (len(packed.keys), packed.duplicates) == (1, 1)
    assert b"PREMIER" in packed.contents[0]
    packer.add(role("10000000001", "SECOND"))
    assert packer.take().duplicates == 0


def _together(rows: Sequence[SourceRecord]) -> ShapedRoles:
    """Rows of roles as a source gives many of them at once."""
    told = [shape(row) for row in rows]
    return ShapedRoles(
        told[0].day,
        *([one.key for one in told], [one.content for one in told]),
        [one.raw.encode() for one in told],
        *([one.subject[1] for one in told], [(one.person or ("", ""))[1] for one in told]),
        [(one.organization or ("", ""))[1] for one in told],
        *([one.of_organization for one in told], [one.of_person for one in told]),
        list(range(1, len(told) + 1)),
    )


@pytest.mark.parametrize("first", [0, 1, 3])
def test_rows_given_together_are_packed_as_if_one_by_one(first: int) -> None:
    roles = [row for row in ROWS if row.statement.person_key]
    rows = [*roles, roles[1], role("10000000000", "D", site_key="940000001"), roles[0]]
    packer = Packer()
    for row in rows[:first]:
        packer.add(row)
    packer.add_together(_together(rows[first:]))
    packed, alone = packer.take(), _packed(rows)
    assert _rows(packed) == _rows(alone)
    assert _entities(packed) == _entities(alone)
    assert (packed.duplicates, len(packed.keys)) == (alone.duplicates, len(roles) + 1)
    assert len(packed.marks) == len(packed.keys)
    assert all(kind == sorted(kind) for kind in packed.names)


def test_known_rows_keep_their_place_among_the_others() -> None:
    packer = Packer()
    packer.add_known([Repeated(7, 70)])
    packer.add(ROWS[0])
    packer.add_known([Repeated(8, 80), Repeated(9, 90)])
    packed = packer.take()
    assert packed.repeated == [(0, 7, 70), (1, 8, 80), (1, 9, 90)]
    assert len(packer) == 0


def test_a_digest_of_before_is_still_that_of_its_statement() -> None:
    said = b'{"subject":"role"}'
    before = hashlib.blake2b(said, digest_size=16).digest()
    assert is_former_digest(before, said)
    assert not is_former_digest(before, said + b" ")
    assert len(digest_of(said)) == len(before)
    assert digest_of(said) != digest_of(said + b" ")


def test_rows_arrive_as_they_left() -> None:
    assert decode_packed(encode_packed(_packed())) == _packed()
