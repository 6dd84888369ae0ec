"""ETP lists as ARS publish them: usual titles, a town in its own columns, several sites in a cell."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from directory.base.errors import InputRefusedError, UsageError
from directory.model import Confidentiality, Service
from importers.etp.form import COLUMNS, OTHERS
from importers.etp.titles import usual_titles
from importers.text import plain_header
from tests.importers.world import World

LIST = {
    "N° d'autorisation": "IDF-2019-042",
    "Intitulé du programme": "Vivre avec une BPCO",
    "Promoteur": "Hôpital de démonstration",
    "FINESS": "940000011",
    "Adresse": "2 rue de Wissous",
    "Code postal": "94260",
    "Ville": "FRESNES",
    "Lieux": "Site A, 2 rue de Wissous, 94260 Fresnes ; Site B, 3 rue Couste, 94230 Cachan",
    "Pathologie(s)": "BPCO ; insuffisance respiratoire",
    "Coordinateur": "Dr Zoé MARTIN",
    "Téléphone": "06 39 98 12 34",
    "Mail": "zoe.martin@exemple.fr",
    "Date d'autorisation": "12/03/2019",
    "Département": "94",
}


def _csv(*rows: dict[str, str]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _services(world: World, path: Path, **options: str) -> dict[str, Service]:
    world.run("etp", path, partial=True, **options)
    said = world.statements("etp")
    return {key: one.service for key, one in said.items() if one.service is not None}


def test_a_list_is_read_under_its_own_titles(world: World) -> None:
    told = _services(world, world.write("liste.csv", _csv(LIST)))["IDF-2019-042"]

    assert told.name == "Vivre avec une BPCO"
    assert told.provider == "Hôpital de démonstration"
    assert told.pathologies == ("BPCO", "insuffisance respiratoire")
    assert [one.insee for one in told.addresses] == ["94034", "94016"]
    assert "Autorisé le 12/03/2019" in told.notes


def test_the_coordinator_s_own_contacts_are_never_public(world: World) -> None:
    told = _services(world, world.write("liste.csv", _csv(LIST)))["IDF-2019-042"]
    record = world.records("etp")["IDF-2019-042"]

    assert told.contacts
    assert {one.confidentiality for one in told.contacts} == {Confidentiality.SECRETARIAT}
    assert "zoe.martin" not in record.raw


def test_without_sites_the_address_takes_its_town_from_its_columns(world: World) -> None:
    row = {name: cell for name, cell in LIST.items() if name != "Lieux"}
    told = _services(world, world.write("liste.csv", _csv(row)))["IDF-2019-042"]

    assert [(one.street, one.postcode, one.insee) for one in told.addresses] == [
        ("rue de Wissous", "94260", "94034")
    ]


def test_without_a_number_structure_and_title_are_the_key(world: World) -> None:
    row = LIST | {"N° d'autorisation": ""}

    assert list(_services(world, world.write("liste.csv", _csv(row)))) == [
        "Hôpital de démonstration|Vivre avec une BPCO"
    ]


def test_merged_cells_of_a_workbook_are_one_programme_on_two_sites(world: World) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(LIST))
    for site in ("Site A, 2 rue de Wissous, 94260 Fresnes", "Site B, 3 rue Couste, 94230 Cachan"):
        sheet.append(list((LIST | {"Lieux": site}).values()))
    for column in "ABC":
        sheet.merge_cells(f"{column}2:{column}3")
    path = world.folder / "liste.xlsx"
    book.save(path)

    (told,) = _services(world, path).values()

    assert [one.insee for one in told.addresses] == ["94034", "94016"]


def test_titles_nobody_foresaw_are_named_by_a_mapping(world: World) -> None:
    row = {"Dispositif": "Vivre avec une BPCO", "Qui": "Hôpital", "Où": "94260 Fresnes"}
    path = world.write("liste.csv", _csv(row))
    with pytest.raises(InputRefusedError, match="structure porteuse"):
        world.run("etp", path, partial=True)
    mapping = world.write(
        "liste.toml",
        '[columns]\ntitle = "Dispositif"\nstructure = "Qui"\nstructure_address = "Où"\n',
    )

    told = _services(world, path, mapping=str(mapping))

    assert [one.name for one in told.values()] == ["Vivre avec une BPCO"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "correspondance illisible"),
        ("[columns]\nnom = 'x'\n", "champ inconnu nom"),
        ("columns = 3\n", "correspondance illisible"),
    ],
)
def test_a_mapping_that_is_not_one_says_why(world: World, text: str, why: str) -> None:
    path, mapping = world.write("liste.csv", _csv(LIST)), world.write("faux.toml", text)

    with pytest.raises(InputRefusedError, match=why):
        world.run("etp", path, partial=True, mapping=str(mapping))


def test_a_mapping_is_for_tables_and_programmes_only(world: World) -> None:
    with pytest.raises(UsageError, match="table"):
        world.run("finess", world.write("x.csv", "a;b\n"), mapping="x.toml")


def test_two_columns_that_say_the_same_are_refused(world: World) -> None:
    row = LIST | {"Structure": "Autre"}

    with pytest.raises(InputRefusedError, match="colonnes en double"):
        world.run("etp", world.write("liste.csv", _csv(row)), partial=True)


def test_every_usual_title_leads_to_a_field_and_none_is_ours() -> None:
    fields = COLUMNS | OTHERS
    ours = {plain_header(title) for title in fields.values()}

    assert {field for field in usual_titles().values() if field} <= fields.keys()
    assert not ours & {title for title, field in usual_titles().items() if title}
