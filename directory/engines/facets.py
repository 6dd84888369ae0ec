"""The facets of an answer, said in French; engines count them."""

from collections.abc import Iterable, Mapping

import msgspec

from directory.communes import Communes
from directory.engines.entry import words_code
from directory.holidays import public_holiday
from directory.model import ResourceKind
from directory.query import (
    CategoryIs,
    CommuneIs,
    Covers,
    DirectoryQuery,
    Filter,
    HasMode,
    KindIs,
    MemberOf,
    OpenAt,
    ProfessionIs,
    PublicIs,
    SectorIs,
    TakesNewPatients,
)
from directory.resource import Resource
from directory.results import FacetValue, KnownHours
from directory.vocabulary import (
    KIND_LABELS,
    MODE_LABELS,
    NEW_PATIENTS_LABELS,
    categories,
    professions,
)

_FILTERS: Mapping[str, type[Filter]] = {
    "kind": KindIs,
    "profession": ProfessionIs,
    "category": CategoryIs,
    "commune": CommuneIs,
    "covers": Covers,
    "mode": HasMode,
    "public": PublicIs,
    "sector": SectorIs,
    "new_patients": TakesNewPatients,
    "member": MemberOf,
}
FACETS = tuple(_FILTERS)
"""Facets, by the name of the field that is counted."""

MAX_VALUES = 200
"""Values shown at most in one facet; a territory has a few dozen communes and professions."""

Labels = dict[str, dict[str, str]]
"""Facet → code → label, as the entries told them: a code unknown to our tables keeps its name."""


def without_facet(query: DirectoryQuery, name: str) -> DirectoryQuery | None:
    """The same question rid of its filters on one facet, whose values are counted so that they can
    be chosen together; None when it has none, and the whole answer counts.
    """
    kept = tuple(one for one in query.filters if not isinstance(one, _FILTERS[name]))
    return msgspec.structs.replace(query, filters=kept) if kept != query.filters else None


def without_opening(query: DirectoryQuery) -> DirectoryQuery | None:
    """The same question whoever is open; None when it does not ask who is."""
    kept = tuple(one for one in query.filters if not isinstance(one, OpenAt))
    return msgspec.structs.replace(query, filters=kept) if kept != query.filters else None


def known_hours(query: DirectoryQuery, known: int, among: int) -> KnownHours:
    """What is known of a question that asks who is open, once counted."""
    asked = (one for one in query.filters if isinstance(one, OpenAt))
    days = ((day, one.calendar) for one in asked for day in one.days)
    names = [name for day, calendar in days if (name := public_holiday(day, calendar))]
    return KnownHours(known=known, among=among, holiday=names[0] if names else "")


class FacetLabels:
    """What codes are called in one index, looked up once: from our tables, else as it was told."""

    def __init__(self, told: Labels, communes: Communes | None) -> None:
        self._told = told
        self._communes = communes
        self._known: dict[tuple[str, str], str] = {}

    def say(self, name: str, code: str) -> str:
        """The label of a code of a facet, the code itself where nobody tells it."""
        label = self._known.get((name, code))
        if label is None:
            label = self._known[name, code] = _label(name, code, self._told, self._communes)
        return label


def say_facets(
    counted: Mapping[str, list[tuple[str, int]]], labels: FacetLabels
) -> dict[str, tuple[FacetValue, ...]]:
    """Counted values with their labels, the most frequent first, equals by label."""
    return {name: say_values(name, values, labels) for name, values in counted.items()}


def say_values(
    name: str, values: Iterable[tuple[str, int]], labels: FacetLabels
) -> tuple[FacetValue, ...]:
    """Counted values of one facet with their labels, the most frequent first, equals by label."""
    said = [
        FacetValue(code=code, label=labels.say(name, code), count=number) for code, number in values
    ]
    return tuple(sorted(said, key=lambda one: (-one.count, one.label)))


def remember_labels(told: Labels, resource: Resource) -> None:
    """Keep the names an entry gives to its codes."""
    codings = (
        ("profession", resource.profession),
        ("category", resource.category),
        ("sector", resource.convention),
    )
    for name, coding in codings:
        if coding is not None and coding.label:
            told.setdefault(name, {}).setdefault(coding.code, coding.label)
    for name, texts in (("public", resource.publics), ("member", resource.member_of)):
        for text in texts:
            told.setdefault(name, {}).setdefault(words_code(text), text)
    if resource.insee and resource.commune:
        told.setdefault("commune", {}).setdefault(resource.insee, resource.commune)


def unknown_labels(told: Labels, communes: Communes | None) -> Labels:
    """The names that our tables do not give."""
    return {
        name: {
            code: label
            for code, label in labels.items()
            if _label(name, code, {}, communes) == code
        }
        for name, labels in told.items()
    }


def _label(name: str, code: str, told: Labels, communes: Communes | None) -> str:
    remembered = told.get(name, {}).get(code, code)
    match name:
        case "kind":
            return KIND_LABELS[ResourceKind(code)]
        case "profession":
            return professions()[code].label if code in professions() else remembered
        case "category":
            return categories()[code].label if code in categories() else remembered
        case "mode":
            return MODE_LABELS.get(code, remembered)
        case "new_patients":
            return NEW_PATIENTS_LABELS.get(code, remembered)
        case "public" | "member" | "sector":
            return remembered
        case _:
            found = communes.get(code) if communes is not None else None
            return found.name if found is not None else remembered
