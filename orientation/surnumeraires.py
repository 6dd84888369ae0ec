"""Doctors who accept to see somebody on top of their slots, called when nothing is proposed.

« Surnuméraire » is the SAS's word for it (orientation type 2 of its platform).
"""

import hashlib
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.database import insert_ignoring
from directory.base.errors import InputRefusedError
from directory.model import Value
from directory.phones import parse_phone
from orientation import tables
from orientation.calendar import local_day
from orientation.model import AGES_MONTHS, Doctor, Need
from orientation.privacy import trace
from orientation.store import Agenda, missing
from orientation.team import read_doctors


class Surnumeraire(Value, frozen=True, kw_only=True):
    """A doctor of the team and the number to ask them at."""

    doctor: Doctor
    number: str


def accept_on_top(agenda: Agenda, doctor_id: UUID, number: str, author: str) -> None:
    """Put a doctor on the list, or change the number; InputRefusedError for a wrong number."""
    phone = parse_phone(number)
    if not phone:
        raise InputRefusedError(
            "Ce numéro ne peut pas être appelé : dix chiffres, ou l'indicatif du pays (+32…).",
            field="number",
        )
    table = tables.surnumeraire
    values = {"number": phone, "since": agenda.clock(), "author": author.strip()}
    with agenda.database.write() as connection:
        if doctor_id not in read_doctors(agenda, connection):
            raise missing("Médecin")
        row = {"doctor": doctor_id, "territory": agenda.territory.slug, **values}
        connection.execute(insert_ignoring(connection, table), row)
        connection.execute(table.update().where(table.c.doctor == doctor_id).values(**values))
        _say(agenda, connection, doctor_id, "surnumeraire.accept", author)


def refuse_on_top(agenda: Agenda, doctor_id: UUID, author: str) -> None:
    """Take a doctor off the list; one who is not there stays as they are."""
    table = tables.surnumeraire
    with agenda.database.write() as connection:
        connection.execute(
            table.delete().where(
                table.c.doctor == doctor_id, table.c.territory == agenda.territory.slug
            )
        )
        _say(agenda, connection, doctor_id, "surnumeraire.refuse", author)


def read_surnumeraires(
    agenda: Agenda, connection: sa.Connection, need: Need | None = None
) -> tuple[Surnumeraire, ...]:
    """The active doctors of the list who see that age, in an order that changes every day."""
    table = tables.surnumeraire
    rows = connection.execute(
        sa.select(table.c.doctor, table.c.number).where(table.c.territory == agenda.territory.slug)
    ).all()
    doctors = read_doctors(agenda, connection)
    today = local_day(agenda.territory, agenda.clock())
    found = [
        Surnumeraire(doctor=doctor, number=row.number)
        for row in rows
        if (doctor := doctors[row.doctor]).active and (need is None or _sees(doctor, need))
    ]
    return tuple(sorted(found, key=lambda one: _turn(one.doctor.id, today)))


def _sees(doctor: Doctor, need: Need) -> bool:
    youngest, oldest = AGES_MONTHS[need.age_band]
    lowest, highest = doctor.min_age_months or 0, doctor.max_age_months or oldest
    return need.in_perimeter and lowest <= oldest and youngest <= highest


def _turn(doctor: UUID, today: date) -> bytes:
    """Nobody is always called first."""
    return hashlib.blake2b(doctor.bytes + today.isoformat().encode(), digest_size=8).digest()


def _say(agenda: Agenda, connection: sa.Connection, doctor: UUID, action: str, author: str) -> None:
    trace(agenda, connection, action, doctor, ("number",), author.strip())
    append_change(connection, tables.base.change_log, "surnumeraire", str(doctor))
