"""Which code reads a listing: other rules make other statements of the same rows."""

import hashlib
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import directory
import importers

_READ = {".py", ".csv", ".toml"}
_LIBRARIES = ("msgspec", "phonenumbers")
"""Those that say what a statement holds, or how it is written."""


@cache
def code_version() -> str:
    """Digest of the code and the tables of `directory` and `importers`, as installed.

    Python is part of it, for its letters and cases, and so are the libraries that shape a row.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr(sys.version_info[:2]).encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for package in (directory, importers):
        root = Path(package.__path__[0])
        for path in sorted(one for one in root.rglob("*") if one.suffix in _READ):
            digest.update(f"{path.relative_to(root.parent)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
