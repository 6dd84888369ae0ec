"""Writes queries.tsv: questions on the demonstration of the Bièvre, each with its answer.

`python -m tests.web.make_queries`: names, typing errors, numbers, places and mixed questions drawn
from the demonstration with a seed; needs and acronyms come from queries_written.tsv, by hand.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from bench.typed import slip, spellings, written
from directory.base.clock import FixedClock
from directory.base.settings import Settings
from directory.communes import read_communes
from directory.model import ResourceKind
from directory.projection import resources
from directory.register import open_register
from directory.resource import Resource
from directory.territory import load_territory
from importers.demo import write_listings
from importers.run import run_import

FOLDER = Path(__file__).parent
WRITTEN, QUERIES = FOLDER / "queries_written.tsv", FOLDER / "queries.tsv"
DAY = date(2026, 11, 22)
Line = tuple[str, str, str]


def entries() -> list[Resource]:
    """The demonstration's entries, as `recours demo` imports them."""
    territory, communes = load_territory("bievre"), read_communes()
    with tempfile.TemporaryDirectory() as folder:
        register = open_register(Settings(data_dir=Path(folder) / "data"))
        listings = write_listings(Path(folder) / "listings", territory, communes, DAY)
        for one in listings.imports:
            run_import(
                one.source,
                one.files,
                register=register,
                territory=territory,
                communes=communes,
                mapping=one.mapping,
                partial=one.partial,
                demo=one.demo,
                clock=FixedClock(datetime.now(UTC)),
            )
        found = list(resources(register, communes))
        register.close()
    return found


def questions(found: list[Resource], rng: Random) -> Iterator[Line]:
    """Questions whose answer is one entry: homonyms and shared numbers are left out."""
    names = Counter(one.name for one in found)
    phones = Counter(phone.value for one in found for phone in one.phones)
    alone = [one for one in found if names[one.name] == 1]
    people = rng.sample([one for one in alone if one.family], 150)
    places = [one for one in alone if one.kind is not ResourceKind.PRACTITIONER]
    for one in people[:70]:
        yield rng.choice(spellings(one)), one.name, "names"
    for one in people[70:]:
        yield f"{one.given} {slip(one.family, rng)}", one.name, "typos"
    for one in rng.sample(places, min(60, len(places))):
        yield (
            rng.choice((one.name, one.name.lower(), f"{one.name} {one.commune}")),
            one.name,
            "places",
        )
    for one in rng.sample(alone, 120):
        for number in _numbers(one, phones)[:1]:
            yield rng.choice(written(number)), one.name, "numbers"
    for one in people[:40]:
        if one.profession is not None:
            yield f"{one.family} {one.profession.label} {one.commune}", one.name, "mixed"


def _numbers(one: Resource, phones: Counter[str]) -> list[str]:
    own = [phone.value for phone in one.phones if phones[phone.value] == 1]
    return own or [each.value for each in one.identifiers if each.system in ("rpps", "finess_et")]


def main() -> None:
    """Write the file anew."""
    drawn = questions(entries(), Random(2026))
    lines = ["query\tname\tclass", *("\t".join(one) for one in dict.fromkeys(drawn))]
    by_hand = WRITTEN.read_text(encoding="utf-8").splitlines()
    QUERIES.write_text("\n".join([*lines, *by_hand]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
