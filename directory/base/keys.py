"""Keys that protect patients' identity, created at first start and kept outside the databases."""

import base64
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from directory.base.errors import SettingsError

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, repr=False)
class KeyRing:
    """The machine's secrets. Never printed, never logged, never stored in a database."""

    wrapping: bytes
    lookup: bytes
    signing: bytes
    former: tuple[bytes, ...] = ()
    """Wrapping keys of before the last rotation, for what a process wrapped meanwhile."""
    former_lookup: tuple[bytes, ...] = ()
    """Lookup keys of before, newest first: a secret that is kept as a hash alone outlives them."""
    former_signing: tuple[bytes, ...] = ()
    """The signing key of before the last rotation, for what a browser still holds."""
    path: Path | None = None
    """The file they come from, read again after a rotation by another process."""

    def new_data_key(self) -> tuple[bytes, bytes]:
        """A fresh data key for one request: (key in clear, key wrapped for the database).

        Destroying the wrapped key makes everything it protects unreadable for good.
        """
        key = secrets.token_bytes(KEY_BYTES)
        return key, encrypt(self._newest().wrapping, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The data key in clear; raises SettingsError when the key file is not the right one."""
        try:
            return self._unwrap_here(wrapped)
        except SettingsError:
            return self._newest()._unwrap_here(wrapped)

    def rewrap(self, wrapped: bytes) -> bytes:
        """The same data key under the newest wrapping key; unchanged if it already is."""
        try:
            decrypt(self.wrapping, wrapped)
        except SettingsError:
            return encrypt(self.wrapping, self._unwrap_here(wrapped))
        return wrapped

    def _unwrap_here(self, wrapped: bytes) -> bytes:
        for key in self.former:
            with suppress(SettingsError):
                return decrypt(key, wrapped)
        return decrypt(self.wrapping, wrapped)

    def _newest(self) -> "KeyRing":
        return _read_if_changed(self.path) if self.path else self

    def digest(self, *parts: str | bytes) -> str:
        """Keyed hash (HMAC-SHA-256, hex) of low-entropy values such as a phone number."""
        return _digest(self._newest().lookup, parts)

    def digests(self, *parts: str | bytes) -> tuple[str, ...]:
        """`digest`, then what it was under each former key: what was written before is found."""
        newest = self._newest()
        return tuple(_digest(key, parts) for key in (newest.lookup, *newest.former_lookup))

    def signing_keys(self) -> tuple[bytes, ...]:
        """The key to sign with, then those of before that still verify."""
        newest = self._newest()
        return newest.signing, *newest.former_signing


def _digest(key: bytes, parts: tuple[str | bytes, ...]) -> str:
    told = [part.encode() if isinstance(part, str) else part for part in parts]
    message = b"".join(len(data).to_bytes(8, "big") + data for data in told)
    return hmac.digest(key, message, "sha256").hex()


def encrypt(key: bytes, clear: bytes) -> bytes:
    """AES-256-GCM with a random nonce in front."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, None)


def decrypt(key: bytes, sealed: bytes) -> bytes:
    """Undo `encrypt`; raises SettingsError when the key does not fit or a byte was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except InvalidTag as exc:
        raise SettingsError(
            "Une donnée chiffrée ne s'ouvre pas : le fichier de clés n'est pas celui qui l'a "
            "écrite. Rétablissez le dossier « keys » d'origine."
        ) from exc


def open_keys(data_dir: Path) -> KeyRing:
    """Read `data_dir/keys/recours.json`, creating it (mode 600) at the first start.

    Two processes starting together end with the same keys: the file appears whole, once.
    """
    path = data_dir / "keys" / "recours.json"
    if not path.exists():
        _create(path)
    return _read(path)


def rotate_ring(data_dir: Path) -> KeyRing:
    """Put fresh keys in the file and keep the present ones as former.

    Call it once nothing needs the older ones any more: those that wrap or sign are dropped here,
    those that look up are kept.
    """
    ring = open_keys(data_dir)
    path = data_dir / "keys" / "recours.json"
    fresh: dict[str, Any] = {name: _text(secrets.token_bytes(KEY_BYTES)) for name in _NAMES}
    fresh |= {
        "former": [_text(ring.wrapping)],
        "former_lookup": [_text(one) for one in (ring.lookup, *ring.former_lookup)],
        "former_signing": [_text(ring.signing)],
    }
    draft = _write_draft(path, fresh)
    draft.replace(path)
    return _read(path)


def _read(path: Path) -> KeyRing:
    try:
        stored = json.loads(path.read_text(encoding="ascii"))
        wrapping, lookup, signing = (base64.b64decode(stored[name]) for name in _NAMES)
        former, former_lookup, former_signing = (
            tuple(base64.b64decode(one) for one in stored.get(name, ())) for name in _FORMER
        )
        return KeyRing(wrapping, lookup, signing, former, former_lookup, former_signing, path)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise SettingsError(
            f"{path} est illisible ou incomplet : rétablissez-le depuis une sauvegarde. "
            "Sans lui, les identités déjà enregistrées ne peuvent plus être lues."
        ) from exc


def _read_if_changed(path: Path) -> KeyRing:
    """`_read`, once per version of the file: each request looks for a caller or a key in it."""
    try:
        stamp = path.stat()
    except OSError:
        return _read(path)
    return _read_version(path, stamp.st_ino, stamp.st_mtime_ns, stamp.st_ctime_ns)


@lru_cache(maxsize=8)
def _read_version(path: Path, *_version: int) -> KeyRing:
    return _read(path)


_NAMES = ("wrapping", "lookup", "signing")
_FORMER = ("former", "former_lookup", "former_signing")


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _write_draft(path, {name: _text(secrets.token_bytes(KEY_BYTES)) for name in _NAMES})
    try:
        os.link(draft, path)  # fails if another process was first: its keys are then ours
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _write_draft(path: Path, content: dict[str, Any]) -> Path:
    """The content whole on disk, beside the file, for its owner alone."""
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return draft
