"""A real search server for the tests that carry the `elastic` marker, started once per run.

`RECOURS_TEST_ENGINE_URL` names one that already runs. Otherwise OpenSearch starts from the artifacts
of tests/opensearch.xml, which Maven brings once: one node, in a temporary folder, on 127.0.0.1.
Where it cannot start, these tests skip by name and say why; with CI=true that is a failure.
`engine_settings` gives each test an index name of its own.
"""

import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from filelock import FileLock

from directory.base.settings import Settings

POM = Path(__file__).with_name("opensearch.xml")
PORTS = range(9201, 9300)  # the runner accepts no other
STARTED_WITHIN_SECONDS = 90
ONE_AT_A_TIME = Path(tempfile.gettempdir()) / "recours-opensearch.lock"
"""Tests run in several processes: Maven's cache and the choice of a port are for one of them."""

QUICK_JAVA = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""For a server that lives a minute."""

MODULES = (
    "org.opensearch.analysis.common.CommonAnalysisPlugin",
    "org.opensearch.index.mapper.MapperExtrasPlugin",
    "org.opensearch.transport.Netty4Plugin",
)
CONFIG = """
network.host: 127.0.0.1
cluster.routing.allocation.disk.threshold_enabled: false
"""
ALONE = "transport.port: 0\ndiscovery.type: single-node\n"
LOGS = """
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%p] %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


@pytest.fixture(scope="session")
def engine_server() -> Iterator[str]:
    """Address of a server that lives for this run, or of the one given."""
    if given := os.environ.get("RECOURS_TEST_ENGINE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="recours-os-"))
    try:
        with FileLock(ONE_AT_A_TIME):
            process, url = start_server(folder)
    except (OSError, RuntimeError, subprocess.SubprocessError) as exc:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"OpenSearch ne démarre pas ici : {type(exc).__name__}: {exc}")
    yield url
    stop_server(process)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def engine_settings(engine_server: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings for an index of this test's own, removed afterwards."""
    with index_of_its_own(engine_server, tmp_path) as settings:
        yield settings


@contextmanager
def index_of_its_own(url: str, folder: Path) -> Iterator[Settings]:
    """Settings for an index that nobody else uses, removed afterwards."""
    name = f"t{uuid4().hex}"
    yield Settings(data_dir=folder, engine="elasticsearch", engine_url=url, engine_index=name)
    for index in httpx.get(f"{url}/{name}-*/_alias").json():
        httpx.delete(f"{url}/{index}").raise_for_status()


def start_server(
    folder: Path, config: str = ALONE, java: Sequence[str] = QUICK_JAVA
) -> tuple[subprocess.Popen[bytes], str]:
    """One node of OpenSearch in `folder`; RuntimeError with its last words when it does not start."""
    classes = _class_path()
    cluster = folder.parent.name if config is not ALONE else folder.name
    written = folder / "node_1" / "config"
    written.mkdir(parents=True)
    (written / "opensearch.yml").write_text(CONFIG + config)
    (written / "log4j2.properties").write_text(LOGS)
    port = free_port(PORTS)
    command = [_found("java"), *java, "-cp", classes]
    command += ["org.codelibs.opensearch.runner.OpenSearchRunner"]
    command += ["-basePath", str(folder), "-numOfNode", "1", "-baseHttpPort", str(port - 1)]
    command += ["-clusterName", cluster, "-moduleTypes", ",".join(MODULES)]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    if not _answers(process, url):
        stop_server(process)
        raise RuntimeError((folder / "output").read_text(errors="replace")[-500:])
    return process, url


def stop_server(process: subprocess.Popen[bytes]) -> None:
    """Kill a server: its data are of no use to anybody."""
    process.kill()
    process.wait()


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/_cluster/health").is_success:
                return True
        except httpx.HTTPError:
            time.sleep(0.1)
    return False


def _class_path() -> str:
    """Artifacts of the server, brought by Maven into its own cache."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "classpath"
        done = subprocess.run(
            [_found("mvn"), "-q", "-B", "-f", str(POM), "dependency:build-classpath",
             f"-Dmdep.outputFile={told}"],
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        if done.returncode or not told.is_file():
            raise RuntimeError(f"Maven : {done.stdout[-500:]}")
        return told.read_text()


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(f"{program} n'est pas installé")
    return path


def free_port(ports: range) -> int:
    """A port of these that nobody listens to; drawn, as several runs may look at once."""
    for port in random.sample(ports, len(ports)):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"aucun port libre de {ports[0]} à {ports[-1]}")
