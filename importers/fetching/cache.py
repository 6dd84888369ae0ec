"""What was downloaded, kept with what tells whether it changed; the oldest leaves when full."""

import hashlib
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

import msgspec

from importers.fetching.problems import FetchError


class Kept(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of a file: where it came from, its validators, its digests (hexadecimal)."""

    url: str
    name: str = ""
    modified: date | None = None
    etag: str = ""
    last_modified: str = ""
    size: int = 0
    digests: dict[str, str] = {}
    checked_at: datetime | None = None

    @property
    def validator(self) -> str:
        """What `If-Range` may say: a weak ETag promises nothing of the bytes."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


class Slot:
    """One place of the cache: a whole file, and perhaps a newer one still arriving."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content = folder / "content"
        self.part = folder / "part"
        self._about, self._about_part = folder / "about.json", folder / "part.json"

    def kept(self) -> Kept | None:
        """What is known of the whole file; None when there is none, or it is not as it was."""
        known = _read(self._about)
        if known is None or not self.content.is_file():
            return None
        return known if self.content.stat().st_size == known.size else None

    def started(self) -> Kept | None:
        """What is known of the file that was arriving when a run was cut."""
        return _read(self._about_part) if self.part.is_file() else None

    def begin(self, about: Kept) -> None:
        """Note whose bytes the part will hold, before the first of them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.part.unlink(missing_ok=True)
        _write(self._about_part, about)

    def received(self) -> int:
        """Bytes of the part so far."""
        return self.part.stat().st_size if self.part.exists() else 0

    def complete(self, about: Kept) -> None:
        """The part becomes the file. Cut in between, sizes disagree and it is fetched again."""
        self._about.unlink(missing_ok=True)
        self.part.replace(self.content)
        self.note(about)
        self._about_part.unlink(missing_ok=True)

    def note(self, about: Kept) -> None:
        """Say anew what is known of the whole file, now checked."""
        about.checked_at = datetime.now(UTC)
        _write(self._about, about)

    def drop_part(self) -> None:
        """Forget what was arriving."""
        self.part.unlink(missing_ok=True)
        self._about_part.unlink(missing_ok=True)


class Cache:
    """A folder of slots, at most so many bytes; slots used in this run never leave."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit
        self._used: set[Path] = set()

    def slot(self, name: str) -> Slot:
        """The slot of a name, which becomes a folder."""
        folder = self.folder / re.sub(r"[^\w.-]", "_", name)
        self._used.add(folder)
        return Slot(folder)

    def make_room(self, announced: int) -> None:
        """Let the oldest files leave; raises FetchError when what comes cannot fit at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if announced > min(self.limit, free):
            raise FetchError(
                f"Il faut {announced >> 20} Mo pour ce fichier : le cache en admet "
                f"{self.limit >> 20} (RECOURS_FETCH_CACHE_MB) et le disque en a {free >> 20} libres."
            )
        sizes = {one: _size(one) for one in self.folder.iterdir() if one.is_dir()}
        for one in sorted(sizes, key=lambda folder: folder.stat().st_mtime):
            if sum(sizes.values()) + announced <= self.limit:
                return
            if one not in self._used:
                shutil.rmtree(one)
                del sizes[one]


def digest_of(file: IO[bytes]) -> dict[str, str]:
    """SHA-1, as data.gouv publishes it, and SHA-256 of what is left of a file."""
    hashes = [hashlib.sha1(usedforsecurity=False), hashlib.sha256()]
    while chunk := file.read(1 << 20):
        for one in hashes:
            one.update(chunk)
    return {one.name: one.hexdigest() for one in hashes}


def _size(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def _read(path: Path) -> Kept | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return None


def _write(path: Path, about: Kept) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(about))
    beside.replace(path)
