"""What the directory shows: one entry, merged from every statement about it.

A `Resource` is derived from the register (see `directory.projection`), never stored as truth: the
index keeps a copy for speed, the page of an entry rebuilds it with every source beside it.
"""

import datetime as dt

import msgspec

from directory.activities import Activity
from directory.model import (
    Coding,
    Confidentiality,
    Identifier,
    NewPatients,
    OpeningHours,
    Point,
    Referral,
    ResourceKind,
    Value,
)
from directory.sessions import Session


class Phone(Value, frozen=True, kw_only=True):
    """A phone number as shown, where it comes from and when that source said so."""

    value: str
    """French national form, `01 46 65 62 22`, or as told when it cannot be called."""
    e164: str = ""
    label: str = ""
    source: str = ""
    date: dt.date | None = None
    imported: bool = False
    """Whether `date` is the day of our import, because the source gives none."""
    confidentiality: Confidentiality = Confidentiality.PUBLIC
    verified: dt.date | None = None
    """The day somebody here checked it, `verified_by`; newer than the source's own date."""
    verified_by: str = ""
    reported: int = 0
    """How many people said it is wrong and wait for an answer."""


class Stated(Value, frozen=True, kw_only=True):
    """One source's word on one field; `imported` says that `date` is the day of our import.

    `statement`, `author` and `reason` are set where a person said it here. `since` is when that was
    written; on a source that agrees with a correction, when it came to say the same.
    """

    text: str
    source: str
    source_title: str
    date: dt.date | None = None
    imported: bool = False
    since: dt.datetime | None = None
    statement: int = 0
    author: str = ""
    reason: str = ""


class Fact(Value, frozen=True, kw_only=True):
    """One field of an entry: the value shown, whose it is, who agrees, what others say instead.

    `path` and `key` are what a correction names it by; `verified` is the last check by somebody.
    """

    field: str
    label: str
    chosen: Stated
    path: str = ""
    key: str = ""
    verified: Stated | None = None
    agreeing: tuple[Stated, ...] = ()
    alternatives: tuple[Stated, ...] = ()
    confidentiality: Confidentiality = Confidentiality.PUBLIC


class Resource(Value, frozen=True, kw_only=True):
    """One entry of the directory, ready to be indexed and shown."""

    id: str
    """UUID of the entity."""
    alias: str
    """Readable address, `ehpad-soleil-d-automne-fresnes-7k2f`."""
    kind: ResourceKind
    name: str
    """What is written on the door: « Dr Anne Martin », « EHPAD Soleil d'automne »."""
    person_id: str = ""
    family: str = ""
    given: str = ""
    other_names: tuple[str, ...] = ()
    profession: Coding | None = None
    specialities: tuple[Coding, ...] = ()
    category: Coding | None = None
    rubric: str = ""
    organization_name: str = ""
    commune: str = ""
    insee: str = ""
    postcode: str = ""
    address: str = ""
    """One line: « 2 rue de Wissous, 94260 Fresnes »."""
    point: Point | None = None
    phones: tuple[Phone, ...] = ()
    website: str = ""
    identifiers: tuple[Identifier, ...] = ()
    acts: tuple[str, ...] = ()
    pathologies: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    modes: tuple[str, ...] = ()
    activities: tuple[Activity, ...] = ()
    next_sessions: tuple[Session, ...] = ()
    covered: tuple[str, ...] = ()
    """INSEE codes of the communes served, apart from the address; `coverage.served` adds those of
    each activity."""
    covered_note: str = ""
    hours: tuple[OpeningHours, ...] = ()
    referral: Referral | None = None
    new_patients: NewPatients | None = None
    convention: Coding | None = None
    member_of: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    """Further words to be found by: coordinator, rules, notes."""
    open_to_public: bool | None = None
    replacement: bool = False
    """Whether the person only stands in for somebody there: never to be shown as installed."""
    demo: bool = False
    sources: tuple[str, ...] = ()
    updated: dt.date | None = None


class ResourceDetail(Value, frozen=True, kw_only=True):
    """A resource with every fact's sources and alternatives, for its page and the API."""

    resource: Resource
    facts: tuple[Fact, ...] = ()


encode_resource = msgspec.json.Encoder().encode
decode_resource = msgspec.json.Decoder(Resource).decode
