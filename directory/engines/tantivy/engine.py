"""The Tantivy engine: opens the generation in service, follows it, builds the next one."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
from tantivy import Index

from directory.base.errors import UnavailableError
from directory.communes import Communes
from directory.engines.base import FOLLOW_SECONDS, MAX_SIZE, NO_INDEX, OTHER_VERSION
from directory.engines.cursor import Mark, read_cursor
from directory.engines.entry import SCHEMA_VERSION
from directory.engines.facets import FacetLabels, Labels, remember_labels
from directory.engines.tantivy.generations import Generations
from directory.engines.tantivy.reader import Reader
from directory.engines.tantivy.schema import document, register_analyzers, schema
from directory.query import DirectoryQuery
from directory.resource import Resource
from directory.results import Page

WRITER_BYTES = 768_000_000
"""Memory a build may fill before it writes a segment; one thread feeds it, one indexes. Each segment
is one more dictionary every term of a question is looked up in: two million entries make two, where
they made six of 256 MB. Building 20,000 takes 60 MB in all.
"""

PROGRESS_EVERY = 1_000


class TantivyEngine:
    """Resources in `folder`, one sub-folder a generation. Safe to share between threads."""

    def __init__(self, folder: Path, *, communes: Communes | None = None) -> None:
        self._generations = Generations(folder)
        self._communes = communes
        self._lock = threading.Lock()
        self._opened: Reader | None = None
        self._former: Reader | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._looked = 0.0

    def rebuild(
        self, resources: Iterable[Resource], progress: Callable[[int], None] | None = None
    ) -> int:
        """Index all `resources` beside the index in service, check, then swap."""
        with self._generations.building() as generation:
            try:
                count = _build(self._generations.path(generation), resources, progress)
            except (ValueError, OSError) as exc:
                raise UnavailableError(
                    f"L'index n'a pas pu être construit ({exc}) ; l'ancien reste en service. "
                    "Vérifiez la place sur le disque, puis relancez `recours index rebuild`."
                ) from exc
            self._generations.put_in_service(generation, SCHEMA_VERSION, count)
        return count

    def roll_back(self) -> str:
        """Put the former generation in service again."""
        return self._generations.roll_back(SCHEMA_VERSION)

    def search(self, query: DirectoryQuery) -> Page:
        """Answer a question from the generation in service, or from the one its cursor names."""
        mark = read_cursor(query)
        opened = self._follow(mark)
        size = min(max(query.size, 1), MAX_SIZE)
        return opened.answer(query, mark.offset, size)

    def generation(self) -> str:
        """Name of the generation in service, empty when there is none."""
        current = self._generations.current()
        return current.generation if current is not None else ""

    def close(self) -> None:
        """Let go of the open files."""
        with self._lock:
            self._opened, self._former, self._stamp, self._looked = None, None, None, 0.0

    def _follow(self, mark: Mark) -> Reader:
        with self._lock:
            now = time.monotonic()
            if self._opened is None or now - self._looked >= FOLLOW_SECONDS:
                stamp = self._generations.stamp()
                if self._opened is None or stamp != self._stamp:
                    self._former, self._opened = (
                        self._opened,
                        _open(self._generations, self._communes),
                    )
                    self._stamp = stamp
                self._looked = now
            if mark.offset and not mark.is_of(self._opened.generation):
                return self._former_of(mark) or self._opened
            return self._opened

    def _former_of(self, mark: Mark) -> Reader | None:
        """The generation before, still on disk, if a cursor names it."""
        if self._former is None or not mark.is_of(self._former.generation):
            current = self._generations.current()
            if current is None or not current.former or not mark.is_of(current.former):
                return None
            with suppress(ValueError, OSError, msgspec.DecodeError):
                self._former = _open_generation(self._generations, current.former, self._communes)
        return self._former if self._former and mark.is_of(self._former.generation) else None


def _open(generations: Generations, communes: Communes | None) -> Reader:
    current = generations.current()
    if current is None:
        raise UnavailableError(NO_INDEX)
    if current.version != SCHEMA_VERSION:
        raise UnavailableError(OTHER_VERSION)
    try:
        return _open_generation(generations, current.generation, communes)
    except (ValueError, OSError, msgspec.DecodeError) as exc:
        if generations.current() != current:
            return _open(generations, communes)
        raise UnavailableError(
            f"L'index ne peut pas être lu ({exc}) : lancez `recours index rebuild`."
        ) from exc


def _open_generation(generations: Generations, name: str, communes: Communes | None) -> Reader:
    path = generations.path(name)
    index = Index.open(str(path))
    index.config_reader("manual")
    told = msgspec.json.decode((path / "labels.json").read_bytes(), type=Labels)
    return Reader(name, index, FacetLabels(told, communes))


def _build(
    path: Path, resources: Iterable[Resource], progress: Callable[[int], None] | None
) -> int:
    index = Index(schema(), str(path), sort_by_field="rank")
    register_analyzers(index)
    writer = index.writer(WRITER_BYTES, 1)
    labels: Labels = {}
    count = 0
    for count, resource in enumerate(resources, start=1):
        writer.add_document(document(resource))
        remember_labels(labels, resource)
        if progress is not None and count % PROGRESS_EVERY == 0:
            progress(count)
    writer.commit()
    writer.wait_merging_threads()
    (path / "labels.json").write_bytes(msgspec.json.encode(labels))
    index.reload()
    if (written := index.searcher().num_docs) != count:
        raise ValueError(f"{written} fiches écrites pour {count} données")
    return count
