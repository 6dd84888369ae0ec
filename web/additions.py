"""A new entry from the cells of its form: which facts each kind of entry is begun with."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from directory.base.errors import InputRefusedError
from directory.local.adding import add_entry, offer, place, practitioner
from directory.local.parts import KINDS
from directory.local.signing import Signed
from directory.model import Organization, Person, ResourceKind, Role, Service, Statement
from directory.policy import rule_for
from web.corrections import Typed, context, today
from web.fact_forms import cells_of, label_of
from web.fact_values import read_value
from web.local_contexts import AddedGroup
from web.services import Services

KIND_NAMES: Mapping[str, str] = {
    "professionnel": "Un professionnel",
    "etablissement": "Un établissement",
    "equipe": "Une équipe ou une coordination",
    "association": "Une association",
    "service": "Un service",
    "programme": "Un programme ETP",
}
_PLACE = (
    ("organization.name", True),
    ("organization.category", False),
    ("organization.addresses", True),
    ("organization.contacts", False),
    ("organization.hours", False),
)
_SERVICE = (
    ("service.name", True),
    ("service.provider", False),
    ("service.addresses", True),
    ("service.contacts", False),
    ("service.hours", False),
)
_FIELDS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "professionnel": (
        ("person.family", True),
        ("person.given", True),
        ("person.title", False),
        ("role.profession", True),
        ("person.identifiers", False),
        ("role.organization_name", False),
        ("role.addresses", True),
        ("role.contacts", False),
    ),
    "etablissement": _PLACE,
    "equipe": _PLACE,
    "association": _PLACE,
    "service": _SERVICE,
    "programme": (*_SERVICE, ("service.pathologies", False)),
}
_ORGANIZATIONS = {
    "etablissement": ResourceKind.ESTABLISHMENT,
    "equipe": ResourceKind.TEAM,
    "association": ResourceKind.ASSOCIATION,
}
USUAL: Mapping[str, str] = {
    f"{part}.contacts.{cell}": value
    for part in KINDS
    for cell, value in (("system", "phone"), ("confidentiality", "public"))
} | {"person.identifiers.system": "rpps"}
"""What the choices hold before anybody chooses."""


def groups_of(kind: str) -> list[AddedGroup]:
    """The facts a new entry of this kind is begun with; the others are added by corrections."""
    return [
        AddedGroup(path, _heading(path), cells_of(path), required)
        for path, required in _FIELDS[kind]
    ]


def _heading(path: str) -> str:
    return {"role.contacts": "Contact", "person.identifiers": "Numéro RPPS"}.get(
        path, "Contact" if path.endswith(".contacts") else label_of(path)
    )


def add_from(services: Services, kind: str, typed: Typed, by: Signed) -> UUID:
    """Publish the entry typed, by `path.cell`; raises InputRefusedError with the `field`."""
    if kind not in KIND_NAMES:
        raise InputRefusedError(f"Genre inconnu : {', '.join(KIND_NAMES)}.", field="kind")
    parts: dict[str, dict[str, Any]] = {part: {} for part in KINDS}
    for group in groups_of(kind):
        value = _read(services, group, typed)
        if value is not None:
            part, _, field = group.path.partition(".")
            parts[part][field] = (value,) if rule_for(field).union else value
    said = _statement(kind, parts)
    return add_entry(services.register, said, by, today(services))


def _read(services: Services, group: AddedGroup, typed: Typed) -> Any:
    """The value of a group, None where an optional one was left empty."""
    cells = {cell.name: typed.get(f"{group.path}.{cell.name}", "") for cell in group.cells}
    chosen = {cell.name for cell in group.cells if cell.kind == "choice" and len(cells) > 1}
    if not group.required and not any(cells[name].strip() for name in cells.keys() - chosen):
        return None
    try:
        return read_value(group.path, cells, context(services), today(services))
    except InputRefusedError as refused:
        field = refused.extra.get("field", "value")
        raise InputRefusedError(refused.detail, field=f"{group.path}.{field}") from refused


def _statement(kind: str, parts: Mapping[str, dict[str, Any]]) -> Statement:
    if kind == "professionnel":
        return practitioner(Person(**parts["person"]), Role(**parts["role"]))
    if kind in _ORGANIZATIONS:
        return place(Organization(kind=_ORGANIZATIONS[kind], **parts["organization"]))
    programme = kind == "programme"
    made = ResourceKind.PROGRAMME if programme else ResourceKind.SERVICE
    return offer(Service(kind=made, **parts["service"]))
