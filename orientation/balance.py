"""What one doctor gave to the team and received from it, beside what the team does."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from directory.model import Value
from orientation.calendar import local_day
from orientation.indicators.model import Scope, make_period
from orientation.indicators.slots import OFFERED, SLOTS
from orientation.store import Agenda

BALANCE_DAYS = 28
"""Four whole weeks: each day of the week counts as often as the others."""


class Balance(Value, frozen=True, kw_only=True):
    """Seats of the days from `first` to `last`, today excluded, counted as the indicators do.

    `given` = `received` (somebody booked: came, not yet said, or `no_show` of them) + `unused`.
    `team_given` and `team_received` are those of the whole team, of `team_size` doctors who gave.
    """

    first: date
    last: date
    given: int
    received: int
    no_show: int
    unused: int
    team_given: int
    team_received: int
    team_size: int


def read_balance(agenda: Agenda, doctor_id: UUID) -> Balance:
    """The doctor's last four weeks; no other doctor can be told apart from the sums."""
    today = local_day(agenda.territory, agenda.clock())
    period = make_period(today - timedelta(days=BALANCE_DAYS), today - timedelta(days=1))
    with agenda.database.read() as connection:
        rows = connection.execute(SLOTS.query(Scope(agenda, connection, period))).all()
    seats: dict[UUID, Counter[str]] = defaultdict(Counter)
    for row in rows:
        seats[row.doctor][row.fate] += row.number
    given = {doctor: sum(fates[fate] for fate in OFFERED) for doctor, fates in seats.items()}
    received = {doctor: fates["used"] + fates["no_show"] for doctor, fates in seats.items()}
    mine: Counter[Any] = seats.get(doctor_id, Counter())
    return Balance(
        first=period.first,
        last=period.last,
        given=given.get(doctor_id, 0),
        received=received.get(doctor_id, 0),
        no_show=mine["no_show"],
        unused=mine["unused"],
        team_given=sum(given.values()),
        team_received=sum(received.values()),
        team_size=sum(number > 0 for number in given.values()),
    )
