"""The two national APIs asked for a territory, and their answers kept as files to import."""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from directory.base.errors import InputRefusedError
from directory.base.settings import Settings
from directory.people import people_told_by
from importers.fetching import annuaire, ror
from importers.fetching.options import FOLDER, fetch_options
from importers.fetching.web import Web
from importers.inputs import SourceFile
from web.services import Services

FULL_EVERY_DAYS = 7
"""ANS asks for a whole sync of the ROR at least once a week: deltas drift, and tell no deletion."""


def ror_bundles(opened: Services, since: datetime | None) -> list[dict[str, Any]]:
    """Offers of the territory and its neighbours; `since`: those that changed."""
    settings, territory = opened.settings, opened.territory
    pem = settings.ror_certificate
    certificate = (pem, pem) if pem else None
    with closing(Web(fetch_options(settings), certificate)) as web:
        headers = ror.RorHeaders(
            web,
            settings.ror_token_url,
            (settings.ror_client_id, settings.ror_client_secret),
            settings.ror_profile,
        )
        communes = sorted(territory.everywhere)
        return ror.territory_offers(web, settings.ror_url, headers, communes, since)


def annuaire_bundles(
    opened: Services, web: Web, since: datetime | None, before: frozenset[str]
) -> tuple[frozenset[str], list[dict[str, Any]]]:
    """The RPPS numbers of the people in force, and what the API says of them.

    `since`: of those known `before`, only what changed; the others whole.
    """
    told = people_told_by(opened.register.database, "rpps")
    numbers = frozenset(key.removeprefix("rpps|") for key in told if key.startswith("rpps|"))
    if not numbers:
        raise InputRefusedError(
            "Annuaire Santé : le RPPS n'est pas encore importé, il n'y a personne à compléter."
        )
    base, key = opened.settings.annuaire_url, opened.settings.annuaire_key
    if since is None:
        return numbers, annuaire.practitioners(web, base, key, sorted(numbers))
    known, new = sorted(numbers & before), sorted(numbers - before)
    return numbers, [
        *annuaire.practitioners(web, base, key, known, since),
        *annuaire.practitioners(web, base, key, new),
    ]


def keep_bundles(
    settings: Settings, name: str, day: date, bundles: Sequence[Mapping[str, Any]]
) -> SourceFile:
    """Answers written one after the other in one dated file, in place of the former ones."""
    folder = Path(settings.data_dir) / FOLDER / f"{name}-api"
    beside = folder.with_suffix(".new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    file = beside / f"{name}-{day:%Y%m%d}.json"
    with file.open("wb") as written:
        for one in bundles:
            written.write(orjson.dumps(one) + b"\n")
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    return SourceFile(folder / file.name, file.name, day)
