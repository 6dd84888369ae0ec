"""ETP: the form as CSV and Excel, one row per trap of lists kept by hand."""

import csv
from datetime import date
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from directory.model import (
    Confidentiality,
    EntityKind,
    Identifier,
    ResourceKind,
    Service,
    Statement,
)
from directory.sessions import Session
from importers.contract import DUPLICATE, WRONG_LENGTH
from importers.etp import form
from importers.etp.importer import IMPORTER
from tests.importers.etp.rows import KEY, NAMES, cells, listing, workbook
from tests.importers.world import World, only


def _said(world: World, key: str = KEY) -> tuple[Statement, Service]:
    said = world.statements("etp")[key]
    assert said.service is not None
    return said, said.service


def _import(world: World, **changes: str) -> Service:
    report = world.run("etp", world.write("etp.csv", listing(cells(**changes))))
    assert report.kept == 1
    return _said(world)[1]


def test_a_whole_form_becomes_a_programme(world: World) -> None:
    row = cells(
        finess_ej="940 000 011", siren="923479885", coordinator="Agathe Démonstration",
        coordinator_function="infirmière", coordinator_training="40 heures, 2025",
        coordinator_phone="01 46 00 00 00", coordinator_mail="agathe@exemple.fr",
        team="infirmière ; diététicien", trained="2", patients="O", population="adultes",
        age_min="18 ans", age_max="75", modes="présentiel / visio", sessions="5 séances de 2 h",
        minimum_participants="3", enrolment="Sur appel, adressage par le médecin traitant",
        enrolment_phone="01 46 00 00 01", covered="Île-de-France", notes="Gratuit",
    )  # fmt: skip
    report = world.run("etp", world.write("etp_2026-11-20.csv", listing(row)))
    assert (report.kept, report.data_date, report.notes) == (1, date(2026, 11, 20), {})
    said, programme = _said(world)
    assert (said.subject, said.subject_key) == (EntityKind.SERVICE, f"etp|{KEY}")
    assert said.organization_key == "etp|Association Souffle de démonstration"
    assert said.organization is not None
    assert said.organization.identifiers == (
        Identifier(system="finess_ej", value="940000011"),
        Identifier(system="siren", value="923479885"),
    )
    assert programme.kind is ResourceKind.PROGRAMME
    assert programme.identifiers == (Identifier(system="etp", value=KEY),)
    assert (programme.age_min, programme.age_max, programme.minimum_participants) == (18, 75, 3)
    assert (programme.modes, programme.publics) == (("group", "video"), ("adultes",))
    assert programme.coordinator == "Agathe Démonstration, infirmière (formation : 40 heures, 2025)"
    assert programme.enrolment == "Sur appel, adressage par le médecin traitant"
    assert programme.notes == (
        "Équipe : infirmière, diététicien",
        "Intervenants formés à l'ETP (40 heures) : 2",
        "Patients intervenants : oui",
        "Gratuit",
    )
    assert programme.covered is not None
    assert programme.covered.regions == ("11",)
    address = only(programme.addresses)
    assert (address.street_number, address.street) == ("12", "avenue de la Division Leclerc")
    assert (address.complement, address.insee) == ("Centre municipal", "94034")


def test_the_coordinator_is_reached_by_the_secretariat_alone(world: World) -> None:
    programme = _import(
        world,
        coordinator_phone="01 46 00 00 00 / 01 46 00 00 01",
        coordinator_mail="agathe@exemple.fr",
        enrolment_phone="01 46 00 00 01",
    )
    assert {(one.value, one.confidentiality) for one in programme.contacts} == {
        ("+33146000001", Confidentiality.PUBLIC),
        ("+33146000000", Confidentiality.SECRETARIAT),
        ("agathe@exemple.fr", Confidentiality.SECRETARIAT),
    }
    assert "@" not in world.records("etp")[KEY].raw


def test_the_second_import_changes_nothing(world: World) -> None:
    path = world.write("etp.csv", listing(cells(), cells(number="", title="Autre")))
    assert world.run("etp", path).kept == 2
    again = world.run("etp", path)
    assert (again.kept, again.unchanged, again.removed) == (0, 2, 0)


@pytest.mark.parametrize("number", ["", "en cours", "néant"])
def test_without_a_number_structure_and_title_are_the_key(world: World, number: str) -> None:
    world.run("etp", world.write("etp.csv", listing(cells(number=number))))
    said, programme = _said(
        world, "Association Souffle de démonstration|Mieux vivre avec son asthme"
    )
    assert programme.identifiers == ()
    assert said.subject_key.startswith("etp|Association")


def test_a_number_given_twice_is_told(world: World) -> None:
    path = world.write("etp.csv", listing(cells(), cells(title="Tout autre programme")))
    report = world.run("etp", path)
    assert (report.kept, report.reasons) == (1, {DUPLICATE: 1})
    assert _said(world)[1].name == "Mieux vivre avec son asthme"


def test_several_sites_and_pathologies_in_one_cell(world: World) -> None:
    programme = _import(
        world,
        sites="CMS, 3 rue Gabriel Péri, 94230 Cachan ; Mairie, Rungis\n94550 Chevilly-Larue",
        pathologies="asthme ; BPCO\nallergies respiratoires; asthme",
    )
    assert [one.insee for one in programme.addresses] == ["94016", "94065", "94021"]
    assert programme.pathologies == ("asthme", "BPCO", "allergies respiratoires")


def test_rows_of_one_programme_are_put_together(world: World) -> None:
    rows = [
        cells(sites="94230 Cachan", sessions="5"),
        cells(sites="94260 Fresnes", pathologies="BPCO", sessions="6"),
    ]
    report = world.run("etp", world.write("etp.csv", listing(*rows)))
    assert (report.read, report.kept) == (1, 1)
    assert report.notes == {
        "lignes réunies en un programme": 1,
        "programme sur plusieurs lignes qui se contredisent, la première gardée": 1,
    }
    programme = _said(world)[1]
    assert [one.insee for one in programme.addresses] == ["94016", "94034"]
    assert (programme.pathologies, programme.sessions) == (("asthme", "BPCO"), "5")


def test_merged_cells_belong_to_each_of_their_rows(world: World) -> None:
    first, second = cells(sites="94230 Cachan"), cells(sites="94260 Fresnes")
    other = cells(number="7", title="Bien manger")
    merged = {NAMES.index(form.COLUMNS[one]) for one in ("number", "title", "structure")}
    below = [None if at in merged else cell for at, cell in enumerate(second)]
    last = [None if at == NAMES.index("structure porteuse") else c for at, c in enumerate(other)]
    path = workbook(
        world.folder / "etp.xlsx", first, below, last, merge=["A2:A3", "B2:B3", "C2:C4"]
    )
    report = world.run("etp", path)
    assert (report.read, report.kept) == (2, 2)
    assert [one.insee for one in _said(world)[1].addresses] == ["94016", "94034"]
    assert _said(world, "7")[1].provider == "Association Souffle de démonstration"


def test_a_sheet_tells_what_the_csv_tells(world: World) -> None:
    row = cells(pathologies="asthme\nBPCO", sites="94230 Cachan\n94260 Fresnes")
    world.run("etp", world.write("etp.csv", listing(row)))
    told = _said(world)
    path = workbook(world.folder / "etp.xlsx", [], row, [])
    first = world.run("etp", path)
    assert first.read == first.kept + first.unchanged == 1
    assert world.run("etp", path).unchanged == 1
    assert _said(world) == told


def test_content_counts_and_not_the_name(world: World) -> None:
    assert world.run("etp", world.write("etp.xlsx", listing(cells()))).kept == 1
    path = workbook(world.folder / "etp2.csv", cells(number="8"))
    assert world.run("etp", path, partial=True).kept == 1


def test_a_legal_entity_s_finess_is_never_the_key_of_a_site(world: World) -> None:
    _import(world, finess_ej="940000011")
    assert not _said(world)[0].organization_key.startswith("finess|")


def test_a_siret_in_the_place_of_a_siren_keeps_its_name(world: World) -> None:
    _import(world, siren="923 479 885 00017")
    organization = _said(world)[0].organization
    assert organization is not None
    assert organization.identifiers == (Identifier(system="siret", value="92347988500017"),)


def test_an_address_without_a_town_is_kept_as_told(world: World) -> None:
    programme = _import(world, sites="à côté de la mairie annexe")
    assert only(programme.addresses).lines == ("à côté de la mairie annexe",)


def test_without_a_site_the_programme_is_where_it_is_carried(world: World) -> None:
    address = only(_import(world, sites="").addresses)
    assert (address.use, address.insee) == ("legal", "94034")


def test_modes_and_numbers_out_of_the_form_are_remarks(world: World) -> None:
    path = world.write("etp.csv", listing(cells(modes="visio, en forêt", age_min="6 mois")))
    report = world.run("etp", path)
    assert report.notes == {
        "modalité non reconnue, gardée en remarque": 1,
        "nombre illisible, laissé vide": 1,
    }
    programme = _said(world)[1]
    assert (programme.modes, programme.notes) == (("video",), ("Modalité : en forêt",))
    assert programme.age_min is None


def test_a_programme_of_elsewhere_belongs_by_the_area_it_covers(world: World) -> None:
    away = {"sites": "13 rue X, 38000 Grenoble", "structure_address": ""}
    rows = [
        cells(number="1", **away),
        cells(number="2", covered="94", **away),
        cells(number="3", sites="", structure_address=""),
    ]
    report = world.run("etp", world.write("etp.csv", listing(*rows)))
    assert (report.kept, report.reasons) == (1, {"hors territoire": 1, "sans lieu": 1})


def test_empty_rows_and_torn_ones(world: World, lenient_etp: None) -> None:
    rows = [cells(), [""] * len(NAMES), cells(number="2", title=""), cells(structure=" "), ["x"]]
    report = world.run("etp", world.write("etp.csv", listing(*rows)))
    assert report.kept == 1
    assert report.reasons == {
        "ligne vide": 1,
        "intitulé absent": 1,
        "structure porteuse absent": 1,
        WRONG_LENGTH: 1,
    }


def test_a_cell_under_no_title_is_told(world: World) -> None:
    path = world.write("etp.csv", listing([*cells(), "à revoir"], names=[*NAMES, ""]))
    report = world.run("etp", path)
    assert (report.kept, list(report.notes)) == (
        1,
        ["cellule sans titre de colonne, gardée dans la seule ligne brute"],
    )
    assert "à revoir" in world.records("etp")[KEY].raw


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (listing(["x"], names=[*NAMES, "Tarif"]), "colonnes inconnues du modèle ETP : « Tarif »"),
        (listing(["x"], names=[*NAMES, "INTITULE"]), "en double : intitule"),
        (listing(names=NAMES[:1]), "colonnes manquantes : structure porteuse, intitulé"),
        (listing(cells()).encode("utf-16"), "UTF-16"),
        (listing(cells()).encode()[:-12], "tronqué"),
        ('{"a": 1}', "JSON reçu"),
        (listing(), "moins que les 1"),
    ],
    ids=["unknown", "twice", "missing", "utf-16", "torn", "json", "only a header"],
)
def test_what_is_not_a_filled_form_is_refused(
    world: World, content: str | bytes, said: str
) -> None:
    with pytest.raises(InputRefusedError, match=said):
        world.run("etp", world.write("etp.csv", content))


def test_windows_1252_is_read(world: World) -> None:
    world.run("etp", world.write("etp.csv", listing(cells()).encode("cp1252")))
    assert _said(world)[1].provider == "Association Souffle de démonstration"


def test_the_model_and_the_guide_name_every_column() -> None:
    model = Path(form.__file__).with_name("modele_etp.csv")
    with model.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file, delimiter=";")) == NAMES
    guide = (Path(__file__).parents[3] / "docs" / "etp.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"| `{name}`" not in guide] == []


@pytest.fixture
def lenient_etp(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that takes a listing made of traps."""
    traps = IMPORTER.card.model_copy(update={"max_quarantined_share": 0.9})
    monkeypatch.setattr(IMPORTER, "card", traps)


def test_dated_sessions_come_in_order_and_what_is_unclear_is_a_remark(world: World) -> None:
    told = (
        "12/12/2026, complet ; 05/12/2026 14:00, Cachan, 8 places, 3 restantes ; un jeudi sur deux"
    )
    programme = _import(world, next_sessions=told)
    assert programme.next_sessions == (
        Session(day=date(2026, 12, 5), at="14:00", place="Cachan", seats=8, left=3),
        Session(day=date(2026, 12, 12), left=0),
    )
    assert "Séance : un jeudi sur deux" in programme.notes
