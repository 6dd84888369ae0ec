"""Rows of a file kept whole, put together from pieces shaped once.

A row says who, in what profession, then where and how. The second half comes back word for word on
the rows of colleagues, the profession on those of thousands: each is shaped and written in JSON
once, by the very functions a statement is made with. What is out of the ordinary takes the long way.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any

from directory.known import NO_MARK, Marking
from directory.prepared import ROLE, Repeated, ShapedRoles, encode_statement
from importers.cleaning import mask_mails
from importers.contract import NOTHING, Context, Ignored, TakesTogether
from importers.rpps.activity import join_key
from importers.rpps.layout import Layout
from importers.rpps.parts import (
    SETTING,
    TRADE,
    Places,
    Setting,
    Somebody,
    Trade,
    read_somebody,
    read_trade,
)

REMEMBERED = 90_000
"""Places of activity kept in mind, the latest asked for: some 110 MB."""

_TRADES = 16_384
_PEOPLE = 256
"""The rows of a person follow each other."""

STATEMENT_FIELDS = (
    *("subject", "subject_key", "person_key", "organization_key"),
    *("person", "organization", "role", "demo"),
)
"""Fields of a `Statement` in the order they are put together here."""

_SUBJECT = b'{"subject":%b,"subject_key":' % encode_statement(ROLE)


_Row = tuple[bytes, int, Trade, Somebody, Setting]
"""A row, its mark and its pieces."""


class Pieces:
    """What was found out about the pieces of one file."""

    def __init__(self, layout: Layout, context: Context, header: str) -> None:
        day = context.data_date
        self._context = context
        self._day = day.isoformat() if day is not None else None
        self._marking = Marking(f"{context.way}\n{header}")
        known = context.known_rows
        self._find = known.find if known is not None and len(known) else None
        at = list(layout.at.values())
        mine, rest = at[:SETTING], [one for one in at[SETTING:] if one >= 0]
        self.cut = max(mine) + 1 if min(mine) >= 0 and max(mine) < min(rest) else 0
        """How many cells stand before those of the second half; 0 when the halves are mixed."""
        self._who: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*at[:TRADE])
        self._job: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*at[TRADE:SETTING])
        self._somebody = lru_cache(_PEOPLE)(read_somebody)
        self._trade = lru_cache(_TRADES)(read_trade)
        self._setting = lru_cache(REMEMBERED)(Places(layout, context, self.cut).read)

    def pour(self, raws: Sequence[bytes], into: TakesTogether) -> Iterator[int]:
        """Give rows together, in order. Yields the places of those to be looked at as a whole, to
        be read or refused, each once the rows before it are given."""
        marks = self._marking.marks(raws)
        find = self._find or _none
        start = 0
        for are_known, run in groupby(map(find, marks), bool):  # versions are numbered from 1
            told = [*run]
            end = start + len(told)
            if are_known:
                found = zip(told, marks[start:end], strict=True)
                into.add_known([Repeated(one, mark) for one, mark in found if one is not None])
            else:
                for at in self._pour_new(raws[start:end], marks[start:end], into):
                    yield start + at
            start = end

    def _pour_new(
        self, raws: Sequence[bytes], marks: Sequence[int], into: TakesTogether
    ) -> Iterator[int]:
        rows: list[_Row] = []
        passed = self._context.passed
        for at, row in enumerate(zip(raws, marks, *self._pieces(raws), strict=True)):
            _, _, trade, who, setting = row
            if trade.__class__ is Trade and who is not None and setting is not None:
                rows.append(row)
            elif isinstance(trade, Ignored) and setting is not None:
                passed[trade] += 1
            else:
                if rows:
                    into.add_together(self._put_together(rows))
                    rows = []
                yield at
        if rows:
            into.add_together(self._put_together(rows))

    def _pieces(self, raws: Sequence[bytes]) -> tuple[Iterator[Any], Iterator[Any], Iterator[Any]]:
        """The profession, person and place of each row; None for what must be looked at closely."""
        if not self.cut:
            return repeat(None, len(raws)), repeat(None, len(raws)), repeat(None, len(raws))
        whole = b"\n".join(raws)
        cells = [raw.split("|", self.cut) for raw in whole.decode().split("\n")]
        too_short = [""] * (self.cut + 1)
        strange = any(nothing in whole for nothing in NOTHING)
        for at, told in enumerate(cells):
            if len(told) <= self.cut or (strange and any(map(raws[at].count, NOTHING))):
                cells[at] = too_short
        return (
            map(self._trade, map(self._job, cells)),
            map(self._somebody, map(self._who, cells)),
            map(self._setting, map(itemgetter(self.cut), cells)),
        )

    def _put_together(self, rows: Sequence[_Row]) -> ShapedRoles:
        keys, contents, roles = [], [], []
        raws, told, _, people, settings = zip(*rows, strict=True)
        marks = [*told]
        for at, (_, _, trade, who, setting) in enumerate(rows):
            profession, skill, job = trade
            key, national, _, person_key, person = who
            place, end, _, owner_key, organization, _, exercise, site, remarks = setting
            role = f"{key}|{place}|{profession}"
            roles.append(role)
            keys.append(join_key(national, place, profession, skill, end))
            said = (
                *(_SUBJECT, encode_statement(role), person_key, owner_key, person),
                *(organization, job, exercise, site),
            )
            contents.append(b"".join(said))
            if remarks:
                marks[at] = NO_MARK
                for remark in remarks:
                    self._context.note(remark)
        return ShapedRoles(
            day=self._day,
            keys=keys,
            contents=contents,
            raws=[mask_mails(raw.decode()).encode() if b"@" in raw else raw for raw in raws],
            subjects=roles,
            people=[who.key for who in people],
            organizations=[one.organization_key for one in settings],
            of_organization=[one.numbers for one in settings],
            of_person=[who.numbers for who in people],
            marks=marks,
        )


def _none(_mark: int) -> None:
    """Of a file of which no row is known."""
