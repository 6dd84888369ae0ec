"""How people practise: in a house of health, in a centre, in an establishment, together or alone.

No source says it of everybody. It is read from what entries tell: the name of the place and of the
teams, and who else is at the same address.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.communes import plain_name
from directory.resource import Resource
from directory.vocabulary import categories

HOUSE_CATEGORY = "603"
"""FINESS: maison de santé (L. 6223-3)."""

CENTRE_AGGREGATE = "2206"
"""FINESS aggregate « Centres de Santé »."""


class Setting(StrEnum):
    """Where and with whom somebody practises, from the most to the least organised."""

    HOUSE = "house"
    CENTRE = "centre"
    ESTABLISHMENT = "establishment"
    GROUP = "group"
    ALONE = "alone"
    UNKNOWN = "unknown"


SETTING_LABELS: Mapping[Setting, str] = {
    Setting.HOUSE: "Maison de santé (MSP)",
    Setting.CENTRE: "Centre de santé",
    Setting.ESTABLISHMENT: "Autre établissement",
    Setting.GROUP: "Cabinet à plusieurs",
    Setting.ALONE: "Seul à son adresse",
    Setting.UNKNOWN: "Adresse inconnue",
}

Key = tuple[str, str]


@dataclass(frozen=True)
class _Practice:
    line: str
    person: str
    address: Key | None
    names: tuple[Key, ...]


class Places:
    """Places of practice and structures, kept until the last entry is read."""

    def __init__(self) -> None:
        self._practices: list[_Practice] = []
        self._by_name: dict[Key, Setting] = {}
        self._by_address: dict[Key, Setting] = {}
        self._at: dict[Key, set[str]] = defaultdict(set)

    def add_practice(self, line: str, person: str, entry: Resource) -> None:
        """One place where a person is installed."""
        address = _address(entry)
        names = _names(entry.insee, (*entry.member_of, entry.organization_name))
        self._practices.append(_Practice(line, person, address, names))
        if address is not None:
            self._at[address].add(person)

    def add_structure(self, entry: Resource) -> None:
        """An establishment, a service or a team that people may practise in."""
        setting = setting_of_category(entry.category.code if entry.category else "")
        for name in _names(entry.insee, (entry.name, *entry.other_names)):
            _keep_first(self._by_name, name, setting)
        address = _address(entry)
        if address is not None and setting is not Setting.ESTABLISHMENT:
            _keep_first(self._by_address, address, setting)

    def settings(self) -> dict[str, Counter[Setting]]:
        """Places of practice by line of profession and setting; a person's places each count once."""
        found: dict[str, Counter[Setting]] = defaultdict(Counter)
        seen: set[tuple[str, str, Key | None, Setting]] = set()
        for one in self._practices:
            setting = self._setting(one)
            key = (one.line, one.person, one.address, setting)
            if key not in seen:
                seen.add(key)
                found[one.line][setting] += 1
        return dict(found)

    def _setting(self, one: _Practice) -> Setting:
        told = [self._by_name[name] for name in one.names if name in self._by_name]
        if one.address in self._by_address:
            told.append(self._by_address[one.address])
        if told:
            return min(told, key=_rank)
        if one.address is None:
            return Setting.UNKNOWN
        return Setting.GROUP if len(self._at[one.address]) > 1 else Setting.ALONE


def setting_of_category(code: str) -> Setting:
    """What practising in a structure of this FINESS category is."""
    if code == HOUSE_CATEGORY:
        return Setting.HOUSE
    known = categories().get(code)
    return (
        Setting.CENTRE if known and known.aggregate == CENTRE_AGGREGATE else Setting.ESTABLISHMENT
    )


def _rank(setting: Setting) -> int:
    return list(Setting).index(setting)


def _keep_first(known: dict[Key, Setting], key: Key, setting: Setting) -> None:
    known[key] = min(known.get(key, setting), setting, key=_rank)


def _names(insee: str, told: Iterable[str]) -> tuple[Key, ...]:
    return tuple((insee, plain_name(name)) for name in told if name)


def _address(entry: Resource) -> Key | None:
    """A place precise enough to be shared: its street, without what is written around it.

    A commune alone is no place.
    """
    told = entry.address.partition(entry.postcode)[0] if entry.postcode else entry.address
    parts = [plain_name(part) for part in told.split(",")]
    numbered = [part for part in parts if any(sign.isdigit() for sign in part)]
    plain = next(iter(numbered or parts), "")
    return (entry.insee, plain) if plain and plain != plain_name(entry.commune) else None
