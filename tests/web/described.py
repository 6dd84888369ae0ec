"""What the description of the API tells of an answer: checked on every answer tests get of it."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx2 import Response

from web.api_description import DescribedApp, statuses_of
from web.enforcement import match_route
from web.problems import PROBLEM_JSON


def keep_to_description(client: TestClient, app: FastAPI) -> TestClient:
    """The same client, which fails where the API answers what its description does not tell."""
    assert isinstance(app, DescribedApp)

    def check(answer: Response) -> None:
        asked = answer.request
        scope = {"type": "http", "method": asked.method, "path": asked.url.path, "headers": []}
        found = match_route(app.described, scope)
        if found is None or not asked.url.path.startswith("/api/v1/"):
            return
        route = found[0]
        assert isinstance(route, APIRoute)
        told = f"{asked.method} {route.path}: {answer.status_code}"
        assert answer.status_code in statuses_of(route, asked.method), told
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == PROBLEM_JSON, told

    client.event_hooks["response"].append(check)
    return client
