"""A geocoder on this machine that replays the documented exchanges of the Géoplateforme, and faults.

It knows the addresses it is given; everything else is `not-found`, as the real one says.
"""

import csv
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.local_server import SilentHandler, serving

RESULTS = (
    "longitude", "latitude", "result_score", "result_score_next", "result_label", "result_type",
    "result_id", "result_housenumber", "result_name", "result_street", "result_postcode",
    "result_city", "result_context", "result_citycode", "result_oldcitycode", "result_oldcity",
    "result_district", "result_status",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """One address of the national base."""

    lat: float
    lon: float
    score: float = 0.96
    kind: str = "housenumber"
    citycode: str = "94034"
    postcode: str = "94260"
    label: str = "2 Rue de Wissous 94260 Fresnes"

    def row(self) -> dict[str, str]:
        return {
            "latitude": str(self.lat),
            "longitude": str(self.lon),
            "result_score": str(self.score),
            "result_label": self.label,
            "result_type": self.kind,
            "result_postcode": self.postcode,
            "result_citycode": self.citycode,
            "result_status": "ok",
        }


@dataclass
class Base:
    """What the geocoder knows, by street as asked, and how it misbehaves.

    `faults` are answered first, one a request: a status, or `(status, seconds to wait)`, `cut`,
    `html`, `drop`. `reverse` gives lines in another order.
    """

    url: str = ""
    known: dict[str, Known] = field(default_factory=dict)
    faults: list[Any] = field(default_factory=list)
    reverse: bool = False
    default: Known | None = None
    requests: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    lines: list[dict[str, str]] = field(default_factory=list)
    answering_s: float = 0.0
    answering_cpu_s: float = 0.0

    def answer_csv(self, told: str) -> str:
        rows = list(csv.DictReader(io.StringIO(told)))
        self.lines += rows
        written = io.StringIO()
        out = csv.DictWriter(written, (*rows[0].keys(), *RESULTS), restval="")
        out.writeheader()
        for row in reversed(rows) if self.reverse else rows:
            found = self.known.get(row["street"], self.default)
            out.writerow(row | (found.row() if found else {"result_status": "not-found"}))
        return written.getvalue()

    def answer_search(self, asked: dict[str, list[str]]) -> str:
        found = [one for street, one in self.known.items() if asked["q"][0] in street]
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
                "properties": {
                    "label": one.label, "score": one.score, "type": one.kind,
                    "citycode": one.citycode, "postcode": one.postcode,
                },
            }
            for one in found
        ]  # fmt: skip
        return json.dumps({"type": "FeatureCollection", "features": features})


@contextmanager
def open_geocoder() -> Iterator[Base]:
    base = Base()

    class Handler(SilentHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            base.requests.append((urlsplit(self.path).path, asked))
            if not self._misbehave():
                self._say(200, base.answer_search(asked).encode(), "application/json")

        def do_POST(self) -> None:
            started, used = time.perf_counter(), time.thread_time()
            told = self.rfile.read(int(self.headers["Content-Length"]))
            head = b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n"
            form = message_from_bytes(head + told)
            fields: dict[str, list[str]] = {}
            for part in form.get_payload():
                assert isinstance(part, Message)
                name = str(part.get_param("name", header="content-disposition"))
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                fields.setdefault(name, []).append(content.decode())
            base.requests.append((self.path, fields))
            if not self._misbehave():
                self._say(200, base.answer_csv(fields["data"][0]).encode(), "text/csv")
            base.answering_s += time.perf_counter() - started
            base.answering_cpu_s += time.thread_time() - used

        def _misbehave(self) -> bool:
            match base.faults.pop(0) if base.faults else None:
                case None:
                    return False
                case (int(status), seconds):
                    self._say(status, b"", "text/plain", {"Retry-After": str(seconds)})
                case int(status):
                    self._say(status, b"oops", "text/plain")
                case "html":
                    self._say(200, b"<html>Maintenance</html>", "text/html")
                case "drop":
                    self.close_connection = True
                case "cut":
                    told = base.answer_csv(base.requests[-1][1]["data"][0]).encode()
                    self._say(200, told[: len(told) * 2 // 3], "text/csv")
            return True

        def _say(
            self, status: int, content: bytes, kind: str, more: dict[str, str] | None = None
        ) -> None:
            self.send_response(status)
            headers = {"Content-Type": kind, "Content-Length": str(len(content)), **(more or {})}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    with serving(Handler) as port:
        base.url = f"http://127.0.0.1:{port}/geocodage"
        yield base
