"""The demonstration: invented practitioners, real establishments, a first-recourse team."""

import json
import time

from rich.console import Console

from directory.base.clock import Clock, system_clock
from directory.base.errors import InputRefusedError
from directory.base.leases import leased
from directory.base.settings import Settings
from directory.indexing import rebuild_index
from directory.tables import base
from importers.report import Report
from web.imports import import_source
from web.services import Services, services

SEED = 2026
"""Same seed, same invented people."""

_LEASE_SECONDS = 600
_MARK = "demo.json"


def is_demo_folder(settings: Settings) -> bool:
    """Whether the data folder was prepared by `recours demo` for this territory."""
    try:
        marked = json.loads((settings.data_dir / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(marked.get("territory") == settings.territory)


def prepare_demo(settings: Settings, clock: Clock = system_clock) -> None:
    """Fill the data folder as of the clock's day, once; another process at it is waited for.

    Raises InputRefusedError when the folder holds listings that are not a demonstration's.
    """
    console = Console(stderr=True)
    with services(settings, clock) as opened:
        _refuse_real_data(opened)
        while True:
            with leased(opened.register.database, base.lease, "demo", _LEASE_SECONDS) as mine:
                if mine:
                    _fill(opened, console)
                    return
            time.sleep(0.5)


def _refuse_real_data(opened: Services) -> None:
    folder = opened.settings.data_dir
    if opened.accounts.any_account():
        raise InputRefusedError(
            f"Le dossier {folder} a des comptes : la démonstration ne s'y mélange pas. "
            "Indiquez un autre dossier : RECOURS_DATA_DIR=demo recours demo"
        )
    if opened.register.sources() and not (folder / _MARK).exists():
        raise InputRefusedError(
            f"Le dossier {folder} contient déjà des listings importés : la démonstration ne s'y "
            "mélange pas. Indiquez un autre dossier : RECOURS_DATA_DIR=demo recours demo"
        )


def _fill(opened: Services, console: Console) -> None:
    # Inventing people takes libraries that serving a folder once filled does not.
    from importers.demo import write_listings
    from orientation.demo import seed_team

    folder = opened.settings.data_dir
    (folder / _MARK).write_text(
        json.dumps({"territory": opened.settings.territory, "seed": SEED}), encoding="utf-8"
    )
    today = opened.clock().astimezone(opened.territory.zone).date()
    listings = write_listings(
        folder / "listings", opened.territory, opened.communes, day=today, seed=SEED
    )
    for wanted in listings.imports:
        told = import_source(
            opened,
            wanted.source,
            [str(path) for path in wanted.files],
            mapping=wanted.mapping,
            partial=wanted.partial,
            demo=wanted.demo,
            index=False,
        )
        console.print(_say(told))
    count = rebuild_index(opened.register, opened.engine, opened.communes)
    seed_team(opened.orientation, listings.general_practitioners, seed=SEED)
    team = len(opened.orientation.doctors())
    console.print(f"{count} fiches indexées, {team} médecins de premier recours.")


def _say(told: Report) -> str:
    return (
        f"{told.title} : {told.read} lignes lues, {told.kept} gardées, "
        f"{told.unchanged} inchangées, {told.ignored} ignorées, {told.quarantined} mises de côté"
    )
