"""From one filled form to a programme, who carries it and how to reach it."""

import re
from collections.abc import Iterator

import msgspec

from directory.model import (
    Address,
    Confidentiality,
    Contact,
    ContactSystem,
    Identifier,
    Organization,
    ResourceKind,
    Service,
)
from directory.sessions import Session, read_session
from importers.cleaning import clean, phone_contacts
from importers.contract import Context
from importers.etp.form import Form
from importers.freetext import read_address, read_area, split_several
from importers.text import plain_header

MODES = {
    "presentiel": "group", "groupe": "group", "en groupe": "group", "collectif": "group",
    "seances collectives": "group", "individuel": "cabinet", "seances individuelles": "cabinet",
    "visio": "video", "visioconference": "video", "teleconsultation": "video",
    "a distance": "remote", "distanciel": "remote", "e-learning": "remote",
    "domicile": "home", "a domicile": "home",
}  # fmt: skip
"""Words of the form for the modes of the directory; ETP held on site is held in a group."""

_YES_NO = {"o": "oui", "oui": "oui", "x": "oui", "1": "oui", "n": "non", "non": "non", "0": "non"}
_WHOLE = re.compile(r"(\d{1,3})(?:\s*(?:ans|participants|personnes|patients))?", re.IGNORECASE)
_WORDS = re.compile(r"[;,/\r\n]+|\set\s")


def declared_number(form: Form) -> str:
    """The number given by the ARS as told; « en cours » or « néant » is none."""
    number = form["number"]
    return number if any(letter.isdigit() for letter in number) else ""


def make_programme(form: Form, context: Context) -> Service:
    """The programme of a form."""
    modes, other_modes = _modes(form["modes"], context)
    next_sessions, unread = _sessions(form["next_sessions"], context)
    number = clean(declared_number(form))
    return Service(
        name=clean(form["title"]),
        kind=ResourceKind.PROGRAMME,
        provider=clean(form["structure"]),
        identifiers=(Identifier(system="etp", value=number),) if number else (),
        addresses=tuple(_addresses(form, context)),
        contacts=tuple(_contacts(form)),
        covered=read_area(form["covered"], context),
        publics=split_several(form["population"]),
        age_min=_whole(form["age_min"], context),
        age_max=_whole(form["age_max"], context),
        modes=modes,
        pathologies=split_several(form["pathologies"]),
        coordinator=_coordinator(form),
        sessions=", ".join(split_several(form["sessions"])),
        minimum_participants=_whole(form["minimum_participants"], context),
        enrolment=", ".join(split_several(form["enrolment"])),
        next_sessions=next_sessions,
        notes=(*_team(form), *other_modes, *unread, *split_several(form["notes"])),
    )


def make_structure(form: Form, context: Context) -> Organization:
    """Who carries the programme; its FINESS is the legal entity's, never the key of a site."""
    address = read_address(form["structure_address"], context, "legal")
    return Organization(
        name=clean(form["structure"]),
        identifiers=tuple(_numbers(form)),
        addresses=(address,) if address else (),
    )


def _numbers(form: Form) -> Iterator[Identifier]:
    if finess := "".join(form["finess_ej"].split()):
        yield Identifier(system="finess_ej", value=finess)
    if siren := "".join(form["siren"].split()):
        system = "siret" if len(siren) == 14 else "siren"
        yield Identifier(system=system, value=siren)


def _addresses(form: Form, context: Context) -> Iterator[Address]:
    """Where the programme is held; where it is carried when no place is told."""
    sites = split_several(form["sites"])
    for told, use in [(site, "main") for site in sites] or [(form["structure_address"], "legal")]:
        if address := read_address(told, context, use):
            yield address


def _contacts(form: Form) -> Iterator[Contact]:
    """How to enrol, for all; how to reach the coordinator, for the secretariat alone."""
    public = dict.fromkeys(_reach(form["enrolment_phone"], form["enrolment_mail"], "inscription"))
    yield from public
    told = {one.value for one in public}
    for one in _reach(form["coordinator_phone"], form["coordinator_mail"], "coordination"):
        if one.value not in told:
            yield msgspec.structs.replace(one, confidentiality=Confidentiality.SECRETARIAT)


def _reach(phones: str, mails: str, label: str) -> Iterator[Contact]:
    for cell in split_several(phones):
        for contact in phone_contacts(cell):
            yield msgspec.structs.replace(contact, label=label)
    for mail in split_several(mails):
        yield Contact(system=ContactSystem.EMAIL, value=mail, label=label)


def _coordinator(form: Form) -> str:
    """« Agathe Démonstration, infirmière (formation : 40 heures) »."""
    who = ", ".join(filter(None, map(clean, (form["coordinator"], form["coordinator_function"]))))
    training = clean(form["coordinator_training"])
    return f"{who} (formation : {training})" if who and training else who


def _team(form: Form) -> Iterator[str]:
    if team := split_several(form["team"]):
        yield f"Équipe : {', '.join(team)}"
    if trained := clean(form["trained"]):
        yield f"Intervenants formés à l'ETP (40 heures) : {trained}"
    if patients := clean(form["patients"]):
        yield f"Patients intervenants : {_YES_NO.get(patients.casefold(), patients)}"


def _modes(cell: str, context: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Modes of the directory, and those it has no word for, as remarks."""
    known, others = [], []
    for word in filter(None, map(clean, _WORDS.split(cell))):
        if mode := MODES.get(plain_header(word)):
            known.append(mode)
        else:
            context.note("modalité non reconnue, gardée en remarque")
            others.append(f"Modalité : {word}")
    return tuple(dict.fromkeys(known)), tuple(others)


def _sessions(cell: str, context: Context) -> tuple[tuple[Session, ...], tuple[str, ...]]:
    """Dated sessions in order, and as remarks those that are not clear."""
    known, others = [], []
    for told in split_several(cell):
        if session := read_session(told):
            known.append(session)
        else:
            context.note("séance datée non reconnue, gardée en remarque")
            others.append(f"Séance : {told}")
    return tuple(sorted(known, key=lambda one: (one.day, one.at))), tuple(others)


def _whole(cell: str, context: Context) -> int | None:
    """« 18 » or « 18 ans »; anything else is counted, and stays readable in the raw row only."""
    told = clean(cell)
    found = _WHOLE.fullmatch(told)
    if told and not found:
        context.note("nombre illisible, laissé vide")
    return int(found[1]) if found else None
