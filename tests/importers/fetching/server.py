"""A web server on this machine that replays what a test put in it, faults included."""

import hashlib
import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.local_server import SilentHandler, serving


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query) | parse_qs(self.body)


@dataclass
class Reply:
    """An answer: `cut` bytes are sent and the connection is dropped; `drip` seconds a byte."""

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip: float = 0


Answer = Callable[[Asked], Reply]


@dataclass
class Station:
    """Paths and what they answer: each list is used up but for its last answer."""

    url: str = ""
    replies: dict[str, list[Reply | Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def put(self, path: str, *replies: Reply | Answer) -> str:
        self.replies[path] = list(replies)
        return self.url + path

    def asked_at(self, path: str) -> list[Asked]:
        return [one for one in self.asked if urlsplit(one.path).path == path]

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        replies = self.replies.get(urlsplit(asked.path).path)
        if not replies:
            return Reply(b"", 404)
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        return reply(asked) if callable(reply) else reply


def document(value: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(
        json.dumps(value).encode(), status, {"Content-Type": "application/json", **headers}
    )


def file_reply(content: bytes, etag: str = "", last_modified: str = "") -> Answer:
    """What a static server answers: validators, 304 and ranges (RFC 9110)."""
    headers = {"Accept-Ranges": "bytes"}
    headers |= {"ETag": etag} if etag else {}
    headers |= {"Last-Modified": last_modified} if last_modified else {}

    def answer(asked: Asked) -> Reply:
        if etag and asked.headers.get("if-none-match") == etag:
            return Reply(b"", 304, headers)
        wanted = asked.headers.get("range", "")
        if wanted and asked.headers.get("if-range") in (etag, last_modified):
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                return Reply(b"", 416, headers)
            told = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
            return Reply(content[start:], 206, headers | told)
        return Reply(content, 200, headers)

    return answer


def dataset(*files: tuple[str, str, bytes]) -> Reply:
    """A dataset as data.gouv describes it, from (title, address, content)."""
    return document(
        {
            "id": "essai",
            "resources": [
                {
                    "title": title,
                    "url": url,
                    "filesize": len(content),
                    "checksum": {
                        "type": "sha1",
                        "value": hashlib.sha1(content, usedforsecurity=False).hexdigest(),
                    },
                    "last_modified": "2026-11-20T03:12:00.000000+00:00",
                }
                for title, url, content in files
            ],
        }
    )


@contextmanager
def open_station(tls: ssl.SSLContext | None = None) -> Iterator[Station]:
    """A server that listens for the length of a block."""
    station = Station()

    class Handler(SilentHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length).decode() if length else ""
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = station.answer(Asked(self.command, self.path, headers, body))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self._send(reply)

        def _send(self, reply: Reply) -> None:
            content = reply.content[: reply.cut] if reply.cut is not None else reply.content
            try:
                if not reply.drip:
                    self.wfile.write(content)
                for byte in content if reply.drip else ():
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(reply.drip)
            except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
                self.close_connection = True
            if reply.cut is not None:
                self.close_connection = True

    with serving(Handler, tls) as port:
        station.url = f"{'https' if tls else 'http'}://localhost:{port}"
        yield station
