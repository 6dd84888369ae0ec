"""What somebody who may not is told: how to sign in, or whom to ask."""

from dataclasses import dataclass

import msgspec
from fastapi import Request
from starlette.responses import Response

from web.access import ROLE_LABELS, Rule
from web.problems import PROBLEM_JSON, problem_document
from web.render import render

TITLES = {401: "Connexion nécessaire", 403: "Accès réservé"}
KINDS = {401: "connexion", 403: "acces-reserve"}
SIGN_IN_FIRST = (
    "Votre session est finie, ou vous n'êtes pas connecté : rien n'a été enregistré. "
    "Connectez-vous, puis recommencez."
)
KEY_FIRST = (
    "Session finie, ou clé d'API absente, expirée ou révoquée : rien n'a été enregistré. "
    "Connectez-vous, ou demandez une clé à la coordination."
)
KEY_SHORT = "Ce compte ou cette clé d'API ne donne pas ce droit, ou ce n'est pas à vous."
NOT_YOURS = "Votre compte ne donne pas accès à cette page, ou ce qu'elle montre n'est pas à vous."


@dataclass(frozen=True)
class DeniedPage:
    """What is refused, and the roles that open it."""

    status: int
    title: str
    detail: str
    wanted: str
    roles: tuple[str, ...]


def deny(request: Request, status: int, rule: Rule | None) -> Response:
    """401 or 403, as a page for a person and as an RFC 9457 document for a program."""
    title = TITLES[status]
    detail = SIGN_IN_FIRST if status == 401 else NOT_YOURS
    if request.url.path.startswith("/api/"):
        detail = KEY_FIRST if status == 401 else KEY_SHORT
        document = problem_document(request.url.path, status, KINDS[status], title, detail)
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
        return Response(msgspec.json.encode(document), status, headers, media_type=PROBLEM_JSON)
    held = rule.roles if rule else frozenset()
    roles = tuple(label for role, label in ROLE_LABELS.items() if role in held)
    page = DeniedPage(status, title, detail, rule.label if rule else "", roles)
    return render(request, "denied", page, status=status)
