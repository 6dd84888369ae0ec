"""The panorama as tables: what a plot draws is what its table says, with source, date, definition."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from directory.communes import Communes
from directory.panorama import Counted, Line, Supply
from directory.panorama_settings import SETTING_LABELS, Setting
from directory.territory import Territory
from directory.typography import typeset
from web.panorama_density import age_boards, density_board
from web.panorama_model import (
    PLOTTED_SERIES,
    WHOLE,
    Board,
    Origin,
    Row,
    commune_name,
    number_cell,
)
from web.wording import say_count


class _Figures(TypedDict):
    columns: Sequence[str]
    rows: Sequence[Row]
    series: Sequence[int]
    stacked: bool


def supply_boards(
    counted: Counted, territory: Territory, communes: Communes, origin: Origin
) -> list[Board]:
    """Every table of supply, in the order of the page."""
    places = {code: commune_name(communes, code) for code in territory.communes}
    supply = counted.supply
    return [
        _professions(supply, places, origin),
        density_board(supply, territory, communes, origin),
        _settings(supply, origin),
        *age_boards(supply, territory, places),
        _structures(supply, places, origin),
    ]


def _professions(supply: Supply, places: Mapping[str, str], origin: Origin) -> Board:
    lines = supply.professions
    return Board(
        code="professions",
        title="Professionnels par profession et par commune",
        summary=_summary(
            lines, "profession", "Aucun professionnel n’est publié sur le territoire."
        ),
        definition=typeset(
            "Personnes installées ou salariées dont un lieu d'exercice est dans la commune. Qui "
            "exerce dans deux communes compte dans chacune, et une seule fois dans « Territoire » : "
            "les colonnes ne s'additionnent pas toujours. Les remplaçants n'y sont pas."
        ),
        source=origin.supply,
        date=origin.supply_date,
        unit="personnes",
        head="Profession",
        **_by_commune(lines, places),
        notes=_left_out(supply),
    )


def _structures(supply: Supply, places: Mapping[str, str], origin: Origin) -> Board:
    lines = supply.structures
    return Board(
        code="structures",
        title="Établissements, services et équipes par commune",
        summary=_summary(lines, "catégorie", "Aucun établissement n’est publié sur le territoire."),
        definition=typeset(
            "Fiches d'établissements, de services, d'équipes et d'associations, selon leur "
            "catégorie FINESS ou, à défaut, la rubrique de leur source, dans la commune où ils "
            "siègent. Un service qui vient à domicile compte où il siège, pas où il va."
        ),
        source=origin.supply,
        date=origin.supply_date,
        unit="fiches",
        head="Catégorie",
        **_by_commune(lines, places),
    )


def _by_commune(lines: Sequence[Line], places: Mapping[str, str]) -> _Figures:
    cut = 1 < len(places) <= PLOTTED_SERIES
    return {
        "columns": [WHOLE, *places.values()],
        "rows": [
            Row(
                one.label,
                [
                    number_cell(one.total),
                    *(number_cell(one.people.get(code, 0)) for code in places),
                ],
            )
            for one in lines
        ],
        "series": range(1, len(places) + 1) if cut else [0],
        "stacked": cut,
    }


def _settings(supply: Supply, origin: Origin) -> Board:
    lines = [one for one in supply.professions if one.code in supply.settings]
    rows = [
        Row(one.label, [number_cell(supply.settings[one.code].get(kind, 0)) for kind in Setting])
        for one in lines
    ]
    return Board(
        code="settings",
        title="Modes d’exercice",
        summary=_say_settings(supply, lines),
        definition=typeset(
            "Lieux d'exercice, lus des fiches : maison ou centre de santé quand le nom du lieu, "
            "l'équipe ou l'adresse est celle d'une telle fiche ; autre établissement quand le nom "
            "du lieu est le sien ; cabinet à plusieurs quand une autre personne, de n'importe "
            "quelle profession, exerce à la même adresse ; seul sinon. Une adresse partagée n'est "
            "pas toujours un cabinet de groupe. Qui a deux lieux compte deux fois."
        ),
        source=origin.supply,
        date=origin.supply_date,
        unit="lieux d'exercice",
        head="Profession",
        columns=[SETTING_LABELS[kind] for kind in Setting],
        rows=rows,
        series=range(len(Setting)),
        stacked=True,
    )


def _left_out(supply: Supply) -> list[str]:
    """What is published and yet in no table."""
    notes = []
    if supply.replacing:
        people = say_count(supply.replacing, "personne", "personnes")
        notes.append(f"Non comptés : {people} qui ne font ici que remplacer.")
    if supply.unplaced:
        entries = say_count(supply.unplaced, "fiche publiée", "fiches publiées")
        notes.append(f"Non comptées : {entries} dont la commune est inconnue.")
    return notes


def _summary(lines: Sequence[Line], what: str, nothing: str) -> str:
    """« 24 professions ; les plus nombreux : infirmiers (56), … »."""
    if not lines:
        return nothing
    most = sorted(lines, key=lambda one: -one.total)[:3]
    said = ", ".join(f"{one.label} ({say_count(one.total)})" for one in most)
    return typeset(f"{say_count(len(lines), what)} ; les plus nombreux : {said}.")


def _say_settings(supply: Supply, lines: Sequence[Line]) -> str:
    if not lines:
        return "Aucun professionnel n’est publié sur le territoire."
    first = lines[0]
    found = supply.settings[first.code]
    said = ", ".join(
        f"{_small(SETTING_LABELS[kind])} {say_count(found[kind])}"
        for kind in Setting
        if found.get(kind)
    )
    return typeset(f"{first.label} : {said}.")


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]
