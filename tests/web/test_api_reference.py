"""The page of the API says all that the contract says, in French, with requests that work."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from tests.web.sites import open_site
from web.access import actions, route_rules
from web.api_description import DescribedApp
from web.api_kinds import Kind, Schemas, say_kind
from web.api_reference import Group, Operation, api_page
from web.api_words import all_fields, field_words, operation_words, operations
from web.services import Services

BASE = "https://recours.exemple.fr"


@pytest.fixture(scope="module")
def app(services: Services) -> DescribedApp:
    found = open_site(services).app
    assert isinstance(found, DescribedApp)
    return found


@pytest.fixture(scope="module")
def contract(app: DescribedApp) -> dict[str, Any]:
    return app.openapi()


@pytest.fixture(scope="module")
def groups(contract: dict[str, Any]) -> list[Group]:
    return list(api_page(contract, BASE).groups)


@pytest.fixture(scope="module")
def page(services: Services) -> str:
    return open_site(services).get("/api/docs").text


def everything(groups: list[Group]) -> Iterator[Operation]:
    for group in groups:
        yield from group.operations


def arguments(command: str) -> list[str]:
    return shlex.split(command.replace("\\\n", " "))


def after(command: list[str], option: str) -> list[str]:
    return [value for name, value in zip(command, command[1:], strict=False) if name == option]


def test_every_operation_has_its_words_and_every_word_its_operation(
    contract: dict[str, Any],
) -> None:
    there = {(method, path) for method, path, _ in operations(contract)}
    assert set(operation_words()) == there
    english = re.compile(r"\b(the|of|with|this|Successful)\b")
    for method, path, told in operations(contract):
        done = [one for status, one in told["responses"].items() if status < "300"]
        said = [told["summary"], told["description"], *(one["description"] for one in done)]
        assert all(said), (method, path)
        assert not any(english.search(one) for one in said), said
        assert told["summary"] != told["operationId"].replace("_", " ").title()


def test_every_field_has_a_meaning_and_every_meaning_a_field(contract: dict[str, Any]) -> None:
    used = set()
    silent = []
    for method, path, told in operations(contract):
        for one in told.get("parameters", ()):
            used |= {(f"{method} {path}", one["name"]), ("", one["name"])}
            if not one.get("description"):
                silent.append(f"{method} {path} {one['name']}")
    for name, schema in contract["components"]["schemas"].items():
        for field, one in schema.get("properties", {}).items():
            used |= {(name, field), ("", field)}
            if not ("description" in one or "description" in str(one.get("anyOf"))):
                silent.append(f"{name} {field}")
    assert silent == []
    assert set(all_fields()) - used == set()


def test_the_page_says_every_operation_and_each_of_its_statuses(
    contract: dict[str, Any], groups: list[Group], page: str
) -> None:
    by_place = {(one.method, one.path): one for one in everything(groups)}
    for method, path, told in operations(contract):
        one = by_place[method, path]
        said = {*(answer.status for answer in (*one.answers, *one.refusals)), *one.common}
        assert said == {int(status) for status in told["responses"]}
        assert f'id="{one.anchor}"' in page
        assert f"<code>{path}</code>" in page


def test_links_of_the_contents_lead_somewhere_and_nothing_has_two_names(page: str) -> None:
    names = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(names) == sorted(set(names))
    assert set(re.findall(r'href="#([^"]+)"', page)) - set(names) == set()


def test_an_example_is_a_request_that_the_operation_takes(
    app: DescribedApp, groups: list[Group]
) -> None:
    """Address, key and body: what is required is there, and what is there is accepted."""
    routes = {
        (method, one.path): one
        for one in app.described
        if isinstance(one, APIRoute)
        for method in one.methods or ()
    }
    bodies = 0
    for one in everything(groups):
        route, command = routes[one.method, one.path], arguments(one.example)
        (address,) = [told for told in command if told.startswith("$RECOURS")]
        path = address.removeprefix("$RECOURS")
        assert route.path_regex.match(path), one.example
        asks = {told.partition("=")[0] for told in after(command, "--data-urlencode")}
        assert asks <= {told.name for told in one.parameters if told.where == "après « ? »"}
        public = actions()[route_rules()[one.method, one.path].action].public
        assert public != any(told.startswith("Authorization") for told in command)
        assert after(command, "-X") == ([] if one.method == "GET" else [one.method])
        if route.body_field:
            (body,) = after(command, "-d")
            taken: Any = route.body_field.field_info.annotation
            TypeAdapter(taken).validate_python(json.loads(body))
            bodies += 1
    assert bodies > 20


def test_examples_of_the_directory_answer_as_they_are(services: Services) -> None:
    """Those that need nobody's key, asked as they are written."""
    site = open_site(services)
    for one in everything(list(api_page(site.get("/api/openapi.json").json(), "").groups)):
        if one.access.public and one.method == "GET" and "{" not in one.path:
            command = arguments(one.example)
            asked = dict(told.split("=", 1) for told in after(command, "--data-urlencode"))
            answer = site.get(one.path, params=asked)
            assert answer.status_code == 200, one.example


def test_who_may_call_is_said_as_the_tables_of_access_say(page: str) -> None:
    public = between(page, "get-resources")
    assert "tout le monde" in public
    assert "Authorization" not in public
    kept = between(page, "post-requests")
    assert "<code>call.take</code>" in kept
    assert "secrétariat de premier recours" in kept
    own = between(page, "get-practitioners-practitioner-id-profile")
    assert "médecin de premier recours (pour ce qui est sien)" in own


def between(page: str, anchor: str) -> str:
    """An operation's part of the page."""
    return page.split(f'aria-labelledby="{anchor}"', 1)[1].split("</article>", 1)[0]


def test_nothing_comes_from_elsewhere_and_no_script_is_needed(page: str) -> None:
    assert "swagger" not in page.lower()
    assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', page)) == set()
    assert "openapi.json" in page


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string", "maxLength": 300}, "texte, 300 caractères au plus"),
        ({"type": "string", "minLength": 1, "maxLength": 9}, "texte, de 1 à 9 caractères"),
        ({"type": "integer", "minimum": 1, "maximum": 100}, "nombre entier, de 1 à 100"),
        (
            {"type": "number", "exclusiveMinimum": 0, "maximum": 500},
            "nombre, plus de 0, au plus 500",
        ),
        ({"type": "string", "format": "date"}, "date AAAA-MM-JJ"),
        ({"type": "array", "maxItems": 5, "items": {"type": "string"}}, "liste, 5 au plus : texte"),
        ({"const": "none", "type": "string"}, "« none »"),
        ({"$ref": "#/components/schemas/Sex"}, Kind("une de ces valeurs", ("female", "male"))),
        ({"$ref": "#/components/schemas/One"}, Kind("objet", document="One")),
        (
            {"anyOf": [{"$ref": "#/components/schemas/Sex"}, {"type": "null"}]},
            Kind("une de ces valeurs", ("female", "male"), nullable=True),
        ),
        (
            {"type": "object", "additionalProperties": {"type": "boolean"}},
            "objet, par nom : true ou false",
        ),
        ({}, "JSON"),
    ],
)
def test_kinds_and_limits_are_said_in_french(schema: dict[str, Any], said: Kind | str) -> None:
    schemas: Schemas = {
        "Sex": {"type": "string", "enum": ["female", "male"]},
        "One": {"type": "object", "properties": {"a": {"type": "string"}}},
    }
    assert say_kind(schema, schemas) == (Kind(said) if isinstance(said, str) else said)


def test_a_description_of_more_than_we_know_is_still_told() -> None:
    """A new group, words that nobody wrote yet, markup: nothing is lost, nothing runs."""
    path = "/healthz"
    document = {
        "info": {"title": "Essai", "version": "1", "description": "Essai"},
        "tags": [],
        "components": {"schemas": {}},
        "paths": {
            path: {
                "get": {
                    "tags": ["<b>Neuf</b>"],
                    "summary": "<script>alert(1)</script>",
                    "responses": {"200": {"description": "Fait"}},
                }
            }
        },
    }
    (group,) = api_page(document, BASE).groups
    assert (group.title, group.anchor) == ("<b>Neuf</b>", "b-neuf-b")
    assert [one.title for one in group.operations] == ["<script>alert(1)</script>"]
    assert field_words("Nothing", "nothing").meaning == ""
