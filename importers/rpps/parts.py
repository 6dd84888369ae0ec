"""What one row of activities says by piece: who, in what profession, then where and how.

Each is made by the very functions a statement is made with, and written in JSON once.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from directory.model import Address, Contact, Role, Value
from directory.prepared import Numbers, encode_statement, numbers_of
from importers.cleaning import CORRECTED
from importers.contract import UNREADABLE, Context, Ignored
from importers.rpps.activity import (
    ACTOR,
    NO_MAIL,
    NOT_A_PRACTITIONER,
    NOT_CARE_KIND,
    Exercise,
    exercise_cells,
    exercise_of,
    key_end,
    person_of,
    place_key,
    replacement_note,
    trade_of,
)
from importers.rpps.layout import Layout, Told
from importers.rpps.listing import person_key
from importers.rpps.skills import CIVILIAN_OR_MILITARY, STUDENT
from importers.rpps.workplace import Workplace, read_workplace

TRADE = Told._fields.index("profession")
SETTING = Told._fields.index("mode")
"""Where, among the cells that are read, the profession begins, then the place and activity."""

_NOBODY = ("",) * SETTING
_ROLE = b',"role":{'


class Site(Value, frozen=True, kw_only=True):
    """The last fields of a role, as `Role` has them: half as long to write as all of its own."""

    organization_name: str = ""
    addresses: tuple[Address, ...] = ()
    contacts: tuple[Contact, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, place: Workplace, notes: tuple[str, ...]) -> "Site":
        """What a place says, and what a replacement is called."""
        return cls(
            organization_name=place.name,
            addresses=place.addresses,
            contacts=place.contacts,
            notes=notes,
        )


class Setting(NamedTuple):
    """What the second half of a row says, whoever exercises there."""

    place: str
    key_end: str
    organization_key: str
    owner_key: bytes
    """Field of the statement between those of the person, in JSON; empty when there is none."""
    organization: bytes
    """Field of the statement after the person, in the same way, and the start of the role."""
    numbers: Numbers
    exercise: bytes
    """Fields of the role after its profession, in JSON: the same for many places."""
    site: bytes
    """The last fields of the role, and the end of the statement."""
    remarks: tuple[str, ...]
    """What a row counts among the remarks of its import."""


class Trade(NamedTuple):
    """What the cells of a profession say, whoever exercises it."""

    profession: str
    skill: str
    fields: bytes
    """The first fields of the role, in JSON."""


class Somebody(NamedTuple):
    """A person and their key."""

    key: str
    national: str
    numbers: Numbers
    person_key: bytes
    """Field of the statement before that of the organization's key, in JSON."""
    said: bytes
    """Field of the statement after it."""


Piece = TypeVar("Piece")


def unless_strange(read: Callable[..., Piece | None]) -> Callable[..., Piece | None]:
    """None for what cannot be read either: the long way says why."""

    @wraps(read)
    def found(*told: Any) -> Piece | None:
        try:
            return read(*told)
        except UNREADABLE:
            return None

    return found


class Places:
    """Reads the second halves of the rows of a file, from their cell number `cut` on."""

    def __init__(self, layout: Layout, context: Context, cut: int) -> None:
        self._width = layout.width - cut
        # A column the file lacks is the empty cell that ends the line.
        self._where: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(
            *(one - cut if one >= 0 else -1 for one in list(layout.at.values())[SETTING:])
        )
        # Remarks are counted by row, not each time a place is read.
        self._unheard = Context(context.communes, context.perimeter)
        self._end = b'},"demo":true}' if context.demo else b"}}"

    @unless_strange
    def read(self, half: str) -> Setting | None:
        """The second half of a row; None when it is not of a right length or tells of no care."""
        cells = half.split("|")
        more = len(cells) - self._width  # lines end with one more `|`
        if more == 0:
            cells.append("")
        elif more != 1 or cells[-1]:
            return None
        told = Told._make((*_NOBODY, *map(str.strip, self._where(cells))))
        if told.activity == NOT_CARE_KIND:
            return None
        place = read_workplace(told, self._unheard)
        exercise = _exercise(exercise_cells(told))
        site = encode_statement(Site.of(place, replacement_note(told)))[1:-1]
        if not exercise and not site:
            return None
        key, organization = place.organization_key, place.organization
        corrected = bool(place.addresses and place.addresses[0].notes)
        return Setting(  # by place: twice as fast as by name
            place_key(told),
            key_end(told),
            key,
            b',"organization_key":' + encode_statement(key) if key else b"",
            b',"organization":' + encode_statement(organization) + _ROLE if organization else _ROLE,
            numbers_of(organization.identifiers) if organization else (),
            exercise,
            (b"," + site if site else b"") + self._end,
            ((CORRECTED,) if corrected else ()) + ((NO_MAIL,) if told.mail else ()),
        )


@unless_strange
def read_somebody(cells: Sequence[str]) -> Somebody | None:
    """The person of a row; None when a cell that is needed is empty."""
    kind, number, national, title, civility, family, given = map(str.strip, cells)
    if not (number and national and family):
        return None
    said = person_of(kind, number, national, family, given, civility, title)
    key = person_key(kind, number)
    return Somebody(
        key,
        national,
        numbers_of(said.identifiers),
        b',"person_key":' + encode_statement(key),
        b',"person":' + encode_statement(said),
    )


@unless_strange
def read_trade(cells: Sequence[str]) -> Trade | Ignored | None:
    """Profession and savoir-faire of a row, or why nobody is to be kept for them."""
    others = len(Told._fields) - SETTING
    told = Told(*[""] * TRADE, *map(str.strip, cells), *[""] * others)
    if ACTOR in told.profession_label:
        return NOT_A_PRACTITIONER
    if told.category not in CIVILIAN_OR_MILITARY:
        return STUDENT
    if not told.profession:
        return None
    return Trade(told.profession, told.skill, _fields(trade_of(told)))


@lru_cache(4096)
def _exercise(cells: Exercise) -> bytes:
    fields = _fields(exercise_of(*cells))
    return b"," + fields if fields else b""


def _fields(role: Role) -> bytes:
    """A part of a role in JSON, without braces."""
    return encode_statement(role)[1:-1]
