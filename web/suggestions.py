"""Suggestions as the page and the API give them: one question, its choices and their addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from directory.communes import Commune
from directory.suggesting import Suggestion, SuggestionKind, suggest
from web.services import Services

TITLES = {
    SuggestionKind.WHO: "Qui",
    SuggestionKind.WHAT: "Quoi",
    SuggestionKind.WHERE: "Où",
}


@dataclass(frozen=True)
class Choice:
    """One option of the list: the question it writes, or the address it opens."""

    number: int
    label: str
    detail: str
    text: str
    url: str


@dataclass(frozen=True)
class ChoiceGroup:
    """The options of one kind, under its title."""

    kind: str
    title: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class SuggestionsPage:
    """The list under the search field."""

    groups: Sequence[ChoiceGroup]
    total: int


def suggestions(services: Services, q: str) -> tuple[Suggestion, ...]:
    """What `q` may become; the territory's own communes come before their neighbours."""
    return suggest(services.engine, q, _reach(services), services.communes)


def suggestions_page(found: Sequence[Suggestion]) -> SuggestionsPage:
    """The groups of the list, their options numbered from one end to the other."""
    numbered = enumerate(found, start=1)
    groups = [
        ChoiceGroup(kind.value, TITLES[kind], [_choice(number, one) for number, one in told])
        for kind, told in groupby(numbered, key=lambda pair: pair[1].kind)
    ]
    return SuggestionsPage(groups=groups, total=len(found))


def suggestions_document(found: Sequence[Suggestion]) -> dict[str, Any]:
    """The document of `GET /api/v1/suggestions`."""
    return {
        "suggestions": [
            {
                "kind": one.kind.value,
                "label": one.label,
                "detail": one.detail or None,
                "text": one.text or None,
                "url": _url(one) or None,
            }
            for one in found
        ]
    }


def _reach(services: Services) -> Iterator[Commune]:
    territory = services.territory
    for code in dict.fromkeys((*territory.communes, *territory.neighbours)):
        if (commune := services.communes.get(code)) is not None:
            yield commune


def _choice(number: int, one: Suggestion) -> Choice:
    return Choice(number, one.label, one.detail, one.text, _url(one))


def _url(one: Suggestion) -> str:
    return f"/fiche/{one.alias}" if one.alias else ""
