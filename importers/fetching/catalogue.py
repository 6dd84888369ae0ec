"""Which file of a data.gouv dataset is meant: by the pattern of its title, the newest one."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from importers.contract import Card, CatalogueEntry
from importers.fetching.files import Wanted
from importers.fetching.problems import FetchError
from importers.fetching.web import Web

API = "https://www.data.gouv.fr/api/1/datasets"
_NAMED = 5


def wanted_files(web: Web, card: Card, *, monthly: bool) -> tuple[list[Wanted], list[str]]:
    """The files a card says to bring, and remarks: looked up in the catalogue, else its addresses.

    `monthly`: the monthly file where the publisher has one beside the daily one. Raises FetchError
    naming the titles that are there when none is the one meant.
    """
    if card.catalogue:
        datasets: dict[str, Any] = {}
        found = [(one, _look_up(web, one, datasets, monthly=monthly)) for one in card.catalogue]
        absent = [
            f"« {one.title} » n'est pas dans le catalogue {one.dataset}, laissé tel quel"
            for one, file in found
            if file is None
        ]
        return [file for _, file in found if file is not None], absent
    return [Wanted(url) for url in (card.url, *card.also) if url], []


def _look_up(
    web: Web, entry: CatalogueEntry, datasets: dict[str, Any], *, monthly: bool
) -> Wanted | None:
    url = f"{API}/{entry.dataset}/"
    if entry.dataset not in datasets:
        datasets[entry.dataset] = web.read(url, follow=True)
    pattern = entry.monthly if monthly and entry.monthly else entry.title
    resources = list(_resources(url, datasets[entry.dataset]))
    fitting = [one for one in resources if re.search(pattern, str(one.get("title") or ""))]
    if not fitting and entry.optional:
        return None
    if not fitting:
        titles = [f"« {one.get('title')} »" for one in resources]
        more = f" et {len(titles) - _NAMED} autres" if len(titles) > _NAMED else ""
        raise FetchError(
            f"{url} : aucun fichier dont le titre suive « {pattern} ». Titres présents : "
            f"{', '.join(titles[:_NAMED]) or 'aucun'}{more}. Le jeu de données a changé : "
            "signalez-le."
        )
    return _wanted(url, max(fitting, key=_age))


def _resources(url: str, dataset: Any) -> Iterator[Mapping[str, Any]]:
    listed = dataset.get("resources") if isinstance(dataset, dict) else None
    if not isinstance(listed, list):
        raise FetchError(f"{url} : ce n'est pas un jeu de données (« resources » attendu).")
    yield from (one for one in listed if isinstance(one, dict))


def _age(resource: Mapping[str, Any]) -> tuple[str, str]:
    """Newest by the date in the title, then by the date the catalogue gives."""
    dates = re.findall(r"20\d{6}|20\d{4}", str(resource.get("title") or ""))
    return max(dates, default=""), str(resource.get("last_modified") or "")


def _wanted(url: str, resource: Mapping[str, Any]) -> Wanted:
    address = str(resource.get("url") or resource.get("latest") or "")
    if not address:
        raise FetchError(f"{url} : « {resource.get('title')} » n'a pas d'adresse.")
    checksum = resource.get("checksum") or {}
    told = f"{checksum['type']}:{checksum['value']}" if checksum.get("value") else ""
    size = resource.get("filesize")
    return Wanted(
        url=address,
        name=re.sub(r"[^\w.-]", "_", str(resource.get("title") or "")),
        size=size if isinstance(size, int) and size > 0 else 0,
        checksum=told,
        published=_day(str(resource.get("last_modified") or "")),
    )


def _day(told: str) -> date | None:
    try:
        return datetime.fromisoformat(told).date()
    except ValueError:
        return None
