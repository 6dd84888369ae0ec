"""A visitor of the tests, who reads pages as people do: a space is a space, breaking or not.

That spaces do not break where they must not is for test_typography.py to say, on every page.
"""

from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Request, Response

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def fold(text: str) -> str:
    """The same text with plain spaces."""
    return text.translate(_SPACES)


class Visitor(TestClient):
    """Gets pages whose `text` is folded; `content` holds the bytes as they came."""

    def send(self, request: Request, **options: Any) -> Response:
        answer = super().send(request, **options)
        if answer.headers.get("content-type", "").startswith("text/html"):
            answer.__class__ = _Page
        return answer


class _Page(Response):
    @property
    def text(self) -> str:
        return fold(super().text)
