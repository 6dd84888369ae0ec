"""Write the labelled pairs: `python -m tests.directory.matching.make_pairs`.

`pairs.jsonl` holds `hard.toml` (by hand) and pairs of one seed; `held_out.jsonl` holds pairs of
another seed bent in other ways, which no weight was chosen on.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.directory.matching import writers
from tests.directory.matching.invented import House, Inventor, Someone
from tests.directory.matching.writers import Bend, Told

FIXTURES = Path(__file__).parent / "fixtures"
Labelled = tuple[Told, Told, bool]


@dataclass(frozen=True)
class Road:
    """One seed, how many pairs of each sort, and how fields get bent."""

    seed: int
    each: int
    people: Sequence[Bend]
    houses: Sequence[Bend]


FIRST = Road(
    seed=20261122,
    each=130,
    people=(
        *(writers.keep,) * 6,
        writers.mistype("family"),
        writers.exchange_letters("given"),
        writers.forget("phone"),
        writers.forget("profession", "speciality"),
        writers.initials,
        writers.swap_names,
        writers.marry,
    ),
    houses=(
        *(writers.keep,) * 4,
        writers.forget("phone"),
        writers.company,
        writers.with_commune,
    ),
)
HELD_OUT = Road(
    seed=94016,
    each=110,
    people=(
        *(writers.keep,) * 4,
        writers.double_letter("family"),
        writers.double_letter("given"),
        writers.exchange_letters("family"),
        writers.forget("city"),
        writers.forget("postcode"),
        writers.one_column,
        writers.title_in_family,
        writers.several_given,
        writers.two_phones,
        writers.lower_case,
        writers.building,
    ),
    houses=(
        *(writers.keep,) * 3,
        writers.forget("city"),
        writers.two_phones,
        writers.lower_case,
        writers.building,
    ),
)


def same_people(inventor: Inventor, road: Road) -> Iterator[Labelled]:
    """One practitioner told by two sources, the second one bent."""
    rows = (writers.rpps_row, writers.ameli_row, writers.list_row)
    for _ in range(road.each):
        one = inventor.someone()
        left, right = inventor.rng.sample(rows, 2)
        bend = inventor.rng.choice(road.people)
        yield left(one, inventor.rng), bend(right(one, inventor.rng), inventor.rng), True


def same_houses(inventor: Inventor, road: Road) -> Iterator[Labelled]:
    """One establishment told by FINESS and by a list."""
    for _ in range(road.each // 2):
        house = inventor.house()
        bend = inventor.rng.choice(road.houses)
        told = bend(writers.house_list_row(house, inventor.rng), inventor.rng)
        yield writers.finess_row(house, inventor.rng), told, True


def moved_people(inventor: Inventor, road: Road) -> Iterator[Labelled]:
    """The same RPPS at a new address."""
    for _ in range(road.each // 10):
        one = inventor.someone()
        moved = replace(one, spot=inventor.elsewhere(one.spot), phone=inventor.phone())
        yield writers.rpps_row(one, inventor.rng), writers.rpps_row(moved, inventor.rng), True


def other_people(inventor: Inventor, road: Road) -> Iterator[Labelled]:
    """Two practitioners who are easily taken for each other."""
    others: Sequence[Callable[[Inventor, Someone], Someone]] = (
        Inventor.relative,
        colleague,
        namesake_next_door,
        namesake_elsewhere,
    )
    rows = (writers.rpps_row, writers.ameli_row, writers.list_row)
    for turn in range(road.each):
        one = inventor.someone()
        other = others[turn % len(others)](inventor, one)
        keyed = others[turn % len(others)] is namesake_next_door
        left, right = (writers.rpps_row,) * 2 if keyed else inventor.rng.choices(rows, k=2)
        yield left(one, inventor.rng), right(other, inventor.rng), False


def other_houses(inventor: Inventor, road: Road) -> Iterator[Labelled]:
    """Two establishments that share an address, a name, a SIRET or a phone."""
    others: Sequence[Callable[[Inventor, House], House]] = (neighbour, sister, other_activity)
    for turn in range(road.each // 2):
        house = inventor.house()
        other = others[turn % len(others)](inventor, house)
        told = writers.house_list_row if turn % 2 else writers.finess_row
        yield writers.finess_row(house, inventor.rng), told(other, inventor.rng), False


def colleague(inventor: Inventor, one: Someone) -> Someone:
    """Somebody else of the same practice."""
    while (other := inventor.someone()).family == one.family:
        pass
    return replace(other, spot=one.spot, phone=one.phone, trade=one.trade)


def namesake_next_door(inventor: Inventor, one: Someone) -> Someone:
    """A homonym of the same practice, with an RPPS of their own."""
    return replace(one, rpps=inventor.rpps())


def namesake_elsewhere(inventor: Inventor, one: Someone) -> Someone:
    """A homonym of another trade in another commune."""
    while (other := inventor.someone()).trade[0] == one.trade[0]:
        pass
    spot = inventor.elsewhere(one.spot)
    return replace(other, family=one.family, given=one.given, spot=spot)


def neighbour(inventor: Inventor, house: House) -> House:
    """Another establishment of the same address."""
    while (other := inventor.house()).kind == house.kind or other.name == house.name:
        pass
    return replace(other, spot=house.spot)


def sister(inventor: Inventor, house: House) -> House:
    """Another site of the same name and SIRET, in another commune."""
    spot = inventor.elsewhere(house.spot)
    return replace(house, finess=inventor.finess(), spot=spot, phone=inventor.phone("0149"))


def other_activity(inventor: Inventor, house: House) -> House:
    """Another activity of the same name behind the same door and phone."""
    while (other := inventor.house()).kind == house.kind:
        pass
    return replace(other, name=house.name, spot=house.spot, phone=house.phone, siret=house.siret)


def invented_pairs(road: Road) -> Iterator[Labelled]:
    """Every pair of a road, each sort in turn."""
    inventor = Inventor(road.seed)
    for sort in (same_people, same_houses, moved_people, other_people, other_houses):
        yield from sort(inventor, road)


def hard_pairs() -> Iterator[Labelled]:
    """The pairs written by hand."""
    for pair in tomllib.loads((FIXTURES / "hard.toml").read_text("utf-8"))["pair"]:
        yield pair["left"], pair["right"], pair["same"]


def write(path: Path, pairs: Iterator[Labelled]) -> None:
    """JSON Lines, empty fields left out."""
    lines = [
        json.dumps(
            {"left": _filled(left), "right": _filled(right), "same": same}, ensure_ascii=False
        )
        for left, right, same in pairs
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _filled(told: Told) -> Told:
    return {name: text for name, text in told.items() if text}


def both() -> Iterator[Labelled]:
    """What `pairs.jsonl` holds."""
    yield from hard_pairs()
    yield from invented_pairs(FIRST)


if __name__ == "__main__":
    write(FIXTURES / "pairs.jsonl", both())
    write(FIXTURES / "held_out.jsonl", invented_pairs(HELD_OUT))
