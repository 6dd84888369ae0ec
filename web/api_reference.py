"""The page of the API, made of the OpenAPI document that programs read."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from web.access import ROLE_LABELS, Rule, actions, route_rules
from web.api_description import SAID
from web.api_examples import curl
from web.api_kinds import Kind, Schema, Schemas, reference, say_kind
from web.api_words import operations

EVERYWHERE = (400, 401, 403, 413, 422, 429)
"""Refusals that follow from the kind of a request: said once, not for each operation."""


@dataclass(frozen=True)
class Field:
    """A parameter, or a member of a document."""

    name: str
    kind: Kind
    required: bool
    meaning: str = ""
    default: str = ""
    where: str = ""


@dataclass(frozen=True)
class Answer:
    """A status and what comes with it."""

    status: int
    meaning: str
    kind: Kind | None = None


@dataclass(frozen=True)
class Operation:
    """One thing that a program may ask."""

    anchor: str
    method: str
    path: str
    title: str
    purpose: str
    access: Rule
    roles: str
    parameters: Sequence[Field]
    body: str
    members: Sequence[Field]
    answers: Sequence[Answer]
    refusals: Sequence[Answer]
    common: Sequence[int]
    example: str


@dataclass(frozen=True)
class Group:
    """Operations about the same thing."""

    anchor: str
    title: str
    purpose: str
    operations: Sequence[Operation]


@dataclass(frozen=True)
class Document:
    """A JSON object that an operation takes or answers, beyond those shown with it.

    `asked`: it is part of what is sent, so that what is required must be said.
    """

    name: str
    asked: bool
    members: Sequence[Field]


@dataclass(frozen=True)
class ApiPage:
    """Everything that the page says."""

    title: str
    version: str
    description: str
    groups: Sequence[Group]
    documents: Sequence[Document]
    common: Sequence[Answer]
    base: str


def api_page(document: Mapping[str, Any], base: str) -> ApiPage:
    """The page of an OpenAPI document; `base` is the address of this service."""
    schemas: Schemas = document["components"]["schemas"]
    told = [
        (tell["tags"][0], _operation(method, path, tell, schemas))
        for method, path, tell in operations(document)
    ]
    purposes = {one["name"]: one.get("description", "") for one in document["tags"]}
    groups = [
        Group(anchor(name), name, purposes.get(name, ""), found)
        for name in dict.fromkeys((*purposes, *(tag for tag, _ in told)))
        if (found := [operation for tag, operation in told if tag == name])
    ]
    info = document["info"]
    return ApiPage(
        title=info["title"],
        version=info["version"],
        description=info["description"],
        groups=groups,
        documents=list(_documents(schemas, [one for _, one in told])),
        common=[Answer(status, SAID[status]) for status in EVERYWHERE],
        base=base.rstrip("/"),
    )


def anchor(text: str) -> str:
    """« Mode de crise » as the end of an address: `mode-de-crise`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _operation(method: str, path: str, told: Mapping[str, Any], schemas: Schemas) -> Operation:
    rule = actions()[route_rules()[method, path].action]
    body = reference(_content(told["requestBody"])) if "requestBody" in told else ""
    answers = [_answer(int(status), one, schemas) for status, one in told["responses"].items()]
    refused = [one for one in answers if one.status >= HTTPStatus.BAD_REQUEST]
    return Operation(
        anchor=anchor(f"{method} {path.removeprefix('/api/v1')}"),
        method=method,
        path=path,
        title=told["summary"],
        purpose=told.get("description", ""),
        access=rule,
        roles=_say_roles(rule),
        parameters=[_parameter(one, schemas) for one in told.get("parameters", ())],
        body=body,
        members=members(schemas[body], schemas) if body else (),
        answers=[one for one in answers if one not in refused],
        refusals=[one for one in refused if one.status not in EVERYWHERE],
        common=[one.status for one in refused if one.status in EVERYWHERE],
        example=curl(method, path, told, schemas, key=not rule.public),
    )


def members(schema: Schema, schemas: Schemas) -> Sequence[Field]:
    """The members of an object, required first."""
    wanted = schema.get("required", ())
    told = [
        Field(
            name=name,
            kind=say_kind(one, schemas),
            required=name in wanted,
            meaning=_meaning(one),
            default=_default(one),
        )
        for name, one in schema["properties"].items()
    ]
    return sorted(told, key=lambda one: not one.required)


def _parameter(told: Mapping[str, Any], schemas: Schemas) -> Field:
    return Field(
        name=told["name"],
        kind=say_kind(told["schema"], schemas),
        required=told["required"],
        meaning=told.get("description", ""),
        default=_default(told["schema"]),
        where={"path": "dans l'adresse", "query": "après « ? »", "header": "en-tête"}[told["in"]],
    )


def _answer(status: int, told: Mapping[str, Any], schemas: Schemas) -> Answer:
    schema = _content(told) if status < HTTPStatus.BAD_REQUEST and "content" in told else {}
    return Answer(status, told["description"], say_kind(schema, schemas) if schema else None)


def _content(told: Mapping[str, Any]) -> Schema:
    content = next(iter(told["content"].values()))
    schema: Schema = content["schema"]
    return schema


def _documents(schemas: Schemas, told: Sequence[Operation]) -> Iterator[Document]:
    bodies = {one.body for one in told}
    asked = {member.kind.document for one in told for member in one.members}
    for name, schema in sorted(schemas.items()):
        if "properties" in schema and name not in bodies:
            yield Document(name, name in asked, members(schema, schemas))


def _meaning(schema: Schema) -> str:
    inner = (one["description"] for one in schema.get("anyOf", ()) if "description" in one)
    told: str = schema.get("description") or next(inner, "")
    return told


def _default(schema: Schema) -> str:
    told = schema.get("default")
    if told in (None, "", []):
        return ""
    return str(told).lower() if isinstance(told, bool) else str(told)


def _say_roles(rule: Rule) -> str:
    """« secrétariat de premier recours, médecin de premier recours (pour ce qui est sien) »."""
    return ", ".join(
        label + (" (pour ce qui est sien)" if role in rule.own_only else "")
        for role, label in ROLE_LABELS.items()
        if role in rule.roles
    )
