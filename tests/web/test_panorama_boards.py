"""Tables of the panorama: what a plot may draw, densities, zones, ages, what nobody knows."""

from datetime import UTC, datetime
from typing import Any

from directory.communes import Commune, Communes
from directory.panorama import Counted, count_supply
from directory.resource import Resource
from directory.territory import Territory, load_territory
from directory.welcome import Ageing, Zoning
from tests.factories import practitioner
from web.panorama import boards_csv
from web.panorama_boards import supply_boards
from web.panorama_model import PLOTTED_ROWS, Board, Cell, Origin, Row

AT = datetime(2026, 11, 23, tzinfo=UTC)
ORIGIN = Origin("annuaire", "aujourd'hui", "table", "2023")
GP: dict[str, Any] = {"profession": "10", "specialities": ("SM54",)}


def commune(insee: str, name: str, population: int) -> Commune:
    return Commune(
        insee=insee, name=name, departement="99", population=population, postcodes=("99000",)
    )


HAMEAU, BOURG = commune("99001", "Hameau", 0), commune("99002", "Bourg", 20_000)
TOWNS = [commune(f"99{n:03}", f"Ville {n}", 1_000) for n in range(100, 112)]


def boards(*entries: Resource, places: list[Commune], **told: Any) -> dict[str, Board]:
    table = Communes(places)
    territory: Territory = load_territory("melun").model_copy(
        update={"communes": tuple(one.insee for one in places), **told}
    )
    supply = count_supply(entries, territory.communes, table)
    found = supply_boards(Counted(supply, AT, 1), territory, table, ORIGIN)
    return {one.code: one for one in found}


def shown(board: Board) -> dict[str, list[str]]:
    return {row.label: [cell.shown for cell in row.cells] for row in board.rows}


def test_a_commune_without_known_population_has_no_density_nor_has_the_whole() -> None:
    found = boards(
        practitioner("Anne Martin", commune=HAMEAU, **GP),
        practitioner("Luc Petit", commune=BOURG, **GP),
        places=[HAMEAU, BOURG],
    )
    nobody = "–"
    narrow = "\u202f"
    assert shown(found["density"]) == {
        "Hameau": [nobody, nobody],
        "Bourg": [f"20{narrow}000", "5,0"],
        "Territoire": [nobody, nobody],
    }
    assert found["density"].is_plotted


def test_a_plot_names_the_zone_of_the_profession_it_draws() -> None:
    general = Zoning(profession="médecins généralistes", source="ARS", communes={"99002": "ZAC"})
    other = Zoning(profession="Infirmiers", source="ARS", communes={"99002": "ZIP"})
    found = boards(
        practitioner("Luc Petit", commune=BOURG, **GP),
        places=[HAMEAU, BOURG],
        zoning=(other, general),
    )
    density = found["density"]
    assert [row.drawn for row in density.rows] == ["", "Bourg (ZAC)", ""]
    assert shown(density)["Bourg"][1:3] == ["ZIP", "ZAC"]
    assert density.date.count("date non dite") == 2


def test_ages_of_a_document_replace_the_unknown_and_sum_up() -> None:
    told = Ageing(
        profession="médecins généralistes", source="Enquête", year=2025, communes={"99002": (1, 4)}
    )
    known = boards(places=[HAMEAU, BOURG], ageing=(told,))["ageing"]
    assert known.date == "2025"
    assert shown(known)["Hameau"] == ["–"] * 3
    assert shown(known)["Territoire"][:2] == ["4", "1"]
    doctor = practitioner("Luc Petit", commune=BOURG, **GP)
    unknown = boards(doctor, places=[BOURG])["ageing"]
    assert unknown.rows == ()
    assert unknown.summary.startswith("Inconnu pour 1 médecin généraliste")


def test_ages_of_another_profession_leave_general_practice_unknown() -> None:
    told = Ageing(profession="sages-femmes", source="Enquête", communes={"99002": (0, 0)})
    found = boards(places=[BOURG], ageing=(told,))
    assert found["ageing"].title == "Âge des sages-femmes"
    assert found["ageing-general"].summary.startswith("Inconnu")


def test_too_many_communes_are_not_cut_into_bars() -> None:
    entries = [practitioner(f"Luc Petit{n}", commune=one) for n, one in enumerate(TOWNS)]
    few = boards(*entries, places=TOWNS[:8])["professions"]
    many = boards(*entries, places=TOWNS)["professions"]
    assert (few.stacked, list(few.series)) == (True, list(range(1, 9)))
    assert (many.stacked, list(many.series)) == (False, [0])


def bars(rows: list[Row]) -> Board:
    told = ("bars", "Barres", "résumé", "définition", "source", "date", "unité")
    return Board(*told, columns=["Valeur"], rows=rows, series=[0])


def test_a_plot_stops_at_its_first_rows_and_needs_something_to_show() -> None:
    rows = [Row(str(n), [Cell(str(n), n)]) for n in range(PLOTTED_ROWS + 3)]
    board = bars(rows)
    assert (board.plotted_rows, board.rows_left, board.is_plotted) == (PLOTTED_ROWS, 3, True)
    assert not bars(rows[:1]).is_plotted


def test_a_cell_that_would_compute_stays_text() -> None:
    odd = practitioner("Luc Petit", commune=BOURG, organization_name="=1+1")
    found = boards(odd, places=[BOURG, commune("99003", "=HYPERLINK(1)", 10)])
    text = boards_csv(found.values())
    assert "'=HYPERLINK(1)" in text
    assert ";=HYPERLINK" not in text
