"""The first-recourse team in the store: doctors, their places, their schedules."""

from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.base.database import insert_ignoring
from directory.model import Point, Precision
from orientation import tables
from orientation.model import Doctor, Place, Schedule
from orientation.store import Agenda


def add_doctor(agenda: Agenda, doctor: Doctor) -> None:
    """Add a doctor and their places; one that is already there is left as it is."""
    with agenda.database.write() as connection:
        connection.execute(
            insert_ignoring(connection, tables.doctor), _row(agenda, doctor, without="places")
        )
        places = [_place_row(agenda, doctor.id, place) for place in doctor.places]
        if places:
            connection.execute(insert_ignoring(connection, tables.place), places)


def add_schedule(agenda: Agenda, schedule: Schedule) -> None:
    """Add a recurring availability; one that is already there is left as it is."""
    row = _row(agenda, schedule)
    with agenda.database.write() as connection:
        connection.execute(insert_ignoring(connection, tables.schedule), row)


def read_doctors(agenda: Agenda, connection: sa.Connection) -> dict[UUID, Doctor]:
    """The team of this territory, by key; those who left included."""
    rows = connection.execute(
        sa.select(tables.doctor).where(tables.doctor.c.territory == agenda.territory.slug)
    ).all()
    places = _places_by_doctor(agenda, connection)
    return {
        row.id: msgspec.convert({**_fields(row), "places": places.get(row.id, [])}, Doctor)
        for row in rows
    }


def read_schedules(agenda: Agenda, connection: sa.Connection) -> list[Schedule]:
    """Schedules of the doctors who are active."""
    schedule, doctor = tables.schedule, tables.doctor
    rows = connection.execute(
        sa.select(schedule)
        .join(doctor, doctor.c.id == schedule.c.doctor)
        .where(schedule.c.territory == agenda.territory.slug, doctor.c.active)
        .order_by(schedule.c.id)
    )
    return [msgspec.convert(_fields(row), Schedule) for row in rows]


def _places_by_doctor(agenda: Agenda, connection: sa.Connection) -> dict[UUID, list[Place]]:
    found: dict[UUID, list[Place]] = {}
    rows = connection.execute(
        sa.select(tables.place)
        .where(tables.place.c.territory == agenda.territory.slug)
        .order_by(tables.place.c.id)
    )
    for row in rows:
        found.setdefault(row.doctor, []).append(_place(row))
    return found


def _place(row: sa.Row[Any]) -> Place:
    point = None
    if row.lat is not None and row.lon is not None:
        point = Point(lat=row.lat, lon=row.lon, precision=Precision(row.precision))
    return Place(id=row.id, label=row.label, address=row.address, insee=row.insee, point=point)


def _place_row(agenda: Agenda, doctor: UUID, place: Place) -> dict[str, Any]:
    point = place.point
    return {
        **_row(agenda, place, without="point"),
        "doctor": doctor,
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "precision": (point.precision if point else Precision.UNKNOWN).value,
    }


def _fields(row: sa.Row[Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row._mapping.items() if name != "territory"}


def _row(agenda: Agenda, value: Doctor | Schedule | Place, without: str = "") -> dict[str, Any]:
    fields = msgspec.structs.asdict(value)
    fields.pop(without, None)
    plain = {
        name: field.value if isinstance(field, Enum) else field for name, field in fields.items()
    }
    return {**plain, "territory": agenda.territory.slug}
