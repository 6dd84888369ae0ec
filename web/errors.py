"""What went wrong, said to a person as a page and to a program as an RFC 9457 document."""

from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from directory.base.errors import RecoursError
from directory.base.logs import get_logger
from web.contexts import ErrorPage
from web.render import render

log = get_logger(__name__)

TITLES = {
    404: "Page introuvable",
    405: "Méthode non admise",
    500: "Erreur interne",
}
DETAILS = {
    404: "Cette adresse ne mène à rien ici. Vérifiez-la, ou repartez de l'annuaire.",
    405: "Cette adresse n'accepte pas cette méthode.",
    500: "Une erreur inattendue s'est produite ; elle est notée dans le journal. Réessayez.",
}

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


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error in the form its caller reads."""
    app.add_exception_handler(RecoursError, _recours_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def problem_document(
    request: Request, status: int, kind: str, title: str, detail: str, **extra: Any
) -> dict[str, Any]:
    """An RFC 9457 document; `extra` joins it without replacing its own members."""
    return extra | {
        "type": f"urn:recours:probleme:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }


def say_problem(error: dict[str, Any]) -> str:
    """One of pydantic's errors in French, without the value: it may be a patient's."""
    known = PROBLEMS.get(error["type"])
    return known.format_map(error.get("ctx", {})) if known else "valeur refusée"


def _recours_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RecoursError):
        raise error
    if error.status >= 500:
        log.error("request failed", path=request.url.path, kind=error.kind, detail=error.detail)
    return _answer(request, error.status, error.kind, error.title, error.detail, **error.extra)


def _invalid_request(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    problems = [
        {"field": ".".join(str(part) for part in one["loc"]), "problem": say_problem(one)}
        for one in error.errors()
    ]
    detail = " ; ".join(f"{one['field']} : {one['problem']}" for one in problems)
    return _answer(request, 422, "saisie-refusee", "Saisie refusée", detail, errors=problems)


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    title = TITLES.get(error.status_code, "Demande refusée")
    detail = DETAILS.get(error.status_code, str(error.detail))
    answer = _answer(request, error.status_code, "http", title, detail)
    answer.headers.update(error.headers or {})
    return answer


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected error", path=request.url.path, error=type(error).__name__)
    return _answer(request, 500, "erreur", TITLES[500], DETAILS[500])


def _answer(
    request: Request, status: int, kind: str, title: str, detail: str, **extra: Any
) -> Response:
    if request.url.path.startswith("/api/"):
        document = problem_document(request, status, kind, title, detail, **extra)
        return Response(msgspec.json.encode(document), status, media_type=PROBLEM_JSON)
    page = ErrorPage(status=status, title=title, detail=detail)
    answer: HTMLResponse = render(request, "error", page, fragment=True, status=status)
    return answer


PROBLEM_JSON = "application/problem+json"
