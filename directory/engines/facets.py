"""The facets of an answer, said in French; engines count them."""

from collections.abc import Mapping

from directory.communes import Communes
from directory.model import ResourceKind
from directory.resource import Resource
from directory.results import FacetValue
from directory.vocabulary import KIND_LABELS, categories, professions

FACETS = ("kind", "profession", "category", "commune")

MAX_VALUES = 200
"""Values shown at most in one facet; a territory has a few dozen communes and professions."""

Labels = dict[str, dict[str, str]]
"""Facet → code → label, as the entries told them: a code unknown to our tables keeps its name."""


def say_facets(
    counted: Mapping[str, list[tuple[str, int]]], told: Labels, communes: Communes | None
) -> dict[str, tuple[FacetValue, ...]]:
    """Counted values with their labels, the most frequent first, equals by label."""
    said = {
        name: [
            FacetValue(code=code, label=_label(name, code, told, communes), count=number)
            for code, number in values
        ]
        for name, values in counted.items()
    }
    return {
        name: tuple(sorted(values, key=lambda one: (-one.count, one.label)))
        for name, values in said.items()
    }


def remember_labels(told: Labels, resource: Resource) -> None:
    """Keep the names an entry gives to its codes."""
    for name, coding in (("profession", resource.profession), ("category", resource.category)):
        if coding is not None and coding.label:
            told.setdefault(name, {}).setdefault(coding.code, coding.label)
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
        case _:
            found = communes.get(code) if communes is not None else None
            return found.name if found is not None else remembered
