"""Three nodes, one killed while readers read: nobody is told that the search is down."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import NamedTuple

import httpx
import pytest

from directory.base.errors import UnavailableError
from directory.base.settings import Settings
from directory.engines import open_engine
from directory.engines.base import Engine
from tests.directory.contract_base import find
from tests.factories import resource
from tests.opensearch import free_port, start_server, stop_server

pytestmark = [pytest.mark.elastic, pytest.mark.soak]

NODES = 3
TRANSPORTS = range(9301, 9400)
ENTRIES = 500


class Cluster(NamedTuple):
    """Nodes by address; the first is the one that manages the cluster."""

    nodes: dict[str, Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    nodes: dict[str, Popen[bytes]] = {}
    try:
        first = free_port(TRANSPORTS)
        for number in range(NODES):
            port = free_port(TRANSPORTS) if number else first
            config = (
                f"transport.port: {port}\ndiscovery.seed_hosts: ['127.0.0.1:{first}']\n"
                f"cluster.initial_cluster_manager_nodes: ['127.0.0.1:{first}']\n"
            )
            process, url = start_server(tmp_path / f"n{number}", config)
            nodes[url] = process
        yield Cluster(nodes)
    finally:
        for process in nodes.values():
            stop_server(process)


@pytest.fixture
def engine(cluster: Cluster, tmp_path: Path) -> Iterator[Engine]:
    urls = ",".join(cluster.nodes)
    opened = open_engine(Settings(data_dir=tmp_path, engine="elasticsearch", engine_url=urls))
    yield opened
    opened.close()


def test_readers_go_on_when_a_node_is_killed(cluster: Cluster, engine: Engine) -> None:
    addresses = list(cluster.nodes)
    engine.rebuild(resource(f"Centre {n}") for n in range(ENTRIES))
    assert wait_for_green(addresses[0], NODES)
    totals: list[int] = []
    failures: list[str] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                totals.append(find(engine, "centre", size=5).total)
            except UnavailableError as exc:
                failures.append(exc.detail)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    time.sleep(1)
    before = len(totals)
    stop_server(cluster.nodes[addresses[0]])
    time.sleep(15)
    stop.set()
    for reader in readers:
        reader.join()

    assert failures == []
    assert set(totals) == {ENTRIES}
    assert len(totals) > before + 100
    assert engine.rebuild(resource(f"Après {n}") for n in range(7)) == 7
    assert find(engine).total == 7


def wait_for_green(url: str, nodes: int) -> bool:
    """Whether every copy is in place on that many nodes within a minute."""
    wanted = f"wait_for_status=green&wait_for_nodes={nodes}&timeout=60s"
    told = httpx.get(f"{url}/_cluster/health?{wanted}", timeout=70).json()
    return not told["timed_out"]
