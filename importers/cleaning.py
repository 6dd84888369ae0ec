"""Cells put into a form people can read and machines compare; what was told stays in the raw row."""

import re
from datetime import date
from functools import lru_cache

from directory.model import Address, Contact, ContactSystem, Point
from directory.phones import mainland_phone, parse_phone, split_phones
from importers.contract import Context

STREET_TYPES = {
    "ALL": "allée", "AV": "avenue", "BAT": "bâtiment", "BD": "boulevard", "CAR": "carrefour",
    "CCAL": "centre commercial", "CHE": "chemin", "CHEM": "chemin", "CHS": "chaussée",
    "CITE": "cité", "COR": "corniche", "COUR": "cour", "CRS": "cours", "CTRE": "centre",
    "DOM": "domaine", "DSC": "descente", "ECA": "écart", "ESP": "esplanade", "FG": "faubourg",
    "FBG": "faubourg", "GR": "grande rue", "HAM": "hameau", "HLE": "halle", "IMM": "immeuble",
    "IMP": "impasse", "LD": "lieu-dit", "LOT": "lotissement", "MAR": "marché", "MTE": "montée",
    "PARC": "parc", "PAS": "passage", "PASS": "passage", "PL": "place", "PLA": "place",
    "PLE": "passerelle", "PLN": "plaine", "PLT": "plateau", "PRO": "promenade",
    "PROM": "promenade", "PRV": "parvis", "QU": "quai", "QUA": "quartier", "QUAI": "quai",
    "QUAR": "quartier", "R": "rue", "RES": "résidence", "RLE": "ruelle", "ROC": "rocade",
    "RPT": "rond-point", "RTE": "route", "SEN": "sente", "SQ": "square", "TPL": "terre-plein",
    "TRA": "traverse", "TRV": "traverse", "VCHE": "vieux chemin", "VGE": "village",
    "VLA": "villa", "VOI": "voie", "ZA": "zone d'activités", "ZAC": "ZAC", "ZI": "zone industrielle",
}  # fmt: skip
"""Abbreviations of street types met in FINESS and RPPS, written out for display."""

REPETITIONS = {"B": "bis", "T": "ter", "Q": "quater"}
"""`C` is left as told: quinquies for some, the letter of a building for others (FORMATS.md a.1)."""

_SMALL = {"a", "à", "au", "aux", "chez", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le",
          "les", "lès", "lez", "par", "pour", "près", "sous", "sur"}  # fmt: skip
_CAPITALS = {"BP", "CD", "CS", "EDF", "FFI", "HLM", "MIN", "PTT", "RD", "RER", "RN", "SNCF", "TSA",
             "ZA", "ZAC", "ZAE", "ZI", "ZUP", "ZUS"}  # fmt: skip
_ROMAN = re.compile(r"[IVXLC]{2,}\.?")
_ORDINAL = re.compile(r"\d+(ER|ERE|E|EME)", re.IGNORECASE)
_PARTS = re.compile(r"([\s'’-]+)")
_STREET_WORDS = frozenset(STREET_TYPES.values()) | {"allee", "cite", "lotissement", "residence"}
_NUMBER = re.compile(
    r"(?P<number>\d+(?:\s*[-/]\s*\d+)?(?:\s?(?:bis|ter|quater)\b|\s?[A-Z]\b(?!['’]))?)[\s,]+(?P<street>\S.*)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[^\s|;,@\"]+@[^\s|;,@\"]+")

PHONE_REGIONS = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT",
    "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
"""Numbering plan of each overseas postcode: 0590… is no number of metropolitan France."""


CORRECTED = "commune corrigée ou retrouvée"
"""Counted once per row whose commune was put right."""


def clean(cell: str | None) -> str:
    """A cell without padding; what FINESS+ writes for nothing (`"\\\\ "`, `" "`, null) is empty."""
    if not cell:
        return ""
    text = " ".join(cell.split())
    return text if text.strip("\\.-_/ ") else ""


def expand_street_type(code: str) -> str:
    """« RTE » → « route »; a type already written out, or unknown, in lower case."""
    code = clean(code)
    return STREET_TYPES.get(code.upper().rstrip("."), code.lower())


@lru_cache(maxsize=65536)
def street_case(text: str) -> str:
    """« DE LA DIVISION LECLERC » → « de la Division Leclerc »; mixed case is left as told."""
    if not text.isupper():
        return text
    return "".join(
        part if index % 2 else _case_word(part) for index, part in enumerate(_PARTS.split(text))
    )


def _case_word(word: str) -> str:
    lower = word.lower()
    if lower in _SMALL or _ORDINAL.fullmatch(word):
        return lower
    if word in _CAPITALS or _ROMAN.fullmatch(word):
        return word
    return word.capitalize()


@lru_cache(maxsize=32768)
def join_street(kind: str, name: str) -> str:
    """Type and name of a street, the type once: FINESS repeats it (`CHE;CHEMIN SAFER`), RPPS may
    write it in the name alone.
    """
    kind, name = expand_street_type(kind), street_case(clean(name))
    first = name.split(" ", 1)[0].lower()
    if first in (kind, kind.replace("é", "e")) if kind else first in _STREET_WORDS:
        return name[0].lower() + name[1:]
    return f"{kind} {name}".strip()


def split_street(told: str) -> tuple[str, str, str]:
    """Number, street and complement of one cell.

    « CITE DES SORBIERS, 1 RUE DU NIVERNAIS » has its complement before the number.
    """
    told = clean(told)
    before, comma, after = told.partition(",")
    if comma and after.strip()[:1].isdigit():
        number, street, _ = split_street(after)
        return number, street, street_case(before.strip())
    found = _NUMBER.fullmatch(told)
    number = found["number"].lower() if found else ""
    street = street_case(found["street"] if found else told)
    first, _, rest = street.partition(" ")
    if number and first.lower() in _STREET_WORDS:
        street = f"{first.lower()} {rest}"
    return number, street, ""


def make_address(
    context: Context,
    *,
    insee: str,
    postcode: str,
    city: str,
    use: str = "main",
    number: str = "",
    street: str = "",
    complement: str = "",
    point: Point | None = None,
) -> Address:
    """An address placed in its commune; what had to be put right is written in its notes.

    The city is the official name of the commune, except in front of a CEDEX postcode.
    """
    found, note = context.locate(insee, postcode, city)
    if note:
        context.note(CORRECTED)
    official = found is not None and postcode in found.postcodes
    return Address(
        use=use,
        street_number=number,
        street=street if number else street[:1].upper() + street[1:],
        complement=complement,
        postcode=postcode,
        city=found.name if found is not None and official else city,
        insee=found.insee if found is not None else insee,
        point=point,
        notes=(note,) if note else (),
    )


def phone_contacts(
    told: str, postcode: str = "", system: ContactSystem = ContactSystem.PHONE
) -> tuple[Contact, ...]:
    """The numbers of a cell in E.164; one that cannot be called is kept as told, with a note."""
    if not told:
        return ()
    region = PHONE_REGIONS.get(postcode[:3], "FR")
    if region == "FR" and (french := mainland_phone(told)):
        return (Contact(system=system, value=french),)
    return _several_contacts(told, region, system)


@lru_cache(maxsize=8192)
def _several_contacts(told: str, region: str, system: ContactSystem) -> tuple[Contact, ...]:
    contacts: dict[str, Contact] = {}
    for number in split_phones(clean(told)):
        called = parse_phone(number, region) or parse_phone(number)
        value, note = called or number, ""
        if not called:
            digits = sum(c.isdigit() for c in number)
            note = f"numéro à vérifier ({digits} chiffres dans la source)"
        contacts.setdefault(value, Contact(system=system, value=value, note=note))
    return tuple(contacts.values())


def mask_mails(raw: str) -> str:
    """A raw row without its e-mail addresses: people's own are among them (FORMATS.md b, 43-44)."""
    return _MAIL.sub("", raw) if "@" in raw else raw


def parse_date(told: str | None) -> date | None:
    """`2001-01-15`, `2017-04-21 00:00:00` or `15/01/2001`; 1900-01-01 means unknown in FINESS."""
    text = clean(told)[:10]
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            found = date(year, month, day)
        else:
            found = date.fromisoformat(text)
    except ValueError:
        return None
    return None if found == date(1900, 1, 1) else found
