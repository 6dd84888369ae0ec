"""A mail server for the tests, on the loopback."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

EHLO, MAIL, DATA, QUIT = b"EHLO", b"MAIL", b"DATA", b"QUIT"


@dataclass
class Mailbox:
    """A mail server in a thread; `refuse` makes it turn every sender away."""

    port: int = 0
    refuse: bool = False
    received: list[EmailMessage] = field(default_factory=list)

    def converse(self, handler: socketserver.StreamRequestHandler) -> None:
        say, lines = handler.wfile.write, handler.rfile
        say(b"220 essai\r\n")
        for line in lines:
            command = line[:4].upper()
            if command == DATA:
                say(b"354 va\r\n")
                self.received.append(read_mail(iter(lines.readline, b".\r\n")))
            if command == QUIT:
                say(b"221 au revoir\r\n")
                return
            say(b"550 non\r\n" if command == MAIL and self.refuse else b"250 ok\r\n")


def read_mail(lines: Iterator[bytes]) -> EmailMessage:
    mail = message_from_bytes(b"".join(lines), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """A server that listens for the length of a block."""
    box = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            box.converse(self)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield box
        server.shutdown()
        thread.join()
