"""What an operation of the API may refuse, told in its description (OpenAPI), status by status.

What depends on the operation itself (404, 409, 410, 503) is said where it is declared, by
`refusals`. What every operation of its kind may answer is worked out here from what is declared
anyway: its action in `access.csv`, its method, its parameters, its body.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Route

from web.access import actions, route_rules
from web.api_words import tell_words
from web.problems import PROBLEM_JSON
from web.schemas import problem_schema
from web.security import SAFE_METHODS

Answers = dict[int | str, dict[str, Any]]
"""What FastAPI takes as `responses`."""

SAID: Mapping[int, str] = {
    400: "Demande illisible, ou adressée à un autre nom d'hôte",
    401: "Ni session, ni clé d'API ou certificat qui vaille",
    403: "Ce compte ou cette clé ne donne pas ce droit, ou la demande vient d'un autre site",
    404: "Identifiant inconnu",
    409: "Course perdue, ou refus du magasin : « reason » dit lequel",
    410: "Cette fiche existe, mais n'est pas publiée",
    413: "Envoi trop long",
    422: "Saisie refusée : « errors » ou « field » dit quel champ",
    429: "Trop de demandes : « Retry-After » dit combien de secondes attendre",
    503: "Momentanément indisponible : recommencez plus tard",
}
PROBLEM = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}


class DescribedApp(FastAPI):
    """An application whose description tells every status that its operations answer."""

    described: Sequence[Route] = ()

    def openapi(self) -> dict[str, Any]:
        """The description, built once."""
        fresh = self.openapi_schema is None
        document = super().openapi()
        if fresh:
            _tell_refusals(document, self.described)
            tell_words(document)
        return document


def refusals(*statuses: int, said: Mapping[int, str] | None = None) -> Answers:
    """What an operation declares that it may refuse, `said` in its own words where it has some."""
    words = {**SAID, **(said or {})}
    return {status: {"description": words[status]} for status in (*statuses, *(said or {}))}


def statuses_of(route: APIRoute, method: str) -> frozenset[int]:
    """Every status an operation may answer with: its own and those of its kind."""
    own = {int(status) for status in route.responses}
    return frozenset({route.status_code or 200} | own | _statuses_of_kind(route, method))


def _statuses_of_kind(route: APIRoute, method: str) -> set[int]:
    found = {400, 429}
    needs = actions()[route_rules()[method, route.path].action]
    if not needs.public:
        found |= {401, 403}
    if method not in SAFE_METHODS:
        found |= {403, 413}
    if _checks_entries(route):
        found.add(422)
    return found


def _checks_entries(route: APIRoute) -> bool:
    """Whether FastAPI may refuse what it is given; any text is good for a plain path parameter."""
    told = route.dependant
    typed = [one for one in told.path_params if one.field_info.annotation is not str]
    return bool(route.body_field or told.query_params or told.header_params or typed)


def _tell_refusals(document: dict[str, Any], routes: Sequence[Route]) -> None:
    schemas = document["components"]["schemas"]
    schemas["ProblemDocument"] = problem_schema()
    for unused in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, never answered here
        schemas.pop(unused, None)
    for route in routes:
        if not (isinstance(route, APIRoute) and route.include_in_schema):
            continue
        content = {"content": PROBLEM} if route.path.startswith("/api/") else {}
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            operation["responses"] = {
                str(status): operation["responses"][str(status)]
                if status < 400
                else {"description": SAID[status]} | content | route.responses.get(status, {})
                for status in sorted(statuses_of(route, method))
            }
