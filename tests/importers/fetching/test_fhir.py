"""The ROR and the Annuaire Santé asked through a local server: whole searches, or none."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from limits import parse

from importers.fetching import annuaire, ror
from importers.fetching.fhir import FhirServer, HeadersOf, Pace, ReloadingError, Search
from importers.fetching.options import FetchOptions
from importers.fetching.problems import FetchError
from importers.fetching.web import Web
from tests.importers.annuaire.resources import bundle, mailbox, practitioner
from tests.importers.fetching.server import Asked, Reply, Station, document

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUMBERS = [f"101000{number:05}" for number in range(120)]


@pytest.fixture
def web(options: FetchOptions) -> Iterator[Web]:
    opened = Web(options)
    yield opened
    opened.close()


def search(web: Web, station: Station) -> list[dict[str, Any]]:
    server = FhirServer(web, f"{station.url}/fhir/v2", HeadersOf({"ESANTE-API-KEY": "secret"}))
    return server.search(Search("Practitioner", (("active", "true"),)))


def people(*numbers: str) -> list[dict[str, Any]]:
    return [practitioner(number) for number in numbers]


def page(station: Station, rank: int, numbers: list[str], total: int, last: bool = False) -> Reply:
    following = "" if last else f"{station.url}/fhir/v2/_page?id={rank + 1}"
    return document(bundle(*people(*numbers), total=total, following=following))


def test_every_page_is_followed_with_the_key(web: Web, station: Station) -> None:
    station.put("/fhir/v2/Practitioner", page(station, 1, ["1", "2"], 3))
    station.put("/fhir/v2/_page", page(station, 2, ["3"], 3, last=True))
    pages = search(web, station)
    assert sum(len(one["entry"]) for one in pages) == 3
    assert [one.headers["esante-api-key"] for one in station.asked] == ["secret", "secret"]


def test_a_page_given_twice_is_told(web: Web, station: Station, pauses: list[float]) -> None:
    station.put("/fhir/v2/Practitioner", page(station, 1, ["1", "2"], 4))
    station.put("/fhir/v2/_page", page(station, 2, ["1", "2"], 4, last=True))
    with pytest.raises(ReloadingError, match="dans deux pages"):
        search(web, station)
    assert len(station.asked_at("/fhir/v2/Practitioner")) == 3, "asked again from the beginning"


def test_a_missing_page_is_told(web: Web, station: Station) -> None:
    station.put("/fhir/v2/Practitioner", page(station, 1, ["1", "2"], 4, last=True))
    with pytest.raises(ReloadingError, match="2 Practitioner reçus sur 4 annoncés"):
        search(web, station)


def test_pages_that_go_round_end(web: Web, station: Station) -> None:
    station.put("/fhir/v2/Practitioner", page(station, 1, ["1"], 9))
    loop = bundle(total=9, following=f"{station.url}/fhir/v2/_page?id=2")
    station.put("/fhir/v2/_page", document(loop))
    with pytest.raises(ReloadingError, match="déjà lue"):
        search(web, station)


def test_a_total_that_moves_is_told_and_a_quiet_second_try_is_taken(
    web: Web, station: Station
) -> None:
    station.put("/fhir/v2/Practitioner", page(station, 1, ["1", "2"], 3))
    station.put(
        "/fhir/v2/_page",
        page(station, 2, ["3"], 4, last=True),
        page(station, 2, ["3"], 3, last=True),
    )
    assert len(search(web, station)) == 2


def test_without_a_total_nothing_is_taken(web: Web, station: Station) -> None:
    told = bundle(*people("1"))
    del told["total"]
    station.put("/fhir/v2/Practitioner", document(told))
    with pytest.raises(FetchError, match="aucun total"):
        search(web, station)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (document({"resourceType": "OperationOutcome", "issue": [{"diagnostics": "quota"}]}), "quota"),
        (document([1]), "réponse inattendue"),
        (Reply(b'{"resourceType": "Bun'), "incomplète"),
        (Reply(b"<html>Connexion"), "page web"),
        (Reply(b"", 401), "Vérifiez la clé"),
        (Reply(b"", 302, {"Location": "/ailleurs"}), "renvoie ailleurs"),
        (Reply(b"x", headers={"Content-Encoding": "gzip"}), "compressée"),
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused(web: Web, station: Station, reply: Reply, said: str) -> None:
    station.put("/fhir/v2/Practitioner", reply)
    with pytest.raises(FetchError, match=said):
        search(web, station)


def test_the_key_goes_to_nobody_else(web: Web, station: Station) -> None:
    away = bundle(*people("1"), total=2, following="https://ailleurs.exemple.fr/_page?id=2")
    station.put("/fhir/v2/Practitioner", document(away))
    with pytest.raises(FetchError, match=r"chez ailleurs\.exemple\.fr"):
        search(web, station)


def test_a_quota_is_waited_for(web: Web, station: Station, pauses: list[float]) -> None:
    station.put(
        "/fhir/v2/Practitioner",
        Reply(b"", 429, {"Retry-After": "1"}),
        page(station, 1, ["1"], 1, last=True),
    )
    assert len(search(web, station)) == 1
    assert pauses == [1.0]


def test_calls_keep_within_the_rate(options: FetchOptions) -> None:
    waited: list[float] = []
    web = Web(replace(options, pause=waited.append))
    pace = Pace(web, parse("17/hour"))
    for _ in range(17):
        pace.wait()
    assert waited == []

    class StopError(Exception):
        pass

    def stop(seconds: float) -> None:
        raise StopError

    web.options = replace(options, pause=stop)
    with pytest.raises(StopError):
        pace.wait()
    web.close()


def _directory(asked: Asked) -> Reply:
    """Answers for the numbers asked, as the search by identifier does."""
    wanted = [one.split("|")[1] for one in asked.query["identifier"][0].split(",")]
    return document(bundle(*(practitioner(one, mailbox(f"p{one}@d.mssante.fr")) for one in wanted)))


def test_practitioners_are_asked_by_fifty(web: Web, station: Station) -> None:
    station.put("/fhir/v2/Practitioner/_search", _directory)
    pages = annuaire.practitioners(web, f"{station.url}/fhir/v2", "cle", NUMBERS)
    assert [len(one["entry"]) for one in pages] == [50, 50, 20]
    first = station.asked[0]
    assert first.method == "POST"
    assert first.headers["esante-api-key"] == "cle"
    assert first.query["_count"] == ["50"]
    assert "_lastUpdated" not in first.query
    annuaire.practitioners(web, f"{station.url}/fhir/v2", "cle", NUMBERS[:1], NOON)
    assert station.asked[-1].query["_lastUpdated"] == ["ge2026-11-22T12:00:00+00:00"]
    assert "active" not in station.asked[-1].query


def _offer(number: str) -> dict[str, Any]:
    return {"resourceType": "HealthcareService", "id": number}


def _ror(web: Web, station: Station) -> ror.RorHeaders:
    return ror.RorHeaders(web, f"{station.url}/token", ("moi", "secret"), "CU22")


def test_the_ror_is_asked_with_a_token_and_its_headers(web: Web, station: Station) -> None:
    station.put("/token", document({"access_token": "jeton", "expires_in": 300}))
    station.put(
        "/ws/HealthcareService", document(bundle(_offer("1"))), document(bundle(_offer("2")))
    )
    headers = _ror(web, station)
    pages = ror.territory_offers(web, f"{station.url}/ws", headers, ["94016", "94034"], NOON)
    assert [one["entry"][0]["resource"]["id"] for one in pages] == ["1", "2"]
    token, first, second = station.asked
    assert token.query["grant_type"] == ["client_credentials"]
    assert token.query["client_id"] == ["moi"]
    assert first.headers["authorization"] == "Bearer jeton"
    assert first.headers["ror-profil-utilisateur-code"] == "CU22"
    assert first.headers["ror-role-metier-code"] == "AUTOMATE"
    assert first.query["location.commune-cog"] == ["94016,94034"]
    assert second.query["intervention-zone"] == ["94016,94034"]
    assert first.query["_filter"][0].startswith("(_lastUpdated ge 2026-11-22T12:00:00+00:00 or ")
    assert len(station.asked_at("/token")) == 1, "one token for both"


def test_a_token_is_renewed_before_it_ends(web: Web, station: Station) -> None:
    station.put("/token", document({"access_token": "court", "expires_in": 30}))
    headers = _ror(web, station)
    headers()
    headers._until = 0
    headers()
    assert len(station.asked) == 2


def test_a_search_the_ror_would_cut_is_refused(web: Web, station: Station) -> None:
    station.put("/token", document({"access_token": "jeton"}))
    station.put("/ws/HealthcareService", document(bundle(_offer("1"), total=10_000)))
    with pytest.raises(FetchError, match=r"\$export"):
        ror.territory_offers(web, f"{station.url}/ws", _ror(web, station), ["94034"], None)


@pytest.mark.parametrize("said", [{}, {"access_token": ""}, [], {"error": "invalid_client"}])
def test_no_token_is_told(web: Web, station: Station, said: object) -> None:
    station.put("/token", Reply(json.dumps(said).encode()))
    with pytest.raises(FetchError, match="RECOURS_ROR_CLIENT_ID"):
        _ror(web, station)()
