"""A whole département, invented, and labelled questions on it: is the right entry the first?

    python -m bench.departement [--rows 20000] [--per-class 60] [--seed 2026] QUESTIONS.tsv

The answer to each question is the one entry it was drawn from, by how the entry was made and not
by what the search finds: names that another one contains, numbers shared and structures that are
not alone of their category in their commune are left out. Needs are in words of our own.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import msgspec

from bench.entries import entries
from bench.pools import make_pools, pick, weighted
from bench.typed import SHORTEST_SLIP, slip, spellings, written
from directory.communes import Commune, read_communes
from directory.model import Identifier
from directory.phones import parse_phone, show_phone
from directory.resource import Phone, Resource
from directory.scoring import Labelled
from directory.text import fold
from directory.vocabulary import category_coding, category_kind
from importers.demo.numbers import FICTION_PHONES, finess_number, rpps_number

DEPARTEMENT = "91"
SEED = 2026
_ACRONYM_IN_NAME = 0.7
_TITLED = ("10", "40")
_NUMBERS_PER_ZONE = 10_000


class Structure(msgspec.Struct, frozen=True):
    """A category of FINESS, how often it comes, its acronym, and needs it is asked for by."""

    category: str
    weight: float
    acronym: str
    needs: tuple[str, ...] = ()


STRUCTURES = (
    Structure("620", 34, "Pharmacie"),
    Structure("500", 9, "EHPAD", ("maison de retraite", "entrer en maison de retraite")),
    Structure("611", 7, "Laboratoire"),
    Structure("460", 6, "SAAD", ("aide à domicile", "aide ménagère")),
    Structure("354", 4, "SSIAD", ("soins infirmiers à domicile",)),
    Structure("202", 4, "Résidence autonomie"),
    Structure("124", 4, "Centre de santé"),
    Structure("156", 4, "CMP"),
    Structure("603", 4, "MSP"),
    Structure("223", 3, "PMI"),
    Structure("183", 3, "IME"),
    Structure("182", 3, "SESSAD"),
    Structure("246", 3, "ESAT", ("travailleur handicapé", "travailler avec un handicap")),
    Structure("189", 2, "CMPP"),
    Structure("190", 2, "CAMSP"),
    Structure("445", 2, "SAMSAH"),
    Structure("446", 2, "SAVS"),
    Structure("255", 2, "MAS"),
    Structure("437", 2, "FAM"),
    Structure("197", 2, "CSAPA", ("problème d'alcool", "addiction", "drogue", "sevrage")),
    Structure("443", 2, "CADA", ("demandeur d'asile",)),
    Structure("257", 2, "FJT", ("foyer jeunes travailleurs",)),
    Structure("214", 2, "CHRS", ("sans abri",)),
)
_BY_CATEGORY = {one.category: one for one in STRUCTURES}
_UNSAID = ("Les Tilleuls", "La Source", "Le Phare", "Les Glycines", "L'Escale", "Le Moulin")


def lies_in(departement: str, commune: Commune) -> bool:
    """Whether a commune is in a département."""
    return commune.departement == departement


def reach() -> tuple[str, ...]:
    """INSEE codes of the communes whose names are recognised in the questions."""
    return tuple(one.insee for one in read_communes() if lies_in(DEPARTEMENT, one))


def departement_entries(rows: int, seed: int = SEED) -> Iterator[Resource]:
    """As many entries of the département; the same seed gives the same."""
    rng = Random(seed)
    structures = weighted([(one, one.weight) for one in STRUCTURES], rng)
    families = make_pools(rng).families
    made = entries(rows, seed, lies_here=partial(lies_in, DEPARTEMENT))
    for index, one in enumerate(made):
        numbered = msgspec.structs.replace(one, phones=(_phone(index),))
        if one.family:
            yield _practitioner(numbered, index)
        else:
            kind = pick(structures, rng)
            yield _structure(numbered, index, kind, pick(families, rng), rng)


def _phone(index: int) -> Phone:
    zone = FICTION_PHONES[index // _NUMBERS_PER_ZONE % len(FICTION_PHONES)]
    e164 = parse_phone(f"{zone}{index % _NUMBERS_PER_ZONE:04d}")
    return Phone(value=show_phone(e164), e164=e164, source="bench")


def _practitioner(one: Resource, index: int) -> Resource:
    titled = one.profession is not None and one.profession.code in _TITLED
    number = Identifier(system="rpps", value=rpps_number(index))
    name = f"Dr {one.name}" if titled else one.name
    return msgspec.structs.replace(one, name=name, identifiers=(number,))


def _structure(one: Resource, index: int, kind: Structure, family: str, rng: Random) -> Resource:
    """A structure, its acronym in its name as FINESS has it, but not always."""
    said = kind.acronym.upper() if rng.random() < _ACRONYM_IN_NAME else "ASSOCIATION"
    number = Identifier(system="finess_et", value=finess_number(DEPARTEMENT, index % 100_000))
    return msgspec.structs.replace(
        one,
        kind=category_kind(kind.category),
        name=f"{said} {pick(_UNSAID, rng).upper()} {family.upper()}",
        category=category_coding(kind.category),
        organization_name="",
        identifiers=(number,),
    )


@dataclass(frozen=True)
class _Drawn:
    """How questions are typed on an entry, and what must belong to no other for one to be asked."""

    names: Sequence[str]
    phones: Counter[str]
    filed: Counter[tuple[str, str]]
    told: Counter[tuple[str, str, str]]
    rng: Random

    def alone(self, one: Resource) -> bool:
        """Whether no other name contains this one: the score looks for pieces of names."""
        name = fold(one.name)
        return sum(name in other for other in self.names) == 1

    def spelled(self, one: Resource) -> str:
        return self.rng.choice(spellings(one))

    def slipped(self, one: Resource) -> str:
        return f"{one.given} {slip(one.family, self.rng)}" if _slips(one) else ""

    def numbered(self, one: Resource) -> str:
        """Its phone, if it is the only one to have it, or its national number."""
        phone = one.phones[0].value
        both = [phone] if self.phones[phone] == 1 else []
        return self.rng.choice(written(self.rng.choice([*both, one.identifiers[0].value])))

    def placed(self, one: Resource) -> str:
        ways = (one.name, one.name.lower(), f"{one.name} {one.commune}")
        return self.rng.choice(ways)

    def mixed(self, one: Resource) -> str:
        family, profession, commune = _told(one)
        return f"{family} {profession} {commune}" if self.told[_told(one)] == 1 else ""

    def acronym(self, one: Resource) -> str:
        return f"{_kind(one).acronym.lower()} {one.commune}" if self._only(one) else ""

    def need(self, one: Resource) -> str:
        needs = _kind(one).needs
        return f"{self.rng.choice(needs)} {one.commune}" if needs and self._only(one) else ""

    def _only(self, one: Resource) -> bool:
        return self.filed[_filed(one)] == 1


def questions(found: Sequence[Resource], per_class: int, seed: int = SEED) -> list[Labelled]:
    """At most `per_class` questions of each class on these entries; the seed decides which."""
    rng = Random(seed)
    shuffled = rng.sample(found, len(found))
    people = [one for one in shuffled if one.family]
    places = [one for one in shuffled if not one.family]
    drawn = _Drawn(
        names=[fold(one.name) for one in found],
        phones=Counter(one.phones[0].value for one in found),
        filed=Counter(_filed(one) for one in places),
        told=Counter(_told(one) for one in people),
        rng=rng,
    )
    classes: tuple[tuple[str, Sequence[Resource], Callable[[Resource], str]], ...] = (
        ("names", people, drawn.spelled),
        ("typos", people, drawn.slipped),
        ("acronyms", places, drawn.acronym),
        ("needs", places, drawn.need),
        ("places", places, drawn.placed),
        ("numbers", shuffled, drawn.numbered),
        ("mixed", people, drawn.mixed),
    )
    return [
        labelled
        for kind, among, ask in classes
        for labelled in _labelled(drawn, kind, among, ask, per_class)
    ]


def _labelled(
    drawn: _Drawn,
    kind: str,
    among: Sequence[Resource],
    ask: Callable[[Resource], str],
    wanted: int,
) -> Iterator[Labelled]:
    left = wanted
    for one in among:
        if left == 0:
            return
        if (asked := ask(one)) and drawn.alone(one):
            left -= 1
            yield Labelled(asked, one.name, kind)


def _kind(one: Resource) -> Structure:
    return _BY_CATEGORY[one.category.code if one.category else ""]


def _filed(one: Resource) -> tuple[str, str]:
    return _kind(one).category, one.commune


def _told(one: Resource) -> tuple[str, str, str]:
    return one.family, one.profession.label if one.profession else "", one.commune


def _slips(one: Resource) -> bool:
    return len(one.family) >= SHORTEST_SLIP


def write_questions(path: Path, labelled: Sequence[Labelled]) -> None:
    """The file `recours score` reads."""
    lines = ["query\tname\tclass", *("\t".join(one) for one in labelled)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the questions."""
    parser = argparse.ArgumentParser(description="Questions étiquetées sur un département inventé.")
    parser.add_argument("out", type=Path, metavar="FICHIER")
    parser.add_argument("--rows", type=int, default=20_000, help="nombre de fiches")
    parser.add_argument("--per-class", type=int, default=60, help="questions par classe")
    parser.add_argument("--seed", type=int, default=SEED, help="graine du tirage")
    options = parser.parse_args(arguments)
    found = list(departement_entries(options.rows, options.seed))
    labelled = questions(found, options.per_class, options.seed)
    write_questions(options.out, labelled)
    print(f"{options.out} : {len(labelled)} questions sur {len(found)} fiches")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
