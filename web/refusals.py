"""What the outer layers answer when they refuse: a sentence, or an RFC 9457 document for the API."""

from collections.abc import Mapping
from urllib.parse import quote

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from web.contexts import ErrorPage
from web.problems import PROBLEM_JSON, problem_document
from web.render import render


def refusal(
    path: str,
    status: int,
    kind: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that needs neither services nor templates: nothing of the request was read."""
    if not path.startswith("/api/"):
        return PlainTextResponse(detail, status, headers)
    document = problem_document(path, status, kind, title, detail)
    return Response(msgspec.json.encode(document), status, headers, media_type=PROBLEM_JSON)


async def refused_page(
    scope: Scope,
    status: int,
    kind: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The same for a person who may go on: the page of errors, with a way back.

    A reading can be tried again from it; a sending cannot, so as never to be done twice.
    """
    if scope["path"].startswith("/api/"):
        return refusal(scope["path"], status, kind, title, detail, headers)
    request = Request(scope)
    page = ErrorPage(status, title, detail, _again(request))
    answer: Response = await run_in_threadpool(
        render, request, "error", page, fragment=True, status=status
    )
    answer.headers.update(headers or {})
    return answer


def _again(request: Request) -> str:
    """The address of a reading, never another site's, however many slashes it begins with."""
    if request.method not in ("GET", "HEAD"):
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/{quote(request.scope['path'].lstrip('/'))}{query}"
