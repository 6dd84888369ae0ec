"""Generations of the index: built apart, put in service by one small file, cleaned afterwards.

index/current              JSON: the generation in service, its schema version, the former one
index/<generation>/        a Tantivy index and `labels.json`
index/<generation>.lock    held while a process builds that generation
index/swap.lock            held while `current` changes or folders are removed
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from uuid_utils import uuid7

from directory.base.errors import ConflictError
from directory.engines.base import FORMER_OF_OTHER_VERSION, NO_FORMER
from directory.model import Value

SWAP_SECONDS = 30
"""How long a swap waits for another one: it lasts the time of removing a folder."""


class Current(Value, frozen=True, kw_only=True):
    """What `current` says. `former` is kept on disk: a reader may still be on it."""

    generation: str
    version: int
    count: int
    former: str = ""
    former_version: int = 0
    former_count: int = 0


_decode = msgspec.json.Decoder(Current).decode


class Generations:
    """The folder of one index, shared by any number of processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "current"

    def path(self, generation: str) -> Path:
        """The folder of one generation."""
        return self._folder / generation

    def stamp(self) -> tuple[int, int, int] | None:
        """Changes whenever another generation is put in service; None when there is none."""
        try:
            seen = self._pointer.stat()
        except FileNotFoundError:
            return None
        return seen.st_ino, seen.st_mtime_ns, seen.st_size

    def current(self) -> Current | None:
        """The generation in service; None when there is none, or when its file is not ours."""
        try:
            return _decode(self._pointer.read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    @contextmanager
    def building(self) -> Iterator[str]:
        """A new, empty generation, protected from other builds' cleaning until the end."""
        generation = str(uuid7())
        lock = self._lock(generation)
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._swapping():
            lock.acquire(timeout=0)
            self.path(generation).mkdir()
        try:
            yield generation
        finally:
            with self._swapping():
                lock.release()
                self._clean()

    def put_in_service(self, generation: str, version: int, count: int) -> None:
        """Make readers follow; the caller still holds the generation's lock."""
        with self._swapping():
            self._point_to(generation, version, count)

    def roll_back(self, version: int) -> str:
        """Put the former generation in service again; ConflictError where it cannot be."""
        with self._swapping():
            now = self.current()
            if now is None or not now.former:
                raise ConflictError(NO_FORMER)
            if now.former_version != version or not self.path(now.former).is_dir():
                raise ConflictError(FORMER_OF_OTHER_VERSION)
            self._point_to(now.former, now.former_version, now.former_count)
            return now.former

    def _point_to(self, generation: str, version: int, count: int) -> None:
        before = self.current()
        now = Current(generation=generation, version=version, count=count)
        if before is not None:
            now = msgspec.structs.replace(
                now,
                former=before.generation,
                former_version=before.version,
                former_count=before.count,
            )
        _write_durably(self._pointer, msgspec.json.encode(now))

    def _clean(self) -> None:
        """Remove what is neither in service, nor former, nor being built by a live process."""
        now = self.current()
        kept = {now.generation, now.former} if now is not None else set()
        for path in self._folder.iterdir():
            generation = path.name.removesuffix(".lock")
            if generation in kept or not (path.is_dir() or path.suffix == ".lock"):
                continue
            if generation != "swap":
                self._remove(generation)

    def _remove(self, generation: str) -> None:
        lock = self._lock(generation)
        with suppress(Timeout), lock.acquire(timeout=0):
            shutil.rmtree(self.path(generation), ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)

    def _swapping(self) -> FileLock:
        return FileLock(self._folder / "swap.lock", timeout=SWAP_SECONDS)

    def _lock(self, generation: str) -> FileLock:
        return FileLock(self._folder / f"{generation}.lock", is_singleton=False)


def _write_durably(path: Path, content: bytes) -> None:
    """Replace a file so that a reader, or a power cut, sees the old or the new one whole."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
