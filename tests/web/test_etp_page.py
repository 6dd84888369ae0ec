"""« ETP »: rules with their source, sessions with places left, filters without JavaScript."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from directory.indexing import rebuild_index
from directory.model import (
    Address,
    Contact,
    ContactSystem,
    CoveredArea,
    EntityKind,
    Person,
    ResourceKind,
    Role,
    Service,
    SourceRecord,
    Statement,
)
from directory.sessions import Session
from directory.vocabulary import profession_coding
from tests.places import CACHAN, FRESNES
from tests.web.conftest import open_at
from tests.web.sample import DAY, publish
from tests.web.sites import open_site
from tests.web.test_newcomer_pages import text_of
from web.services import Services

ASTHMA = Service(
    name="Mieux vivre avec son <asthme>",
    kind=ResourceKind.PROGRAMME,
    provider="Association Souffle de démonstration",
    addresses=(Address(postcode="94260", city="FRESNES", insee=FRESNES.insee),),
    contacts=(Contact(system=ContactSystem.PHONE, value="01 99 00 62 02"),),
    pathologies=("asthme", "BPCO"),
    minimum_participants=3,
    rules=("Rappel des participants 48 heures avant la séance",),
    enrolment="Sur lettre du médecin traitant",
    next_sessions=(
        Session(day=date(2026, 11, 20), left=9),
        Session(day=date(2026, 12, 5), at="14:00", place="Salle B", seats=8, left=3),
        Session(day=date(2026, 12, 1), left=0),
    ),
)
DIABETES = Service(
    name="Diabète en ville",
    kind=ResourceKind.PROGRAMME,
    provider="SER",
    addresses=(Address(postcode="94000", city="CRÉTEIL", insee="94028"),),
    covered=CoveredArea(communes=(CACHAN.insee,)),
    pathologies=("Diabète de type 2",),
)


def programme(key: str, service: Service) -> SourceRecord:
    statement = Statement(subject=EntityKind.SERVICE, subject_key=f"etp|{key}", service=service)
    return SourceRecord(key=key, raw=key, data_date=DAY, statement=statement)


def nurse(key: str, family: str, acts: tuple[str, ...], note: str) -> SourceRecord:
    statement = Statement(
        subject=EntityKind.ROLE,
        subject_key=f"formes|{key}",
        person_key=f"formes|p{key}",
        person=Person(family=family, given="Agathe"),
        role=Role(
            profession=profession_coding("60"),
            acts=acts,
            addresses=(Address(postcode="94230", city="CACHAN", insee=CACHAN.insee),),
            notes=(note,),
        ),
    )
    return SourceRecord(key=key, raw=key, data_date=DAY, statement=statement)


@pytest.fixture(scope="module")
def etp_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    opened = open_at(tmp_path_factory.mktemp("etp"))
    rows = [programme("1", ASTHMA), programme("2", DIABETES)]
    publish(opened.register, "etp", "Programmes ETP", rows)
    trained = nurse("1", "DEMONSTRATION", ("bilan de suivi (ETP)",), "Formée à l'ETP (40 h), 2025")
    other = nurse("2", "AILLEURS", ("pansements",), "Ne fait pas d'ETP")
    publish(opened.register, "formes_etp", "Professionnels formés", [trained, other])
    rebuild_index(opened.register, opened.engine, opened.communes)
    yield opened
    opened.close()


@pytest.fixture
def etp(etp_services: Services) -> TestClient:
    return open_site(etp_services)


def test_a_programme_says_how_to_refer_and_who_says_so(etp: TestClient) -> None:
    told = text_of(etp.get("/etp").text)
    assert "2 programmes" in told
    assert "Inscription Sur lettre du médecin traitant Programmes ETP, 01/11/2026" in told
    assert "Participants au minimum 3 Programmes ETP, 01/11/2026" in told
    assert "Rappel des participants 48 heures avant la séance Programmes ETP" in told
    asked, dated = told.split("Demandez-lui avant d'adresser.")[:2]  # by name: Diabète, then Mieux
    assert asked.endswith(
        "Non précisé par le porteur : inscription, participants au minimum, "
        "règles du programme, séances. "
    )
    assert "Prochaines séances mardi 1er décembre 2026 (complet) samedi 5 décembre" in dated
    assert "Non précisé" not in dated
    assert "Mieux vivre avec son <asthme>" in told


def test_sessions_to_come_are_in_order_with_their_places(etp: TestClient) -> None:
    told = text_of(etp.get("/etp").text).split("1 programme")[0]
    first, second = told.index("mardi 1er décembre 2026"), told.index("samedi 5 décembre 2026")
    assert first < second
    assert "complet" in told[first:second]
    assert "à 14 h" in told[second:]
    assert "3 places restantes sur 8 Programmes ETP, 01/11/2026 Mieux vivre" in told[second:]
    assert "20 novembre" not in told


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"pathologie": "asthme"}, ["asthme"]),
        ({"pathologie": "BPCO"}, ["asthme"]),
        ({"pathologie": "diabete de type 2"}, ["Diabète"]),
        ({"commune": FRESNES.insee}, ["asthme"]),
        ({"commune": CACHAN.insee}, ["Diabète"]),
        ({"pathologie": "asthme", "commune": CACHAN.insee}, []),
        ({"pathologie": "<script>alert(1)</script>"}, []),
        ({"pathologie": "", "commune": ""}, ["asthme", "Diabète"]),
    ],
)
def test_filters_keep_what_they_say(
    etp: TestClient, query: dict[str, str], found: list[str]
) -> None:
    page = etp.get("/etp", params=query).text
    listed = page.split('id="programmes"')[1]
    for name in ("asthme", "Diabète"):
        assert (f"{name}" in listed.split("<h3>", 1)[-1] and "<h3>" in listed) == (name in found)
    assert "<script>alert" not in page
    if not found:
        assert "Aucun programme ne correspond" in page


def test_a_commune_of_another_territory_is_refused(etp: TestClient) -> None:
    assert etp.get("/etp", params={"commune": "77288"}).status_code == 422


def test_only_trained_people_are_listed_with_their_training(etp: TestClient) -> None:
    told = text_of(etp.get("/etp").text)
    assert "1 professionnel est dit formé" in told
    assert "Agathe Demonstration Infirmier · Cachan" in told
    assert "Formée à l'ETP (40 h), 2025 Professionnels formés, 01/11/2026" in told
    assert "Ailleurs" not in told


def test_without_an_index_the_page_says_so(empty_site: TestClient) -> None:
    told = text_of(empty_site.get("/etp").text)
    assert "recours index rebuild" in told
    assert empty_site.get("/etp").status_code == 503


def test_no_programme_at_all(site: TestClient) -> None:
    told = text_of(site.get("/etp").text)
    assert "Aucun programme n'est encore connu" in told
    assert "Aucune date n'est connue" in told
    assert "Aucun professionnel formé n'est connu" in told


@pytest.mark.slow
def test_three_hundred_programmes_are_bounded_and_said(tmp_path: Path) -> None:
    opened = open_at(tmp_path)
    rows = [
        programme(f"{n:03}", Service(name=f"Programme {n:03}", kind=ResourceKind.PROGRAMME,
                                     addresses=ASTHMA.addresses, pathologies=("asthme",)))
        for n in range(300)
    ]  # fmt: skip
    publish(opened.register, "etp", "Programmes ETP", rows)
    rebuild_index(opened.register, opened.engine, opened.communes)
    page = open_site(opened).get("/etp")
    assert "300 programmes" in text_of(page.text)
    assert "Les 40 premiers sont montrés" in text_of(page.text)
    assert page.text.count("<article") == 40
    opened.close()
