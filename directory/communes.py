"""The communes of France, offline: found by INSEE code, postcode, old code or name."""

import csv
import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from importlib import resources
from pathlib import Path

import msgspec

from directory.model import Point, Precision, Value

OVERSEAS_DEPARTEMENTS = {
    "9A": "971",
    "9B": "972",
    "9C": "973",
    "9D": "974",
    "9E": "975",
    "9F": "976",
    "9J": "986",
}
"""FINESS writes overseas départements with a letter; `9A` + commune `123` is 97123 (a.1, 13)."""

ARRONDISSEMENTS = {"75056": "751", "69123": "6938", "13055": "132"}
"""Paris, Lyon and Marseille, and how the codes of their arrondissements begin: RPPS writes the
city's code, FINESS+ the arrondissement's, for one and the same street."""


COMMUNES_FILE = "communes.csv"
"""Name of the table of communes inside the data folder, once one was imported."""


class Commune(Value, frozen=True, kw_only=True):
    """A commune of the official geographic code, with its point (La Poste) and population."""

    insee: str
    name: str
    departement: str
    region: str = ""
    postcodes: tuple[str, ...] = ()
    old_codes: tuple[str, ...] = ()
    population: int = 0
    lat: float | None = None
    lon: float | None = None

    @property
    def point(self) -> Point | None:
        """The commune's point, marked as such: never to be drawn as an address."""
        if self.lat is None or self.lon is None:
            return None
        return Point(
            lat=self.lat, lon=self.lon, precision=Precision.COMMUNE, origin="table des communes"
        )


class Communes:
    """Look-ups over one table of communes."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        self._by_insee = {commune.insee: commune for commune in communes}

    # Built when first needed: a search knows its communes by INSEE code alone.

    @cached_property
    def _by_old(self) -> dict[str, list[Commune]]:
        return _grouped((code, one) for one in self for code in one.old_codes)

    @cached_property
    def _by_postcode(self) -> dict[str, list[Commune]]:
        return _grouped((postcode, one) for one in self for postcode in one.postcodes)

    @cached_property
    def _by_name(self) -> dict[str, list[Commune]]:
        return _grouped((plain_name(one.name), one) for one in self)

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the whole table: rows are placed differently when it changes."""
        content = msgspec.msgpack.encode(list(self))
        return hashlib.blake2b(content, digest_size=16).hexdigest()

    def __len__(self) -> int:
        return len(self._by_insee)

    def __iter__(self) -> Iterator[Commune]:
        return iter(self._by_insee.values())

    def get(self, insee: str) -> Commune | None:
        """The commune of today with this INSEE code."""
        return self._by_insee.get(insee)

    def by_postcode(self, postcode: str) -> list[Commune]:
        """Communes served by a postcode."""
        return self._by_postcode.get(postcode, [])

    def by_name(self, name: str) -> list[Commune]:
        """Communes of this name, however it is written: « L HAY LES ROSES », « St-Denis »."""
        return self._by_name.get(plain_name(name), [])

    def with_arrondissements(self, codes: Iterable[str]) -> frozenset[str]:
        """INSEE codes, each city that has arrondissements standing for all of them too."""
        wanted = set(codes)
        for city in wanted & ARRONDISSEMENTS.keys():
            wanted |= {c for c in self._by_insee if c.startswith(ARRONDISSEMENTS[city])}
        return frozenset(wanted)

    def locate(self, insee: str, postcode: str = "", city: str = "") -> tuple[Commune | None, str]:
        """The commune an address is in, and a French note when the code had to be put right.

        Codes of before 1968 and homonym codes live in the national register (FORMATS.md b,
        traps): a code that contradicts postcode *and* name is replaced by the commune these two
        agree on; a valid code that merely differs is kept and noted. In Paris, Lyon and Marseille
        the arrondissement of the postcode is given.
        """
        found, note = self._locate(insee, postcode, city)
        if found is not None and found.insee in ARRONDISSEMENTS:
            return self._arrondissement(found, postcode), note
        return found, note

    def _arrondissement(self, city: Commune, postcode: str) -> Commune:
        start = ARRONDISSEMENTS[city.insee]
        served = [c for c in self.by_postcode(postcode) if c.insee.startswith(start)]
        return served[0] if len(served) == 1 else city

    def _locate(self, insee: str, postcode: str, city: str) -> tuple[Commune | None, str]:
        told = self._by_insee.get(insee)
        guess = self._from_postcode_and_name(postcode, city)
        if told is None:
            return self._without_code(insee, postcode, city, guess)
        if guess is None or guess.insee == told.insee or postcode in told.postcodes:
            return told, ""
        names = {plain_name(told.name), plain_name(_without_cedex(city))}
        if plain_name(guess.name) in names or insee in guess.old_codes:
            return guess, f"code commune {insee} remplacé par {guess.insee} ({guess.name})"
        return told, f"code postal {postcode} inattendu pour {told.name}"

    def _without_code(
        self, insee: str, postcode: str, city: str, guess: Commune | None
    ) -> tuple[Commune | None, str]:
        old = self._by_old.get(insee, [])
        if len(old) > 1 and postcode:
            old = [c for c in old if postcode in c.postcodes] or old
        if len(old) == 1:
            return old[0], f"ancien code commune {insee} remplacé par {old[0].insee}"
        if guess is not None:
            note = f"code commune {insee} inconnu, commune trouvée par le code postal"
            return guess, note if insee else ""
        named = self.by_name(_without_cedex(city)) if city else []
        same = [c for c in named if postcode and c.departement == _departement(postcode)]
        if len(same) == 1:
            return same[0], "commune trouvée par son nom" + (" (CEDEX)" if postcode else "")
        return None, ""

    def _from_postcode_and_name(self, postcode: str, city: str) -> Commune | None:
        served = self.by_postcode(postcode)
        if len(served) > 1:
            served = [c for c in served if c.insee not in ARRONDISSEMENTS]
        if len(served) == 1:
            return served[0]
        wanted = plain_name(_without_cedex(city))
        named = [c for c in served if plain_name(c.name) == wanted]
        return named[0] if len(named) == 1 else None


@lru_cache(maxsize=65536)
def plain_name(name: str) -> str:
    """A place name reduced to what all spellings share: « L'Haÿ-les-Roses » → `l hay les roses`."""
    folded = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "Oe"))
    letters = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    words = letters.casefold().split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def read_communes(path: str | None = None) -> Communes:
    """Read the shipped table (Etalab decoupage-administratif 6.0.0 and La Poste), or a file."""
    if path is not None:
        with open(path, encoding="utf-8", newline="") as file:
            return Communes([commune_from_row(row) for row in csv.DictReader(file)])
    return _shipped()


@cache
def _shipped() -> Communes:
    """Read once per process: it never changes while one runs."""
    shipped = resources.files("directory") / "data" / "communes.csv"
    with shipped.open(encoding="utf-8") as file:
        return Communes([commune_from_row(row) for row in csv.DictReader(file)])


def open_communes(data_dir: Path) -> Communes:
    """The table imported into `data_dir` (`recours import communes`), else the shipped one."""
    imported = data_dir / COMMUNES_FILE
    return read_communes(str(imported)) if imported.exists() else read_communes()


def commune_from_row(row: dict[str, str]) -> Commune:
    """A line of the commune table; raises KeyError or ValueError when it is not one."""
    return Commune(
        insee=row["insee"],
        name=row["nom"],
        departement=row["departement"],
        region=row["region"],
        postcodes=_codes(row["codes_postaux"]),
        old_codes=_codes(row["anciens_codes"]),
        population=int(row["population"] or 0),
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
    )


def _grouped(pairs: Iterable[tuple[str, Commune]]) -> dict[str, list[Commune]]:
    groups: dict[str, list[Commune]] = defaultdict(list)
    for key, commune in pairs:
        groups[key].append(commune)
    return groups


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(cell.replace(";", " ").replace("|", " ").split())


def _without_cedex(city: str) -> str:
    words = city.upper().split()
    return " ".join(words[: words.index("CEDEX")] if "CEDEX" in words else words)


def _departement(postcode: str) -> str:
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
