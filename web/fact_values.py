"""From what is typed in a fact's form to a value of the model, checked as an import checks it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from directory.base.errors import InputRefusedError
from directory.local.signing import checked_text
from directory.model import (
    Address,
    Coding,
    Confidentiality,
    Contact,
    ContactSystem,
    Identifier,
    Membership,
    NewPatients,
    OpeningHours,
    Referral,
)
from directory.phones import parse_phone
from directory.sessions import SESSION_EXAMPLE, Session, read_session
from directory.vocabulary import category_coding, profession_coding, speciality_coding
from importers.cleaning import make_address, parse_date, split_street
from importers.contract import Context
from importers.freetext import read_area
from web.fact_forms import Cell, cells_of
from web.hours_typing import read_hours
from web.pins import read_pin

Cells = Mapping[str, str]

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONES = (ContactSystem.PHONE, ContactSystem.FAX, ContactSystem.DIRECT_LINE)
_SHORT_NUMBER = 6
_CODED: dict[str, Callable[[str], Coding]] = {
    "profession": profession_coding,
    "specialities": speciality_coding,
    "category": category_coding,
}
_OLDEST, _LONGEST_WAIT = 130, 3650


def read_value(path: str, typed: Cells, context: Context, today: date, before: Any = None) -> Any:
    """The value of a fact; `before` keeps what the form does not show.

    Raises InputRefusedError with the `field` (cell) that is wrong.
    """
    cells = cells_of(path)
    unknown = typed.keys() - {cell.name for cell in cells}
    if unknown:
        raise InputRefusedError(f"Champ inconnu : {', '.join(sorted(unknown))[:100]}.")
    told = {cell.name: _checked(cell, typed.get(cell.name, "")) for cell in cells}
    field = path.partition(".")[2]
    match field:
        case "contacts":
            return _contact(told)
        case "identifiers":
            return Identifier(system=told["system"], value="".join(told["value"].split()))
        case "addresses":
            return (_address(told, context),)
        case "referral":
            return _referral(told, before)
        case "pin":
            return read_pin(told, context.communes)
        case _:
            return _simple(field, told["value"], context, today)


def _checked(cell: Cell, typed: str) -> str:
    if cell.kind == "lines":
        lines = (
            checked_text(line, cell.name, cell.label, cell.longest, required=False)
            for line in typed[: cell.longest + 1].splitlines()
        )
        text = "\n".join(line for line in lines if line)
        if len(typed) > cell.longest:
            raise _wrong(cell.name, f"{cell.label} : au plus {cell.longest} caractères.")
    else:
        text = checked_text(typed, cell.name, cell.label, cell.longest, required=False)
    if cell.required and not text:
        raise _wrong(cell.name, f"{cell.label} : à remplir.")
    if cell.kind == "choice" and text and text not in {value for value, _ in cell.options}:
        raise _wrong(cell.name, f"{cell.label} : choisissez une des réponses.")
    return text


def _simple(field: str, text: str, context: Context, today: date) -> Any:
    match field:
        case "hours":
            return _hours(text)
        case "next_sessions":
            return _sessions(text)
        case "covered":
            return read_area(text, context)
        case "opened_on":
            return _date(text, today)
        case "open_to_public":
            return text == "oui"
        case "new_patients":
            return NewPatients(answer=text, asked_on=today)
        case "languages":
            return tuple(filter(None, (one.strip() for one in text.split(","))))
        case "member_of":
            return Membership(name=text)
        case "profession" | "specialities" | "category":
            return _CODED[field](text)
        case "convention" | "practice_mode" | "sector":
            return Coding(code="", label=text)
        case "age_min" | "age_max":
            return _whole("value", text, _OLDEST)
        case "waiting_days" | "minimum_participants":
            return _whole("value", text, _LONGEST_WAIT)
        case _:
            return text


def _contact(told: Cells) -> Contact:
    system = ContactSystem(told["system"])
    restricted = Confidentiality(told["confidentiality"])
    if system is ContactSystem.MSSANTE and restricted is Confidentiality.PUBLIC:
        restricted = Confidentiality.PROFESSIONAL
    return Contact(
        system=system,
        value=_reach(system, told["value"]),
        label=told["label"],
        confidentiality=restricted,
    )


def _reach(system: ContactSystem, text: str) -> str:
    if system in _PHONES:
        return _phone("value", text)
    if system is ContactSystem.URL:
        return _url("value", text)
    if not _MAIL.fullmatch(text):
        raise _wrong("value", "Adresse attendue sous la forme nom@exemple.fr.")
    return text


def _phone(cell: str, text: str) -> str:
    called = parse_phone(text)
    short = text if text.isdecimal() and len(text) <= _SHORT_NUMBER else ""
    if not (called or short):
        raise _wrong(
            cell, "Ce numéro ne peut pas être appelé : dix chiffres, ou l'indicatif du pays (+32…)."
        )
    return called or short


def _url(cell: str, text: str) -> str:
    address = text if "://" in text else f"https://{text}"
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", address):
        raise _wrong(cell, "Adresse de site attendue, par exemple https://exemple.fr.")
    return address


def _address(told: Cells, context: Context) -> Address:
    postcode = told["postcode"].replace(" ", "")
    if not re.fullmatch(r"\d{5}", postcode):
        raise _wrong("postcode", "Code postal à cinq chiffres attendu.")
    found, _ = context.locate("", postcode, told["city"])
    if found is None:
        raise _wrong(
            "city", f"« {told['city'][:60]} » n'est pas une commune connue à ce code postal."
        )
    number, street, complement = split_street(told["street"])
    return make_address(
        context,
        insee=found.insee,
        postcode=postcode,
        city=told["city"],
        number=number,
        street=street,
        complement=", ".join(filter(None, (complement, told["complement"]))),
    )


def _referral(told: Cells, before: Any) -> Referral:
    number = _phone("single_number", told["single_number"]) if told["single_number"] else ""
    said = Referral(
        how=told["how"],
        single_number=number,
        form_url=_url("form_url", told["form_url"]) if told["form_url"] else "",
        eligibility=told["eligibility"],
        age_min=_whole("age_min", told["age_min"], _OLDEST) if told["age_min"] else None,
        age_max=_whole("age_max", told["age_max"], _OLDEST) if told["age_max"] else None,
        gir=_gir(told["gir"]),
        secure_mail=before.secure_mail if isinstance(before, Referral) else "",
    )
    if said == Referral(secure_mail=said.secure_mail):
        raise _wrong("how", "Dites au moins une façon d'adresser.")
    return said


def _gir(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"[1-6\s,;]*", text):
        raise _wrong("gir", "Groupes de 1 à 6, séparés par des virgules.")
    return tuple(sorted({int(digit) for digit in text if digit.isdecimal()}))


def _hours(text: str) -> tuple[OpeningHours, ...]:
    try:
        return read_hours(text)
    except ValueError as exc:
        raise _wrong("value", str(exc)) from exc


def _sessions(text: str) -> tuple[Session, ...]:
    told = [(line, read_session(line)) for line in text.splitlines()]
    if wrong := next((line for line, read in told if read is None), ""):
        raise _wrong("value", f"« {wrong[:60]} » : écrivez « {SESSION_EXAMPLE} ».")
    return tuple(read for _, read in told if read is not None)


def _date(text: str, today: date) -> date:
    found = parse_date(text)
    if found is None or found > today:
        raise _wrong("value", "Date passée attendue, sous la forme JJ/MM/AAAA.")
    return found


def _whole(cell: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= most):
        raise _wrong(cell, f"Nombre entier attendu, de 0 à {most}.")
    return int(text)


def _wrong(cell: str, message: str) -> InputRefusedError:
    return InputRefusedError(message, field=cell)
