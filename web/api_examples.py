"""A request of each operation as somebody would type it first: curl, with made-up values.

The values are those of `api_fields.csv`; what a document leaves out there and does not require is
left out of the example too.
"""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from web.api_kinds import Schema, Schemas, choices, reference, resolve
from web.api_words import field_words, has_words

KEY = "Authorization: Bearer recours_…"
ONCE = "Idempotency-Key: un-identifiant-par-tentative"


def curl(method: str, path: str, told: Mapping[str, Any], schemas: Schemas, *, key: bool) -> str:
    """The command, an argument a line; `$RECOURS` stands for the address of the service.

    `told` is the operation as the OpenAPI document has it, `key` whether it wants a key.
    """
    where = f"{method} {path}"
    parameters = told.get("parameters", [])
    lines = [_first_line(method, where, path, parameters)]
    if key:
        lines.append(f"-H {shlex.quote(KEY)}")
    if any(one["name"] == "Idempotency-Key" for one in parameters):
        lines.append(f"-H {shlex.quote(ONCE)}")
    for name, value in _questions(where, parameters):
        lines.append(f"--data-urlencode {shlex.quote(f'{name}={value}')}")
    if body := told.get("requestBody"):
        content = next(iter(body["content"].values()))
        said = json.dumps(example(content["schema"], schemas), ensure_ascii=False)
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(said)}"]
    return " \\\n  ".join(lines)


def example(schema: Schema, schemas: Schemas, of: str = "", name: str = "") -> Any:
    """A value that the schema accepts; LookupError where the table gives none and none is plain."""
    told = field_words(of, name).example if name else ""
    (first, *_) = choices(schema)
    meant = resolve(first, schemas)
    if "properties" in meant:
        return _document(reference(first), meant, schemas)
    if told:
        plain = meant.get("type") == "string" or "enum" in meant
        return told if plain else json.loads(told)
    raise LookupError(f"api_fields.csv: no example of {of}.{name}")


def _document(name: str, schema: Schema, schemas: Schemas) -> dict[str, Any]:
    wanted = schema.get("required", ())
    return {
        field: example(told, schemas, name, field)
        for field, told in schema["properties"].items()
        if field in wanted or field_words(name, field).example
    }


def _first_line(method: str, where: str, path: str, parameters: list[dict[str, Any]]) -> str:
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", field_words(where, one["name"]).example)
    get = " -G" if _questions(where, parameters) else ""
    verb = "" if method == "GET" else f" -X {method}"
    return f'curl{get}{verb} "$RECOURS{path}"'


def _questions(where: str, parameters: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What follows the address: what is required, and what the table gives for this operation."""
    return [
        (one["name"], field_words(where, one["name"]).example)
        for one in parameters
        if one["in"] == "query" and (one["required"] or has_words(where, one["name"]))
    ]
