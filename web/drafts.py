"""What a call has said before its request exists: sealed in the secretary's browser.

A call has three screens before its request. Its draft is an encrypted cookie that only that call's
addresses receive, so that no phone number is ever in an address or a log. The store keeps the same,
sealed, for who must resume the call (`orientation.calls`).
"""

import base64
import hashlib
import hmac
import secrets
import time
from contextlib import suppress
from uuid import UUID

import msgspec
from fastapi import Request, Response

from directory.base.errors import RecoursError
from directory.base.keys import KeyRing, decrypt, encrypt
from directory.model import Value
from orientation.calls import CallNotes
from orientation.service import Orientation

COOKIE = "recours_appel"
LASTS_SECONDS = 3600


class Draft(Value, frozen=True, kw_only=True):
    """A call under way. `checked` says that no warning sign was the answer given."""

    id: str
    callback_number: str
    commune: str
    address: str = ""
    checked: bool = False
    started: int = 0


def new_draft(callback_number: str, commune: str, address: str) -> Draft:
    """Start a call."""
    return Draft(
        id=secrets.token_urlsafe(9),
        callback_number=callback_number,
        commune=commune,
        address=address,
        started=int(time.time()),
    )


def draft_of(call_id: UUID, notes: CallNotes) -> Draft:
    """The draft of a call that the store keeps."""
    return Draft(
        id=str(call_id),
        callback_number=notes.callback_number,
        commune=notes.commune,
        address=notes.address,
        checked=notes.checked,
        started=int(time.time()),
    )


def call_of(draft_id: str) -> UUID | None:
    """The call a draft is of; None for one that began outside the secretariat's first screen."""
    try:
        return UUID(draft_id)
    except ValueError:
        return None


def attach_call(orientation: Orientation, draft_id: str, request_id: UUID) -> None:
    """The call of this draft became a request."""
    if known := call_of(draft_id):
        orientation.calls.attach(known, request_id)


def draft_path(draft_id: str) -> str:
    """The addresses of one call; its cookie goes nowhere else."""
    return f"/secretariat/appel/{draft_id}"


def keep_draft(response: Response, keys: KeyRing, draft: Draft) -> None:
    """Give the draft to the browser, sealed."""
    sealed = encrypt(_keys(keys)[0], msgspec.json.encode(draft))
    response.set_cookie(
        COOKIE,
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=LASTS_SECONDS,
        path=draft_path(draft.id),
        httponly=True,
        samesite="strict",
    )


def forget_draft(response: Response, draft_id: str) -> None:
    """Take the draft back from the browser."""
    response.delete_cookie(COOKIE, path=draft_path(draft_id), httponly=True, samesite="strict")


def read_draft(request: Request, keys: KeyRing, draft_id: str) -> Draft | None:
    """The draft of this call; None when it is missing, too old, altered, or another call's."""
    try:
        sealed = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        draft = msgspec.json.decode(_open(keys, sealed), type=Draft)
    except (ValueError, RecoursError, msgspec.MsgspecError):
        return None
    recent = time.time() - draft.started <= LASTS_SECONDS
    return draft if recent and hmac.compare_digest(draft.id, draft_id) else None


def _open(keys: KeyRing, sealed: bytes) -> bytes:
    """In clear, under the present key or the one of before the last rotation."""
    present, *former = _keys(keys)
    for key in former:
        with suppress(RecoursError):
            return decrypt(key, sealed)
    return decrypt(present, sealed)


def _keys(keys: KeyRing) -> list[bytes]:
    said = b"brouillon d'appel"
    return [hmac.digest(key, said, hashlib.sha256) for key in keys.signing_keys()]
