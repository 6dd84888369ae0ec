"""What a person may ask of what is kept about them: a copy of it, or its erasure (RGPD 15 and 17).

Found by opening every record that still has an identity: names are kept under lock, and no index of
them exists. A handful of days of calls and the list of those who wait: seconds, a few times a year.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.base.errors import InputRefusedError
from directory.model import Value
from directory.phones import parse_phone
from directory.text import fold
from orientation import tables
from orientation.erasure import erase_requests, shred_journal
from orientation.privacy import trace
from orientation.records import BookingView, RequestView
from orientation.requests import PERSONAL_FIELDS, view_booking, view_request
from orientation.seeking import tables as seeking
from orientation.seeking.model import CloseReason, WaitState
from orientation.seeking.records import WaitView
from orientation.seeking.retention import erase_waits
from orientation.seeking.views import PERSONAL_FIELDS as WAIT_FIELDS
from orientation.seeking.views import view_waits
from orientation.seeking.waits import close_in
from orientation.store import Agenda


@dataclass(frozen=True)
class Person:
    """Who asks, as they say it: a phone number, a name, or both, which narrows."""

    phone: str = ""
    family: str = ""
    given: str = ""


class KeptRequest(Value, frozen=True, kw_only=True):
    """A request in clear with every booking it ever had, past and cancelled ones too."""

    request: RequestView
    bookings: tuple[BookingView, ...]


class Kept(Value, frozen=True, kw_only=True):
    """What is kept about a person, in clear; never to be logged."""

    requests: tuple[KeptRequest, ...]
    waits: tuple[WaitView, ...]


@dataclass(frozen=True)
class Erased:
    """What was erased, and the requests left because an appointment is still to come."""

    requests: int
    waits: int
    left: tuple[str, ...]


def export_person(agenda: Agenda, person: Person, actor: str) -> dict[str, Any]:
    """Everything kept about a person, as a document for them; each record read is audited."""
    matches = _matcher(person)
    with agenda.database.write() as connection:
        kept = _find(agenda, connection, matches)
        for one in kept.requests:
            trace(agenda, connection, "privacy.export", one.request.id, PERSONAL_FIELDS, actor)
        for wait in kept.waits:
            trace(agenda, connection, "privacy.export", wait.id, WAIT_FIELDS, actor)
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(kept))
    return document


def erase_person(agenda: Agenda, person: Person, actor: str) -> Erased:
    """Erase at once everything kept about a person, and close their search of a médecin traitant.

    A request whose appointment is still to come is left: the doctor would see nobody come. Raises
    InputRefusedError where a number alone is shared by people of several names.
    """
    matches = _matcher(person)
    with agenda.database.write() as connection:
        kept = _find(agenda, connection, matches)
        _refuse_several(person, kept)
        left = [one for one in kept.requests if _is_to_come(agenda, one)]
        gone = [one.request.id for one in kept.requests if one not in left]
        waits = [one.id for one in kept.waits]
        for one in kept.waits:
            if one.state is WaitState.OPEN:
                close_in(agenda, connection, one.id, CloseReason.WITHDRAWN, actor)
        erase_requests(agenda, connection, gone)
        erase_waits(agenda, connection, waits)
        for record in (*gone, *waits):
            trace(agenda, connection, "privacy.erase", record, (), actor)
    shred_journal(agenda)
    return Erased(len(gone), len(waits), tuple(str(one.request.id) for one in left))


Matches = Callable[[str, str, str], bool]
"""Whether a phone (E.164), a family name and a first name are those asked for."""


def _matcher(person: Person) -> Matches:
    number = parse_phone(person.phone)
    family, given = fold(person.family.strip()), fold(person.given.strip())
    if person.phone.strip() and not number:
        raise InputRefusedError("Ce numéro n'est pas un numéro de téléphone.", field="phone")
    if not number and not (family and given):
        raise InputRefusedError(
            "Donnez le numéro de téléphone de la personne, ou son nom et son prénom.", field="phone"
        )

    def matches(phone: str, told_family: str, told_given: str) -> bool:
        return (
            (not number or phone == number)
            and (not family or fold(told_family) == family)
            and (not given or fold(told_given) == given)
        )

    return matches


def _find(agenda: Agenda, connection: sa.Connection, matches: Matches) -> Kept:
    requests = (
        _request(agenda, connection, row) for row in _sealed(agenda, connection, tables.request)
    )
    return Kept(
        requests=tuple(one for one in requests if _concerns(one, matches)),
        waits=tuple(
            one
            for one in _waits(agenda, connection)
            if one.identity and matches(one.identity.phone, one.identity.family, one.identity.given)
        ),
    )


def _concerns(one: KeptRequest, matches: Matches) -> bool:
    """By its call-back number alone, before a name was ever given."""
    names = _names(one) or [("", "")]
    return any(matches(one.request.callback_number, *name) for name in names)


def _names(one: KeptRequest) -> list[tuple[str, str]]:
    patients = (booking.patient for booking in one.bookings)
    return [(patient.family, patient.given) for patient in patients if patient]


def _request(agenda: Agenda, connection: sa.Connection, row: Any) -> KeptRequest:
    key = agenda.keys.unwrap(row.wrapped_key)
    booking, slot = tables.booking, tables.slot
    found = connection.execute(
        sa.select(booking, slot.c.starts, slot.c.ends, slot.c.mode, slot.c.doctor)
        .join(slot, slot.c.id == booking.c.slot)
        .where(booking.c.request == row.id)
        .order_by(booking.c.id)
    )
    return KeptRequest(
        request=view_request(agenda, connection, row),
        bookings=tuple(view_booking(one, key) for one in found),
    )


def _waits(agenda: Agenda, connection: sa.Connection) -> Sequence[WaitView]:
    return view_waits(agenda, connection, _sealed(agenda, connection, seeking.wait))


def _sealed(agenda: Agenda, connection: sa.Connection, table: sa.Table) -> Sequence[Any]:
    return connection.execute(
        sa.select(table)
        .where(table.c.territory == agenda.territory.slug, table.c.wrapped_key.is_not(None))
        .order_by(table.c.id)
    ).all()


def _is_to_come(agenda: Agenda, one: KeptRequest) -> bool:
    live = one.request.booking
    return live is not None and live.end > agenda.clock()


def _refuse_several(person: Person, kept: Kept) -> None:
    if person.family.strip():
        return
    names = {(fold(family), fold(given)) for one in kept.requests for family, given in _names(one)}
    names |= {
        (fold(one.identity.family), fold(one.identity.given)) for one in kept.waits if one.identity
    }
    if len(names) > 1:
        raise InputRefusedError(
            "Plusieurs personnes ont ce numéro : donnez aussi le nom et le prénom.", field="family"
        )
