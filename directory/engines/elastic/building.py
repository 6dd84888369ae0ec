"""Filling a new index: as fast as the server takes it, then checked before it may serve."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch
from elasticsearch.helpers import BulkIndexError, streaming_bulk

from directory.base.errors import UnavailableError
from directory.engines.elastic.mapping import document
from directory.engines.elastic.queries import all_of, plan, term
from directory.engines.facets import Labels, remember_labels
from directory.query import DirectoryQuery
from directory.resource import Resource

CHUNK = 500
CHUNK_BYTES = 10_000_000
RETRIES = 8
"""A server that is full answers 429: what it refused is sent again after 1, 2, 4… seconds."""

LONGEST_WAIT_SECONDS = 30
PROGRESS_EVERY = 1_000
SAMPLES = 20
"""Entries looked for by their name before the index serves, spread over the whole build."""


class Built(NamedTuple):
    """What a build has sent: how many entries, the names of their codes, some of them."""

    entries: int
    labels: Labels
    samples: list[Resource]


def fill(
    client: Elasticsearch,
    index: str,
    resources: Iterable[Resource],
    progress: Callable[[int], None] | None,
) -> Built:
    """Send all `resources` to an index; UnavailableError when the server refuses one of them."""
    sent = _Sent(index, progress)
    try:
        for _ in streaming_bulk(
            client,
            sent.each(resources),
            chunk_size=CHUNK,
            max_chunk_bytes=CHUNK_BYTES,
            expand_action_callback=sent.action,
            max_retries=RETRIES,
            initial_backoff=1,
            max_backoff=LONGEST_WAIT_SECONDS,
        ):
            pass
    except BulkIndexError as exc:
        raise UnavailableError(_say_refused(exc)) from exc
    return Built(sent.count, sent.labels, sent.samples)


class _Sent:
    """What goes out of one build."""

    def __init__(self, index: str, progress: Callable[[int], None] | None) -> None:
        self._index = index
        self._progress = progress
        self.count = 0
        self.labels: Labels = {}
        self.samples: list[Resource] = []

    def each(self, resources: Iterable[Resource]) -> Iterable[Any]:
        every = 1
        for self.count, resource in enumerate(resources, start=1):
            remember_labels(self.labels, resource)
            if self.count % every == 0:
                self.samples.append(resource)
                if len(self.samples) > SAMPLES:
                    self.samples, every = self.samples[1::2], every * 2
            if self._progress is not None and self.count % PROGRESS_EVERY == 0:
                self._progress(self.count)
            yield resource

    def action(self, resource: Any) -> tuple[dict[str, Any], bytes]:
        return {"index": {"_index": self._index, "_id": resource.id}}, document(resource)


def _say_refused(error: BulkIndexError) -> str:
    refused: dict[str, Any] = next(iter(error.errors[0].values()))
    reason = refused.get("error", {})
    told = reason.get("reason", "") if isinstance(reason, dict) else str(reason)
    return (
        f"Le moteur a refusé la fiche {refused.get('_id', '')} ({refused.get('status', '')} "
        f"{told}) ; l'ancien index reste en service."
    )


def check(client: Elasticsearch, index: str, built: Built) -> None:
    """Make sure that an index holds what was sent and finds it; UnavailableError otherwise."""
    client.indices.refresh(index=index)
    held = client.count(index=index).body["count"]
    if held != built.entries:
        raise UnavailableError(
            f"{held} fiches indexées pour {built.entries} données : deux portent le même "
            "identifiant, ou deux constructions se sont croisées ; l'ancien index reste en service."
        )
    for resource in built.samples:
        if not _is_found(client, index, resource):
            raise UnavailableError(
                f"La fiche « {resource.name} » ne se retrouve pas par son nom dans le nouvel "
                "index ; l'ancien reste en service. Relancez `recours index rebuild`."
            )


def _is_found(client: Elasticsearch, index: str, resource: Resource) -> bool:
    named = plan(DirectoryQuery(text=resource.name)).query
    query = all_of([term("id", resource.id), named])
    return bool(client.count(index=index, query=query).body["count"])
