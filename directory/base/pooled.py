"""A pooled connection whose server went away is replaced before anybody uses it."""

from typing import Any

import psycopg
import sqlalchemy as sa


def replace_lost(engine: sa.Engine) -> None:
    """Look at each connection of a PostgreSQL engine as it leaves the pool, without a round trip.

    A server that stops or restarts says so to the sockets it had: reading what waits there is
    enough. A ping at each checkout would say no more of a network that swallows everything.
    """

    @sa.event.listens_for(engine, "checkout")
    def _look(connection: Any, _record: Any, _fairy: Any) -> None:
        if not is_alive(connection):
            raise sa.exc.InvalidatePoolError  # the pool opens new ones, all of its own would fail


def is_alive(connection: "psycopg.Connection[Any]") -> bool:
    """Whether an idle connection is still open on the server's side."""
    try:
        for _ in range(2):  # its last words first, then the end
            connection.pgconn.consume_input()
    except psycopg.OperationalError:
        return False
    return connection.pgconn.status == psycopg.pq.ConnStatus.OK
