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
from directory.prepared import ORGANIZATION, PERSON, ROLE, Owner, Shaped, encode_statement
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

_WHO = Told._fields[: Told._fields.index("mode")]
"""The cells that say who and in what profession; the others say where and how."""
_NAMES = _WHO.index("profession")


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


class Pieces:
    """What was found out about the pieces of one file."""

    def __init__(self, layout: Layout, context: Context, day: str | None) -> None:
        self._context = context
        self._day = day
        self._layout = layout
        at = layout.at
        who = [at[name] for name in _WHO]
        rest = [at[name] for name in Told._fields[len(_WHO) :] if at[name] >= 0]
        self.cut = max(who) + 1 if min(who) >= 0 and max(who) < min(rest) else 0
        """How many cells stand before those of the second half; 0 when the halves are mixed."""
        self._who: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*who)
        # Remarks are counted by row, not each time a place is read.
        self._unheard = Context(context.communes, context.perimeter)
        self._trade = lru_cache(_TRADES)(self._read_trade)
        self._setting = lru_cache(REMEMBERED)(self._read_setting)

    def put_together(self, raw: str) -> Shaped | None:
        """A row; None when it must be looked at as a whole, to be read or refused."""
        cells = raw.split("|", self.cut)
        if not self.cut or len(cells) <= self.cut:
            return None
        who = tuple(map(str.strip, self._who(cells)))
        kind, number, national, title, civility, family, given = who[:_NAMES]
        trade = self._trade(*who[_NAMES:])
        if trade is None or not (number and national and family):
            return None
        setting = self._setting(cells[-1])
        if setting is None:
            return None
        for remark in setting.remarks:
            self._context.note(remark)
        profession, skill = who[_NAMES], who[-2]
        key = person_key(kind, number)
        person = person_of(kind, number, national, family, given, civility, title)
        role_key = f"{key}|{setting.place}|{profession}"
        said = _Said(
            subject=ROLE,
            subject_key=role_key,
            person_key=key,
            organization_key=setting.organization_key,
            person=person,
            organization=setting.organization,
            role=msgspec.Raw(b"{%b,%b}" % (trade, setting.conditions)),
            demo=self._context.demo,
        )
        return Shaped(
            join_key(national, setting.place, profession, skill, setting.key_end),
            encode_statement(said),
            mask_mails(raw),
            self._day,
            (ROLE, role_key),
            (PERSON, key),
            setting.owner,
            (),
            setting.numbers,
            person.identifiers,
        )

    def _read_trade(self, *cells: str) -> bytes | None:
        """Profession and savoir-faire in JSON; None when nobody is to be kept for them."""
        told = _told(dict(zip(_WHO[_NAMES:], cells, strict=True)))
        ignored = ACTOR in told.profession_label or told.category not in CIVILIAN_OR_MILITARY
        if ignored or not told.profession:
            return None
        return _fields(trade_of(told))

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


def _told(cells: dict[str, str]) -> Told:
    return Told(**(dict.fromkeys(Told._fields, "") | cells))


def _fields(role: Role) -> bytes:
    """A part of a role in JSON, without braces."""
    return encode_statement(role)[1:-1]
