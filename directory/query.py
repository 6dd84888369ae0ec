"""The only language a search engine is asked in: a query object with a closed set of filters."""

import datetime as dt
from enum import StrEnum
from typing import assert_never

from directory.geo import say_distance
from directory.model import ResourceKind, Value
from directory.typography import say_hour
from directory.vocabulary import KIND_LABELS, NEW_PATIENTS_LABELS


class KindIs(Value, frozen=True, kw_only=True, tag="kind"):
    """Entries of one of these kinds."""

    kinds: tuple[ResourceKind, ...]


class ProfessionIs(Value, frozen=True, kw_only=True, tag="profession"):
    """Practitioners of one of these professions (codes of `vocabulary.professions()`)."""

    codes: tuple[str, ...]
    label: str = ""


class SpecialityIs(Value, frozen=True, kw_only=True, tag="speciality"):
    """Practitioners holding one of these specialities (`SM26`…)."""

    codes: tuple[str, ...]
    label: str = ""


class CategoryIs(Value, frozen=True, kw_only=True, tag="category"):
    """Establishments of one of these FINESS categories.

    Many listings carry no category: an entry without one also answers when its name or rubric
    holds one of `words` (« EHPAD », « maison de retraite »). So does one that exercises one of
    `activities` (FINESS), whatever it is filed under: 358 is what a SSIAD does.
    """

    codes: tuple[str, ...]
    label: str = ""
    words: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()


class NeedIs(Value, frozen=True, kw_only=True, tag="need"):
    """Entries that answer a need (`data/needs.csv`), in one of several ways.

    By profession, by speciality, by FINESS category (`words` then do as those of `CategoryIs`),
    or because what they say of themselves holds one of `said`, whatever they are.
    """

    label: str
    professions: tuple[str, ...] = ()
    specialities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


class CommuneIs(Value, frozen=True, kw_only=True, tag="commune"):
    """Entries that sit in one of these communes (INSEE) or serve it."""

    insee: tuple[str, ...]
    label: str = ""


class Covers(Value, frozen=True, kw_only=True, tag="covers"):
    """Entries that say they serve one of these communes (INSEE), wherever they sit."""

    insee: tuple[str, ...]
    label: str = ""


class HasPhone(Value, frozen=True, kw_only=True, tag="phone"):
    """Entries reached at this number (E.164)."""

    e164: str


class HasIdentifier(Value, frozen=True, kw_only=True, tag="identifier"):
    """Entries known under this number, whatever gave it (RPPS, FINESS, SIRET…)."""

    value: str


class HasMode(Value, frozen=True, kw_only=True, tag="mode"):
    """Entries that work in one of these ways (`home`, `video`…)."""

    modes: tuple[str, ...]
    label: str = ""


class PublicIs(Value, frozen=True, kw_only=True, tag="public"):
    """Entries that say they are for one of these publics (folded words: `personnes agees`)."""

    publics: tuple[str, ...]
    label: str = ""


class ForAge(Value, frozen=True, kw_only=True, tag="age"):
    """Entries that state limits of age which this one, in whole years, meets."""

    years: int


class SectorIs(Value, frozen=True, kw_only=True, tag="sector"):
    """Practitioners of one of these sectors of convention (TRE_R282: `c1`, `c2`, `c3`, `nc`)."""

    codes: tuple[str, ...]
    label: str = ""


class TakesNewPatients(Value, frozen=True, kw_only=True, tag="new_patients"):
    """Practitioners who gave one of these answers about new patients (`now`, `six_months`, `no`)."""

    answers: tuple[str, ...] = ("now",)


class MemberOf(Value, frozen=True, kw_only=True, tag="member"):
    """Members of one of these teams, associations or CPTS (folded words of their names)."""

    names: tuple[str, ...]
    label: str = ""


class IsNamed(Value, frozen=True, kw_only=True, tag="named"):
    """Entries of exactly this name, given as folded words; a person's in either order."""

    name: str


class SaysHours(Value, frozen=True, kw_only=True, tag="hours"):
    """Entries of which some opening hours are known."""


class OpenAt(Value, frozen=True, kw_only=True, tag="open"):
    """Entries known to be open that day at that minute (0 to 1439, the territory's wall clock).

    On a public holiday, those that say so of it. `calendar` is the part of France that has
    holidays of its own (`57`: Moselle).

    With `until` (a minute past `minute`, 1440 at most), at some moment between the two. With
    `last`, that day or one of those that follow, up to that one.
    """

    day: dt.date
    minute: int
    calendar: str = ""
    until: int | None = None
    last: dt.date | None = None
    label: str = ""

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days asked about, in order."""
        more = (self.last - self.day).days if self.last is not None else 0
        return tuple(self.day + dt.timedelta(days=one) for one in range(more + 1))


class ConfirmedSince(Value, frozen=True, kw_only=True, tag="since"):
    """Entries a source has spoken of that day or later."""

    day: dt.date


Filter = (
    KindIs
    | ProfessionIs
    | SpecialityIs
    | CategoryIs
    | NeedIs
    | CommuneIs
    | Covers
    | HasPhone
    | HasIdentifier
    | HasMode
    | PublicIs
    | ForAge
    | SectorIs
    | TakesNewPatients
    | MemberOf
    | IsNamed
    | SaysHours
    | OpenAt
    | ConfirmedSince
)


class Near(Value, frozen=True, kw_only=True, tag="near"):
    """Around a WGS84 point; `radius_m` in metres, None for « the nearest first, however far ».

    `label` names the point for the reader: « Rungis ».
    """

    lat: float
    lon: float
    radius_m: int | None = None
    label: str = ""


class Sort(StrEnum):
    """What comes first. Equals of each order come by tier, then distance, then in a neutral order."""

    RELEVANCE = "relevance"
    """The best tier, then the nearest of a place, if one is given."""
    DISTANCE = "distance"
    """The nearest, whatever the tier; as relevance where no place is given."""
    AVAILABILITY = "availability"
    """Who takes new patients now, within six months, who says nothing, who takes none."""
    FRESHNESS = "freshness"
    """By how long ago a source confirmed them: a week, a month, three, six, a year, more."""


class DirectoryQuery(Value, frozen=True, kw_only=True):
    """A question to the directory: words, filters, a place, a page.

    Every word of `text` must match, unless `any_word` says that one is enough; with `named`, each
    must be in a name, whole or begun, and none is guessed. `typed` is the
    whole question as typed: it selects nothing, but an entry of exactly that name comes first.
    `day` draws the order of equal entries: the same all day long, another the next day.
    `counted` says that totals and facets are wanted; without them, `total` is the hits given.
    """

    text: str = ""
    any_word: bool = False
    named: bool = False
    typed: str = ""
    filters: tuple[Filter, ...] = ()
    near: Near | None = None
    sort: Sort = Sort.RELEVANCE
    day: dt.date | None = None
    size: int = 20
    cursor: str = ""
    counted: bool = True


def say_filter(wanted: Filter) -> str:
    """A filter in French, as written on its chip."""
    match wanted:
        case KindIs(kinds=kinds):
            return " ou ".join(KIND_LABELS[kind] for kind in kinds)
        case (
            ProfessionIs()
            | SpecialityIs()
            | CategoryIs()
            | NeedIs()
            | CommuneIs()
            | HasMode()
            | PublicIs()
            | SectorIs()
            | MemberOf()
        ):
            return wanted.label
        case Covers(label=label):
            return f"dessert {label}"
        case HasPhone(e164=e164):
            return f"téléphone {e164}"
        case HasIdentifier(value=value):
            return f"identifiant {value}"
        case _:
            return _say_condition(wanted)


def _say_condition(
    wanted: ForAge | TakesNewPatients | IsNamed | SaysHours | OpenAt | ConfirmedSince,
) -> str:
    match wanted:
        case ForAge(years=years):
            return f"pour {years} an{'s' if years > 1 else ''}"
        case TakesNewPatients(answers=answers):
            return " ou ".join(NEW_PATIENTS_LABELS.get(one, one) for one in answers)
        case IsNamed(name=name):
            return f"nom exact : {name}"
        case SaysHours():
            return "horaires connus"
        case OpenAt(day=day, minute=minute, label=label):
            return label or f"ouvert le {day:%d/%m/%Y} à {say_hour(*divmod(minute, 60))}"
        case ConfirmedSince(day=day):
            return f"confirmé depuis le {day:%d/%m/%Y}"
        case _:
            assert_never(wanted)


def say_near(near: Near) -> str:
    """A place in French: « à moins de 5 km de Rungis », « au plus près »."""
    elided = near.label[:1] in "AEÉÈIÎOUY"
    of_place = f" {'d’' if elided else 'de '}{near.label}" if near.label else ""
    if near.radius_m is None:
        return f"au plus près{of_place}"
    return f"à moins de {say_distance(near.radius_m)}{of_place}"
