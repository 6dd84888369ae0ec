"""Real `recours` processes: commands that end, servers that answer on a free port."""

import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
RECOURS = [sys.executable, "-c", "from web.cli import main; main()"]
STARTING_SECONDS = 90


def environment(data_dir: Path, url: str = "", territory: str = "bievre") -> dict[str, str]:
    """The settings of a process, and nothing inherited from the developer's `.env`."""
    told = {
        "RECOURS_DATA_DIR": str(data_dir),
        "RECOURS_DATABASE_URL": url,
        "RECOURS_TERRITORY": territory,
        "PYTHONPATH": str(ROOT),
    }
    return {**os.environ, **told}


def recours(
    *arguments: str, data_dir: Path, url: str = "", territory: str = "bievre"
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*RECOURS, *arguments],
        env=environment(data_dir, url, territory),
        cwd=data_dir,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@contextmanager
def serving(data_dir: Path, url: str = "", territory: str = "bievre") -> Iterator[httpx.Client]:
    """One `recours serve --demo` process, and a client that speaks to it."""
    port = free_port()
    log = (data_dir / f"serve-{port}.log").open("wb")
    server = subprocess.Popen(
        [*RECOURS, "serve", "--demo", "--port", str(port)],
        env=environment(data_dir, url, territory),
        cwd=data_dir,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    limits = httpx.Limits(max_connections=200)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=120, limits=limits
        ) as client:
            _wait(server, client, Path(log.name))
            yield client
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def staging(data_dir: Path, source: str) -> bool:
    """Whether an import of this source is under way."""
    with contextlib.closing(sqlite3.connect(data_dir / "register.sqlite", timeout=5)) as store:
        row = store.execute("SELECT 1 FROM run WHERE state = 'staging' AND source = ?", [source])
        return row.fetchone() is not None


def _wait(server: subprocess.Popen[bytes], client: httpx.Client, log: Path) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        with contextlib.suppress(httpx.TransportError):
            client.get("/healthz")
            return
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
