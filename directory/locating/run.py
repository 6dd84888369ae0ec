"""Every address without a point of its own, asked of the geocoder and remembered."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from directory.base.change_log import append_change
from directory.communes import Communes
from directory.locating.addresses import Asked, ask_for, needs_place
from directory.locating.answers import Candidate, Verdict, judge
from directory.locating.geocoder import Geocoder
from directory.locating.store import remember, settled
from directory.projection import first_address
from directory.register import Register
from directory.subjects import identities_after, subjects
from directory.tables import base

LOCATED = "addresses.located"
"""Topic of the change log: entries moved, the index is to follow."""

BATCH = 1000
"""Addresses a file sent to the geocoder holds: an answer takes seconds, a cut one costs little."""

Progress = Callable[[int, int], None]
"""Called with (addresses settled, addresses in all)."""


@dataclass
class LocateReport:
    """What became of the addresses: `asked = located + refused + unanswered`.

    `pending`: those left for another time by `limit`.
    """

    asked: int = 0
    located: int = 0
    refused: int = 0
    unanswered: int = 0
    pending: int = 0
    precisions: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def take(self, verdicts: Mapping[str, Verdict]) -> None:
        """Count what was said of a batch."""
        for said in verdicts.values():
            if said.point is not None:
                self.located += 1
                self.precisions[said.point.precision.value] += 1
            else:
                self.refused += 1
                self.reasons[said.refusal] += 1

    def as_dict(self) -> dict[str, Any]:
        """The report as one JSON document."""
        return {
            "asked": self.asked,
            "located": self.located,
            "refused": self.refused,
            "unanswered": self.unanswered,
            "pending": self.pending,
            "precisions": dict(self.precisions),
            "reasons": dict(self.reasons),
        }


def locate(
    register: Register,
    communes: Communes,
    geocoder: Geocoder,
    *,
    now: datetime,
    min_score: float,
    limit: int | None = None,
    progress: Progress | None = None,
) -> LocateReport:
    """Ask about every address that has no point, at most `limit` of them; each batch is kept at
    once, so that a run cut short goes on where it stopped.

    Raises UnavailableError when the geocoder does not answer; what was located stays.
    """
    waiting = list(unlocated(register, communes, now))
    chosen = waiting if limit is None else waiting[:limit]
    report = LocateReport(pending=len(waiting) - len(chosen))
    try:
        for start in range(0, len(chosen), BATCH):
            batch = chosen[start : start + BATCH]
            verdicts = ask_batch(geocoder, batch, min_score)
            remember(register.database, verdicts)
            report.asked += len(batch)
            report.unanswered += len(batch) - len(verdicts)
            report.take(verdicts)
            if progress:
                progress(report.asked, len(chosen))
    finally:
        if report.located:
            _tell(register, report)
    return report


def ask_batch(geocoder: Geocoder, asked: Sequence[Asked], min_score: float) -> dict[str, Verdict]:
    """What is believed of some addresses: as told, then without box numbers where that failed."""
    verdicts = _judged(asked, geocoder.search_many(asked, bare=False), min_score)
    again = [
        one
        for one in asked
        if one.key in verdicts
        and verdicts[one.key].point is None
        and one.bare
        and one.bare != one.street
    ]
    if again:
        second = _judged(again, geocoder.search_many(again, bare=True), min_score)
        verdicts |= {key: said for key, said in second.items() if said.point is not None}
    return verdicts


def _judged(
    asked: Sequence[Asked], told: Mapping[str, Candidate | None], min_score: float
) -> dict[str, Verdict]:
    return {one.key: judge(one, told[one.key], min_score) for one in asked if one.key in told}


def unlocated(register: Register, communes: Communes, now: datetime) -> Iterator[Asked]:
    """Addresses entries are placed by that have no point and were not asked lately, each once."""
    seen: set[str] = set()
    found = _addresses(register, communes)
    while batch := {one.key: one for one in islice(found, BATCH)}:
        known = settled(register.database, batch.keys(), now) | seen
        seen |= batch.keys()
        yield from (one for key, one in batch.items() if key not in known)


def _addresses(register: Register, communes: Communes) -> Iterator[Asked]:
    last = 0
    while True:
        with register.database.read() as connection:
            batch = identities_after(connection, last)
            found = list(subjects(connection, batch)) if batch else []
        if not batch:
            return
        for subject in found:
            address = first_address(subject)
            if address is not None and needs_place(address.point):
                asked = ask_for(address, communes)
                if asked is not None:
                    yield asked
        last = batch[-1].id


def _tell(register: Register, report: LocateReport) -> None:
    with register.database.write() as connection:
        append_change(
            connection, base.change_log, LOCATED, "located", {"addresses": report.located}
        )
