"""The demonstration: table 14 to the unit, real layouts, nobody real."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from directory.communes import Communes, read_communes
from directory.identifiers import warn_identifier
from directory.model import ResourceKind
from directory.phones import parse_phone
from directory.territory import Territory, load_territory
from directory.vocabulary import GENERAL_PRACTICE, category_kind
from importers.demo import DemoListings, write_listings
from importers.demo.home import BOTH, NURSING
from importers.demo.numbers import FICTION_PHONES, FINESS_MARK, RPPS_PREFIX
from importers.demo.plan import apportion, by_ratio, make_plan, read_groups

DAY = date(2026, 11, 22)
CACHAN, HAY, CHEVILLY, FRESNES, RUNGIS = "94016", "94038", "94021", "94034", "94065"
OWN = (CACHAN, HAY, CHEVILLY, FRESNES, RUNGIS)

PRACTITIONERS_OF_TABLE_14 = {
    "10": (51, 11, 13, 8, 16, 3),
    "60": (56, 8, 16, 11, 17, 4),
    "70": (66, 16, 9, 12, 18, 11),
    "91": (21, 7, 2, 5, 6, 1),
    "50": (10, 1, 4, 2, 3, 0),
    "80": (24, 6, 5, 3, 8, 2),
}
"""By profession: the territory, then its communes in the order of OWN, as the table prints them."""

PER_COLUMN_OF_TABLE_14 = (61, 63, 47, 77, 25)

Row = dict[str, str]

HOME = (NURSING.category, BOTH.category)
"""Categories of the services that come, which sit beside the territory or out of it."""


@pytest.fixture(scope="module")
def communes() -> Communes:
    return read_communes()


@pytest.fixture(scope="module")
def bievre(tmp_path_factory: pytest.TempPathFactory, communes: Communes) -> DemoListings:
    folder = tmp_path_factory.mktemp("bievre")
    return write_listings(folder, load_territory("bievre"), communes, DAY)


@pytest.fixture(scope="module")
def rows(bievre: DemoListings) -> list[Row]:
    return list(read_rpps(bievre.rpps))


@pytest.fixture(scope="module")
def sites(bievre: DemoListings) -> list[dict[str, Any]]:
    return read_sites(bievre.finess)


def read_rpps(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE)
        header = next(reader)
        for cells in reader:
            assert len(cells) == len(header) + 1
            assert cells[-1] == ""
            yield dict(zip(header, cells[:-1], strict=True))


def read_sites(path: Path) -> list[dict[str, Any]]:
    document = orjson.loads(gzip.decompress(path.read_bytes()))
    return [site for entity in document["pmej"] for site in entity["ege"]]


def people_by_commune(rows: Iterable[Row], profession: str, communes: Communes) -> Counter[str]:
    """Distinct people per commune of the territory; GPs have one of the three codes of GPs."""
    found = {
        (row["Identifiant PP"], commune_of(row, communes))
        for row in rows
        if row["Code profession"] == profession
        and row["Code catégorie professionnelle"] == "C"
        and (profession != "10" or row["Code savoir-faire"] in GENERAL_PRACTICE)
    }
    return Counter(insee for _, insee in found if insee in load_territory("bievre").everywhere)


def commune_of(row: Row, communes: Communes) -> str:
    """The commune by its code and postcode: the code may date from before 1968."""
    commune, _ = communes.locate(
        row["Code commune (coord. structure)"],
        row["Code postal (coord. structure)"],
        row["Libellé commune (coord. structure)"],
    )
    assert commune is not None
    return commune.insee


def main_address(site: dict[str, Any]) -> dict[str, Any]:
    (main,) = [address for address in site["adresse"] if address["usageAdresse"] == "03"]
    found: dict[str, Any] = main
    return found


def sites_by_commune(sites: Iterable[dict[str, Any]], category: str, name: str) -> Counter[str]:
    return Counter(
        main_address(site)["cogCommune"]
        for site in sites
        if site["etatObjet"] == "A"
        and site["categorieentiteGeographiqueExercice"] == category
        and name in site["informationsGeneralesEGE"]["nomEgeLong"]
    )


@pytest.mark.parametrize("profession", PRACTITIONERS_OF_TABLE_14)
def test_practitioners_are_those_of_table_14(
    rows: list[Row], communes: Communes, profession: str
) -> None:
    total, *by_commune = PRACTITIONERS_OF_TABLE_14[profession]
    found = people_by_commune(rows, profession, communes)
    assert [found[insee] for insee in OWN] == by_commune
    assert found.total() == total


@pytest.mark.parametrize(
    ("category", "name", "by_commune", "neighbours"),
    [
        ("620", "PHARMACIE", [8, 11, 5, 6, 3], 0),
        ("124", "CENTRE MUNICIPAL", [1, 1, 0, 1, 0], 0),
        ("124", "CENTRE MEDICAL", [0, 0, 0, 0, 1], 0),
        ("611", "LBM", [2, 1, 1, 1, 0], 1),
        ("699", "IMAGERIE", [1, 1, 0, 1, 0], 5),
    ],
)
def test_sites_are_those_of_table_14(
    sites: list[dict[str, Any]], category: str, name: str, by_commune: list[int], neighbours: int
) -> None:
    found = sites_by_commune(sites, category, name)
    assert [found[insee] for insee in OWN] == by_commune
    assert found.total() - sum(by_commune) == neighbours
    assert set(found) <= load_territory("bievre").everywhere


def test_table_14_adds_up_by_column(communes: Communes) -> None:
    plan = make_plan(load_territory("bievre"), communes)
    counted = Counter(
        insee
        for group, where in (*plan.practitioners, *plan.sites)
        if group.table_14
        for insee in where
    )
    assert tuple(counted[insee] for insee in OWN) == PER_COLUMN_OF_TABLE_14
    assert counted.total() == 279


def test_specialists_reach_the_total_of_the_document(rows: list[Row]) -> None:
    specialists = {
        row["Identifiant PP"]
        for row in rows
        if row["Code profession"] == "10"
        and row["Code savoir-faire"]
        and row["Code savoir-faire"] not in GENERAL_PRACTICE
    }
    assert len(specialists) == 36


def test_coordination_has_one_of_each(sites: list[dict[str, Any]]) -> None:
    found = Counter(site["categorieentiteGeographiqueExercice"] for site in sites)
    assert (found["603"], found["604"], found["606"]) == (1, 1, 1)
    assert category_kind("604") is ResourceKind.TEAM


def test_every_rpps_number_is_well_formed_and_invented(rows: list[Row]) -> None:
    for row in rows:
        number = row["Identifiant PP"]
        assert number.startswith(RPPS_PREFIX)
        assert warn_identifier("rpps", number) == ""
        assert row["Identification nationale PP"] == f"8{number}"


def test_every_finess_number_is_well_formed_and_invented(sites: list[dict[str, Any]]) -> None:
    numbers = [site["informationsGeneralesEGE"]["numFinessEge"] for site in sites]
    assert len(set(numbers)) == len(numbers)
    for site, number in zip(sites, numbers, strict=True):
        assert number[:2] == main_address(site)["cogCommune"][:2]
        assert number[2] == FINESS_MARK
        assert warn_identifier("finess_et", number) == ""


def test_every_phone_is_kept_for_fiction_and_can_be_shown(
    rows: list[Row], sites: list[dict[str, Any]]
) -> None:
    told = {row["Téléphone (coord. structure)"] for row in rows}
    told |= {site["contact"][0]["telecom"]["telephone"] for site in sites}
    assert "" in told
    for phone in told - {""}:
        assert phone.replace(".", "").startswith(FICTION_PHONES)
        assert parse_phone(phone) != ""


def test_no_mail_address_nor_company_number_is_invented(rows: list[Row]) -> None:
    for row in rows:
        assert row["Adresse e-mail (coord. structure)"] == ""
        assert row["Numéro SIRET site"] == ""


def test_the_traps_of_the_register_are_alive(rows: list[Row]) -> None:
    first = {row["Identifiant PP"]: row for row in rows}
    structures = Counter(
        number
        for number, _ in {
            (row["Identifiant PP"], row["Identifiant technique de la structure"]) for row in rows
        }
    )
    names = Counter((row["Nom d'exercice"], row["Prénom d'exercice"]) for row in first.values())
    skills = Counter(row["Code savoir-faire"] for row in rows if row["Code savoir-faire"])
    assert max(structures.values()) == 2
    assert max(names.values()) == 2
    assert set(GENERAL_PRACTICE) <= set(skills)
    assert any(row["Code commune (coord. structure)"].startswith("75") for row in rows)
    assert any(row["Code profession"] == "71" for row in rows)
    assert any(row["Numéro FINESS site"] for row in rows)
    assert any("<" in row["Raison sociale site"] for row in rows)
    assert any('"' in row["Raison sociale site"] for row in rows)
    assert any("é" in row["Prénom d'exercice"].lower() for row in rows)
    assert any(row["Code catégorie professionnelle"] == "E" for row in rows)


def test_second_sites_never_add_to_what_the_document_counts(
    rows: list[Row], communes: Communes
) -> None:
    """A dentist's second site is in the territory; a nurse's is elsewhere in the département."""
    territory = load_territory("bievre")
    sites: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        person = (row["Identifiant PP"], row["Code profession"])
        key = row["Identifiant technique de la structure"]
        sites.setdefault(person, {})[key] = commune_of(row, communes)
    twice = {who: [*where.values()] for who, where in sites.items() if len(where) == 2}
    assert {"10", "40", "60", "70"} <= {profession for _, profession in twice}
    for (_, profession), where in twice.items():
        inside = sum(insee in territory.everywhere for insee in where)
        assert inside == (2 if profession in ("40", "93", "92") else 1)


def test_some_general_practitioners_have_two_skills_at_one_place(rows: list[Row]) -> None:
    per_activity = Counter(
        (row["Identifiant PP"], row["Identifiant technique de la structure"])
        for row in rows
        if row["Code savoir-faire"] in GENERAL_PRACTICE
    )
    assert max(per_activity.values()) == 2


def test_salaried_doctors_exercise_at_a_known_health_centre(
    rows: list[Row], sites: list[dict[str, Any]]
) -> None:
    known = {site["informationsGeneralesEGE"]["numFinessEge"] for site in sites}
    salaried = [
        row
        for row in rows
        if row["Code mode exercice"] == "S" and row["Code catégorie professionnelle"] == "C"
    ]
    assert len({row["Identifiant PP"] for row in salaried}) >= 9
    for row in salaried:
        assert row["Numéro FINESS site"] in known
        assert row["Identifiant technique de la structure"] == f"F{row['Numéro FINESS site']}"


def test_coordinates_come_in_every_layout(sites: list[dict[str, Any]], communes: Communes) -> None:
    layouts = Counter(layout_of(main_address(site), communes) for site in sites)
    assert set(layouts) == {"A", "B", "C", "commune", "none"}


def layout_of(address: dict[str, Any], communes: Communes) -> str:
    """Which layout a row uses, after checking that its degrees fall near its commune's point."""
    told = address["coordonneesGeographique"]
    if told is None:
        return "none"
    x, y = float(told["coordonneeX"]), float(told["coordonneeY"])
    lat = y if x < 90 else float(told["directionLatitude"])
    lon = x if x < 90 else float(told["directionLongitude"])
    commune = communes.get(address["cogCommune"])
    assert commune is not None
    assert commune.lat == pytest.approx(lat, abs=0.007)
    assert commune.lon == pytest.approx(lon, abs=0.007)
    if told["cleInInteropBAN"] == commune.insee:
        return "commune"
    return "A" if x < 90 else "B" if x < y else "C"


def test_closed_site_and_visit_address_are_in_the_file(sites: list[dict[str, Any]]) -> None:
    (closed,) = [site for site in sites if site["etatObjet"] == "I"]
    assert closed["informationsGeneralesEGE"]["dateFermeture"] is not None
    assert any(site["adresse"][0]["usageAdresse"] == "06" for site in sites)


def test_layouts_are_those_of_the_national_files(
    bievre: DemoListings, sites: list[dict[str, Any]]
) -> None:
    header = bievre.rpps.read_text(encoding="utf-8").split("\n", 1)[0].split("|")
    assert (len(header), header[0], header[-1]) == (
        56,
        "Type d'identifiant PP",
        "Libellé genre activité",
    )
    for site in sites:
        assert {"informationsGeneralesEGE", "adresse", "contact", "etatObjet"} <= set(site)
        assert set(main_address(site)) >= {"numeroVoie", "typeVoie", "libelleVoie", "codePostal"}


def test_the_same_seed_gives_the_same_bytes(
    tmp_path: Path, bievre: DemoListings, communes: Communes
) -> None:
    territory = load_territory("bievre")
    again = write_listings(tmp_path / "again", territory, communes, DAY)
    other = write_listings(tmp_path / "other", territory, communes, DAY, seed=7)
    assert again.rpps.read_bytes() == bievre.rpps.read_bytes()
    assert again.finess.read_bytes() == bievre.finess.read_bytes()
    assert other.rpps.read_bytes() != bievre.rpps.read_bytes()


def test_files_are_dated_of_the_day(bievre: DemoListings) -> None:
    assert bievre.rpps.name == "PS_LibreAcces_Personne_activite_202611220300.txt"
    assert bievre.finess.name == "finess-structures-journalier-20261122.json.gz"


def test_general_practitioners_can_make_the_first_recourse_team(
    bievre: DemoListings, rows: list[Row], communes: Communes
) -> None:
    team = bievre.general_practitioners
    assert len(team) == 51
    by_activity = {
        (row["Identifiant PP"], row["Identifiant technique de la structure"]): row for row in rows
    }
    for doctor in team:
        row = by_activity[doctor.rpps, doctor.structure]
        assert (row["Nom d'exercice"], row["Prénom d'exercice"]) == (doctor.family, doctor.given)
        assert commune_of(row, communes) == doctor.insee


def test_only_real_tables_are_not_marked_as_demonstration(bievre: DemoListings) -> None:
    assert [(run.source, run.mapping, run.demo) for run in bievre.imports] == [
        ("finess", None, True),
        ("rpps", None, True),
        ("ameli", None, True),
        ("table", "membres", True),
        ("table", "annexe3", False),
        ("table", "etp_ser_diabete", False),
    ]


def test_another_territory_gets_its_own_people(tmp_path: Path, communes: Communes) -> None:
    """Nothing is hard-wired: Melun has no file of counts and yet a demonstration."""
    melun = load_territory("melun")
    listings = write_listings(tmp_path, melun, communes, DAY)
    told = {commune_of(row, communes) for row in read_rpps(listings.rpps)}
    staying = [
        site
        for site in read_sites(listings.finess)
        if site["categorieentiteGeographiqueExercice"] not in HOME
    ]
    found = {main_address(site)["cogCommune"] for site in staying}
    assert told & melun.everywhere == set(melun.communes)
    assert {insee[:2] for insee in told} == {"77"}
    assert found <= set(melun.communes)
    assert len(listings.general_practitioners) == round(4.3495 * inhabitants(melun, communes))
    assert "annexe3" not in {run.mapping for run in listings.imports}


def inhabitants(territory: Territory, communes: Communes) -> float:
    """In tens of thousands."""
    found = [communes.get(insee) for insee in territory.communes]
    return sum(commune.population for commune in found if commune is not None) / 10_000


def test_ratios_are_those_of_the_first_territory(communes: Communes) -> None:
    """Applied to the Bièvre itself, the ratios give back every total of its own file."""
    territory = load_territory("bievre")
    plan = make_plan(territory, communes)
    for group, where in (*plan.practitioners, *plan.sites):
        assert sum(by_ratio(group, territory, communes).values()) == len(where), group.id
    assert len(plan.practitioners) == len(read_groups().practitioners)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, [1, 1], [5, 5]),
        (3, [5, 3, 2], [1, 1, 1]),
        (1, [1, 9], [0, 1]),
        (4, [0, 0], [2, 2]),
        (0, [3, 4], [0, 0]),
    ],
)
def test_a_total_is_shared_out_in_whole_numbers(
    total: int, weights: list[int], shares: list[int]
) -> None:
    assert apportion(total, weights) == shares
