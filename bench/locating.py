"""What locating addresses costs us, beside what the service takes.

    python -m bench.locating [--rows 20000]

A local server answers each file of addresses; its own time, in this process too, is taken out.
Our share is processor time: reading the register, writing the files,
judging the answers, remembering them.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

from bench.machine import say_machine
from bench.pools import make_pools
from directory.base.settings import Settings
from directory.communes import read_communes
from directory.locating.geocoder import Geocoder
from directory.locating.run import BATCH, locate
from directory.model import Address, EntityKind, Organization, SourceRecord, Statement
from directory.register import Register, open_register
from importers.demo.places import Place
from tests.geocoder import Known, open_geocoder


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: fills a register, locates every address, then once more."""
    parser = argparse.ArgumentParser(prog="bench.locating", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="addresses")
    options = parser.parse_args(arguments)
    communes = read_communes()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_geocoder() as base,
        Geocoder(base.url, per_second=50) as geocoder,
    ):
        register = open_register(Settings(data_dir=Path(folder)))
        fill(register, options.rows)
        base.default = Known(48.7571, 2.3261)
        print(say_machine())
        for what in ("première fois", "rien de nouveau"):
            base.answering_s, base.lines = 0.0, []
            started, processor = time.perf_counter(), time.process_time()
            told = locate(register, communes, geocoder, now=datetime.now(UTC), min_score=0.7)
            wall, used = time.perf_counter() - started, time.process_time() - processor
            print(
                f"{what} : {told.asked} adresses en {-(-told.asked // BATCH)} fichiers ou plus, "
                f"{wall:.1f} s dont {base.answering_s:.1f} s au serveur local ; processeur des deux "
                f"{used:.1f} s, dont nous {used - base.answering_cpu_s:.1f} s"
            )
            base.answering_cpu_s = 0.0
        register.close()
    return 0


def fill(register: Register, rows: int) -> None:
    """A register of sites, each at an address of its own."""
    rng = Random(2026)
    pools = make_pools(rng)
    day = date(2026, 11, 1)
    staging = register.begin_import("finess", "FINESS", fingerprint="bench", data_date=day)
    for rank in range(rows):
        staging.add(_site(rank, pools.place(rng)), rank)
    counts = staging.finish()
    staging.publish({"kept": counts.kept}, remove_absent=True)


def _site(rank: int, place: Place) -> SourceRecord:
    address = Address(
        street_number=f"{rank}",
        street=f"{place.road_label} {place.road}",
        postcode=place.postcode,
        city=place.commune.name,
        insee=place.commune.insee,
    )
    key = f"finess|{rank}"
    statement = Statement(
        subject=EntityKind.ORGANIZATION,
        subject_key=key,
        organization=Organization(name=f"Site {rank}", addresses=(address,)),
    )
    return SourceRecord(key=str(rank), statement=statement, raw=str(rank))


if __name__ == "__main__":
    sys.exit(main())
