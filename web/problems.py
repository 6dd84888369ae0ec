"""RFC 9457 documents, and what is wrong with an entry in French."""

from typing import Any

PROBLEM_JSON = "application/problem+json"

PROBLEMS = {
    "missing": "champ obligatoire",
    "json_invalid": "ce n'est pas du JSON valide",
    "greater_than_equal": "au moins {ge} attendu",
    "greater_than": "plus de {gt} attendu",
    "less_than_equal": "au plus {le} attendu",
    "less_than": "moins de {lt} attendu",
    "int_parsing": "nombre entier attendu",
    "int_type": "nombre entier attendu",
    "float_parsing": "nombre attendu",
    "float_type": "nombre attendu",
    "string_type": "texte attendu",
    "string_too_short": "au moins {min_length} caractères attendus",
    "string_too_long": "au plus {max_length} caractères attendus",
    "enum": "une de ces valeurs attendue : {expected}",
    "literal_error": "une de ces valeurs attendue : {expected}",
    "uuid_parsing": "identifiant UUID attendu",
    "date_from_datetime_parsing": "date AAAA-MM-JJ attendue",
    "date_parsing": "date AAAA-MM-JJ attendue",
    "extra_forbidden": "champ inconnu",
    "value_error": "{error}",
}
"""Pydantic's error types in French, with the names of their context between braces."""


def problem_document(
    path: str, status: int, kind: str, title: str, detail: str, **extra: Any
) -> dict[str, Any]:
    """An RFC 9457 document; `extra` joins it without replacing its own members."""
    return extra | {
        "type": f"urn:recours:probleme:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": path,
    }


def say_problem(error: dict[str, Any]) -> str:
    """One of pydantic's errors in French, without the value: it may be a patient's."""
    known = PROBLEMS.get(error["type"])
    told = dict(error.get("ctx", {}))
    if "expected" in told:
        told["expected"] = told["expected"].replace(" or ", " ou ")
    return known.format_map(told) if known else "valeur refusée"
