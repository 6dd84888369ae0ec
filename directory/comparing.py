"""Rows of a run compared with what is known: which say something new, and what became of the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from directory.known import is_former_digest
from directory.packing import Packed, Repeat
from directory.records import Known, RecordWriter
from directory.rereading import Marks


@dataclass
class StagedCounts:
    """Where the rows given to `add` went, and how many published rows the file no longer has."""

    kept: int = 0
    unchanged: int = 0
    duplicates: int = 0
    older: int = 0
    absent: int = 0


class Comparison:
    """What a run has found out about the rows it was given, and which known ones it has seen."""

    def __init__(
        self, run_id: int, data_date: date | None, source_date: date | None, *, partial: bool
    ) -> None:
        self.counts = StagedCounts()
        self.marks = Marks(run_id)
        self.confirmed: list[dict[str, Any]] = []
        """Versions an extract confirms, to be dated anew once it is published."""
        self._run_id = run_id
        self._data_date = data_date
        self._source_date = source_date
        self._partial = partial
        self._seen = bytearray()

    def compare(
        self, writer: RecordWriter, batch: Packed, known: Mapping[str, Known]
    ) -> tuple[list[int], list[datetime | None]]:
        """Which rows to write, and since when the key of each is known; ends those they replace."""
        rows: list[int] = []
        first_seen: list[datetime | None] = []
        ended: list[int] = []
        repeats = iter(() if self._repeat_all(batch.repeated, known) else batch.repeated)
        next_repeat = next(repeats, None)
        for row, key in enumerate([*batch.keys, None]):
            while next_repeat is not None and next_repeat[0] <= row:
                self._repeat_row(*next_repeat[1:])
                next_repeat = next(repeats, None)
            if key is None:
                break
            before = known.get(key)
            if before is None:
                rows.append(row)
                first_seen.append(None)
            elif self.was_seen(before.id):
                self.counts.duplicates += 1
            elif self._replaces(batch, row, before):
                rows.append(row)
                first_seen.append(before.first_seen)
                ended.append(before.id)
        writer.end(ended)
        return rows, first_seen

    def _repeat_all(self, repeated: Sequence[Repeat], known: Mapping[str, Known]) -> bool:
        """`_repeat_row` for all of them at once; False, and nothing done, where order counts: when
        one of these versions comes twice, or also under a key of the batch."""
        if not repeated:
            return True
        _, row_ids, marks = zip(*repeated, strict=True)
        alone = set(row_ids).difference(one.id for one in known.values())
        if len(alone) < len(row_ids) or len(self.unseen(row_ids)) < len(row_ids):
            return False
        self.mark_seen(row_ids)
        self.counts.unchanged += len(row_ids)
        self.marks.extend(marks, row_ids)
        return True

    def _repeat_row(self, row_id: int, mark: int) -> None:
        """Count a row that says word for word what a version in force was made of."""
        if self.was_seen(row_id):
            self.counts.duplicates += 1
            return
        self.mark_seen([row_id])
        self.counts.unchanged += 1
        self.marks.add(mark, row_id)

    def _replaces(self, batch: Packed, row: int, known: Known) -> bool:
        """Whether a row says something new of a key that is known."""
        self.mark_seen([known.id])
        day, digest = batch.days[row], batch.digests[row]
        if known.digest == digest or is_former_digest(known.digest, batch.contents[row]):
            self._keep(day, known)
            self.marks.add(batch.marks[row], known.id)
            return False
        if known.since_run != self._run_id and self._is_older(_day(day), known.data_date):
            self.counts.older += 1
            return False
        return True

    def _keep(self, told_on: str | None, known: Known) -> None:
        """Count a row that says what is known; an extract dates it anew, once published."""
        resumed = known.since_run == self._run_id
        self.counts.kept += resumed
        self.counts.unchanged += not resumed
        day = _day(told_on) if self._partial else None
        if day is not None and day > (known.data_date or date.min):
            self.confirmed.append({"row": known.id, "day": day})

    def _is_older(self, told: date | None, known: date | None) -> bool:
        """Whether a row comes from before what is known, by its own date or by its file's."""
        before = (self._data_date, self._source_date)
        if None not in before and before[0] < before[1]:  # type: ignore[operator]
            return True
        return told is not None and known is not None and told < known

    def mark_seen(self, row_ids: Sequence[int]) -> None:
        """Note that the file still has these versions."""
        seen = self._seen
        last = row_ids[-1] if isinstance(row_ids, range) else max(row_ids)
        if last >= len(seen):
            seen.extend(bytes(max(last + 1 - len(seen), 65536)))
        if isinstance(row_ids, range):
            seen[row_ids.start : row_ids.stop] = b"\1" * len(row_ids)
            return
        for row_id in row_ids:
            seen[row_id] = 1

    def unseen(self, row_ids: Iterable[int]) -> list[int]:
        """Which of these versions the file no longer has."""
        seen, known = self._seen, len(self._seen)
        return [row_id for row_id in row_ids if row_id >= known or not seen[row_id]]

    def was_seen(self, row_id: int) -> bool:
        """Whether the file still has a version, as far as it was read."""
        return row_id < len(self._seen) and self._seen[row_id] == 1


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
