"""Presets of time to give: from a choice in an address to series, and to words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from directory.vocabulary import MODE_LABELS
from orientation.giving import Offered
from orientation.model import Doctor, Mode, Visibility
from orientation.planning_model import NewSeries
from web.agenda_pages import today_of
from web.contexts import Link
from web.giving_contexts import GivenDay, GivePage
from web.services import Services
from web.wording import say_clock_time, say_count, say_relative_day, say_short_day

DAYS_SHOWN = 7
HOURS = {
    "soir": ("1 h en fin de journée", time(18), time(19)),
    "midi": ("1 h à midi", time(12), time(13)),
    "matin": ("La matinée", time(9), time(12)),
    "apres-midi": ("L'après-midi", time(14), time(17)),
}
THIS_WEEK, NEXT_WEEK = "semaine", "suivante"
WEEKS = {
    THIS_WEEK: ("Les mêmes que la semaine dernière", 0),
    NEXT_WEEK: ("La semaine prochaine comme celle-ci", 7),
}


@dataclass(frozen=True)
class Choice:
    """What is chosen so far: a preset (empty: none yet), a day, how and where."""

    preset: str
    day: date
    mode: Mode
    place: str

    def url(self) -> str:
        """This choice as the end of an address."""
        return f"?{urlencode(self.fields())}"

    def fields(self) -> list[tuple[str, str]]:
        """This choice as a form sends it."""
        told = [("choix", self.preset), ("jour", self.day.isoformat())]
        return [*told, ("mode", self.mode.value), ("lieu", self.place)]


def read_choice(
    services: Services, doctor: Doctor, preset: str, day: date | None, mode: str, place: str
) -> Choice:
    """A choice with what was given last where nothing, or nothing possible, is told.

    Without a day it is tomorrow, or Monday when tomorrow is a Sunday.
    """
    usual = services.orientation.giving.usual(doctor)
    tomorrow = today_of(services) + timedelta(days=1)
    known = [str(one.id) for one in doctor.places]
    usual_place = str(usual.place) if usual and usual.place else ""
    usual_mode = usual.mode if usual else next(iter(doctor.modes), Mode.CABINET)
    return Choice(
        preset=preset if preset in HOURS or preset in WEEKS else "",
        day=day or (tomorrow + timedelta(days=1) if tomorrow.weekday() == 6 else tomorrow),
        mode=Mode(mode) if mode in doctor.modes else usual_mode,
        place=next((one for one in (place, usual_place, *known) if one in known), ""),
    )


def read_offers(services: Services, doctor: Doctor, choice: Choice) -> tuple[Offered, ...]:
    """What the choice would give, day by day; nothing is written."""
    giving, today = services.orientation.giving, today_of(services)
    if choice.preset in WEEKS:
        monday = today - timedelta(days=today.weekday())
        coming = monday + timedelta(days=WEEKS[choice.preset][1])
        offers = giving.same_as_week_before(doctor, coming)
        return tuple(one for one in offers if one.new.first >= today)
    if choice.preset in HOURS:
        return giving.offered(doctor, [_series(services, doctor, choice)])
    return ()


def give_page(
    services: Services, doctor: Doctor, choice: Choice, author: str, problem: str = ""
) -> GivePage:
    """The page of a choice."""
    offers = read_offers(services, doctor, choice)
    names: dict[UUID | None, str] = {place.id: place.label for place in doctor.places}
    return GivePage(
        doctor=doctor,
        dates=list(_date_links(services, choice)),
        presets=[_link(label, choice, preset=code) for code, label in _preset_labels()],
        modes=[_link(MODE_LABELS[mode], choice, mode=mode) for mode in doctor.modes],
        places=[_link(one.label, choice, place=str(one.id)) for one in doctor.places],
        days=[_say(one, names.get(one.new.place)) for one in offers],
        slots=sum(one.slots for one in offers if not one.refusal),
        chosen=choice.preset,
        day=choice.day,
        fields=choice.fields(),
        problem=problem,
        author=author,
    )


def _preset_labels() -> Iterator[tuple[str, str]]:
    for code, (label, _) in WEEKS.items():
        yield code, label
    for code, (label, opens, closes) in HOURS.items():
        hours = f"de {say_clock_time(opens)} à {say_clock_time(closes)}"
        yield code, f"{label} ({hours})"


def _date_links(services: Services, choice: Choice) -> Iterator[Link]:
    today = today_of(services)
    shown = [today + timedelta(days=number) for number in range(DAYS_SHOWN)]
    for day in shown if choice.day in shown else [*shown, choice.day]:
        near = (day - today).days in (0, 1)
        label = say_relative_day(day, today) if near else say_short_day(day)
        yield _link(label, choice, day=day)


def _link(label: str, choice: Choice, **changes: object) -> Link:
    wanted = replace(choice, **changes)  # type: ignore[arg-type]
    return Link(label=label, url=wanted.url(), current=wanted == choice)


def _series(services: Services, doctor: Doctor, choice: Choice) -> NewSeries:
    giving = services.orientation.giving
    usual = giving.usual(doctor)
    same_mode = usual is not None and usual.mode is choice.mode
    _, opens, closes = HOURS[choice.preset]
    places = {str(place.id): place.id for place in doctor.places}
    return NewSeries(
        mode=choice.mode,
        first=choice.day,
        opens=opens,
        closes=closes,
        slot_minutes=giving.minutes(doctor, choice.mode),
        seats=usual.seats if usual and same_mode else 1,
        place=places.get(choice.place) if choice.mode is Mode.CABINET else None,
        visibility=usual.visibility if usual else Visibility.CPTS,
    )


def _say(one: Offered, place: str | None) -> GivenDay:
    new = one.new
    hours = f"de {say_clock_time(new.opens)} à {say_clock_time(new.closes)}"
    where: Sequence[str] = (
        MODE_LABELS[new.mode],
        *([place] if place else []),
        *(
            [f"{say_count(one.slots, 'créneau', 'créneaux')} de {new.slot_minutes} min"]
            if one.slots
            else []
        ),
    )
    return GivenDay(f"{say_short_day(new.first)} {hours}", " · ".join(where), one)
