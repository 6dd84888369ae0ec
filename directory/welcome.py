"""What a territory's file says to a newcomer: zoning, ageing, contacts, tools, events.

Everything is optional and carries the document that says it: a territory that says nothing shows
nothing, never another one's facts.
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

Insee = Annotated[str, StringConstraints(pattern=r"^(\d{2}|2[AB])\d{3}$")]
Zone = Literal["ZIP", "ZAC", "hors zonage"]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

ZONES: Mapping[str, str] = {
    "ZIP": "zone d'intervention prioritaire : aides à l'installation de l'assurance maladie",
    "ZAC": "zone d'action complémentaire : aides de l'ARS, des collectivités ou fiscales",
    "hors zonage": "ni l'une ni l'autre",
}
"""What the zones of general practitioners mean (arrêté du 13 novembre 2017, modifié)."""


class Section(BaseModel):
    """A part of a territory's file: a field nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _web_address(told: str) -> str:
    parts = urlsplit(told)
    if told and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError(f"« {told} » n'est pas une adresse web ; attendu : https://…")
    return told


Url = Annotated[str, AfterValidator(_web_address)]


class Told(Section):
    """Figures by commune, with the document that gives them and the year they speak of."""

    profession: Text
    source: Text
    year: int | None = Field(default=None, ge=1990, le=2100)


class Zoning(Told):
    """Which zone each commune (INSEE) is in, for one profession."""

    communes: dict[Insee, Zone] = Field(min_length=1)


class Ageing(Told):
    """Of how many professionals of each commune, how many reached `age`: `[reached, counted]`."""

    age: int = Field(default=60, ge=50, le=80)
    communes: dict[Insee, tuple[int, int]] = Field(min_length=1)

    @field_validator("communes")
    @classmethod
    def _part_of_whole(cls, told: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        for code, (reached, counted) in told.items():
            if not 0 <= reached <= counted:
                raise ValueError(
                    f"{code} : [{reached}, {counted}] n'est pas « combien, sur combien »"
                )
        return told

    @property
    def total(self) -> tuple[int, int]:
        """The whole territory, as far as its communes are told."""
        return (
            sum(reached for reached, _ in self.communes.values()),
            sum(counted for _, counted in self.communes.values()),
        )


def inside_territory(
    told: tuple[Zoning | Ageing, ...], info: ValidationInfo
) -> tuple[Zoning | Ageing, ...]:
    """A validator of the territory: figures are told of its own communes only."""
    known = info.data.get("communes", ())
    outside = {code for one in told for code in one.communes if code not in known}
    if known and outside:
        raise ValueError(f"communes hors du territoire : {', '.join(sorted(outside))}")
    return told


class FirstContact(Section):
    """Somebody to call when one arrives; at least one way to reach them."""

    name: Text
    what: Text
    phone: str = ""
    email: str = ""
    url: Url = ""
    source: str = ""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not (self.phone.strip() or self.email.strip() or self.url):
            raise ValueError(
                f"« {self.name} » : donnez phone, email ou url, sinon on ne peut pas l'appeler"
            )
        return self


class Tool(Section):
    """A coordination tool or a programme of the territory, and how one comes to use it."""

    name: Text
    what: Text
    url: Url = ""
    source: str = ""


class Event(Section):
    """Something to come to; gone from the pages the day after it `ends`, else after its day."""

    title: Text
    day: date
    ends: date | None = None
    at: time | None = None
    place: str = ""
    what: str = ""
    url: Url = ""

    @model_validator(mode="after")
    def _ends_after(self) -> Self:
        if self.ends is not None and self.ends < self.day:
            raise ValueError(f"« {self.title} » finit avant de commencer")
        return self

    @property
    def last(self) -> date:
        """Its last day."""
        return self.ends or self.day


class Welcome(Section):
    """What newcomers are told: a word of welcome, whom to call, tools, events."""

    introduction: str = ""
    contacts: tuple[FirstContact, ...] = ()
    tools: tuple[Tool, ...] = ()
    events: tuple[Event, ...] = ()

    def coming(self, today: date) -> list[Event]:
        """Events that are not over, the first to come first."""
        return sorted(
            (one for one in self.events if one.last >= today),
            key=lambda one: (one.day, one.at or time.min, one.title),
        )
