"""The template of the ETP form: its columns, explained in `columns.csv`."""

import csv
from importlib import resources

from importers.contract import Card
from importers.etp.form import COLUMNS, NEEDED
from importers.template import Column, Template

PURPOSE = "Les programmes d'éducation thérapeutique du patient : où, quand, avec qui et comment s'inscrire."


def etp_template(card: Card) -> Template:
    """The form of a programme, in the order of its columns."""
    path = resources.files("importers") / "etp" / "columns.csv"
    with path.open(encoding="utf-8") as file:
        told = {row["field"]: row for row in csv.DictReader(file)}
    columns = tuple(
        Column(
            title=title,
            help=told[field]["help"],
            example=told[field]["example"],
            required=title in NEEDED,
            choices=tuple(filter(None, told[field]["choices"].split(";"))),
        )
        for field, title in COLUMNS.items()
    )
    return Template(card.name, card.title, PURPOSE, columns, "recours import etp FICHIER")
