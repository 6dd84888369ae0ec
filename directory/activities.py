"""What a site is authorised to do and does: FINESS activities, their capacities, where they go."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources

from directory.values import Coding, Value

SOCIAL = "FINESS, activités sociales et médico-sociales"
"""The nomenclature of `activiteSocialeRegulee`; another nature of activity has codes of its own."""


class Activity(Value, frozen=True, kw_only=True):
    """One activity of a site, in force on the day of the data.

    Capacities are in places, beds or sessions (the source does not tell which). `communes` are
    those the authorisation names for what is done at people's homes (INSEE); empty: none is named.
    """

    activity: Coding
    public: Coding | None = None
    installed: int | None = None
    authorised: int | None = None
    since: date | None = None
    until: date | None = None
    communes: tuple[str, ...] = ()
    zone: str = ""


@cache
def labels() -> Mapping[tuple[str, str], str]:
    """French labels of `data/finess_activities.csv`, by list (`activity`, `public`) and code.

    The files give codes alone; only codes whose meaning is sure are named.
    """
    path = resources.files("directory") / "data" / "finess_activities.csv"
    with path.open(encoding="utf-8") as file:
        return {(row["list"], row["code"]): row["label"] for row in csv.DictReader(file)}


def activity_coding(code: str, nature: str, *, social: bool) -> Coding:
    """An activity by its code; the label is empty where nobody reviewed it."""
    if social:
        return Coding(code=code, label=labels().get(("activity", code), ""), system=SOCIAL)
    return Coding(code=f"{nature}:{code}", system=f"FINESS, {nature}")


def public_coding(code: str) -> Coding:
    """Whom a social activity is for."""
    return Coding(code=code, label=labels().get(("public", code), ""), system="FINESS, publics")


def communes_of(activities: Iterable[Activity]) -> tuple[str, ...]:
    """Every commune that one of these activities names, once, in the order told."""
    return tuple(dict.fromkeys(code for one in activities for code in one.communes))


def covering(activities: Iterable[Activity], insee: Iterable[str]) -> list[Activity]:
    """The activities that name one of these communes."""
    wanted = set(insee)
    return [one for one in activities if not wanted.isdisjoint(one.communes)]


def say_activity(told: Activity) -> str:
    """« soins infirmiers à domicile, personnes âgées, 40 places installées (45 autorisées) »."""
    public = (told.public.label or f"public {told.public.code}") if told.public else ""
    parts = [say_name(told), public, _say_capacity(told), _say_dates(told)]
    if told.communes:
        many = len(told.communes)
        parts.append(f"{many} commune{'s' if many > 1 else ''} desservie{'s' if many > 1 else ''}")
    return ", ".join(part for part in parts if part)


def say_name(told: Activity) -> str:
    """An activity's label, else its code and whose it is."""
    return told.activity.label or f"activité {told.activity.code} ({told.activity.system})"


def _say_capacity(told: Activity) -> str:
    if told.installed is None and told.authorised is None:
        return ""
    if told.installed is None:
        return f"capacité autorisée {told.authorised}"
    if told.authorised in (None, told.installed):
        return f"capacité installée {told.installed}"
    return f"capacité installée {told.installed} (autorisée {told.authorised})"


def _say_dates(told: Activity) -> str:
    since = f"depuis le {told.since:%d/%m/%Y}" if told.since else ""
    until = f"autorisée jusqu'au {told.until:%d/%m/%Y}" if told.until else ""
    return ", ".join(part for part in (since, until) if part)
