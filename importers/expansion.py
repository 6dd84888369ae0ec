"""Compressed files that expand without end are stopped, whoever made them."""

import io
from typing import IO

from directory.base.errors import InputRefusedError

FREE_BYTES = 64 << 20
"""Below this a file may expand as it likes."""

MOST_TIMES = 200
"""FINESS+ activities expand 25 times (58 MB, 1.45 GB); a made-up file, 1,030 times."""


class Expanding(io.RawIOBase):
    """Decompressed bytes on their way, counted against the size of the compressed file."""

    def __init__(self, stream: IO[bytes], compressed: int, name: str) -> None:
        super().__init__()
        self._stream = stream
        self._most = max(FREE_BYTES, compressed * MOST_TIMES)
        self._name = name
        self._given = 0

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer; raises InputRefusedError once too much came out."""
        content = self._stream.read(len(buffer))
        self._given += len(content)
        if self._given > self._most:
            raise InputRefusedError(
                f"{self._name} : le fichier se décompresse sans fin (plus de "
                f"{self._most >> 20} Mo), refusé.",
                file=self._name,
            )
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        """Close what is read."""
        self._stream.close()
        super().close()
