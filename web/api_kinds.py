"""What a JSON Schema asks for, said in French: the kind of a value and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from web.wording import say_count

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]

REFERENCE = "#/components/schemas/"
FORMATS = {
    "date": "date AAAA-MM-JJ",
    "date-time": "date et heure ISO 8601",
    "uuid": "UUID",
}
TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "boolean": "true ou false",
    "object": "objet",
    "null": "null",
}


@dataclass(frozen=True)
class Kind:
    """A kind of value; `values` is its closed list, `document` the name of the object it is."""

    text: str
    values: tuple[str, ...] = ()
    document: str = ""
    nullable: bool = False


def resolve(schema: Schema, schemas: Schemas) -> Schema:
    """The schema itself, or the one that it names."""
    name = reference(schema)
    return schemas[name] if name else schema


def reference(schema: Schema) -> str:
    """The name of the schema that this one stands for; empty when it is its own."""
    told: str = schema.get("$ref", "")
    return told.removeprefix(REFERENCE)


def choices(schema: Schema) -> list[Schema]:
    """What a value may be, null left out."""
    several = schema.get("anyOf") or [schema]
    return [one for one in several if one.get("type") != "null"]


def say_kind(schema: Schema, schemas: Schemas) -> Kind:
    """« texte, 300 caractères au plus », « liste de HitDocument »."""
    kinds = [_say_one(one, schemas) for one in choices(schema)]
    return Kind(
        " ou ".join(dict.fromkeys(one.text for one in kinds)),
        tuple(value for one in kinds for value in one.values),
        next((one.document for one in kinds if one.document), ""),
        nullable=any(one.get("type") == "null" for one in schema.get("anyOf", ())),
    )


def _say_one(schema: Schema, schemas: Schemas) -> Kind:
    told = resolve(schema, schemas)
    if "properties" in told:
        return Kind("objet", document=reference(schema))
    if "const" in told:
        return Kind(f"« {told['const']} »")
    if "enum" in told:
        return Kind("une de ces valeurs", tuple(str(one) for one in told["enum"]))
    if told.get("type") == "array":
        items = say_kind(told.get("items", {}), schemas)
        return replace(items, text=f"liste{_limits(told)} : {items.text}")
    if isinstance(inner := told.get("additionalProperties"), Mapping):
        items = say_kind(inner, schemas)
        return replace(items, text=f"objet, par nom : {items.text}")
    kind = FORMATS.get(told.get("format", "")) or TYPES.get(told.get("type", ""), "JSON")
    return Kind(kind + _limits(told))


def _limits(schema: Schema) -> str:
    said = [one for one in (_length(schema), _size(schema), _range(schema)) if one]
    return "".join(f", {one}" for one in said)


def _length(schema: Schema) -> str:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if least and most:
        return f"de {least} à {say_count(most, 'caractère')}"
    return f"{say_count(most, 'caractère')} au plus" if most else ""


def _size(schema: Schema) -> str:
    most = schema.get("maxItems")
    return f"{most} au plus" if most else ""


def _range(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    over = schema.get("exclusiveMinimum")
    if least is not None and most is not None:
        return f"de {say_count(least)} à {say_count(most)}"
    said = [
        f"au moins {least}" if least is not None else "",
        f"plus de {over}" if over is not None else "",
        f"au plus {say_count(most)}" if most is not None else "",
    ]
    return ", ".join(one for one in said if one)
