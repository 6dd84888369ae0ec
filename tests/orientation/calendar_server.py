"""A web server on this machine that gives whatever calendar a test puts in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.local_server import SilentHandler, serving


@dataclass
class Shelf:
    """What the server answers; `asked` are the paths and host names it was asked for."""

    url: str = ""
    status: int = 200
    content: bytes = b""
    location: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)


def calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//essai//FR"]
    for number, event in enumerate(events):
        uid = [] if "UID:" in event else [f"UID:{number}@essai"]
        lines += ["BEGIN:VEVENT", *uid, "DTSTAMP:20261101T000000Z", *event.split("\n")]
        lines.append("END:VEVENT")
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


@contextmanager
def open_shelf() -> Iterator[Shelf]:
    shelf = Shelf()

    class Handler(SilentHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shelf.asked.append((self.path, self.headers["Host"]))
            self.send_response(shelf.status)
            if shelf.location:
                self.send_header("Location", shelf.location)
            self.send_header("Content-Length", str(len(shelf.content)))
            self.end_headers()
            self.wfile.write(shelf.content)

    with serving(Handler) as port:
        shelf.url = f"http://localhost:{port}/prive.ics"
        yield shelf
