"""ROR 3.0: one row a resource, of a bundle, a folder, an archive or NDJSON."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import structs

from directory.model import SourceRecord
from importers.cleaning import parse_date
from importers.contract import DUPLICATE, Card, Context, Ignored, Quarantined, Row, load_card
from importers.inputs import OpenedFile, open_file
from importers.ror.fhir import READ_TYPES, Resource, many, straighten, updated_on
from importers.ror.graph import (
    Entry,
    Graph,
    build_graph,
    entries_of,
    is_outcome,
    missing_results,
    name_of,
    read_documents,
)
from importers.ror.offers import offer_record
from importers.ror.organizations import organization_record
from importers.ror.people import role_record
from importers.ror.records import to_raw

_STAMP = re.compile(rb'"timestamp"\s*:\s*"(\d{4}-\d{2}-\d{2})')

_ASIDE = {
    "Location": (Ignored("lieu repris dans une offre"), Ignored("lieu sans offre")),
    "Practitioner": (
        Ignored("personne reprise dans un exercice"),
        Ignored("personne sans exercice"),
    ),
}
"""Resources that speak through others: what is said of one that is referred to, or not."""

_RECORDS: Mapping[
    str, Callable[[str, Resource, Graph, Context], SourceRecord | Ignored | Quarantined]
] = {
    "HealthcareService": offer_record,
    "Organization": organization_record,
    "PractitionerRole": role_record,
}


class RorImporter:
    """Reads FHIR R4 resources of the ROR's exposure model 3.0."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def shipped(self) -> Path | None:
        """Nothing ships: an export is asked of the ROR with an access of one's own."""
        return None

    def data_date(self, file: OpenedFile) -> date | None:
        """The date in the file's name, the bundle's timestamp, else the last update inside."""
        if file.kind() != "json" or b'"resourceType"' not in file.head():
            raise file.refuse(
                "ce ne sont pas des ressources FHIR (« resourceType » attendu). Donnez un Bundle "
                "du ROR en JSON, ou un dossier ou un ZIP de ressources."
            )
        if named := file.named_date():
            return named
        stamp = _STAMP.search(file.head())
        return (parse_date(stamp[1].decode()) if stamp else None) or _last_update(file)

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Resources in file order, numbered: JSON has no lines to speak of."""
        documents = list(read_documents(file))
        entries = [entry for document in documents for entry in entries_of(document)]
        _check_content(file, entries)
        _check_pages(file, documents, context)
        graph = build_graph(entries)
        for number, entry in enumerate(entries, start=1):
            sound = isinstance(entry.resource, dict)
            yield Row(number, entry, to_raw(entry.resource) if sound else "", graph)

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """One resource as the directory keeps it."""
        entry: Entry = row.cells
        kind = entry.resource.get("resourceType") if isinstance(entry.resource, dict) else None
        if not kind:
            return Quarantined("ressource absente", "entrée sans ressource FHIR", entry.url)
        if kind not in READ_TYPES:
            return Ignored(f"ressource {kind} non lue")
        name = name_of(entry)
        if not name:
            return Quarantined("identifiant absent", f"{kind} sans id ni identifiant")
        graph: Graph = row.layout
        if not graph.is_newest(name, entry.resource):
            return Ignored(DUPLICATE)
        found = _tell(kind, name, entry.resource, graph, context)
        return structs.replace(found, raw=row.raw) if isinstance(found, SourceRecord) else found


def _tell(
    kind: str, name: str, resource: dict[str, Any], graph: Graph, context: Context
) -> SourceRecord | Ignored | Quarantined:
    if kind in _ASIDE:
        taken, alone = _ASIDE[kind]
        return taken if name in graph.referred else alone
    return _RECORDS[kind](name, straighten(resource, context), graph, context)


def _check_content(file: OpenedFile, entries: Sequence[Entry]) -> None:
    """Refuse an answer that is an error: taken for an export, it would empty the directory."""
    outcomes = [one.resource for one in entries if is_outcome(one.resource)]
    if not outcomes or len(outcomes) < len(entries):
        return
    issues = [issue for one in outcomes for issue in many(one.get("issue"))]
    said = " ; ".join(filter(None, (str(one.get("diagnostics") or "") for one in issues)))
    raise file.refuse(
        f"le ROR a répondu par une erreur (« {said[:200] or 'sans détail'} »), pas par des "
        "ressources. Redemandez l'extraction."
    )


def _check_pages(file: OpenedFile, documents: Sequence[Any], context: Context) -> None:
    """Refuse some pages of a search given for the whole: the other offers would be removed."""
    announced, there = missing_results(documents)
    if there >= announced:
        return
    said = f"résultats de recherche incomplets : {there} sur {announced} annoncés"
    if context.partial:
        context.note(said)
        return
    raise file.refuse(
        f"{said}. Donnez toutes les pages ensemble, ou une extraction complète ($export) ; "
        "--partial lit ce fichier comme un extrait, sans rien retirer."
    )


def _last_update(file: OpenedFile) -> date | None:
    """The last day a resource of the file was updated."""
    with open_file(file.source, file.member) as again:
        days = (
            updated_on(one.resource)
            for document in read_documents(again)
            for one in entries_of(document)
            if isinstance(one.resource, dict)
        )
        return max(filter(None, days), default=file.source.modified)


IMPORTER = RorImporter(load_card(Path(__file__).parent))
