"""Real `recours update` processes on the demonstration, from a local server: first run, unchanged,
forty changes named, refused for staleness, cut by kill -9 and taken up."""

import gzip
import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from directory.communes import read_communes
from directory.territory import load_territory
from importers.demo import write_listings
from importers.demo.listings import DemoListings
from tests.importers.fetching.server import Asked, Reply, Station, open_station
from tests.web.servers import RECOURS, environment, staging
from tests.web.updating.publisher import Publisher

pytestmark = pytest.mark.slow

TODAY = datetime.now(UTC).date()
SECONDS = 240
PHONE = b"|0199"
PHONES, MOVED, LEFT, CAME = 20, 8, 6, 6


class Installation:
    """A demonstration folder that updates itself from a local publisher."""

    def __init__(self, folder: Path, publisher: Publisher) -> None:
        self.folder = folder
        self.publisher = publisher
        (folder / "demo.json").write_text(json.dumps({"territory": "bievre", "seed": 2026}))

    def environment(self) -> dict[str, str]:
        mirrors = {
            "RECOURS_FETCH_MIRRORS": self.publisher.mirrors,
            "RECOURS_FETCH_PRIVATE": "true",
            "RECOURS_LOG_FORMAT": "json",
        }
        return environment(self.folder) | mirrors

    def recours(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*RECOURS, *arguments],
            env=self.environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def update(self, code: int = 0) -> dict[str, Any]:
        ended = self.recours("update", "--json")
        assert ended.returncode == code, ended.stderr + ended.stdout
        told: dict[str, Any] = json.loads(ended.stdout)
        return told

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [*RECOURS, "update", "--json"],
            env=self.environment(),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def listings(folder: Path, day: date) -> DemoListings:
    return write_listings(folder, load_territory("bievre"), read_communes(), day=day)


def publish(publisher: Publisher, told: DemoListings) -> None:
    for one in told.imports:
        if one.source in ("finess", "rpps", "ameli"):
            publisher.publish_paths(one.source, one.files)


@pytest.fixture(scope="module")
def station() -> Iterator[Station]:
    with open_station() as opened:
        yield opened


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, station: Station) -> Installation:
    """The demonstration of yesterday, updated once."""
    folder = tmp_path_factory.mktemp("demo")
    publisher = Publisher(station)
    publish(publisher, listings(folder / "hier", TODAY - timedelta(days=1)))
    installation = Installation(folder, publisher)
    first = installation.update()
    assert {one["name"]: one["outcome"] for one in first["sources"]} == dict.fromkeys(
        ("ameli", "finess", "rpps"), "updated"
    )
    assert first["indexed"]
    assert first["needs"] == []
    return installation


def test_nothing_new_takes_less_than_ten_seconds_of_processor(demo: Installation) -> None:
    """Of processor: other processes share the machine with the tests."""
    before = _processor_seconds()
    told = demo.update()
    assert {one["outcome"] for one in told["sources"]} == {"unchanged"}
    assert not told["indexed"]
    assert _processor_seconds() - before < 10


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_forty_changes_are_named(demo: Installation) -> None:
    (before,) = (demo.folder / "hier").glob("finess-structures-*.json.gz")
    document = json.loads(gzip.decompress(before.read_bytes()))
    document["generatedAt"] = f"{TODAY}T03:00:00"
    open_sites = [
        ege
        for pmej in document["pmej"]
        for ege in pmej["ege"]
        if ege["etatObjet"] == "A" and ege["contact"] and ege["adresse"]
    ]
    phoned, moved = open_sites[:PHONES], open_sites[PHONES : PHONES + MOVED]
    left = open_sites[PHONES + MOVED : PHONES + MOVED + LEFT]
    for number, ege in enumerate(phoned):
        ege["contact"][0]["telecom"]["telephone"] = f"01490000{number:02}"
    for ege in moved:
        ege["adresse"][0]["numeroVoie"] = "99"
    for ege in left:
        ege["etatObjet"] = "I"
    host = next(pmej for pmej in document["pmej"] if pmej["ege"] and moved[0] in pmej["ege"])
    for number in range(CAME):
        new = json.loads(json.dumps(moved[0]))
        new["informationsGeneralesEGE"] |= {
            "numFinessEge": f"94099{number:04}",
            "egeId": f"9999{number}",
            "nomEgeCourt": f"NOUVEAU SITE {number}",
            "nomEgeLong": f"NOUVEAU SITE {number}",
        }
        host["ege"].append(new)
    title = f"finess-structures-journalier-{TODAY:%Y%m%d}.json.gz"
    demo.publisher.publish("finess", (title, gzip.compress(json.dumps(document).encode())))

    told = demo.update()
    finess = next(one for one in told["sources"] if one["name"] == "finess")
    assert finess["outcome"] == "updated"
    assert finess["changes"] == {
        "new": CAME, "changed": PHONES + MOVED, "gone": LEFT, "moved": MOVED, "phones": PHONES,
    }  # fmt: skip
    named = demo.recours("report", str(finess["runs"][0]), "--diff", "--json")
    changes = json.loads(named.stdout)
    assert len(changes["rows"]) + len(changes["new_rows"]) + len(changes["gone_rows"]) == 40
    assert all(one["name"] for one in changes["rows"] + changes["new_rows"] + changes["gone_rows"])


def test_a_stale_source_is_refused_and_the_last_good_data_stay(
    demo: Installation, tmp_path: Path
) -> None:
    before = demo.recours("update", "--status", "--json").stdout
    in_force = {one["name"]: one["run"] for one in json.loads(before)["sources"]}
    old = listings(tmp_path, TODAY - timedelta(days=100))
    demo.publisher.publish_paths("rpps", old.imports[1].files)
    told = demo.update(code=3)
    rpps = next(one for one in told["sources"] if one["name"] == "rpps")
    assert rpps["outcome"] == "refused"
    assert "plus anciennes que les 62 jours" in told["needs"][0]
    after = json.loads(demo.recours("update", "--status", "--json").stdout)
    assert {one["name"]: one["run"] for one in after["sources"]} == in_force
    assert after["needs"] == told["needs"]
    found = json.loads(demo.recours("search", "kiné cachan", "--json").stdout)
    assert found["total"] > 0
    demo.publisher.publish_paths(
        "rpps", listings(tmp_path, TODAY - timedelta(days=1)).imports[1].files
    )


@pytest.mark.parametrize("moment", ["download", "import"])
def test_a_killed_update_is_taken_up(
    demo: Installation, tmp_path: Path, station: Station, moment: str
) -> None:
    """Killed while a file arrives, or while its rows are written."""
    files = listings(tmp_path, TODAY).imports[1].files
    other = {"download": b"|0170", "import": b"|0171"}[moment]
    renamed = [(path.name, path.read_bytes().replace(PHONE, other)) for path in files]
    demo.publisher.publish("rpps", *renamed)
    name, content = renamed[0]
    whole = station.replies[f"/fichiers/{name}"][0]

    def slowly(asked: Asked) -> Reply:
        """Drop by drop: the process is killed meanwhile."""
        return Reply(content, headers={"ETag": f'"{moment}"'}, drip=0.0001)

    if moment == "download":
        station.put(f"/fichiers/{name}", slowly)
    with demo.started() as process:
        _wait_for(demo, process, moment)
        os.kill(process.pid, signal.SIGKILL)
    station.replies[f"/fichiers/{name}"] = [whole]
    cut = json.loads(demo.recours("update", "--status", "--json").stdout)
    assert cut["running"]
    told = demo.update()
    assert told["resumed"] == cut["running"]
    rpps = next(one for one in told["sources"] if one["name"] == "rpps")
    assert rpps["outcome"] == "updated"
    assert rpps["changes"]["phones"] > 0
    assert {one["outcome"] for one in demo.update()["sources"]} == {"unchanged"}


def _wait_for(demo: Installation, process: subprocess.Popen[bytes], moment: str) -> None:
    """Until a part of the file is there, or a run of the import is open."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the update ended before it could be killed"
        if moment == "download":
            part = demo.folder / "fetched" / "rpps-0" / "part"
            if part.exists() and part.stat().st_size > 1000:
                return
        elif staging(demo.folder, "rpps"):
            return
        time.sleep(0.02)
    raise TimeoutError(moment)
