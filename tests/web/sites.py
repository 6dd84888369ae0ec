"""One application per worker, put over the services of each test: its routes are built once.

The application reads its services from its state alone. Two sites of one test that stand on
different services need `create_app`.
"""

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.web.described import keep_to_description
from tests.web.visitor import Visitor
from web.app import create_app
from web.render import make_environment
from web.services import Services

SITE = "http://localhost"
_built: list[FastAPI] = []


def open_site(services: Services) -> TestClient:
    """A visitor of these services, without cookies."""
    if not _built:
        _built.append(create_app(services))
    state = _built[0].state
    if state.services is not services:
        state.services, state.templates = services, make_environment(services)
    client = Visitor(_built[0], base_url=SITE, raise_server_exceptions=False)
    return keep_to_description(client, _built[0])
