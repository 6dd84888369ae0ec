"""The French words of the API's description: what an operation is for, what a field means.

They live in two tables: `api_operations.csv`, a line per operation, and `api_fields.csv`, a line
per parameter or member of a document (`of` names the document, or is empty where the same name
always means the same). The description and its page are told from them alone.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
METHODS = ("get", "post", "put", "delete")

GROUPS = (
    {"name": "Annuaire", "description": "Chercher qui, quoi, où ; lire une fiche. Ouvert à tous."},
    {
        "name": "Corrections",
        "description": "Corriger, vérifier, ajouter ou retirer ; signaler un numéro faux.",
    },
    {
        "name": "Orientation de premier recours",
        "description": "D'un appel à un rendez-vous : la demande et ses signes d'alerte, les "
        "créneaux à proposer, une place retenue, puis confirmée. « outcome » dit à chaque pas où "
        "en est la demande.",
    },
    {
        "name": "Agenda des médecins",
        "description": "Les disponibilités, le profil, les lieux et les calendriers d'un médecin.",
    },
    {
        "name": "Recherche d'un médecin traitant",
        "description": "Qui cherche, qui prend, qui est proposé à qui.",
    },
    {"name": "Mode de crise", "description": "Un bandeau, des numéros, des places gardées."},
    {"name": "Indicateurs", "description": "Les chiffres de la page, avec leurs définitions."},
    {"name": "Service", "description": "L'état du service et de ses sources."},
)
"""OpenAPI's `tags`: the groups of operations, in the order in which they are read."""


class OperationWords(NamedTuple):
    """What an operation is for and what it answers when all is well."""

    purpose: str
    answer: str


class FieldWords(NamedTuple):
    """What a field means, and an example of it as text; either may be empty."""

    meaning: str
    example: str


NO_WORDS = FieldWords("", "")


@cache
def operation_words() -> Mapping[tuple[str, str], OperationWords]:
    """`api_operations.csv`, by method and path template."""
    rows = _rows("api_operations.csv")
    return {
        (row["method"], row["path"]): OperationWords(row["purpose"], row["answer"]) for row in rows
    }


@cache
def all_fields() -> Mapping[tuple[str, str], FieldWords]:
    """`api_fields.csv`, by document or operation (empty: any) and name."""
    rows = _rows("api_fields.csv")
    return {(row["of"], row["name"]): FieldWords(row["meaning"], row["example"]) for row in rows}


def field_words(of: str, name: str) -> FieldWords:
    """Of a field of this document or operation, else of every field of this name."""
    return all_fields().get((of, name)) or all_fields().get(("", name), NO_WORDS)


def has_words(of: str, name: str) -> bool:
    """Whether the table names this very field, not only its name."""
    return (of, name) in all_fields()


def tell_words(document: dict[str, Any]) -> None:
    """Put the French words into an OpenAPI document; an operation without any keeps its own."""
    for method, path, operation in operations(document):
        if words := operation_words().get((method, path)):
            operation["description"] = words.purpose
            for status, answer in operation["responses"].items():
                if status < "300":
                    answer["description"] = words.answer
        for one in operation.get("parameters", ()):
            if meaning := field_words(f"{method} {path}", one["name"]).meaning:
                one.setdefault("description", meaning)
    for name, schema in document["components"]["schemas"].items():
        for field, told in schema.get("properties", {}).items():
            if meaning := field_words(name, field).meaning:
                told.setdefault("description", meaning)


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path template and operation, in the order of the document."""
    for path, told in document["paths"].items():
        for method in METHODS:
            if method in told:
                yield method.upper(), path, told[method]


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as told:
        return list(csv.DictReader(told))
