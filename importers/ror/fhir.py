"""FHIR JSON read liberally: what the official examples write askew is put straight and counted."""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from directory.model import Coding
from importers.cleaning import clean, parse_date
from importers.contract import Context

Resource = Mapping[str, Any]

LISTS = {
    "HealthcareService": (
        "identifier", "category", "type", "specialty", "characteristic", "location", "telecom",
        "availableTime", "notAvailable", "extension",
    ),
    "Location": ("identifier", "type", "alias", "telecom", "extension"),
    "Organization": ("identifier", "type", "alias", "telecom", "address", "contact", "extension"),
    "Practitioner": ("identifier", "name", "telecom", "extension"),
    "PractitionerRole": (
        "identifier", "code", "specialty", "location", "healthcareService", "telecom",
        "availableTime", "extension",
    ),
}  # fmt: skip
"""Elements of each resource that FHIR R4 repeats; the examples of the documentation do not."""

READ_TYPES = frozenset(LISTS)

_TABLE = re.compile(r"TRE[_-]([A-Z]\d+)([\w-]*)", re.IGNORECASE)
"""`TRE_R213-Nom`, or `tre-r213-nom` in the addresses of the newer terminology server."""


class Code(NamedTuple):
    """A coding: `table` is the number of its nomenclature (`R213`), `system` its name."""

    table: str
    system: str
    code: str
    told: str

    @property
    def label(self) -> str:
        """Today's label, else the one received, else the bare code."""
        return label_of(self.table, self.code) or self.told or self.code

    def coding(self, table: str = "") -> Coding:
        """As the model keeps it; `table` names the nomenclature its place says it is of."""
        known = label_of(table[4:].split("-")[0] or self.table, self.code)
        system = self.system if self.table else table or self.system
        return Coding(code=self.code, label=known or self.label, system=system)


@cache
def _labels() -> Mapping[tuple[str, str], str]:
    path = resources.files("importers") / "ror" / "labels.csv"
    with path.open(encoding="utf-8") as file:
        return {(row["table"], row["code"]): row["label"] for row in csv.DictReader(file)}


def label_of(table: str, code: str) -> str:
    """Label of a code in the value sets shipped (NOS, summer of 2026); empty when unknown."""
    return _labels().get((table, code), "")


def straighten(resource: Resource, context: Context | None = None) -> Resource:
    """A resource whose repeated elements are lists, whatever was received."""
    askew = {
        name: [value]
        for name in LISTS.get(str(resource.get("resourceType")), ())
        if isinstance(value := resource.get(name), dict)
    }
    if not askew:
        return resource
    if context:
        context.note("objet reçu à la place d'une liste")
    return {**resource, **askew}


def many(value: Any) -> list[Any]:
    """An element as a list: absent, alone or repeated."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_over(period: Any, day: date | None) -> bool:
    """Whether a period ended before that day; one without an end goes on."""
    end = parse_date(str(period.get("end") or "")) if isinstance(period, dict) else None
    return day is not None and end is not None and end < day


def is_inactive(resource: Resource, day: date | None) -> bool:
    """Whether a resource says that it holds no more: `active`, `status` or its period."""
    stopped = resource.get("active") in (False, "false") or resource.get("status") == "inactive"
    return stopped or is_over(resource.get("period"), day)


def current(elements: Any, day: date | None) -> list[Any]:
    """Repeated elements that hold on a day: neither of use `old`, nor of a period that ended."""
    return [
        one
        for one in many(elements)
        if not isinstance(one, dict)
        or (one.get("use") != "old" and not is_over(one.get("period"), day))
    ]


def extensions(element: Any, *names: str) -> Iterator[Mapping[str, Any]]:
    """Extensions of an element whose address ends with one of these names."""
    for one in many(element.get("extension")) if isinstance(element, dict) else ():
        if str(one.get("url", "")).rsplit("/", 1)[-1] in names:
            yield one


def value_of(extension: Mapping[str, Any]) -> Any:
    """The value of an extension, whatever its type."""
    return next((told for name, told in extension.items() if name.startswith("value")), None)


def concept_of(extension: Mapping[str, Any]) -> Any:
    """The concept an extension holds, itself or in the first part of it that holds one."""
    inside = (one.get("valueCodeableConcept") for one in many(extension.get("extension")))
    return extension.get("valueCodeableConcept") or next(filter(None, inside), None)


def told(element: Any, *names: str) -> Any:
    """The value of the first extension of these names, None when there is none."""
    return next((value_of(one) for one in extensions(element, *names)), None)


def codes(concept: Any) -> Iterator[Code]:
    """Codings of one concept or of several; a bare coding or text is taken too."""
    for one in many(concept):
        if not isinstance(one, dict):
            continue
        for coding in many(one.get("coding")) or ([one] if one.get("code") else []):
            if code := clean(str(coding.get("code") or "")):
                yield _code(coding, code)


def _code(coding: Mapping[str, Any], code: str) -> Code:
    system = str(coding.get("system") or "")
    found = _TABLE.search(system.split("/FHIR/")[0])
    table = found[1].upper() if found else ""
    named = f"TRE_{table}{found[2]}" if found else system
    return Code(table, named, code, clean(coding.get("display")))


def first_code(concept: Any) -> Code | None:
    """The first coding of a concept."""
    return next(codes(concept), None)


def label(concept: Any, table: str = "") -> str:
    """Label of a concept's first coding; empty when there is none."""
    found = first_code(concept)
    if found is None:
        return ""
    return label_of(table or found.table, found.code) or found.label


def whole(value: Any, context: Context) -> int | None:
    """A whole number; one written as a text is taken and counted."""
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        context.note("nombre écrit comme un texte")
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value)


def affirmed(value: Any) -> bool:
    """Whether a boolean holds; anything but an absence or a plain « false » does."""
    return value not in (None, False, "false", "False", "")


def updated_at(resource: Resource) -> datetime:
    """The instant of `meta.lastUpdated`, the oldest there is when it says none."""
    meta = resource.get("meta")
    told = str(meta.get("lastUpdated") or "") if isinstance(meta, dict) else ""
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def updated_on(resource: Resource) -> date | None:
    """The day of `meta.lastUpdated`."""
    meta = resource.get("meta")
    return parse_date(str(meta.get("lastUpdated") or "")) if isinstance(meta, dict) else None
