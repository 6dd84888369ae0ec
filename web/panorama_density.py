"""Density against population and zoning, and the ages that a document gives."""

from collections.abc import Iterator, Mapping, Sequence

from directory.communes import Communes
from directory.panorama import GENERAL, UNSAID, Line, Supply, line_label
from directory.territory import Territory
from directory.typography import typeset
from directory.welcome import ZONES, Ageing, Told, Zoning
from web.panorama_model import (
    NOTHING,
    WHOLE,
    Board,
    Cell,
    Origin,
    Row,
    commune_name,
    number_cell,
    percent_cell,
)
from web.wording import say_count

PER = 100_000
"""Inhabitants a density is for, as DREES publishes them."""

FIRST_RECOURSE = (GENERAL, "60", "70", "91", "50", "80", "40", "93")
"""Professions whose density is shown: general practice, nurses, physiotherapists, speech
therapists, midwives, podiatrists, dentists, psychologists."""


def density_board(
    supply: Supply, territory: Territory, communes: Communes, origin: Origin
) -> Board:
    """Professionals for a number of inhabitants, beside the zone each commune is in."""
    lines = [line for code in FIRST_RECOURSE if (line := supply.line(code)) is not None]
    zonings = territory.zoning
    people = {code: _population(communes, code) for code in territory.communes}
    rows = [
        Row(
            commune_name(communes, code),
            [
                _count_or_nothing(people[code]),
                *(Cell(one.communes.get(code, NOTHING)) for one in zonings),
                *(_per(line.people.get(code, 0), people[code]) for line in lines),
            ],
            drawn=_with_zone(commune_name(communes, code), code, lines, zonings),
        )
        for code in territory.communes
    ]
    whole = sum(people.values()) if all(people.values()) else 0
    rows.append(
        Row(
            WHOLE,
            [
                _count_or_nothing(whole),
                *(Cell("") for _ in zonings),
                *(_per(line.total, whole) for line in lines),
            ],
            strong=True,
        )
    )
    first = 1 + len(zonings)
    return Board(
        code="density",
        title="Densité, population et zonage",
        summary=_say_density(rows, lines, first),
        definition=typeset(
            f"Professionnels comptés ci-dessus pour {say_count(PER)} habitants de la commune, quel "
            "que soit le temps qu'ils y passent : ce n'est pas l'accessibilité (APL) de la DREES, "
            "qui compte aussi l'âge des habitants et les communes voisines."
        ),
        source=f"{origin.supply}. Population : {origin.population}. {_zoning_sources(zonings)}",
        date=f"{origin.supply_date} ; population : {origin.population_date}"
        + "".join(f" ; zonage {one.profession} : {_year(one)}" for one in zonings),
        unit=f"professionnels pour {say_count(PER)} habitants",
        head="Commune",
        columns=[
            "Habitants",
            *(typeset(f"Zonage : {one.profession}") for one in zonings),
            *(line.label for line in lines),
        ],
        rows=rows,
        series=[first] if lines else [],
        notes=_density_notes(supply, zonings),
    )


def _density_notes(supply: Supply, zonings: Sequence[Zoning]) -> list[str]:
    used = {zone for one in zonings for zone in one.communes.values()}
    notes = [typeset(f"{zone} : {said}.") for zone, said in ZONES.items() if zone in used]
    if not zonings:
        notes.append(
            "Le zonage n’est pas renseigné : le fichier du territoire le dit par profession et par "
            "commune, avec sa source."
        )
    unsaid = supply.line(UNSAID)
    if unsaid is not None:
        notes.append(
            f"{say_count(unsaid.total, 'médecin')} dont aucune source ne dit la spécialité : "
            "ils ne comptent pas parmi les généralistes."
        )
    return notes


def age_boards(supply: Supply, territory: Territory, places: Mapping[str, str]) -> Iterator[Board]:
    """Ages as documents give them; for general practice, that nobody does is said too."""
    for number, one in enumerate(territory.ageing):
        yield _age_board(one, places, f"-{number + 1}" if number else "")
    line, wanted = supply.line(GENERAL), line_label(GENERAL)
    if wanted.casefold() not in {one.profession.casefold() for one in territory.ageing}:
        doctors = ("médecin généraliste", "médecins généralistes")
        yield Board(
            code="ageing-general" if territory.ageing else "ageing",
            title="Âge des médecins généralistes",
            summary=(
                "Inconnu"
                + (f" pour {say_count(line.total, *doctors)}" if line else "")
                + " : le RPPS en libre accès ne donne pas l’année de naissance, et le fichier du "
                "territoire ne cite aucun document qui le dise."
            ),
            definition="Part des médecins généralistes qui ont atteint un âge donné.",
            source="aucune",
            date="–",
            unit="%",
        )


def _age_board(told: Ageing, places: Mapping[str, str], suffix: str) -> Board:
    rows = [
        _age_row(name, *told.communes[code]) if code in told.communes else _no_age(name)
        for code, name in places.items()
    ]
    reached, counted = told.total
    rows.append(_age_row(WHOLE, reached, counted, strong=True))
    return Board(
        code=f"ageing{suffix}",
        title=f"Âge des {told.profession}",
        summary=(
            f"{say_count(reached)} sur {say_count(counted)} ont {told.age} ans ou plus"
            f"{f', soit {percent_cell(reached, counted).shown}' if counted else ''}."
        ),
        definition=typeset(
            f"Professionnels de {told.age} ans ou plus parmi ceux que la source a comptés ; aucune "
            "source importée ne donne l'âge, ce chiffre ne suit donc pas l'annuaire."
        ),
        source=told.source,
        date=_year(told),
        unit="%",
        head="Commune",
        columns=["Comptés", f"{told.age} ans ou plus", "Part"],
        rows=rows,
        series=[2],
    )


def _age_row(name: str, reached: int, counted: int, *, strong: bool = False) -> Row:
    cells = [number_cell(counted), number_cell(reached), percent_cell(reached, counted)]
    return Row(name, cells, strong=strong)


def _no_age(name: str) -> Row:
    return Row(name, [Cell(NOTHING)] * 3)


def _population(communes: Communes, insee: str) -> int:
    found = communes.get(insee)
    return found.population if found else 0


def _count_or_nothing(people: int) -> Cell:
    return number_cell(people) if people else Cell(NOTHING)


def _per(people: int, inhabitants: int) -> Cell:
    return number_cell(people * PER / inhabitants, 1) if inhabitants else Cell(NOTHING)


def _year(told: Told) -> str:
    return str(told.year) if told.year else "date non dite"


def _zoning_sources(zonings: Sequence[Zoning]) -> str:
    said = [f"{one.source} ({one.profession})" for one in zonings]
    return f"Zonage : {', '.join(said)}." if said else ""


def _say_density(rows: Sequence[Row], lines: Sequence[Line], first: int) -> str:
    """The whole, then the two ends, of the first profession listed."""
    if not lines:
        return "Aucun professionnel de premier recours n’est publié sur le territoire."
    *communes, whole = rows
    known = [(one.cells[first].value, one.label) for one in communes]
    told = sorted((value, name) for value, name in known if value is not None)
    start = f"{lines[0].label} pour {say_count(PER)} habitants : {whole.cells[first].shown}"
    if len(told) < 2:
        return f"{start}."
    shown = {one.label: one.cells[first].shown for one in communes}
    low, high = told[0][1], told[-1][1]
    return f"{start} sur le territoire, de {shown[low]} ({low}) à {shown[high]} ({high})."


def _with_zone(name: str, insee: str, lines: Sequence[Line], zonings: Sequence[Zoning]) -> str:
    """« Cachan (ZIP) » where the profession that is drawn has a zone there."""
    drawn = lines[0].label.casefold() if lines else ""
    zones = (one.communes.get(insee) for one in zonings if one.profession.casefold() == drawn)
    zone = next((one for one in zones if one), None)
    return f"{name} ({zone})" if zone else ""
