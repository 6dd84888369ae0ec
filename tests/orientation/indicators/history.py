"""A hand-made history: rows written as they would have been kept, at chosen instants."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from orientation import tables
from orientation.indicators.model import Period
from orientation.model import Doctor, Mode
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import CACHAN, make_doctor, make_schedule


class History:
    """Doctors, slots, requests and bookings of the past, in the store of an agenda."""

    def __init__(self, orientation: Orientation) -> None:
        self.orientation = orientation
        self.schedules: dict[tuple[UUID, Mode], UUID] = {}

    def doctor(self, family: str = "ARDOUIN", **changes: Any) -> Doctor:
        doctor = make_doctor(family=family, **changes)
        self.orientation.add_doctor(doctor)
        for mode in Mode:
            schedule = make_schedule(doctor, mode)
            self.orientation.add_schedule(schedule)
            self.schedules[doctor.id, mode] = schedule.id
        return doctor

    def slot(
        self, doctor: Doctor, starts: datetime, mode: Mode = Mode.CABINET, seats: int = 1
    ) -> UUID:
        key = new_id()
        slot = {
            "id": key,
            "doctor": doctor.id,
            "schedule": self.schedules[doctor.id, mode],
            "place": doctor.places[0].id if mode is Mode.CABINET else None,
            "mode": mode.value,
            "starts": starts,
            "ends": starts + timedelta(minutes=20),
            "seats": seats,
            "visibility": "cpts",
        }
        self._write(tables.slot, **slot)
        for number in range(1, seats + 1):
            self._write(tables.seat, slot=key, seat=number)
        return key

    def request(self, created_at: datetime, **changes: Any) -> UUID:
        values = {
            "created_at": created_at,
            "line": "cpts",
            "outcome": "open",
            "red_flags": [],
            "red_flags_version": "1",
            "commune": CACHAN,
            "age_band": "16-69",
            "mobility": "travel",
            "delay_hours": 24,
            "medecin_traitant": "none",
        }
        return self._add(tables.request, values | changes)

    def booking(self, request: UUID, slot: UUID, state: str = "honoured", **changes: Any) -> UUID:
        live = state in ("held", "confirmed", "honoured", "no_show")
        values = {
            "slot": slot,
            "seat": 1,
            "request": request,
            "state": state,
            "live_outcome": "open" if live else None,
            "held_at": datetime.fromisoformat("2026-10-01T00:00:00Z"),
        }
        return self._add(tables.booking, values | changes)

    def absence(self, doctor: Doctor, starts: datetime, ends: datetime, said: datetime) -> None:
        self._write(
            tables.absence,
            id=new_id(),
            doctor=doctor.id,
            starts=starts,
            ends=ends,
            created_at=said,
        )

    def _write(self, table: sa.Table, **values: Any) -> None:
        with self.orientation.database.write() as connection:
            connection.execute(
                table.insert().values(territory=self.orientation.context.territory.slug, **values)
            )

    def _add(self, table: sa.Table, values: dict[str, Any]) -> UUID:
        key = new_id()
        self._write(table, id=key, **values)
        return key


def figures(
    orientation: Orientation, code: str, period: Period, *, public: bool = False
) -> dict[str, float | None]:
    """The figures of an indicator by code."""
    report = orientation.indicators.read(period, code, public=public)
    return {figure.code: figure.value for figure in report.readings[0].figures}


def counted(found: dict[str, float | None]) -> dict[str, float]:
    """Only the figures that are not zero."""
    return {code: value for code, value in found.items() if value}
