"""What runs at each reservation reads what it needs and no more, however many bookings there are."""

from typing import Any

import pytest
import sqlalchemy as sa

from directory.base import prepared
from orientation.records import Patient
from orientation.service import Orientation
from tests.orientation.team import add_slots, open_request

PATIENT = Patient(family="Vauquelin", given="Eudoxie")
GROWING = ("booking", "slot", "request", "occupied_minute", "idempotency", "outbox", "change_log")


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Text and values of every prepared statement, as they run."""
    said: list[tuple[str, Any]] = []
    execute = prepared._execute

    def noting(connection: sa.Connection, text: str, *values: Any, many: bool = False) -> Any:
        if values:
            said.append((text, values[0][0] if many else values[0]))
        return execute(connection, text, *values, many=many)

    monkeypatch.setattr(prepared, "_execute", noting)
    return said


def test_a_reservation_scans_no_table_that_grows(
    orientation: Orientation, statements: list[tuple[str, Any]]
) -> None:
    add_slots(orientation)
    with orientation.database.read() as connection:
        slot = connection.execute(
            sa.text("SELECT id FROM slot ORDER BY starts LIMIT 1")
        ).scalar_one()
    request = open_request(orientation)
    statements.clear()
    held = orientation.hold(slot, request, "une clé")
    orientation.confirm(held.hold_id, PATIENT, "une autre")

    assert len(statements) > 10
    plans = [step for told in statements for step in plan(orientation, *told)]
    assert any("ix_booking_held" in step for step in plans)
    assert [
        step for step in plans if step.startswith(tuple(f"SCAN {one}" for one in GROWING))
    ] == []


def plan(orientation: Orientation, text: str, values: Any) -> list[str]:
    with orientation.database.read() as connection:
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(values))
        return [str(step.detail) for step in steps]
