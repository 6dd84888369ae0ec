"""Which code reads a listing: other rules make other statements of the same rows."""

import hashlib
from functools import cache
from pathlib import Path

import directory
import importers

_READ = {".py", ".csv", ".toml"}


@cache
def code_version() -> str:
    """Digest of the code and the tables of `directory` and `importers`, as installed."""
    digest = hashlib.blake2b(digest_size=16)
    for package in (directory, importers):
        root = Path(package.__path__[0])
        for path in sorted(one for one in root.rglob("*") if one.suffix in _READ):
            digest.update(f"{path.relative_to(root.parent)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
