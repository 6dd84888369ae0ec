"""The ROR's FHIR API: the offers of a territory, by the client credentials an integrator is given.

Recipe: `ROR.md` §4. Deltas drift and tell no deletion: a whole sync at least once a week.
"""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic
from typing import Any

from importers.fetching.fhir import FhirServer, Headers, HeadersOf, Search
from importers.fetching.problems import FetchError
from importers.fetching.web import Web

MOST_RESULTS = 10_000
"""The ROR cuts a search there, without saying so."""

USER_SYSTEM = "1.2.250.1.213.1.6.1.66"
ROLE = ("AUTOMATE", "1.2.250.1.213.1.1.4.6")
_EARLY_SECONDS = 30
"""A token is renewed this long before it ends."""

_ALONG = (
    ("_include", "HealthcareService:organization"),
    ("_include:iterate", "Organization:partof"),
    ("_include", "HealthcareService:location"),
    ("_revinclude", "PractitionerRole:service"),
    ("_include", "PractitionerRole:practitioner"),
)


class RorHeaders(HeadersOf):
    """The four `Ror-*` headers and a token, asked anew before it ends."""

    def __init__(self, web: Web, token_url: str, client: tuple[str, str], profile: str) -> None:
        super().__init__(
            {
                "Ror-Profil-Utilisateur-Code": profile,
                "Ror-Profil-Utilisateur-System": USER_SYSTEM,
                "Ror-Role-Metier-Code": ROLE[0],
                "Ror-Role-Metier-System": ROLE[1],
                "accept": "application/fhir+json",
            }
        )
        self._web = web
        self._token_url = token_url
        self._client = client
        self._token = ""
        self._until = 0.0

    def __call__(self) -> Headers:
        """Headers of one call, with a token that lives long enough for it."""
        if monotonic() >= self._until:
            self._renew()
        return {**super().__call__(), "authorization": f"Bearer {self._token}"}

    def _renew(self) -> None:
        identifier, secret = self._client
        form = {"grant_type": "client_credentials", "client_id": identifier}
        if secret:  # profiles 1 to 5 are known by their certificate
            form["client_secret"] = secret
        told = self._web.read(self._token_url, data=form)
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise FetchError(
                f"{self._token_url} : aucun jeton rendu. Vérifiez RECOURS_ROR_CLIENT_ID."
            )
        self._token = token
        lasts = told.get("expires_in")
        seconds = lasts if isinstance(lasts, int | float) else 60
        self._until = monotonic() + max(1, seconds - _EARLY_SECONDS)


def territory_offers(
    web: Web, base: str, headers: HeadersOf, communes: Sequence[str], since: datetime | None
) -> list[dict[str, Any]]:
    """Bundles of the offers located in the communes (INSEE codes) or covering them.

    `since`: only those changed from then on, themselves or the organization they belong to.
    """
    server = FhirServer(web, base, headers, most_results=MOST_RESULTS)
    codes = ",".join(communes)
    places = (("location.commune-cog", codes), ("intervention-zone", codes))
    return [
        bundle
        for place in places
        for bundle in server.search(
            Search("HealthcareService", (place, *_changed(since), *_ALONG, ("_count", "200")))
        )
    ]


def _changed(since: datetime | None) -> tuple[tuple[str, str], ...]:
    if since is None:
        return ()
    at = since.isoformat(timespec="seconds")
    return (("_filter", f"(_lastUpdated ge {at} or organization._lastUpdated:above ge {at})"),)
