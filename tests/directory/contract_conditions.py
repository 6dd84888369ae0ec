"""Conditions (hours, age, sector, new patients, freshness), orders, and facets chosen together."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from directory.engines.base import Engine
from directory.model import Coding, NewPatients, OpeningHours
from directory.query import (
    CommuneIs,
    ConfirmedSince,
    DirectoryQuery,
    Filter,
    ForAge,
    HasMode,
    MemberOf,
    Near,
    OpenAt,
    ProfessionIs,
    PublicIs,
    SaysHours,
    SectorIs,
    Sort,
    TakesNewPatients,
)
from directory.results import Page, Tier
from tests.directory.contract_base import AT_RUNGIS, ContractBase, facet, names
from tests.factories import practitioner, programme, resource
from tests.places import CACHAN, FRESNES, RUNGIS

WEDNESDAY = dt.date(2026, 11, 25)
SECTOR_1 = Coding(code="c1", label="Secteur 1 ou conventionné")
MORNINGS = OpeningHours(days=(0, 1, 2, 3, 4), opens="08:30", closes="12:00")


def asked(engine: Engine, *filters: Filter, **more: Any) -> Page:
    return engine.search(DirectoryQuery(filters=filters, size=100, **more))


def open_names(engine: Engine, day: dt.date, hour: int, minute: int = 0) -> list[str]:
    return names(asked(engine, OpenAt(day=day, minute=hour * 60 + minute)))


def open_between(engine: Engine, day: dt.date, first: int, last: int) -> list[str]:
    """Names of entries open at some moment between two hours of a day."""
    return names(asked(engine, OpenAt(day=day, minute=first * 60, until=last * 60)))


class ConditionsContract(ContractBase):
    def test_conditions_select_who_says_so(self, engine: Engine) -> None:
        silent = practitioner("Luc Roy")
        gp = practitioner(
            "Anne Roy",
            "10",
            convention=SECTOR_1,
            new_patients=NewPatients(answer="now"),
            member_of=("CPTS de la Bièvre",),
            hours=(MORNINGS,),
            updated=WEDNESDAY,
        )
        children = programme("Asthme", publics=("Enfants et adolescents",), age_min=3, age_max=17)
        self.filled(engine, silent, gp, children)
        expected: dict[Filter, str] = {
            SectorIs(codes=("c1", "c2")): "Anne Roy",
            TakesNewPatients(): "Anne Roy",
            MemberOf(names=("cpts de la bievre",)): "Anne Roy",
            PublicIs(publics=("enfants et adolescents",)): "Asthme",
            ForAge(years=3): "Asthme",
            ForAge(years=17): "Asthme",
            SaysHours(): "Anne Roy",
            OpenAt(day=WEDNESDAY, minute=9 * 60): "Anne Roy",
            ConfirmedSince(day=WEDNESDAY): "Anne Roy",
        }
        for wanted, name in expected.items():
            page = asked(engine, wanted)
            assert names(page) == [name], wanted
            assert page.hits[0].tier is Tier.FILTER
            assert page.hits[0].why or isinstance(wanted, SaysHours)
        for refused in (
            ForAge(years=18),
            SectorIs(codes=("c3",)),
            TakesNewPatients(answers=("no",)),
            ConfirmedSince(day=WEDNESDAY + dt.timedelta(days=1)),
        ):
            assert names(asked(engine, refused)) == []

    def test_one_limit_of_age_is_enough(self, engine: Engine) -> None:
        self.filled(engine, programme("Aînés", age_min=60), programme("Petits", age_max=6))

        assert names(asked(engine, ForAge(years=90))) == ["Aînés"]
        assert names(asked(engine, ForAge(years=0))) == ["Petits"]
        assert names(asked(engine, ForAge(years=30))) == []

    def test_open_follows_the_week_to_the_minute(self, engine: Engine) -> None:
        self.filled(engine, resource("Matins", hours=(MORNINGS,)), resource("Muet"))

        assert open_names(engine, WEDNESDAY, 8, 29) == []
        assert open_names(engine, WEDNESDAY, 8, 30) == ["Matins"]
        assert open_names(engine, WEDNESDAY, 11, 59) == ["Matins"]
        assert open_names(engine, WEDNESDAY, 12) == []
        assert open_names(engine, WEDNESDAY + dt.timedelta(days=3), 9) == []

    def test_open_at_some_moment_of_a_part_of_the_day(self, engine: Engine) -> None:
        shut = OpeningHours(closed=True, valid_from=WEDNESDAY, valid_to=WEDNESDAY)
        self.filled(
            engine,
            resource("Matins", hours=(MORNINGS,)),
            resource("Fermé ce jour", hours=(MORNINGS, shut)),
        )

        assert open_between(engine, WEDNESDAY, 6, 9) == ["Matins"]
        assert open_between(engine, WEDNESDAY, 11, 18) == ["Matins"]
        assert open_between(engine, WEDNESDAY, 12, 18) == []
        assert open_between(engine, WEDNESDAY, 6, 8) == []
        assert open_between(engine, WEDNESDAY, 0, 24) == ["Matins"]

    def test_open_past_midnight(self, engine: Engine) -> None:
        night = OpeningHours(days=(6,), opens="20:00", closes="02:00")
        always = OpeningHours(days=tuple(range(7)), opens="00:00", closes="24:00")
        self.filled(engine, resource("Nuit", hours=(night,)), resource("Jour", hours=(always,)))
        sunday = dt.date(2026, 11, 29)

        assert set(open_names(engine, sunday, 23, 59)) == {"Nuit", "Jour"}
        assert set(open_names(engine, sunday + dt.timedelta(days=1), 1, 59)) == {"Nuit", "Jour"}
        assert open_names(engine, sunday + dt.timedelta(days=1), 2) == ["Jour"]

    def test_a_dated_rule_replaces_the_week(self, engine: Engine) -> None:
        """Closed on 25 December, and exceptionally open on a Sunday (ASKS 4.12)."""
        christmas, sunday = dt.date(2026, 12, 25), dt.date(2026, 12, 20)
        closed = OpeningHours(closed=True, valid_from=christmas, valid_to=christmas)
        extra = OpeningHours(valid_from=sunday, valid_to=sunday, opens="14:00", closes="16:00")
        self.filled(engine, resource("Centre", hours=(MORNINGS, closed, extra)))

        assert open_names(engine, christmas, 9) == []
        assert open_names(engine, christmas - dt.timedelta(days=1), 9) == ["Centre"]
        assert open_names(engine, sunday, 15) == ["Centre"]
        assert open_names(engine, sunday, 9) == []

    def test_lasting_hours_hold_within_their_dates(self, engine: Engine) -> None:
        year = OpeningHours(
            days=(2,),
            opens="09:00",
            closes="10:00",
            valid_from=dt.date(2026, 1, 1),
            valid_to=dt.date(2026, 12, 31),
        )
        self.filled(engine, resource("Centre", hours=(year,)))

        assert open_names(engine, WEDNESDAY, 9) == ["Centre"]
        assert open_names(engine, dt.date(2027, 1, 6), 9) == []

    def test_values_of_a_facet_are_counted_as_choices(self, engine: Engine) -> None:
        """A value chosen leaves the others of its facet countable; other facets narrow."""
        self.filled(
            engine,
            practitioner("Anne Roy", "91", commune=CACHAN, modes=("home",)),
            practitioner("Luc Roy", "91", commune=RUNGIS),
            practitioner("Eva Petit", "60", commune=RUNGIS),
        )

        page = asked(engine, ProfessionIs(codes=("91",)), CommuneIs(insee=(CACHAN.insee,)))

        assert names(page) == ["Anne Roy"]
        assert facet(page, "commune") == {CACHAN.insee: 1, RUNGIS.insee: 1}
        assert facet(page, "profession") == {"91": 1}
        assert (facet(page, "kind"), facet(page, "mode")) == ({"practitioner": 1}, {"home": 1})
        both = asked(engine, ProfessionIs(codes=("91",)), CommuneIs(insee=(CACHAN.insee, "94065")))
        assert both.total == 2

    def test_choices_are_counted_within_the_radius(self, engine: Engine) -> None:
        self.filled(
            engine,
            practitioner("Anne Roy", "91", commune=FRESNES),
            practitioner("Luc Roy", "60", commune=FRESNES),
            practitioner("Eva Petit", "60", commune=CACHAN),
        )
        near = Near(lat=AT_RUNGIS.lat, lon=AT_RUNGIS.lon, radius_m=3_500)

        page = asked(engine, ProfessionIs(codes=("91",)), near=near)

        assert facet(page, "profession") == {"91": 1, "60": 1}

    def test_facets_tell_publics_sectors_members_modes_and_answers(self, engine: Engine) -> None:
        gp = practitioner(
            "Anne Roy",
            "10",
            convention=SECTOR_1,
            new_patients=NewPatients(answer="six_months"),
            member_of=("MSP Béclère",),
            publics=("Adultes",),
            modes=("video",),
        )

        page = asked(self.filled(engine, gp))

        told = {name: [(one.code, one.label) for one in page.facets[name]] for name in page.facets}
        assert told["sector"] == [("c1", "Secteur 1 ou conventionné")]
        assert told["new_patients"] == [
            ("six_months", "acceptera de nouveaux patients d'ici six mois")
        ]
        assert told["member"] == [("msp beclere", "MSP Béclère")]
        assert told["public"] == [("adultes", "Adultes")]
        assert told["mode"] == [("video", "téléconsultation")]

    def test_sorted_by_availability(self, engine: Engine) -> None:
        answers = {"Anne Non": "no", "Anne Bientot": "six_months", "Anne Oui": "now"}
        said = [
            practitioner(name, new_patients=NewPatients(answer=answer))
            for name, answer in answers.items()
        ]
        self.filled(engine, *said, practitioner("Anne Muette"))
        expected = ["Anne Oui", "Anne Bientot", "Anne Muette", "Anne Non"]

        for near in (None, AT_RUNGIS):
            page = asked(engine, sort=Sort.AVAILABILITY, text="anne", near=near)
            assert names(page) == expected
            assert {hit.tier for hit in page.hits} == {Tier.EXACT}
            assert names(asked(engine, sort=Sort.AVAILABILITY, near=near)) == expected

    def test_sorted_by_freshness(self, engine: Engine) -> None:
        days = {"Semaine": 3, "Mois": 20, "Trimestre": 60, "An": 300, "Vieux": 900}
        told = [
            resource(name, updated=WEDNESDAY - dt.timedelta(days=ago)) for name, ago in days.items()
        ]
        self.filled(engine, resource("Inconnu"), *reversed(told))

        page = asked(engine, sort=Sort.FRESHNESS, day=WEDNESDAY)

        assert names(page)[:4] == ["Semaine", "Mois", "Trimestre", "An"]
        assert set(names(page)[4:]) == {"Vieux", "Inconnu"}

    def test_sorted_by_distance_whatever_the_tier(self, engine: Engine) -> None:
        self.filled(
            engine,
            resource("Cabinet Martyn", commune=RUNGIS),
            resource("Cabinet Martin", commune=CACHAN),
            resource("Cabinet Martin", commune=FRESNES),
        )

        page = asked(engine, text="martin", near=AT_RUNGIS, sort=Sort.DISTANCE)

        assert [hit.resource.commune for hit in page.hits] == ["Rungis", "Fresnes", "Cachan"]
        assert [hit.tier for hit in page.hits] == [Tier.FUZZY, Tier.EXACT, Tier.EXACT]

    @pytest.mark.parametrize("near", [None, AT_RUNGIS], ids=["partout", "au plus près"])
    @pytest.mark.parametrize("text", ["", "orthophoniste"])
    def test_equals_take_turns_day_after_day(
        self, engine: Engine, text: str, near: Near | None
    ) -> None:
        """The order of equals holds all day; the next day another comes first."""
        self.filled(engine, *(practitioner(f"Anne {letter}aure") for letter in "ABCDEFGH"))

        def order(day: dt.date) -> list[str]:
            return names(asked(engine, text=text, near=near, day=day))

        firsts = {order(WEDNESDAY + dt.timedelta(days=ahead))[0] for ahead in range(7)}
        assert order(WEDNESDAY) == order(WEDNESDAY)
        assert sorted(order(WEDNESDAY)) == sorted(order(WEDNESDAY + dt.timedelta(days=1)))
        assert len(firsts) >= 3

    @pytest.mark.parametrize("near", [None, AT_RUNGIS], ids=["partout", "au plus près"])
    @pytest.mark.parametrize("sort", Sort)
    def test_pages_follow_while_the_index_is_rebuilt(
        self, engine: Engine, sort: Sort, near: Near | None
    ) -> None:
        """An import published between two pages: what it keeps is shown once, neither zero nor twice."""
        entries = [
            practitioner(
                f"Anne {number}",
                commune=(CACHAN, FRESNES)[number % 2],
                updated=WEDNESDAY - dt.timedelta(days=40 * (number % 4)),
                new_patients=NewPatients(answer=("now", "no")[number % 3 == 0]),
            )
            for number in range(30)
        ]
        self.filled(engine, *entries)
        query = DirectoryQuery(text="anne", size=10, day=WEDNESDAY, sort=sort, near=near)
        page = engine.search(query)
        seen = names(page)

        kept = entries[::2]
        self.filled(engine, *(practitioner(f"Anne Nouvelle{n}") for n in range(40)), *kept)
        while page.next_cursor:
            page = engine.search(msgspec.structs.replace(query, cursor=page.next_cursor))
            seen += names(page)

        assert len(seen) == len(set(seen))
        assert {one.name for one in kept} <= set(seen)

    def test_a_mode_nobody_knows_finds_nobody(self, engine: Engine) -> None:
        self.filled(engine, practitioner("Anne Roy", modes=("home",)))

        assert asked(engine, HasMode(modes=("fax",))).total == 0
