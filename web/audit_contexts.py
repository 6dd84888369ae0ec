"""What the page of the audit trail receives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.base.audit_keeping import AuditLine, Verdict


@dataclass(frozen=True)
class TracedLine:
    """A line with its action, fields and values in French; `entry` leads to the entry it is about."""

    line: AuditLine
    action: str
    fields: Sequence[str]
    before: str
    after: str
    entry: str


@dataclass(frozen=True)
class AuditPage:
    """Lines of the audit trail, what was asked of it, and whether it is intact once verified."""

    lines: Sequence[TracedLine]
    values: Mapping[str, str]
    actions: Sequence[tuple[str, str]]
    problem: str
    verdicts: Sequence[Verdict]
    months: int
    previous_url: str
    next_url: str
