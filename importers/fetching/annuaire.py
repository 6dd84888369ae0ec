"""The Annuaire Santé FHIR API v2, in open access: practitioners asked by number, 50 at a time.

`ANNUAIRE_FHIR.md` §1-2: 17 calls a second, 50 results a page, changes kept for 30 days.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from limits import parse

from importers.fetching.fhir import FhirServer, HeadersOf, Search
from importers.fetching.web import Web

KEPT_DAYS = 30
"""How long the server tells changes: an older delta would miss some."""

RATE = parse("17/second")
PAGE = 50
RPPS = "https://rpps.esante.gouv.fr"


def practitioners(
    web: Web, base: str, key: str, numbers: Sequence[str], since: datetime | None = None
) -> list[dict[str, Any]]:
    """Bundles of the practitioners of these RPPS numbers, with their situations.

    Inactive ones are there too, stripped: they are what ends an address. `since`: only those
    changed from then on.
    """
    headers = HeadersOf({"ESANTE-API-KEY": key, "accept": "application/fhir+json"})
    server = FhirServer(web, base, headers, RATE)
    changed = (("_lastUpdated", f"ge{since.isoformat(timespec='seconds')}"),) if since else ()
    found = []
    for start in range(0, len(numbers), PAGE):
        some = numbers[start : start + PAGE]
        wanted = ",".join(f"{RPPS}|{number}" for number in some)
        parameters = (
            ("identifier", wanted),
            *changed,
            ("_revinclude", "PractitionerRole:practitioner"),
            ("_total", "accurate"),
            ("_count", str(PAGE)),
        )
        found += server.search(Search("Practitioner", parameters, post=True))
    return found
