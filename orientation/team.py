"""The first-recourse team in the store: doctors, their places, their schedules."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import httpx
import msgspec
import sqlalchemy as sa
from dateutil.rrule import rrulestr

from directory.base.database import insert_ignoring
from directory.base.errors import InputRefusedError
from directory.model import Point, Precision
from orientation import tables
from orientation.model import Doctor, Place, Schedule
from orientation.privacy import trace
from orientation.store import Agenda, missing

LONGEST_URL = 500


def add_doctor(agenda: Agenda, doctor: Doctor) -> None:
    """Add a doctor and their places; one that is already there is left as it is."""
    check_video_url(doctor.video_url)
    with agenda.database.write() as connection:
        connection.execute(
            insert_ignoring(connection, tables.doctor), _row(agenda, doctor, without="places")
        )
        places = [place_row(agenda, doctor.id, place) for place in doctor.places]
        if places:
            connection.execute(insert_ignoring(connection, tables.place), places)


def add_schedule(agenda: Agenda, schedule: Schedule) -> None:
    """Add a recurring availability; one that is already there is left as it is.

    Raises InputRefusedError for hours that end before they begin or give no slot.
    """
    check_schedule(schedule)
    with agenda.database.write() as connection:
        write_schedule(agenda, connection, schedule)


def write_schedule(agenda: Agenda, connection: sa.Connection, schedule: Schedule) -> None:
    """Write a schedule that was checked; one that is already there is left as it is."""
    connection.execute(insert_ignoring(connection, tables.schedule), _row(agenda, schedule))


def set_video_url(agenda: Agenda, doctor_id: UUID, url: str, actor: str) -> None:
    """Change the address of a doctor's teleconsultations; empty takes it away."""
    doctor = tables.doctor
    with agenda.database.write() as connection:
        changed = connection.execute(
            doctor.update()
            .where(doctor.c.id == doctor_id, doctor.c.territory == agenda.territory.slug)
            .values(video_url=check_video_url(url.strip()))
        )
        if not changed.rowcount:
            raise missing("Médecin")
        trace(agenda, connection, "doctor.video_url", doctor_id, ("video_url",), actor)


def check_video_url(url: str) -> str:
    """The address as it is if it is empty or a plain https one; InputRefusedError otherwise."""
    if url and not _is_plain_https(url):
        raise InputRefusedError(
            "Le lien de téléconsultation doit être une adresse https:// complète, sans espace "
            "ni mot de passe.",
            field="video_url",
        )
    return url


def check_schedule(schedule: Schedule) -> None:
    """Refuse hours that cannot give a slot; raises InputRefusedError."""
    if schedule.closes <= schedule.opens:
        raise InputRefusedError(
            "La plage doit finir après son début : une garde qui passe minuit se saisit en deux "
            "plages, une par jour.",
            field="closes",
        )
    opens, closes = (one.hour * 60 + one.minute for one in (schedule.opens, schedule.closes))
    if not 0 < schedule.slot_minutes <= closes - opens:
        raise InputRefusedError(
            "La durée d'un créneau doit tenir dans la plage.", field="slot_minutes"
        )
    try:
        rrulestr(schedule.rule, dtstart=datetime.combine(schedule.valid_from, schedule.opens))
    except ValueError as exc:
        raise InputRefusedError(
            f"La répétition « {schedule.rule} » ne se lit pas (RFC 5545).", field="rule"
        ) from exc


def read_doctors(
    agenda: Agenda, connection: sa.Connection, only: UUID | None = None
) -> dict[UUID, Doctor]:
    """The team of this territory, by key, those who left included; or one doctor of it."""
    doctor, place = tables.doctor, tables.place
    query = sa.select(doctor).where(doctor.c.territory == agenda.territory.slug)
    in_places = sa.select(place).where(place.c.territory == agenda.territory.slug)
    if only is not None:
        query, in_places = query.where(doctor.c.id == only), in_places.where(place.c.doctor == only)
    rows = connection.execute(query).all()
    places = _places_by_doctor(connection, in_places)
    return {
        row.id: msgspec.convert({**_fields(row), "places": places.get(row.id, [])}, Doctor)
        for row in rows
    }


def read_schedules(agenda: Agenda, connection: sa.Connection, doctor_id: UUID) -> list[Schedule]:
    """Schedules of a doctor, none once they are no longer active."""
    schedule, doctor = tables.schedule, tables.doctor
    rows = connection.execute(
        sa.select(schedule)
        .join(doctor, doctor.c.id == schedule.c.doctor)
        .where(
            schedule.c.territory == agenda.territory.slug,
            schedule.c.doctor == doctor_id,
            doctor.c.active,
        )
        .order_by(schedule.c.id)
    )
    return [msgspec.convert(_fields(row), Schedule) for row in rows]


def read_exceptions(
    agenda: Agenda, connection: sa.Connection, doctor_id: UUID
) -> dict[UUID, dict[date, UUID | None]]:
    """Closed days by schedule of a doctor, with the one-day schedule that replaces each, if any."""
    schedule, exception = tables.schedule, tables.schedule_exception
    rows = connection.execute(
        sa.select(exception.c.schedule, exception.c.day, exception.c.replaced_by)
        .join(schedule, schedule.c.id == exception.c.schedule)
        .where(schedule.c.doctor == doctor_id, exception.c.territory == agenda.territory.slug)
        .order_by(exception.c.day)
    )
    found: dict[UUID, dict[date, UUID | None]] = {}
    for row in rows:
        found.setdefault(row.schedule, {})[row.day] = row.replaced_by
    return found


def _places_by_doctor(connection: sa.Connection, query: sa.Select[Any]) -> dict[UUID, list[Place]]:
    found: dict[UUID, list[Place]] = {}
    for row in connection.execute(query.order_by(tables.place.c.id)):
        found.setdefault(row.doctor, []).append(place_from(row))
    return found


def place_from(row: Any) -> Place:
    """A place from its columns, as the store keeps them."""
    point = None
    if row.lat is not None and row.lon is not None:
        point = Point(lat=row.lat, lon=row.lon, precision=Precision(row.precision))
    return Place(id=row.id, label=row.label, address=row.address, insee=row.insee, point=point)


def place_row(agenda: Agenda, doctor: UUID, place: Place) -> dict[str, Any]:
    """A place as the store keeps it."""
    point = place.point
    return {
        **_row(agenda, place, without="point"),
        "doctor": doctor,
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "precision": (point.precision if point else Precision.UNKNOWN).value,
    }


def _is_plain_https(url: str) -> bool:
    if len(url) > LONGEST_URL or not url.isprintable() or any(c in url for c in ' "<>\\'):
        return False
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parts.scheme == "https" and bool(parts.host) and not parts.userinfo


def _fields(row: sa.Row[Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row._mapping.items() if name != "territory"}


def _row(agenda: Agenda, value: Doctor | Schedule | Place, without: str = "") -> dict[str, Any]:
    fields = msgspec.structs.asdict(value)
    fields.pop(without, None)
    plain = {
        name: field.value if isinstance(field, Enum) else field for name, field in fields.items()
    }
    return {**plain, "territory": agenda.territory.slug}
