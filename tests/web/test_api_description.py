"""Every operation of the API, fed with what its description allows: no 500, no status or document
that the description does not tell (schemathesis, bounded)."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.sites import SITE, open_site
from web.services import Services

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 1
"""Of each operation and of each mode: what the description allows, and what it does not."""

BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.soak
def test_every_operation_keeps_to_its_description(services: Services) -> None:
    schema = schemathesis.openapi.from_asgi(
        "/api/openapi.json", open_site(services).app, headers={"Host": "localhost"}
    )
    failures: list[str] = []
    asked: dict[str, int] = {}
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]
        for mode in GenerationMode:

            @seed(2026)
            @BOUNDED
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: schemathesis.Case[Any]) -> None:
                asked[case.operation.label] = asked.get(case.operation.label, 0) + 1
                answer = case.call(base_url=SITE)
                case.validate_response(answer, checks=CHECKS)

            try:
                ask()
            except Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE  # nothing is asked: nothing can be wrong
            except FailureGroup as exc:
                told = [f"{type(one).__name__} {one}" for one in exc.exceptions]
                failures.append(f"{operation.label} ({mode.value}): {told}"[:900])
    assert not failures, "\n".join(failures)
    assert len(asked) >= 50
    assert sum(asked.values()) >= 300
