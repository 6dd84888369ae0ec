"""The national sources replayed by a local server: catalogues, files, and their faults."""

from collections.abc import Sequence
from pathlib import Path

from importers.registry import cards
from tests.importers.fetching.server import Station, dataset, file_reply

CATALOGUE_HOST = "www.data.gouv.fr"


class Publisher:
    """Publishes files of sources as data.gouv does: a dataset each, and its files."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self._published: dict[str, list[tuple[str, str, bytes]]] = {}

    @property
    def mirrors(self) -> str:
        """What makes Recours ask here instead of data.gouv."""
        return f"{CATALOGUE_HOST}={self.station.url}"

    def publish(self, source: str, *files: tuple[str, bytes]) -> None:
        """Put files of a source in its catalogue, in place of those that were there."""
        listed = [
            (title, self.station.put(f"/fichiers/{title}", file_reply(content, _etag(content))),
             content)
            for title, content in files
        ]  # fmt: skip
        for entry in cards()[source].catalogue:
            self._published[entry.dataset] = listed
            self.station.put(f"/api/1/datasets/{entry.dataset}/", dataset(*listed))

    def publish_paths(self, source: str, paths: Sequence[Path]) -> None:
        """The same, from files on disk."""
        self.publish(source, *((path.name, path.read_bytes()) for path in paths))


def _etag(content: bytes) -> str:
    return f'"{hash(content) & 0xFFFFFFFF:x}"'
