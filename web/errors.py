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
from web.problems import PROBLEM_JSON, problem_document, say_problem
from web.render import render
from web.security import SAFE_METHODS, without_secret

log = get_logger(__name__)

SERVER_SIDE = 500
"""From this status on, the fault is ours and may pass."""

TITLES = {
    404: "Page introuvable",
    405: "Méthode non admise",
    413: "Envoi trop long",
    500: "Erreur interne",
}
DETAILS = {
    404: "Cette adresse ne mène à rien ici. Vérifiez-la, ou repartez de l'annuaire.",
    405: "Cette adresse n'accepte pas cette méthode.",
    413: "Envoi trop long : rien n'a été enregistré. Raccourcissez-le, puis recommencez.",
    500: "Une erreur inattendue s'est produite ; elle est notée dans le journal. Réessayez.",
}


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error in the form its caller reads."""
    app.add_exception_handler(RecoursError, _recours_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def _recours_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RecoursError):
        raise error
    if error.status >= 500:
        log.error(
            "request failed",
            path=without_secret(request.url.path),
            kind=error.kind,
            detail=error.detail,
        )
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
    log.error("unexpected error", path=without_secret(request.url.path), error=type(error).__name__)
    return _answer(request, 500, "erreur", TITLES[500], DETAILS[500])


def _answer(
    request: Request, status: int, kind: str, title: str, detail: str, **extra: Any
) -> Response:
    if request.url.path.split("/")[1] == "api":
        document = problem_document(request.url.path, status, kind, title, detail, **extra)
        return Response(msgspec.json.encode(document), status, media_type=PROBLEM_JSON)
    page = ErrorPage(status, title, detail, again=_again(request) if status >= SERVER_SIDE else "")
    answer: HTMLResponse = render(request, "error", page, fragment=True, status=status)
    return answer


def _again(request: Request) -> str:
    """The address of a reading, to be tried again; a sending could have been taken already."""
    if request.method not in SAFE_METHODS:
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
