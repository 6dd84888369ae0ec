"""Rows of a file kept whole, put together from pieces shaped once.

A row says who, in what profession, then where and how. The second half comes back word for word on
the rows of colleagues, the profession on those of thousands: each is shaped and written in JSON
once, by the very functions a statement is made with. What is out of the ordinary takes the long way.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import msgspec

from directory.model import Identifier, Person, Role, Value
from directory.prepared import (
    ORGANIZATION,
    PERSON,
    ROLE,
    Owner,
    Repeated,
    Shaped,
    encode_statement,
)
from directory.rereading import NO_MARK, Marking
from importers.cleaning import CORRECTED, mask_mails
from importers.contract import Context
from importers.rpps.activity import (
    ACTOR,
    NO_MAIL,
    NOT_CARE_KIND,
    conditions_of,
    join_key,
    key_end,
    person_of,
    place_key,
    trade_of,
)
from importers.rpps.layout import Layout, Told
from importers.rpps.listing import person_key
from importers.rpps.skills import CIVILIAN_OR_MILITARY
from importers.rpps.workplace import read_workplace

REMEMBERED = 40_000
"""Places of activity kept in mind, the latest asked for: some 60 MB."""

_TRADES = 16_384
_PEOPLE = 8
"""A person's rows follow each other."""

_TRADE = Told._fields.index("profession")
_SETTING = Told._fields.index("mode")
"""Where, among the cells that are read, the profession begins, then the place and activity."""


class _Said(Value, frozen=True, kw_only=True):
    """A `Statement` some parts of which are JSON already: same fields, in the same order."""

    subject: str = ""
    subject_key: str = ""
    person_key: str = ""
    organization_key: str = ""
    person: Person | None = None
    organization: msgspec.Raw | None = None
    role: msgspec.Raw | None = None
    demo: bool = False


class _Setting(NamedTuple):
    """What the second half of a row says, whoever exercises there."""

    place: str
    key_end: str
    organization_key: str
    owner: Owner | None
    organization: msgspec.Raw | None
    numbers: Sequence[Identifier]
    conditions: bytes
    """Fields of the role after its profession, in JSON."""
    remarks: tuple[str, ...]
    """What a row counts among the remarks of its import."""


class _Trade(NamedTuple):
    """What the cells of a profession say, whoever exercises it."""

    profession: str
    skill: str
    fields: bytes
    """The first fields of the role, in JSON."""


class _Somebody(NamedTuple):
    """A person and their key."""

    key: str
    national: str
    said: Person


class Pieces:
    """What was found out about the pieces of one file."""

    def __init__(self, layout: Layout, context: Context, header: str) -> None:
        day = context.data_date
        self._context = context
        self._day = day.isoformat() if day is not None else None
        self._mark = Marking(f"{context.way}\n{header}").mark
        known = context.known_rows
        self._find = known.find if known is not None and len(known) else None
        self._layout = layout
        at = list(layout.at.values())
        mine, rest = at[:_SETTING], [one for one in at[_SETTING:] if one >= 0]
        self.cut = max(mine) + 1 if min(mine) >= 0 and max(mine) < min(rest) else 0
        """How many cells stand before those of the second half; 0 when the halves are mixed."""
        self._who: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*at[:_TRADE])
        self._job: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*at[_TRADE:_SETTING])
        # Remarks are counted by row, not each time a place is read.
        self._unheard = Context(context.communes, context.perimeter)
        self._somebody = lru_cache(_PEOPLE)(_read_somebody)
        self._trade = lru_cache(_TRADES)(_read_trade)
        self._setting = lru_cache(REMEMBERED)(self._read_setting)

    def put_together(self, raw: str) -> Shaped | Repeated | None:
        """A row; None when it must be looked at as a whole, to be read or refused."""
        mark = self._mark(raw)
        if self._find is not None and (known := self._find(mark)) is not None:
            return Repeated(known, mark)
        cells = raw.split("|", self.cut)
        if not self.cut or len(cells) <= self.cut:
            return None
        trade, who = self._trade(self._job(cells)), self._somebody(self._who(cells))
        if trade is None or who is None:
            return None
        setting = self._setting(cells[-1])
        if setting is None:
            return None
        for remark in setting.remarks:
            self._context.note(remark)
        role_key = f"{who.key}|{setting.place}|{trade.profession}"
        said = _Said(
            subject=ROLE,
            subject_key=role_key,
            person_key=who.key,
            organization_key=setting.organization_key,
            person=who.said,
            organization=setting.organization,
            role=msgspec.Raw(b"{%b,%b}" % (trade.fields, setting.conditions)),
            demo=self._context.demo,
        )
        return Shaped(
            join_key(who.national, setting.place, trade.profession, trade.skill, setting.key_end),
            encode_statement(said),
            mask_mails(raw),
            self._day,
            (ROLE, role_key),
            (PERSON, who.key),
            setting.owner,
            (),
            setting.numbers,
            who.said.identifiers,
            NO_MARK if setting.remarks else mark,
        )

    def _read_setting(self, half: str) -> _Setting | None:
        """The second half of a row; None when it is not of a right length or tells of no care."""
        cells = [""] * self.cut + half.split("|")
        if not self._layout.fits(cells):
            return None
        told = self._layout.tell(cells)
        if told.activity == NOT_CARE_KIND:
            return None
        place = read_workplace(told, self._unheard)
        conditions = _fields(conditions_of(told, place))
        if not conditions:
            return None
        key, organization = place.organization_key, place.organization
        corrected = bool(place.addresses and place.addresses[0].notes)
        return _Setting(
            place=place_key(told),
            key_end=key_end(told),
            organization_key=key,
            owner=(ORGANIZATION, key) if key else None,
            organization=msgspec.Raw(encode_statement(organization)) if organization else None,
            numbers=organization.identifiers if organization else (),
            conditions=conditions,
            remarks=((CORRECTED,) if corrected else ()) + ((NO_MAIL,) if told.mail else ()),
        )


def _read_somebody(cells: Sequence[str]) -> _Somebody | None:
    """The person of a row; None when a cell that is needed is empty."""
    kind, number, national, title, civility, family, given = map(str.strip, cells)
    if not (number and national and family):
        return None
    said = person_of(kind, number, national, family, given, civility, title)
    return _Somebody(person_key(kind, number), national, said)


def _read_trade(cells: Sequence[str]) -> _Trade | None:
    """Profession and savoir-faire of a row; None when nobody is to be kept for them."""
    others = len(Told._fields) - _SETTING
    told = Told(*[""] * _TRADE, *map(str.strip, cells), *[""] * others)
    ignored = ACTOR in told.profession_label or told.category not in CIVILIAN_OR_MILITARY
    if ignored or not told.profession:
        return None
    return _Trade(told.profession, told.skill, _fields(trade_of(told)))


def _fields(role: Role) -> bytes:
    """A part of a role in JSON, without braces."""
    return encode_statement(role)[1:-1]
