"""Annuaire Santé FHIR v2: one row a practitioner, with the mailboxes of their situations."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from directory.model import (
    Confidentiality,
    Contact,
    ContactSystem,
    EntityKind,
    Role,
    SourceRecord,
    Statement,
)
from importers.cleaning import clean, mask_mails
from importers.contract import Card, Context, Ignored, Quarantined, Row, load_card
from importers.inputs import OpenedFile
from importers.text import read_json

RPPS = "rpps.esante.gouv.fr"
MSSANTE = "MSSANTE"
NO_ACTIVITY = "personne sans activité dans l'annuaire"

_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")

Resource = Mapping[str, Any]


class Told(NamedTuple):
    """A resource, and the situations of the practitioner it is."""

    resource: Resource
    situations: list[Resource]


class AnnuaireImporter:
    """Reads search bundles of `Practitioner`, `PractitionerRole` beside them."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def shipped(self) -> Path | None:
        """Nothing ships: the API is asked with a key of one's own."""
        return None

    def data_date(self, file: OpenedFile) -> date | None:
        """The date in the file's name, else the day its bytes were made."""
        if file.kind() != "json" or b'"resourceType"' not in file.head():
            raise file.refuse(
                "ce ne sont pas des ressources FHIR (« resourceType » attendu). Donnez des Bundles "
                "de l'Annuaire Santé FHIR v2, en JSON."
            )
        return file.own_date()

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Resources in file order, numbered: JSON has no lines to speak of."""
        resources = [
            entry.get("resource") or {}
            for bundle in read_json(file, "", several=True)
            for entry in _bundle(file, bundle).get("entry") or []
        ]
        situations = defaultdict(list)
        for one in resources:
            if one.get("resourceType") == "PractitionerRole":
                situations[_plain(_get(one, "practitioner", "reference"))].append(one)
        for number, one in enumerate(resources, start=1):
            own = situations.get(_plain(f"Practitioner/{one.get('id')}"), [])
            yield Row(number, Told(one, own), mask_mails(orjson.dumps(one).decode()))

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """The mailboxes of a practitioner; without any, what was known of them ends."""
        told: Told = row.cells
        kind = told.resource.get("resourceType")
        if kind != "Practitioner":
            is_situation = kind == "PractitionerRole"
            return Ignored("situation reprise avec sa personne" if is_situation else "non lue")
        number = _rpps(told.resource)
        if not number:
            return Quarantined("identifiant absent", "Practitioner sans numéro RPPS")
        key = f"rpps|{number}"
        if key not in context.people:
            return Ignored(NO_ACTIVITY, number)
        if told.resource.get("active") is False:
            return Ignored("personne inactive", number)
        contacts = _mailboxes(told, context)
        if not contacts:
            return Ignored("aucune messagerie à reprendre", number)
        return SourceRecord(
            key=number,
            statement=Statement(
                subject=EntityKind.PERSON,
                subject_key=key,
                person_key=key,
                role=Role(contacts=contacts),
                demo=context.demo,
            ),
            raw=row.raw,
            data_date=context.data_date,
        )


def _bundle(file: OpenedFile, document: Any) -> Mapping[str, Any]:
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        raise file.refuse("un Bundle de recherche est attendu, et c'est autre chose.")
    return document


def _rpps(resource: Resource) -> str:
    """The RPPS number, its scheme and slash whatever they are; IDNPS is `8` and that number."""
    for one in resource.get("identifier") or []:
        if RPPS in str(one.get("system") or "") and re.fullmatch(r"\d{11}", str(one.get("value"))):
            return str(one["value"])
    return ""


def _mailboxes(told: Told, context: Context) -> tuple[Contact, ...]:
    """Secure addresses of a person, each once, for professionals only."""
    found: dict[str, Contact] = {}
    active = [one for one in told.situations if one.get("active") is not False]
    for one in (told.resource, *active):
        for telecom in one.get("telecom") or []:
            value = clean(str(telecom.get("value") or ""))
            if not _is_secure(telecom):
                context.note("coordonnée ordinaire non reprise")
            elif _flag(telecom, "listeRouge"):
                context.note("messagerie en liste rouge non reprise")
            elif not _MAIL.fullmatch(value):
                context.note("messagerie illisible non reprise")
            else:
                found[value.casefold()] = Contact(
                    system=ContactSystem.MSSANTE,
                    value=value,
                    confidentiality=Confidentiality.PROFESSIONAL,
                )
    return tuple(found.values())


def _is_secure(telecom: Mapping[str, Any]) -> bool:
    codes = (_get(one, "valueCoding", "code") for one in telecom.get("extension") or [])
    return telecom.get("system") == "email" and MSSANTE in codes


def _flag(telecom: Mapping[str, Any], name: str) -> bool:
    """Whether a boolean somewhere in the extensions of a mailbox holds."""
    waiting = list(telecom.get("extension") or [])
    while waiting:
        one = waiting.pop()
        if str(one.get("url") or "").rsplit("/", 1)[-1] == name and one.get("valueBoolean"):
            return True
        waiting += one.get("extension") or []
    return False


def _get(resource: Resource, *path: str) -> Any:
    value: Any = resource
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _plain(reference: Any) -> str:
    """`Practitioner/3719500`, whatever comes before and the suffix of open data (DP)."""
    kept = re.search(r"Practitioner/[\w.-]+", str(reference or ""))
    return kept[0].removesuffix("DP") if kept else ""


IMPORTER = AnnuaireImporter(load_card(Path(__file__).parent))
