"""Every operation of the API, fed with what its description allows and with what it does not: no
500, no status and no document that the description does not tell (schemathesis, bounded).

On a demonstration, where everything is open; then out of it, by each key and by nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp

from tests.web.accounts.site import real_services, visitor
from tests.web.api_samples import known_values
from tests.web.conftest import open_at
from tests.web.sample import fill_directory, fill_team
from tests.web.sites import SITE, open_site
from web.access import actions, route_rules
from web.accounts.api_keys import create_key, key_scopes
from web.api_description import DescribedApp, statuses_of
from web.app import create_app
from web.bodies import LARGEST_BODY
from web.services import Services

Case = schemathesis.Case[Any]
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@dataclass
class Walk:
    """What was asked, by operation and mode, and what was wrong with the answers."""

    asked: dict[tuple[str, GenerationMode], int] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def ask(self, case: Case, mode: GenerationMode, headers: Mapping[str, str]) -> int:
        """Send what was drawn; the answer is checked against the description."""
        told = (case.operation.label, mode)
        self.asked[told] = self.asked.get(told, 0) + 1
        answer = case.call(base_url=SITE, headers=dict(headers))
        self.statuses.add(answer.status_code)
        assert answer.status_code != 500, f"{told} {case.as_curl_command()}"
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            said = [f"{type(one).__name__} {one}" for one in group.exceptions]
            self.failures.append(f"{told} {answer.status_code}: {said}"[:900])
        return int(answer.status_code)


def operations(app: ASGIApp) -> list[Any]:
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers={"Host": "localhost"})
    return [one.ok() for one in schema.get_all_operations()]  # type: ignore[union-attr]


def can_be_wrong(operation: Any) -> bool:
    """Whether something may be asked that the description refuses: any text is good for a path."""
    told = operation.definition.raw
    return "requestBody" in told or any(
        one["in"] != "path" or one["schema"] != {"type": "string", "title": one["schema"]["title"]}
        for one in told.get("parameters", ())
    )


def draw(operation: Any, mode: GenerationMode, examples: int) -> list[Case]:
    """What the description allows, or does not."""
    drawn: list[Case] = []

    @seed(2026)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def keep(case: Case) -> None:
        drawn.append(case)

    keep()
    return drawn


@pytest.fixture
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A demonstration of its own: what is asked here changes everything it has."""
    opened = open_at(tmp_path_factory.mktemp("described"))
    fill_directory(opened)
    fill_team(opened.orientation)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "examples",
    [pytest.param(2, marks=pytest.mark.slow), pytest.param(40, marks=pytest.mark.soak)],
)
def test_every_operation_keeps_to_its_description(filled: Services, examples: int) -> None:
    site = open_site(filled)
    doctor = next(one for one in filled.orientation.doctors() if one.places)
    known = known_values(site, str(doctor.id), str(doctor.places[0].id))
    walk = Walk()
    found = operations(site.app)
    for operation in found:
        for case in draw(operation, GenerationMode.POSITIVE, examples):
            walk.ask(case, GenerationMode.POSITIVE, {})
            if case.path_parameters:
                case.path_parameters = {name: known[name] for name in case.path_parameters}
                walk.ask(case, GenerationMode.POSITIVE, {})
        if can_be_wrong(operation):
            for case in draw(operation, GenerationMode.NEGATIVE, examples):
                walk.ask(case, GenerationMode.NEGATIVE, {})
    assert not walk.failures, "\n".join(walk.failures)
    assert {200, 201, 204, 404, 409, 422} <= walk.statuses
    assert len({label for label, _ in walk.asked}) == len(found) >= 70
    assert sum(walk.asked.values()) >= 3 * examples * 50


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Out of the demonstration; what is asked is refused or answers an empty folder."""
    with real_services(tmp_path_factory.mktemp("keys"), rate_scale=0) as opened:
        yield opened


@pytest.mark.slow
def test_each_key_and_nobody_keep_to_the_description(guarded: Services) -> None:
    """401 to nobody, 403 to a key without the right; what is anybody's stays so."""
    app = create_app(guarded)
    keys = {scope: bearer(guarded, scope) for scope in key_scopes()}
    walk, wrong = Walk(), []
    for operation in operations(app):
        (case,) = draw(operation, GenerationMode.POSITIVE, 1)
        needs = route_rules()[operation.method.upper(), operation.path].action
        public = actions()[needs].public
        told = walk.ask(case, GenerationMode.POSITIVE, {})
        if (told == 401) is public:
            wrong.append((operation.label, "nobody", told))
        for scope, headers in keys.items():
            told = walk.ask(case, GenerationMode.POSITIVE, headers)
            if (told in (401, 403)) is (public or scope == needs):
                wrong.append((operation.label, scope, told))
    assert not walk.failures, "\n".join(walk.failures)
    assert wrong == []
    assert sum(walk.asked.values()) >= 70 * (1 + len(keys))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "ailleurs.example"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "application/json"}, 413),
    ],
)
def test_what_outer_layers_refuse_is_told(
    filled: Services, headers: dict[str, str], status: int
) -> None:
    """Another name of host, another site's page, a sending too long: by every operation."""
    app = create_app(filled)
    client = visitor(filled, app)
    for route, method in described(app):
        changes = method != "GET"
        if status != 400 and not changes:
            continue
        body = b'"' + b"x" * LARGEST_BODY + b'"' if status == 413 else b""
        if status == 413 and route.body_field is None:
            continue  # nothing of it is read
        answer = client.request(method, filled_path(route), headers=headers, content=body)
        assert answer.status_code == status, f"{method} {route.path}"


@pytest.mark.slow
def test_asking_too_often_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    with real_services(tmp_path_factory.mktemp("often"), rate_scale=0.001) as opened:
        app = create_app(opened)
        client = visitor(opened, app)
        public = ("/api/v1/resources", "/api/v1/suggestions", "/api/v1/fields/organization.name")
        for path in public:
            client.get(path)
            answer = client.get(path)
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) > 0


def bearer(services: Services, scope: str) -> dict[str, str]:
    _, secret = create_key(
        services.accounts, name=f"Essai {scope}", scopes=[scope], days=30, author="essai"
    )
    return {"Authorization": f"Bearer {secret}"}


def described(app: ASGIApp) -> Iterator[tuple[APIRoute, str]]:
    assert isinstance(app, DescribedApp)
    for route in app.described:
        if isinstance(route, APIRoute) and route.path.startswith("/api/v1/"):
            for method in route.methods or ():
                assert statuses_of(route, method)
                yield route, method


def filled_path(route: APIRoute) -> str:
    return route.path_format.format(**{one.name: "1" for one in route.dependant.path_params})
