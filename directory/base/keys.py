"""Keys that protect patients' identity, created at first start and kept outside the databases."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
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
        return _read(self.path) if self.path else self

    def digest(self, *parts: str | bytes) -> str:
        """Keyed hash (HMAC-SHA-256, hex) of low-entropy values such as a phone number."""
        mac = hmac.new(self.lookup, digestmod=hashlib.sha256)
        for part in parts:
            data = part.encode() if isinstance(part, str) else part
            mac.update(len(data).to_bytes(8, "big") + data)
        return mac.hexdigest()


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


def rotate_wrapping(data_dir: Path) -> KeyRing:
    """Put a fresh wrapping key in the file and keep the present one as former.

    Call it once nothing needs the older ones any more: they are dropped here.
    """
    ring = open_keys(data_dir)
    path = data_dir / "keys" / "recours.json"
    names = {name: _text(getattr(ring, name)) for name in _NAMES}
    fresh = {"wrapping": _text(secrets.token_bytes(KEY_BYTES)), "former": [_text(ring.wrapping)]}
    draft = _write_draft(path, names | fresh)
    draft.replace(path)
    return _read(path)


def _read(path: Path) -> KeyRing:
    try:
        stored = json.loads(path.read_text(encoding="ascii"))
        wrapping, lookup, signing = (base64.b64decode(stored[name]) for name in _NAMES)
        former = tuple(base64.b64decode(one) for one in stored.get("former", ()))
        return KeyRing(wrapping, lookup, signing, former, path)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise SettingsError(
            f"{path} est illisible ou incomplet : rétablissez-le depuis une sauvegarde. "
            "Sans lui, les identités déjà enregistrées ne peuvent plus être lues."
        ) from exc


_NAMES = ("wrapping", "lookup", "signing")


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
