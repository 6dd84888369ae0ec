"""Numbers that name people and places: RPPS, FINESS, SIRET… Checks warn, they never reject."""

import re

from stdnum import luhn
from stdnum.fr import siren, siret

SYSTEMS = (
    "rpps",
    "adeli",
    "idnps",
    "finess_et",
    "finess_ej",
    "siret",
    "siren",
    "ror",
    "structure",
    "etp",
    "uai",
    "local",
)
"""Every system an identifier may have; `structure` is the RPPS technical key of a place."""

_FINESS = re.compile(r"(\d{2}|2[AB])\d{7}")
_LUHN = {"rpps": 11, "finess_et": 9, "finess_ej": 9}


def warn_identifier(system: str, value: str) -> str:
    """What looks wrong with a number, in French; an empty string when nothing does.

    Luhn's check digit holds for RPPS and FINESS numbers of the samples seen (2026-11-22), Corsican
    FINESS are checked on their shape alone. SIRET of La Poste follows another rule, known to stdnum.
    """
    match system:
        case "rpps" | "finess_et" | "finess_ej":
            return _warn_luhn(value, _LUHN[system])
        case "siret" if not siret.is_valid(value):
            return "clé de contrôle du SIRET inattendue"
        case "siren" if not siren.is_valid(value):
            return "clé de contrôle du SIREN inattendue"
        case _:
            return ""


def _warn_luhn(value: str, length: int) -> str:
    if length == 9 and value[:2] in ("2A", "2B") and _FINESS.fullmatch(value):
        return ""
    if not (value.isdigit() and len(value) == length):
        return f"{length} chiffres attendus"
    return "" if luhn.is_valid(value) else "clé de contrôle inattendue"
