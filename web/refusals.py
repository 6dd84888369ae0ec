"""What the outer layers answer when they refuse: a sentence, or an RFC 9457 document for the API."""

from collections.abc import Mapping

import msgspec
from starlette.responses import PlainTextResponse, Response

from web.problems import PROBLEM_JSON, problem_document


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
