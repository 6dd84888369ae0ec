"""A territory is configuration: one TOML file names its communes, hours, numbers and policy."""

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from directory.base.errors import SettingsError
from directory.territory_problems import say_problems
from directory.typography import say_hour
from directory.welcome import Ageing, Insee, Section, Welcome, Zoning, inside_territory

Weekday = Literal["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


PDSA_NUMBER = "116117"
"""Out-of-hours general practice, in some départements only."""


class Window(Section):
    """Weekly opening, in the territory's wall-clock time; public holidays are always closed."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time

    @field_validator("closes")
    @classmethod
    def _after_opening(cls, closes: time, info: ValidationInfo) -> time:
        opens = info.data.get("opens")
        if opens is not None and closes <= opens:
            raise ValueError(
                f"la fermeture ({say_hour(closes.hour, closes.minute)}) précède l'"
                f"ouverture ({say_hour(opens.hour, opens.minute)})"
            )
        return closes


class Hours(Section):
    """When each service of the first-recourse platform works."""

    secretariat: tuple[Window, ...]
    home_visits: tuple[Window, ...]
    teleconsultations: tuple[Window, ...]


class UsefulNumber(Section):
    """A number or place to give a caller; `communes` empty means everywhere in the territory.

    The 116 117 exists only where a SAS received it (décret 2024-541): its `source`, the official
    document that says it is in force there, must be told.
    """

    label: str
    number: str = ""
    source: str = ""
    note: str = ""
    communes: tuple[Insee, ...] = ()
    when: Literal["always", "closed"] = "always"

    @model_validator(mode="after")
    def _is_in_force(self) -> Self:
        if "".join(self.number.split()) == PDSA_NUMBER and not self.source.strip():
            raise ValueError(
                "le 116 117 n'est en vigueur que dans certains départements : indiquez dans "
                "« source » le document de l'ARS ou du SAS qui le dit, ou retirez ce numéro"
            )
        return self


class FirstRecourse(Section):
    """Where the first-recourse team works at the start: its perimeter."""

    communes: tuple[Insee, ...]


Criterion = Literal[
    "own_doctor", "delay", "mode", "travel", "fairness", "scarcity", "new_patients", "earliest"
]


class Leads(Section):
    """Minutes between now and the start of the first slot that may be given, by mode.

    At the cabinet, the time to set out and be there: communes of a territory are some 10 km apart.
    By video, the time to receive the link and open it. At home, the time for the doctor to read
    that there is a visit more and to drive there; a doctor may say otherwise in their profile.
    """

    cabinet: int = Field(default=20, ge=0, le=1440)
    home: int = Field(default=60, ge=0, le=1440)
    video: int = Field(default=5, ge=0, le=1440)


class Policy(Section):
    """In which order proposals are compared; each criterion decides only among equals before it.

    `fairness_steps` cuts a doctor's weekly capacity: loads of one part are equal. Two proposals of
    one doctor are `apart_minutes` apart when others are as good; slots later than `window_hours`
    (0: none) and than the delay asked are shown only on demand (docs/politique.md); none starts
    sooner than `lead_minutes`.
    """

    order: tuple[Criterion, ...] = (
        "delay",
        "mode",
        "scarcity",
        "travel",
        "fairness",
        "earliest",
    )
    proposals: int = Field(default=3, ge=1, le=20)
    travel_class_km: float = Field(default=3.0, gt=0, le=100)
    fairness_steps: int = Field(default=4, ge=1, le=100)
    window_hours: int = Field(default=0, ge=0, le=744)
    apart_minutes: int = Field(default=120, ge=0, le=1440)
    lead_minutes: Leads = Leads()

    @field_validator("order")
    @classmethod
    def _once_each(cls, order: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
        twice = sorted({criterion for criterion in order if order.count(criterion) > 1})
        if twice:
            raise ValueError(f"critère nommé deux fois : {', '.join(twice)}")
        return order


Group = Literal["ald", "over_70", "c2s_ame", "other"]
SeekingCriterion = Literal["sex", "language", "team", "near", "availability"]
Wish = Literal["sex", "language", "team", "near"]


class Target(Section):
    """How many people the territory undertook to find a médecin traitant for, and who says so."""

    patients: int = Field(ge=1)
    source: str = Field(min_length=1)
    since: date


class ConsentText(Section):
    """What is read out before somebody is put on the list; `version` is kept with each consent."""

    version: str = Field(min_length=1)
    text: str = Field(min_length=1)


class SeekingPolicy(Section):
    """How people without a médecin traitant are ranked, matched and kept on the list.

    `groups` are called in this order, then by date; somebody of several groups is in the first.
    A wish named in `required` is never passed over; the others only rank.
    """

    groups: tuple[Group, ...] = ("ald", "over_70", "c2s_ame", "other")
    order: tuple[SeekingCriterion, ...] = ("sex", "language", "team", "near", "availability")
    required: tuple[Wish, ...] = ("sex",)
    near_km: float = Field(default=5.0, gt=0)
    travel_class_km: float = Field(default=3.0, gt=0)
    horizon_months: int = Field(default=6, ge=0, le=24)
    reconfirm_months: int = Field(default=12, ge=1, le=24)
    reminders: int = Field(default=2, ge=1, le=10)
    reminder_days: int = Field(default=15, ge=1, le=90)
    forget_months: int = Field(default=24, ge=2, le=60)
    target: Target | None = None
    consent: ConsentText | None = None

    @field_validator("groups")
    @classmethod
    def _everybody_has_a_group(cls, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        if sorted(groups) != sorted(get_args(Group)):
            raise ValueError("chacun des groupes ald, over_70, c2s_ame et other, une seule fois")
        return groups

    @field_validator("forget_months")
    @classmethod
    def _after_the_question(cls, months: int, info: ValidationInfo) -> int:
        if months <= info.data.get("reconfirm_months", 0):
            raise ValueError("forget_months doit dépasser reconfirm_months")
        return months


class Rounds(Section):
    """How a doctor travels between home visits, and how long a visit lasts in its slot.

    `factor` turns a straight line into a road, `least_minutes` is what any leg costs (parking,
    finding the door), `visit_minutes` gives the length of a visit by length of slot; a slot whose
    length is not listed is used up whole.
    """

    factor: float = Field(default=1.3, ge=1)
    speed_kmh: float = Field(default=25.0, gt=0)
    least_minutes: int = Field(default=5, ge=0, le=60)
    visit_minutes: dict[int, int] = {20: 15, 30: 20, 40: 25, 60: 40}

    @field_validator("visit_minutes")
    @classmethod
    def _inside_slot(cls, lengths: dict[int, int]) -> dict[int, int]:
        for slot, visit in lengths.items():
            if not 0 < visit <= slot:
                raise ValueError(f"une visite de {visit} min ne tient pas en {slot} min")
        return lengths

    def minutes_of(self, slot_minutes: int) -> int:
        """Minutes of a visit in a slot of this length."""
        return self.visit_minutes.get(slot_minutes, slot_minutes)


SlotVisibility = Literal["cpts", "snp", "public", "professionals"]


class VisibleTo(Section):
    """Which slots each asker may be given, by what their doctor chose (docs/politique.md)."""

    secretariat: tuple[SlotVisibility, ...] = ("cpts", "snp", "public", "professionals")
    sas: tuple[SlotVisibility, ...] = ("cpts", "snp", "public")
    professional: tuple[SlotVisibility, ...] = ("cpts", "public", "professionals")
    online: tuple[SlotVisibility, ...] = ("public",)


class Territory(Section):
    """One territory, as its TOML file says it."""

    slug: str = ""
    name: str
    short_name: str
    departement: str
    time_zone: str = "Europe/Paris"
    holidays_subdivision: str = ""
    communes: tuple[Insee, ...] = Field(min_length=1)
    neighbours: tuple[Insee, ...] = ()
    introduction: str = ""
    hours: Hours
    numbers: tuple[UsefulNumber, ...]
    first_recourse: FirstRecourse
    red_flags: str
    questions: str
    policy: Policy = Policy()
    seeking: SeekingPolicy = SeekingPolicy()
    rounds: Rounds = Rounds()
    visible: VisibleTo = VisibleTo()
    zoning: tuple[Zoning, ...] = ()
    ageing: tuple[Ageing, ...] = ()
    welcome: Welcome = Welcome()

    _told_of_communes = field_validator("zoning", "ageing")(inside_territory)

    @field_validator("first_recourse")
    @classmethod
    def _inside(cls, perimeter: FirstRecourse, info: ValidationInfo) -> FirstRecourse:
        outside = set(perimeter.communes) - set(info.data.get("communes", perimeter.communes))
        if outside:
            raise ValueError(f"communes hors du territoire : {', '.join(sorted(outside))}")
        return perimeter

    @property
    def zone(self) -> ZoneInfo:
        """The territory's time zone; wall-clock rules are kept in it."""
        return ZoneInfo(self.time_zone)

    @property
    def everywhere(self) -> frozenset[str]:
        """INSEE codes of the communes and their neighbours: what imports keep by default."""
        return frozenset(self.communes) | frozenset(self.neighbours)


def territories_dir() -> Path:
    """The folder that ships with the project."""
    return Path(__file__).resolve().parent.parent / "territories"


def load_territory(name_or_path: str) -> Territory:
    """Read a territory by name (`bievre`) or by path; raises SettingsError naming file and field."""
    path = _territory_path(name_or_path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        territory = Territory.model_validate({**content, "slug": path.stem})
        territory.zone  # noqa: B018 - an unknown zone must be refused here, not at the first call
    except FileNotFoundError as exc:
        known = ", ".join(sorted(p.stem for p in territories_dir().glob("*.toml")))
        raise SettingsError(
            f"Territoire « {name_or_path} » introuvable ({path}). Territoires fournis : {known}."
        ) from exc
    except tomllib.TOMLDecodeError as exc:
        raise SettingsError(f"{path} n'est pas un fichier TOML valide : {exc}") from exc
    except ValidationError as exc:
        raise SettingsError(f"{path} : {say_problems(exc)}") from exc
    except (KeyError, ValueError) as exc:
        raise SettingsError(f"{path}, champ time_zone : fuseau inconnu ({exc})") from exc
    return territory


def red_flags_path(territory: Territory) -> Path:
    """The red-flag list a territory uses, beside the shipped territories unless absolute."""
    return territories_dir() / "red_flags" / territory.red_flags


def questions_path(territory: Territory) -> Path:
    """The questions of a call a territory uses, beside the shipped ones unless absolute."""
    return territories_dir() / "questions" / territory.questions


def _territory_path(name_or_path: str) -> Path:
    if name_or_path.endswith(".toml"):
        return Path(name_or_path)
    return territories_dir() / f"{name_or_path}.toml"
