"""Which records are worth comparing: those that share a key, never all with all."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import combinations, product

from directory.matching.phonetics import sound
from directory.matching.places import Place
from directory.matching.prepared import Prepared, prepare
from directory.matching.record import MatchRecord


def candidates(
    records: Sequence[MatchRecord],
    sources: Sequence[frozenset[str]] = (),
    fresh: Collection[int] | None = None,
) -> Iterator[tuple[int, int]]:
    """Positions (i < j) of records worth comparing, each pair once, in a stable order.

    `sources`, one set a record: two records of one source are not compared, nor even met, for a
    listing may hold thousands of one name in one town. `fresh`: pairs without one of these
    positions are left out.

    Keys are what `compare` needs to decide *same* or *ask*: a number, a phone, a name that sounds
    alike in one place. Memory grows with the records (about ten keys each), not with the pairs.
    """
    keys = [tuple(dict.fromkeys(map(hash, block_keys(prepare(record))))) for record in records]
    blocks: dict[int, list[int]] = defaultdict(list)
    for position, own in enumerate(keys):
        for key in own:
            blocks[key].append(position)
    held = [frozenset(own) for own in keys]
    for key, members in blocks.items():
        for left, right in _across(members, sources, fresh):
            if next(one for one in keys[left] if one in held[right]) == key:
                yield left, right


def _across(
    members: Sequence[int], sources: Sequence[frozenset[str]], fresh: Collection[int] | None
) -> Iterator[tuple[int, int]]:
    if not sources:
        yield from combinations(members, 2)
        return
    groups: dict[frozenset[str], list[int]] = defaultdict(list)
    for member in members:
        groups[sources[member]].append(member)
    for one, other in combinations(groups, 2):
        if one.isdisjoint(other):
            for left, right in _met(groups[one], groups[other], fresh):
                yield min(left, right), max(left, right)


def _met(
    ones: Sequence[int], others: Sequence[int], fresh: Collection[int] | None
) -> Iterator[tuple[int, int]]:
    if fresh is None:
        yield from product(ones, others)
        return
    yield from product([one for one in ones if one in fresh], others)
    known = [one for one in ones if one not in fresh]
    yield from product(known, [one for one in others if one in fresh])


def block_keys(record: Prepared) -> Iterator[tuple[str, ...]]:
    """The keys of one record: two records without a common key are never compared."""
    if record.person:
        yield from _person_keys(record)
        return
    yield from _site_keys(record)
    if record.site.holder:
        yield from _name_keys(record.site.core, record.place)


def _person_keys(record: Prepared) -> Iterator[tuple[str, ...]]:
    family, given = record.family, record.given
    if record.rpps:
        yield "rpps", record.rpps
    if family.sound and given.glued:
        yield "names", *sorted((family.sound, sound("".join(given.usual))))
    for phone in record.phones:
        yield "phone", phone, given.glued[:1]
        yield "phone", phone, family.sound
    yield from _name_keys(family.core, record.place)
    initials = "".join(sorted((family.glued[:1], given.glued[:1])))
    for door in _doors(record.place):
        yield "door", *door, given.glued[:1]
        yield "door of two", *door, initials


def _name_keys(words: Iterable[str], place: Place) -> Iterator[tuple[str, ...]]:
    areas = _areas(place)
    for word in words:
        for area in areas:
            yield "family", area, sound(word)


def _site_keys(record: Prepared) -> Iterator[tuple[str, ...]]:
    if record.finess:
        yield "finess", record.finess
    for phone in record.phones:
        yield "site phone", phone
    for area in _areas(record.place):
        for word in record.site.core:
            yield "word", area, sound(word)
        for kind in record.site.kinds:
            yield "kind", area, kind
    for door in _doors(record.place):
        yield "site door", *door


def _doors(place: Place) -> Iterator[tuple[str, str]]:
    """The number with the street's last word, or with the commune where the street is missing."""
    for where in (*map(sound, place.street[-1:]), *_areas(place)):
        yield where, str(place.low)


def _areas(place: Place) -> list[str]:
    """The postcode and the commune: a CEDEX shares the second only."""
    return [area for area in (place.postcode, place.city) if area]
