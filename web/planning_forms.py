"""Forms of a doctor's time and profile: read into values, refused by field."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from directory.base.errors import InputRefusedError
from orientation.model import Doctor, Mode, Schedule, Team, Visibility
from orientation.planning_model import NewSeries
from orientation.profiles import Profile
from orientation.series import given_as
from orientation.store import known_id
from web.planning_contexts import Values

YES = "oui"
ONCE, WEEKLY = "0", "1"


class ActForm(BaseModel):
    """What every act tells: who acts, and whether they know who is concerned."""

    author: str = Field("", max_length=80)
    confirmed: str = Field("", max_length=5)


class SeriesForm(ActForm):
    """An availability as typed; `repeat` is the number of weeks apart, 0 for one day."""

    mode: str = Field("", max_length=20)
    place: str = Field("", max_length=40)
    first: str = Field("", max_length=10)
    last: str = Field("", max_length=10)
    repeat: str = Field(ONCE, max_length=20)
    weekdays: list[str] = Field([], max_length=7)
    opens: str = Field("", max_length=8)
    closes: str = Field("", max_length=8)
    slot_minutes: str = Field("20", max_length=20)
    seats: str = Field("1", max_length=20)
    visibility: str = Field(Visibility.CPTS.value, max_length=20)
    on_holidays: str = Field("", max_length=5)


class DayForm(ActForm):
    """One day of a series: `act` is close, hours or reopen."""

    act: str = Field("", max_length=10)
    day: str = Field("", max_length=10)
    opens: str = Field("", max_length=8)
    closes: str = Field("", max_length=8)


class EndForm(ActForm):
    """The last day of a series."""

    last: str = Field("", max_length=10)


class ProfileForm(ActForm):
    """A profile as typed; ages in years."""

    team: str = Field("", max_length=20)
    modes: list[str] = Field([], max_length=3)
    visits: list[str] = Field([], max_length=200)
    visit_km: str = Field("", max_length=8)
    visit_from: str = Field("", max_length=40)
    min_age: str = Field("", max_length=20)
    max_age: str = Field("", max_length=20)
    weekly_capacity: str = Field("", max_length=20)
    accepts_new: str = Field("", max_length=5)
    home_lead_minutes: str = Field("", max_length=20)


class LeaveForm(ActForm):
    """The first day without the doctor; empty: they stay."""

    leaves_on: str = Field("", max_length=10)


class PlaceForm(ActForm):
    """A place as typed; without `place`, a new one."""

    place: str = Field("", max_length=40)
    label: str = Field("", max_length=100)
    address: str = Field("", max_length=200)
    insee: str = Field("", max_length=10)
    remove: str = Field("", max_length=5)


def read_series(form: SeriesForm) -> NewSeries:
    """The series; InputRefusedError names the field that cannot be read."""
    first = read_day(form.first, "first")
    weeks = _number(form.repeat, "repeat")
    weekdays = tuple(_number(one, "weekdays") for one in form.weekdays)
    return NewSeries(
        mode=_mode(form.mode),
        place=_key(form.place),
        first=first,
        last=read_day(form.last, "last") if form.last.strip() and weeks else None,
        every_weeks=weeks or 1,
        weekdays=(weekdays or (first.weekday(),)) if weeks else (),
        opens=read_hour(form.opens, "opens"),
        closes=read_hour(form.closes, "closes"),
        slot_minutes=_number(form.slot_minutes, "slot_minutes"),
        seats=_number(form.seats, "seats"),
        visibility=_visibility(form.visibility),
        on_holidays=form.on_holidays == YES,
    )


def read_profile(form: ProfileForm) -> Profile:
    """The profile; InputRefusedError names the field that cannot be read."""
    if form.team not in set(Team):
        raise InputRefusedError("Titulaire ou adjoint ?", field="team")
    youngest, oldest = (_years(told, "ages") for told in (form.min_age, form.max_age))
    km = _kilometres(form.visit_km)
    return Profile(
        team=Team(form.team),
        modes=tuple(_mode(one, "modes") for one in form.modes),
        visits=tuple(form.visits),
        visit_km=km,
        visit_from=_key(form.visit_from) if km is not None else None,
        min_age_months=None if youngest is None else youngest * 12,
        max_age_months=None if oldest is None else oldest * 12 + 11,
        weekly_capacity=_number(form.weekly_capacity or "0", "weekly_capacity"),
        accepts_new=form.accepts_new == YES,
        home_lead_minutes=_number(form.home_lead_minutes, "home_lead_minutes")
        if form.home_lead_minutes.strip()
        else None,
    )


def read_day(told: str, field: str) -> date:
    """« 2026-11-24 »; InputRefusedError otherwise."""
    try:
        return date.fromisoformat(told.strip())
    except ValueError as exc:
        raise InputRefusedError("Date attendue sous la forme AAAA-MM-JJ.", field=field) from exc


def read_hour(told: str, field: str) -> time:
    """« 14:00 » on the territory's clocks; InputRefusedError otherwise."""
    try:
        hour = time.fromisoformat(told.strip())
    except ValueError as exc:
        raise InputRefusedError("Heure attendue, par exemple 14:00.", field=field) from exc
    if hour.tzinfo is not None or hour.second or hour.microsecond:
        raise InputRefusedError("Une heure et des minutes, sans seconde.", field=field)
    return hour


def typed(form: BaseModel) -> Values:
    """What was typed, for the form to show again."""
    told: dict[str, Any] = form.model_dump()
    return {name: [value] if isinstance(value, str) else value for name, value in told.items()}


def first_series(doctor: Doctor, today: date) -> Values:
    """The form before anything is typed: tomorrow afternoon, in the doctor's first place."""
    mode = doctor.modes[0].value if doctor.modes else Mode.CABINET.value
    place = str(doctor.places[0].id) if doctor.places else ""
    tomorrow = (today + timedelta(days=1)).isoformat()
    return typed(SeriesForm(mode=mode, place=place, first=tomorrow, opens="14:00", closes="17:00"))


def series_as_typed(schedule: Schedule, today: date) -> Values | None:
    """The form of a series to change from today on; None for a rule that no form writes."""
    given = given_as(schedule)
    if given is None:
        return None
    return typed(
        SeriesForm(
            mode=given.mode.value,
            place=str(given.place or ""),
            first=max(given.first, today).isoformat(),
            last=given.last.isoformat() if given.last and given.weekdays else "",
            repeat=str(given.every_weeks) if given.weekdays else ONCE,
            weekdays=[str(number) for number in given.weekdays],
            opens=f"{given.opens:%H:%M}",
            closes=f"{given.closes:%H:%M}",
            slot_minutes=str(given.slot_minutes),
            seats=str(given.seats),
            visibility=given.visibility.value,
            on_holidays=YES if given.on_holidays else "",
        )
    )


def profile_as_typed(doctor: Doctor) -> Values:
    """The form of a profile as it is."""
    ages = (doctor.min_age_months, doctor.max_age_months)
    youngest, oldest = ("" if months is None else str(months // 12) for months in ages)
    return typed(
        ProfileForm(
            team=doctor.team.value,
            modes=[mode.value for mode in doctor.modes],
            visits=list(doctor.visits),
            visit_km="" if doctor.visit_km is None else f"{doctor.visit_km:g}",
            visit_from=str(doctor.visit_from or ""),
            min_age=youngest,
            max_age=oldest,
            weekly_capacity=str(doctor.weekly_capacity),
            accepts_new=YES if doctor.accepts_new else "",
            home_lead_minutes=""
            if doctor.home_lead_minutes is None
            else str(doctor.home_lead_minutes),
        )
    )


def _mode(told: str, field: str = "mode") -> Mode:
    if told not in set(Mode):
        raise InputRefusedError("Cabinet, visite ou téléconsultation ?", field=field)
    return Mode(told)


def _visibility(told: str) -> Visibility:
    if told not in set(Visibility):
        raise InputRefusedError("À qui ces créneaux sont-ils montrés ?", field="visibility")
    return Visibility(told)


def _key(told: str) -> UUID | None:
    return known_id(told, "Lieu") if told.strip() else None


def _number(told: str, field: str) -> int:
    number = _years(told, field)
    if number is None:
        raise InputRefusedError("Un nombre entier est attendu.", field=field)
    return number


def _years(told: str, field: str) -> int | None:
    if not told.strip():
        return None
    if not (told.strip().isascii() and told.strip().isdigit() and len(told) < 10):
        raise InputRefusedError("Un nombre entier est attendu.", field=field)
    return int(told)


def _kilometres(told: str) -> float | None:
    if not told.strip():
        return None
    try:
        return float(told.strip().replace(",", "."))
    except ValueError as exc:
        raise InputRefusedError(
            "Un nombre de kilomètres est attendu, par exemple 5.", field="visit_km"
        ) from exc
