"""Which fields a person may speak of, by the part of an entry they belong to (`role.contacts`)."""

from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

import msgspec

from directory.base.errors import InputRefusedError
from directory.model import EntityKind, Organization, Person, Role, Service, Value
from directory.policy import rule_for
from directory.wording import FIELD_LABELS

KINDS: Mapping[str, type[Value]] = {
    "person": Person,
    "role": Role,
    "organization": Organization,
    "service": Service,
}
PARTS: Mapping[EntityKind, tuple[str, ...]] = {
    EntityKind.ROLE: ("person", "role"),
    EntityKind.ORGANIZATION: ("organization",),
    EntityKind.SERVICE: ("service",),
}
"""Parts of an entry, by what it is about."""

NAMES: Mapping[type[Value], str] = {kind: name for name, kind in KINDS.items()}

_TOLD_BY_SOURCES_ALONE = ("updated_on", "activities")


def fields_of(kind: EntityKind) -> list[str]:
    """Paths of everything that can be corrected on an entry of this kind, in reading order."""
    return [
        f"{part}.{field}"
        for part in PARTS.get(kind, ())
        for field in KINDS[part].__struct_fields__
        if field in (*FIELD_LABELS, "contacts", "identifiers")
        and field not in _TOLD_BY_SOURCES_ALONE
    ]


def split_path(path: str, kind: EntityKind) -> tuple[str, str]:
    """Part and field; raises InputRefusedError for what is no fact of such an entry."""
    if path not in fields_of(kind):
        raise InputRefusedError(
            f"« {path[:60]} » n'est pas une information de cette fiche. "
            f"Possibles : {', '.join(fields_of(kind))}."
        )
    part, _, field = path.partition(".")
    return part, field


def value_type(path: str) -> Any:
    """Type of the value a word holds: that of the field, or of one value where several are kept."""
    part, _, field = path.partition(".")
    hint = get_type_hints(KINDS[part])[field]
    return get_args(hint)[0] if rule_for(field).union else hint


def decode_value(path: str, stored: Any) -> Any:
    """A value as it was stored; None stays None."""
    return None if stored is None else msgspec.convert(stored, value_type(path), strict=False)
