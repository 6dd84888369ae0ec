"""Rows of a file kept whole, put together from pieces shaped once.

A row says who, in what profession, then where and how. The second half comes back word for word on
the rows of colleagues, the profession on those of thousands: each is shaped and written in JSON
once, by the very functions a statement is made with. What is out of the ordinary takes the long way.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from directory.known import NO_MARK, Marking
from directory.model import Identifier, Role
from directory.prepared import (
    ORGANIZATION,
    PERSON,
    ROLE,
    Owner,
    Repeated,
    Shaped,
    encode_statement,
)
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

REMEMBERED = 60_000
"""Places of activity kept in mind, the latest asked for: some 70 MB."""

_TRADES = 16_384

_TRADE = Told._fields.index("profession")
_SETTING = Told._fields.index("mode")
"""Where, among the cells that are read, the profession begins, then the place and activity."""


STATEMENT_FIELDS = (
    *("subject", "subject_key", "person_key", "organization_key"),
    *("person", "organization", "role", "demo"),
)
"""Fields of a `Statement` in the order they are put together here."""

_SUBJECT = b'{"subject":%b,"subject_key":' % encode_statement(ROLE)


class _Setting(NamedTuple):
    """What the second half of a row says, whoever exercises there."""

    place: str
    key_end: str
    owner: Owner | None
    owner_key: bytes
    """Field of the statement between those of the person, in JSON; empty when there is none."""
    organization: bytes
    """Field of the statement after the person, in the same way."""
    numbers: Sequence[Identifier]
    conditions: bytes
    """Fields of the role after its profession, in JSON, and the end of the statement."""
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
    numbers: Sequence[Identifier]
    person_key: bytes
    """Field of the statement before that of the organization's key, in JSON."""
    said: bytes
    """Field of the statement after it."""


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
        self._last: tuple[tuple[str, ...], _Somebody | None] = ((), None)
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
        if trade is None or who is None or (setting := self._setting(cells[-1])) is None:
            return None
        place, end, owner, owner_key, organization, numbers, conditions, remarks = setting
        for remark in remarks:
            self._context.note(remark)
        profession, skill, role = trade
        key, national, own, person_key, person = who
        role_key = f"{key}|{place}|{profession}"
        said = (
            *(_SUBJECT, encode_statement(role_key), person_key, owner_key, person),
            *(organization, b',"role":{', role, b",", conditions),
        )
        return Shaped(
            join_key(national, place, profession, skill, end),
            b"".join(said),
            mask_mails(raw) if "@" in raw else raw,
            self._day,
            (ROLE, role_key),
            (PERSON, key),
            owner,
            (),
            numbers,
            own,
            NO_MARK if remarks else mark,
        )

    def _somebody(self, cells: tuple[str, ...]) -> _Somebody | None:
        """The person of a row: their rows follow each other."""
        before, found = self._last
        if before != cells:
            found = _read_somebody(cells)
            self._last = (cells, found)
        return found

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
            owner=(ORGANIZATION, key) if key else None,
            owner_key=b',"organization_key":' + encode_statement(key) if key else b"",
            organization=b',"organization":' + encode_statement(organization)
            if organization
            else b"",
            numbers=organization.identifiers if organization else (),
            conditions=conditions + (b'},"demo":true}' if self._context.demo else b"}}"),
            remarks=((CORRECTED,) if corrected else ()) + ((NO_MAIL,) if told.mail else ()),
        )


def _read_somebody(cells: Sequence[str]) -> _Somebody | None:
    """The person of a row; None when a cell that is needed is empty."""
    kind, number, national, title, civility, family, given = map(str.strip, cells)
    if not (number and national and family):
        return None
    said = person_of(kind, number, national, family, given, civility, title)
    key = person_key(kind, number)
    return _Somebody(
        key,
        national,
        said.identifiers,
        b',"person_key":' + encode_statement(key),
        b',"person":' + encode_statement(said),
    )


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
