"""Values a spreadsheet or pandas changed on their way: put right when nothing was lost, else left out.

Seen in copies that circulate (FORMATS.md a.1 and a.3): SIRET `2,601E+13`, codes read back as floats
(`500.0`), zeros lost in front of commune, département and telephone, numbers turned into dates.
"""

import re
from collections.abc import Callable

from stdnum import luhn
from stdnum.fr import siret

from importers.contract import Context, Quarantined
from importers.finess.cells import Cells

DAMAGED = "numéro FINESS abîmé par un tableur"
REPAIRED = "valeur changée par un tableur, remise d'aplomb"

_FLOAT = re.compile(r"(\d+)[.,]0+")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d+)", re.IGNORECASE)
_TOWN = re.compile(r"(\d{4,5})[.,]0(\s.*)?")
_DATE = re.compile(r"\d{1,2}[-/ ](janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)\b.*")


def repair(cells: Cells, context: Context) -> Cells | Quarantined:
    """The cells with what a spreadsheet changed put back; quarantined when the key itself is lost."""
    changes: dict[str, str] = {}
    for name, at, width, pad in _NUMBERS:
        told = cells[at]
        if not told or (len(told) == width and told.isdigit()):
            continue
        whole = integer(told.strip())
        right = pad(whole, cells) if whole else whole
        if right is None and name == "nofinesset":
            return Quarantined(DAMAGED, f"{told} : les chiffres sont perdus", told)
        if right is None:
            context.note(f"« {name} » abîmé par un tableur, laissé vide")
        elif right != told.strip():
            context.note(REPAIRED)
        changes[name] = right or ""
    if town := _TOWN.fullmatch(cells.ligneacheminement):
        context.note(REPAIRED)
        changes["ligneacheminement"] = town[1].zfill(5) + (town[2] or "")
    if _DATE.fullmatch(cells.numvoie):
        context.note("« numvoie » changé en date par un tableur, laissé vide")
        changes["numvoie"] = ""
    elif number := _FLOAT.fullmatch(cells.numvoie):
        changes["numvoie"] = number[1]
    return cells._replace(**changes) if changes else cells


def integer(told: str) -> str | None:
    """`500.0` → 500 and `2.6010004500012E+13` → 26010004500012; None when digits are missing.

    Anything else is given back as told.
    """
    if found := _FLOAT.fullmatch(told):
        return found[1]
    if found := _SCIENTIFIC.fullmatch(told):
        digits = found[1] + (found[2] or "")
        return digits if len(digits) == int(found[3]) + 1 else None
    return told


def _finess(told: str, cells: Cells) -> str | None:
    """A lost zero is put back when the check digit and the département both agree."""
    if not (told.isdigit() and len(told) == 8):
        return told
    padded = "0" + told
    departement = (integer(cells.departement.strip()) or "").zfill(2)
    return padded if luhn.is_valid(padded) and padded[:2] == departement else None


def _entity(told: str, cells: Cells) -> str | None:
    """A legal entity may sit in another département than its site: the check digit alone tells."""
    if not (told.isdigit() and len(told) == 8):
        return told
    return "0" + told if luhn.is_valid("0" + told) else None


def _siret(told: str, cells: Cells) -> str | None:
    if not (told.isdigit() and len(told) == 13):
        return told
    return "0" + told if siret.is_valid("0" + told) else None


def _phone(told: str, cells: Cells) -> str | None:
    lost = told.isdigit() and len(told) == 9 and told[0] != "0"
    return "0" + told if lost else told


def _code(width: int) -> Callable[[str, Cells], str | None]:
    return lambda told, cells: told.zfill(width) if told.isdigit() else told


_PADS: dict[str, tuple[int, Callable[[str, Cells], str | None]]] = {
    "nofinesset": (9, _finess),
    "nofinessej": (9, _entity),
    "siret": (14, _siret),
    "telephone": (10, _phone),
    "telecopie": (10, _phone),
    "commune": (3, _code(3)),
    "departement": (2, _code(2)),
    "categetab": (3, _code(3)),
}
_NUMBERS = tuple(
    (name, Cells._fields.index(name), width, pad) for name, (width, pad) in _PADS.items()
)
