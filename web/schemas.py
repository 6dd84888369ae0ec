"""The shape of the JSON documents, for the OpenAPI page: what a program may count on."""

from typing import (
    Any,
    NotRequired,  # pydantic needs it below Python 3.12
)

from pydantic import TypeAdapter
from typing_extensions import TypedDict


class CodingDocument(TypedDict):
    """A code with its French label."""

    code: str
    label: str


class PhoneDocument(TypedDict):
    """A public number, who says so and when; `date_of` is `source`, or `import` if it is undated.

    `verified` is the day somebody here checked it; `reported` counts who says that it is wrong."""

    value: str
    source: str | None
    date: str | None
    date_of: str
    verified: str | None
    verified_by: str | None
    reported: int


class PointDocument(TypedDict):
    """WGS84 degrees; a point of `commune` precision is not an address."""

    lat: float
    lon: float
    precision: str


class EntryDocument(TypedDict):
    """What every answer says of an entry; `replacement`: stands in there, is not installed."""

    id: str
    kind: str
    name: str
    profession: CodingDocument | None
    category: CodingDocument | None
    commune: str | None
    insee: str | None
    address: str | None
    phones: list[PhoneDocument]
    point: PointDocument | None
    replacement: bool
    demo: bool


class HitDocument(EntryDocument):
    """An entry found, with its distance in metres and why it is there."""

    distance_m: int | None
    why: list[str]


class UnderstoodDocument(TypedDict):
    """A recognised part of the question and the filter it became."""

    typed: str
    label: str
    filter: dict[str, Any]


class FacetDocument(TypedDict):
    """One value of a facet with the number of entries that have it."""

    code: str
    label: str
    count: int


class HoursDocument(TypedDict):
    """For an answer of who is open: `known` entries tell their hours, of `among` that answer the
    rest of the question; `holiday` names the public holiday asked about."""

    known: int
    among: int
    holiday: str | None


class SearchDocument(TypedDict):
    """An answer; `next_cursor` is null on the last page, `hours` unless it is asked who is open."""

    total: int
    next_cursor: str | None
    understood: list[UnderstoodDocument]
    widened: str | None
    partial: str | None
    hours: HoursDocument | None
    results: list[HitDocument]
    facets: dict[str, list[FacetDocument]]


class SuggestionDocument(TypedDict):
    """What a question may become: `text` is the whole question, `url` leads to an entry instead;
    `kind` is who, what or where."""

    kind: str
    label: str
    detail: str | None
    text: str | None
    url: str | None


class SuggestionsDocument(TypedDict):
    """Suggestions, grouped by kind."""

    suggestions: list[SuggestionDocument]


class StatedDocument(TypedDict):
    """One source's word; `date_of` as for a phone. A person's has its `act`, `author` and `reason`;
    `since` tells when a source came to say what a correction said."""

    value: str
    source: str
    source_title: str
    date: str | None
    date_of: str
    act: int | None
    author: str | None
    reason: str | None
    since: str | None


class FactDocument(StatedDocument):
    """A field: the value shown, who agrees, what others say instead, who checked it last; `path`
    and `key` are what a correction names it by."""

    field: str
    path: str
    key: str
    verified: StatedDocument | None
    label: str
    agreeing: list[StatedDocument]
    alternatives: list[StatedDocument]


class IdentifierDocument(TypedDict):
    """A number; `warning` says, in French, what looks wrong with it."""

    system: str
    value: str
    warning: str | None


class ActivityCode(TypedDict):
    """A FINESS code; codes nobody reviewed have no label."""

    code: str
    label: NotRequired[str]
    system: NotRequired[str]


class ActivityDocument(TypedDict):
    """What a FINESS site does, its capacities, and the communes it names (INSEE)."""

    activity: ActivityCode
    public: ActivityCode | None
    installed: int | None
    authorised: int | None
    since: str | None
    until: str | None
    communes: list[str]


class DetailDocument(EntryDocument):
    """An entry with every fact's sources."""

    alias: str
    organization: str | None
    postcode: str | None
    website: str | None
    specialities: list[CodingDocument]
    identifiers: list[IdentifierDocument]
    covered_communes: list[str]
    activities: list[ActivityDocument]
    sources: list[str]
    updated: str | None
    facts: list[FactDocument]


class ActDocument(TypedDict):
    """Something a person did to an entry here, with who took it back if anybody did."""

    number: int
    ref: str
    act: str
    of_person: bool
    field: str | None
    was: str | None
    now: str | None
    author: str
    reason: str
    at: str
    withdrawn_at: str | None
    withdrawn_by: str | None


class ReportDocument(TypedDict):
    """A number said to be wrong; `state` is open, accepted or rejected."""

    token: str
    resource: str
    number: str
    comment: str
    state: str
    at: str
    answered_at: str | None
    answered_by: str | None
    answer: str | None


class ProblemDocument(TypedDict):
    """An RFC 9457 error; other members depend on `type`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


def problem_schema() -> dict[str, Any]:
    """JSON Schema of an error."""
    return TypeAdapter(ProblemDocument).json_schema()
