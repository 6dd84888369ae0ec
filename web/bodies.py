"""How much of a request is read: a form or a document, never a file."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1 << 20
"""Bytes of a request: the longest form takes a few kilobytes."""


class LimitedBody:
    """Stops reading a request that is too long, told so or not: the application answers 413."""

    def __init__(self, app: ASGIApp, most: int = LARGEST_BODY) -> None:
        self.app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what is read of it is counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        read = _announced(scope)

        async def receive_counted() -> Message:
            nonlocal read
            if read > self._most:
                raise HTTPException(413)
            message = await receive()
            if message["type"] == "http.request" and not announced:
                read += len(message.get("body", b""))
                if read > self._most:
                    raise HTTPException(413)
            return message

        announced = read > 0
        await self.app(scope, receive_counted, send)


def _announced(scope: Scope) -> int:
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(told) if told.isdigit() else 0
