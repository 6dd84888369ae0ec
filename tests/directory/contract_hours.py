"""Who is open: public holidays, and for how many entries the answer is known."""

import datetime as dt

from directory.engines.base import Engine
from directory.model import ON_HOLIDAYS, OpeningHours
from directory.query import CommuneIs, DirectoryQuery, Near, OpenAt
from directory.results import KnownHours
from tests.directory.contract_base import AT_RUNGIS, ContractBase, find, names
from tests.factories import resource
from tests.places import CACHAN, FRESNES, RUNGIS

WEEKDAYS = OpeningHours(days=(0, 1, 2, 3, 4), opens="08:30", closes="12:00")
HOLIDAYS = OpeningHours(days=(6, ON_HOLIDAYS), opens="20:00", closes="02:00")
CHRISTMAS = dt.date(2026, 12, 25)
"""A Friday."""
ST_STEPHEN = dt.date(2025, 12, 26)
"""A Friday too; a public holiday in Moselle."""


def opened(engine: Engine, day: dt.date, hour: int, calendar: str = "") -> set[str]:
    wanted = OpenAt(day=day, minute=hour * 60, calendar=calendar)
    return set(names(engine.search(DirectoryQuery(filters=(wanted,), size=100))))


class HoursContract(ContractBase):
    def test_on_a_public_holiday_weekly_hours_are_no_promise(self, engine: Engine) -> None:
        told = OpeningHours(valid_from=CHRISTMAS, valid_to=CHRISTMAS, opens="10:00", closes="12:00")
        self.filled(
            engine,
            resource("Silencieux", hours=(WEEKDAYS,)),
            resource("De garde", hours=(WEEKDAYS, HOLIDAYS)),
            resource("Ce jour-là", hours=(WEEKDAYS, told)),
        )
        eve = CHRISTMAS - dt.timedelta(days=1)

        assert opened(engine, eve, 11) == {"Silencieux", "De garde", "Ce jour-là"}
        assert opened(engine, CHRISTMAS, 11) == {"Ce jour-là"}
        assert opened(engine, CHRISTMAS, 21) == {"De garde"}
        assert opened(engine, CHRISTMAS, 1) == set()
        assert opened(engine, eve, 21) == set()

    def test_closed_on_holidays_and_closed_that_day(self, engine: Engine) -> None:
        shut = OpeningHours(days=(ON_HOLIDAYS,), closed=True)
        closure = OpeningHours(closed=True, valid_from=CHRISTMAS, valid_to=CHRISTMAS)
        self.filled(
            engine,
            resource("Jamais", hours=(HOLIDAYS, shut)),
            resource("Pas à Noël", hours=(HOLIDAYS, closure)),
        )

        assert opened(engine, CHRISTMAS, 21) == set()
        assert opened(engine, dt.date(2027, 1, 1), 21) == {"Pas à Noël"}

    def test_a_part_of_france_may_have_holidays_of_its_own(self, engine: Engine) -> None:
        self.filled(engine, resource("Silencieux", hours=(WEEKDAYS,)))

        assert opened(engine, ST_STEPHEN, 11) == {"Silencieux"}
        assert opened(engine, ST_STEPHEN, 11, calendar="57") == set()

    def test_it_is_said_how_many_tell_their_hours(self, engine: Engine) -> None:
        """« 1 ouvert sur 3 dont les horaires sont connus, 2 sans horaires connus. »"""
        sunday = OpeningHours(days=(6,), opens="09:00", closes="12:00")
        self.filled(
            engine,
            resource("Centre A", commune=RUNGIS, hours=(WEEKDAYS,)),
            resource("Centre B", commune=RUNGIS, hours=(sunday,)),
            resource("Centre C", commune=CACHAN, hours=(sunday,)),
            resource("Centre D", commune=RUNGIS),
            resource("Centre E", commune=FRESNES),
            resource("Pharmacie", commune=RUNGIS, hours=(WEEKDAYS,)),
        )
        wanted = OpenAt(day=dt.date(2026, 11, 25), minute=9 * 60)
        around = Near(lat=AT_RUNGIS.lat, lon=AT_RUNGIS.lon, radius_m=1_000)
        at_rungis = CommuneIs(insee=(RUNGIS.insee,))

        whole = engine.search(DirectoryQuery(text="centre", filters=(wanted,)))
        near = engine.search(DirectoryQuery(text="centre", filters=(wanted,), near=around))
        there = engine.search(DirectoryQuery(text="centre", filters=(at_rungis, wanted)))

        christmas = engine.search(DirectoryQuery(filters=(OpenAt(day=CHRISTMAS, minute=540),)))

        assert (christmas.total, christmas.hours) == (
            0,
            KnownHours(known=4, among=6, holiday="Noël"),
        )
        assert (whole.total, whole.hours) == (1, KnownHours(known=3, among=5))
        assert (near.total, near.hours) == (1, KnownHours(known=2, among=3))
        assert (there.total, there.hours) == (1, KnownHours(known=2, among=3))
        assert find(engine, "centre").hours is None

    def test_several_days_ask_who_is_open_on_one_of_them(self, engine: Engine) -> None:
        saturdays = OpeningHours(days=(5,), opens="09:00", closes="12:00")
        sundays = OpeningHours(days=(6,), opens="10:00", closes="11:00")
        self.filled(
            engine,
            resource("Le samedi", hours=(saturdays,)),
            resource("Le dimanche", hours=(sundays,)),
            resource("En semaine", hours=(WEEKDAYS,)),
        )
        saturday = dt.date(2026, 11, 28)
        sunday = dt.date(2026, 11, 29)
        wanted = OpenAt(day=saturday, minute=0, until=1440, last=sunday)

        page = engine.search(DirectoryQuery(filters=(wanted,)))

        assert set(names(page)) == {"Le samedi", "Le dimanche"}
        assert page.hours == KnownHours(known=3, among=3)
