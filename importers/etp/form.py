"""The form of an ETP programme: its columns, and rows of one programme put together."""

from collections.abc import Iterable, Iterator, Sequence

from importers.cleaning import clean
from importers.contract import Context
from importers.inputs import OpenedFile
from importers.text import Columns, CsvRow, plain_header

COLUMNS = {
    "number": "numéro ARS",
    "title": "intitulé",
    "structure": "structure porteuse",
    "finess_ej": "FINESS EJ",
    "siren": "SIREN",
    "structure_address": "adresse de la structure",
    "sites": "lieux de mise en œuvre",
    "coordinator": "coordonnateur",
    "coordinator_function": "fonction du coordonnateur",
    "coordinator_training": "formation du coordonnateur",
    "coordinator_phone": "téléphone du coordonnateur",
    "coordinator_mail": "courriel du coordonnateur",
    "team": "équipe",
    "trained": "intervenants formés 40 h",
    "patients": "patients intervenants",
    "pathologies": "pathologies",
    "population": "population",
    "age_min": "âge minimum",
    "age_max": "âge maximum",
    "modes": "modalités",
    "sessions": "séances",
    "next_sessions": "prochaines séances",
    "minimum_participants": "participants minimum",
    "enrolment": "inscription",
    "enrolment_phone": "téléphone d'inscription",
    "enrolment_mail": "courriel d'inscription",
    "covered": "territoire couvert",
    "notes": "remarques",
}
"""Fields and the headers of the form (arrêté du 14 janvier 2015, annexe II, and what users need)."""

OTHERS = {
    "postcode": "code postal de la structure",
    "city": "ville de la structure",
    "authorised": "date d'autorisation ARS",
    "declared": "date de déclaration ARS",
}
"""What lists of ARS tell apart and our form does not ask."""

NEEDED = (COLUMNS["structure"], COLUMNS["title"])

_SEVERAL = frozenset(
    {"sites", "pathologies", "population", "modes", "team", "covered", "notes", "next_sessions"}
)
"""Fields whose cells add up over the rows of one programme."""

LEFT_OUT = "colonne laissée de côté"
"""Prefix of a title that says nothing a directory needs, such as the département."""

Form = dict[str, str]
"""One programme: raw cells by field, several values separated by new lines."""


def check_header(file: OpenedFile, columns: Columns) -> None:
    """Refuse a file without the two columns that name a programme, or with one we cannot read."""
    columns.require(file, NEEDED)
    plain = [plain_header(name) for name in columns.names if name]
    if twice := sorted({name for name in plain if plain.count(name) > 1}):
        raise file.refuse(f"colonnes en double : {', '.join(twice)}. Gardez-en une.", 1)
    known = {plain_header(name) for name in (*COLUMNS.values(), *OTHERS.values())}
    unknown = [
        name
        for name in columns.names
        if name and plain_header(name) not in known and not name.startswith(LEFT_OUT)
    ]
    if unknown:
        listed = ", ".join(f"« {name} »" for name in unknown[:8])
        raise file.refuse(
            f"colonnes inconnues du modèle ETP : {listed}. Renommez-les comme dans modele_etp.csv, "
            "retirez-les, ou dites ce qu'elles sont : --mapping FICHIER.toml (docs/etp.md).",
            1,
        )


def blocks(rows: Iterable[CsvRow], columns: Columns) -> Iterator[list[CsvRow]]:
    """Consecutive rows of one programme: what a merged block of a sheet becomes."""
    pending: list[CsvRow] = []
    for row in rows:
        name = _name(row.cells, columns)
        if pending and name and name == _name(pending[0].cells, columns):
            pending.append(row)
            continue
        if pending:
            yield pending
        pending = [row]
    if pending:
        yield pending


def _name(cells: Sequence[str], columns: Columns) -> tuple[str, ...]:
    """What says that two rows speak of one programme; empty when a row does not say enough."""
    if len(cells) != len(columns):
        return ()
    form = tell(cells, columns)
    name = tuple(clean(form[field]).casefold() for field in ("number", "structure", "title"))
    return name if name[1] and name[2] else ()


def tell(cells: Sequence[str], columns: Columns) -> Form:
    """Cells by field; a column the file does not have is an empty cell."""
    form = {
        field: cells[at] if (at := columns.at(title)) >= 0 else ""
        for field, title in (COLUMNS | OTHERS).items()
    }
    return form | {"structure_address": _whole_address(form), "notes": _dated_notes(form)}


def _whole_address(form: Form) -> str:
    """« 1 rue de la Paix, 94260 Fresnes » where a list has the town in columns of its own."""
    town = " ".join(filter(None, (clean(form["postcode"]), clean(form["city"]))))
    street = clean(form["structure_address"])
    if not town or (form["postcode"] and clean(form["postcode"]) in street):
        return form["structure_address"]
    return ", ".join(filter(None, (street, town)))


def _dated_notes(form: Form) -> str:
    """An authorisation (before 2021, four years) and a declaration (since) are not one date."""
    dated = [
        f"{said} le {clean(form[field])}"
        for field, said in (("authorised", "Autorisé"), ("declared", "Déclaré"))
        if clean(form[field])
    ]
    return "\n".join(filter(None, (form["notes"], *dated)))


def note_strays(cells: Sequence[str], columns: Columns, context: Context) -> None:
    """Count cells under no title: nobody knows what they say, only the raw row keeps them."""
    for name, cell in zip(columns.names, cells, strict=True):
        if not name and clean(cell):
            context.note("cellule sans titre de colonne, gardée dans la seule ligne brute")


def join(forms: Sequence[Form], context: Context) -> Form:
    """One form out of the rows of a programme; the first word said wins where only one can hold."""
    if len(forms) == 1:
        return forms[0]
    context.note("lignes réunies en un programme")
    joined: Form = {}
    for field in COLUMNS | OTHERS:
        said = list(dict.fromkeys(cell for form in forms if clean(cell := form[field])))
        if len(said) > 1 and field not in _SEVERAL:
            context.note("programme sur plusieurs lignes qui se contredisent, la première gardée")
        joined[field] = "\n".join(said) if field in _SEVERAL else next(iter(said), "")
    return joined
