"""Resources of a file by what refers to them: an offer names its places, which may come after it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from importers.contract import Context
from importers.inputs import OpenedFile
from importers.ror.fhir import (
    READ_TYPES,
    Resource,
    affirmed,
    is_inactive,
    many,
    straighten,
    told,
    updated_at,
)
from importers.text import read_json

SENSITIVE = "ror-healthcareservice-sensitive-unit"

_REFERENCE = re.compile(r"(\w+)/([A-Za-z0-9.\-]+)(?:/_history/.*)?$")
_DEPTH = 6
"""Links followed upwards before a loop of `partOf` is given up."""


class Entry(NamedTuple):
    """A resource with the address its bundle gives it."""

    url: str
    resource: Any


def read_documents(file: OpenedFile) -> Iterator[Any]:
    """Bundles, resources of lists, single documents and NDJSON, in order."""
    for document in read_json(file, "", several=True):
        yield from many(document)


def entries_of(document: Any) -> Iterator[Entry]:
    """Resources of a bundle, or the one resource that a document is."""
    if not (isinstance(document, dict) and document.get("resourceType") == "Bundle"):
        yield Entry("", document)
        return
    for entry in many(document.get("entry")):
        sound = isinstance(entry, dict)
        yield Entry(
            str(entry.get("fullUrl") or "") if sound else "",
            entry.get("resource") if sound else entry,
        )


def is_outcome(resource: Any) -> bool:
    """Whether a resource tells how a request ended (OperationOutcome) instead of an offer."""
    return isinstance(resource, dict) and resource.get("resourceType") == "OperationOutcome"


def missing_results(documents: Iterable[Any]) -> tuple[int, int]:
    """Results that the search of these bundles announced, and those that are there.

    A page of a search gives the total of all its pages. Bundles of several searches are complete
    when they hold the largest total.
    """
    announced, there = 0, set()
    for document in documents:
        if isinstance(document, dict) and isinstance(document.get("total"), int):
            announced = max(announced, document["total"])
            there |= {
                name_of(Entry(str(one.get("fullUrl") or ""), one["resource"]))
                for one in many(document.get("entry"))
                if _is_match(one)
            }
    return announced, len(there)


def _is_match(entry: Any) -> bool:
    """Whether an entry is a result: related resources come beside it as `include`."""
    if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
        return False
    mode = (entry.get("search") or {}).get("mode", "match")
    return mode == "match" and bool(entry["resource"].get("resourceType"))


def name_of(entry: Entry) -> str:
    """`Type/id` of a resource: its own id, its bundle's address, else its business number.

    The examples published by ANS have no id (seen 2026-11); the number is then taken as it is.
    """
    resource = entry.resource
    kind = resource["resourceType"]
    if own := resource.get("id"):
        return f"{kind}/{own}"
    if entry.url:
        found = _REFERENCE.search(entry.url)
        return f"{kind}/{found[2]}" if found else f"{kind}/{entry.url}"
    numbers = [one.get("value") for one in many(resource.get("identifier"))]
    return f"{kind}/{numbers[0]}" if numbers and numbers[0] else ""


@dataclass
class Graph:
    """What a file holds, by `Type/id`, and which of it others refer to."""

    resources: dict[str, Resource] = field(default_factory=dict)
    by_url: dict[str, str] = field(default_factory=dict)
    referred: set[str] = field(default_factory=set)
    told: dict[str, Resource] = field(default_factory=dict)
    """The newest version of each resource, as received."""

    def get(self, name: str) -> Resource | None:
        """A resource of the file."""
        return self.resources.get(name)

    def is_newest(self, name: str, resource: Any) -> bool:
        """Whether this is the version of a resource that counts; the first of two alike does."""
        return self.told.get(name) is resource

    def name(self, reference: Any) -> str:
        """`Type/id` that a reference means; empty when it says nothing."""
        text = str(reference.get("reference") or "") if isinstance(reference, dict) else ""
        if text in self.by_url:
            return self.by_url[text]
        found = _REFERENCE.search(text)
        return f"{found[1]}/{found[2]}" if found else text

    def follow(self, references: Any, context: Context) -> list[tuple[str, Resource]]:
        """Resources referred to, by name; those the file lacks are counted."""
        found = []
        for reference in many(references):
            if not (name := self.name(reference)):
                continue
            if (resource := self.get(name)) is None:
                context.note(f"référence absente du fichier ({name.split('/')[0]})")
            else:
                found.append((name, resource))
        return found

    def places(self, references: Any, context: Context) -> list[Resource]:
        """Places referred to, without those that are out of use."""
        found = [place for _, place in self.follow(references, context)]
        used = [one for one in found if not is_inactive(one, context.data_date)]
        for _ in range(len(found) - len(used)):
            context.note("lieu hors d'usage, non repris")
        return used

    def chain(self, reference: Any, context: Context) -> list[tuple[str, Resource]]:
        """An organization and those it is part of, from the inner one outwards."""
        links: list[tuple[str, Resource]] = []
        while reference and len(links) < _DEPTH:
            found = self.follow(reference, context)
            if not found:
                break
            links += found[:1]
            reference = found[0][1].get("partOf")
        return links

    def is_sensitive(self, service: Resource | None) -> bool:
        """Whether nothing of an offer may be shown (`uniteSensible`)."""
        return service is not None and affirmed(told(service, SENSITIVE))


def build_graph(entries: Iterable[Entry]) -> Graph:
    """Every resource of a file by its name, in its newest version, with what they refer to."""
    graph = Graph()
    for entry in entries:
        resource = entry.resource
        if not isinstance(resource, dict) or resource.get("resourceType") not in READ_TYPES:
            continue
        if name := name_of(entry):
            if entry.url:
                graph.by_url[entry.url] = name
            known = graph.told.get(name)
            if known is None or updated_at(resource) > updated_at(known):
                graph.told[name] = resource
                graph.resources[name] = straighten(resource)
    for resource in graph.resources.values():
        graph.referred.update(_references(graph, resource))
    return graph


def _references(graph: Graph, resource: Mapping[str, Any]) -> Iterator[str]:
    for element in ("providedBy", "partOf", "location", "practitioner", "healthcareService"):
        for reference in many(resource.get(element)):
            yield graph.name(reference)
