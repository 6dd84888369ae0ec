"""An import in a process of its own, to be killed: says how many rows it has read.

python -m tests.importers.killed_import DATA_DIR FILE
"""

import sys
from pathlib import Path

from directory.base.settings import Settings
from directory.communes import read_communes
from directory.register import open_register
from directory.territory import load_territory
from importers.run import run_import
from tests.importers.world import NOON


def main(data_dir: Path, file: Path) -> None:
    """Import a FINESS file as an extract, telling each thousand rows on stdout."""
    run_import(
        "finess",
        [file],
        register=open_register(Settings(data_dir=data_dir)),
        territory=load_territory("bievre"),
        communes=read_communes(),
        partial=True,
        clock=NOON,
        progress=lambda done, total, rows: print(rows, flush=True),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
