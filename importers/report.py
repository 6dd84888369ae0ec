"""What became of every row of an import: counts that add up, reasons, remarks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from importers.contract import DUPLICATE, OLDER, Quarantined, Row

if TYPE_CHECKING:
    from directory.comparing import StagedCounts

SHOWN_EXAMPLES = 20
"""Rows set aside that the report itself shows; the register keeps them all."""


@dataclass
class Report:
    """One run. `read = kept + unchanged + ignored + quarantined`; `removed` is beside them."""

    source: str
    title: str
    run: int = 0
    state: Literal["staging", "published", "refused"] = "staging"
    files: list[str] = field(default_factory=list)
    data_date: date | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    partial: bool = False
    everywhere: bool = False
    demo: bool = False
    read: int = 0
    kept: int = 0
    unchanged: int = 0
    ignored: int = 0
    quarantined: int = 0
    removed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    warnings: list[str] = field(default_factory=list)
    examples: list[dict[str, Any]] = field(default_factory=list)
    refusal: str = ""
    same_as: int = 0
    """The run of these very files that is in force: nothing had to be read again."""
    listings: list["Report"] = field(default_factory=list)
    """The reports this one sums up, when the source is made of several listings."""

    def ignore(self, reason: str, rows: int = 1) -> None:
        """Count rows that are sound but not kept."""
        if rows:
            self.ignored += rows
            self.reasons[reason] += rows

    def set_aside(self, row: Row, why: Quarantined) -> None:
        """Count a row that cannot be trusted and show the first ones."""
        self.quarantined += 1
        self.reasons[why.reason] += 1
        if len(self.examples) < SHOWN_EXAMPLES:
            self.examples.append(
                {"line": row.line, "key": why.key, "reason": why.reason, "detail": why.detail}
            )

    def settle(self, counts: "StagedCounts", *, remove_absent: bool) -> None:
        """Take in what the register found out about the rows it was given."""
        self.kept, self.unchanged = counts.kept, counts.unchanged
        self.ignore(DUPLICATE, counts.duplicates)
        self.ignore(OLDER, counts.older)
        if remove_absent:
            self.removed = counts.absent

    def repeat(self, before: Mapping[str, Any], run: int) -> None:
        """Say of the same files what their run said: all that was kept is now unchanged."""
        self.same_as = run
        self.read, self.ignored, self.quarantined = (
            before[count] for count in ("read", "ignored", "quarantined")
        )
        self.unchanged = before["kept"] + before["unchanged"]
        self.reasons.update(before["reasons"])
        self.notes.update(before["notes"])
        self.examples = list(before["examples"])

    def adds_up(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.kept + self.unchanged + self.ignored + self.quarantined

    def as_dict(self) -> dict[str, Any]:
        """The report as one JSON document."""
        return {
            "run": self.run,
            "source": self.source,
            "title": self.title,
            "state": self.state,
            "files": self.files,
            "data_date": self.data_date.isoformat() if self.data_date else None,
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "partial": self.partial,
            "everywhere": self.everywhere,
            "read": self.read,
            "kept": self.kept,
            "unchanged": self.unchanged,
            "ignored": self.ignored,
            "quarantined": self.quarantined,
            "removed": self.removed,
            "reasons": dict(self.reasons.most_common()),
            "notes": dict(self.notes.most_common()),
            "warnings": self.warnings,
            "examples": self.examples,
            "refusal": self.refusal,
            "same_as": self.same_as,
            **({"listings": [one.as_dict() for one in self.listings]} if self.listings else {}),
        }


def joined(reports: Sequence[Report]) -> Report:
    """One report for the listings of a source: their sums, and each of them."""
    if len(reports) == 1:
        return reports[0]
    first = reports[0]
    whole = replace(
        first,
        files=[name for one in reports for name in one.files],
        data_date=min((one.data_date for one in reports if one.data_date), default=None),
        ended_at=reports[-1].ended_at,
        reasons=sum((one.reasons for one in reports), Counter()),
        notes=sum((one.notes for one in reports), Counter()),
        warnings=[told for one in reports for told in one.warnings],
        examples=[told for one in reports for told in one.examples],
        listings=list(reports),
    )
    for count, _ in _COUNTS:
        setattr(whole, count, sum(getattr(one, count) for one in reports))
    return whole


_COUNTS = (
    ("read", "Lignes lues"),
    ("kept", "nouvelles ou modifiées"),
    ("unchanged", "inchangées"),
    ("ignored", "ignorées"),
    ("quarantined", "mises de côté"),
    ("removed", "Fiches retirées (absentes du fichier)"),
)


def render_report(report: dict[str, Any]) -> RenderableType:
    """A report (`Report.as_dict()`, or as the register kept it) as a table for a terminal."""
    if report.get("listings"):
        return Group(*(render_report(one) for one in report["listings"]))
    table = Table(title=_headline(report), title_justify="left", show_header=False)
    table.add_column("quoi")
    table.add_column("lignes", justify="right")
    for name, label in _COUNTS:
        table.add_row(label, _thousands(report.get(name, 0)))
    for title, counts in (("Raisons", "reasons"), ("Remarques", "notes")):
        if report.get(counts):
            table.add_section()
            table.add_row(Text(title, style="bold"), "")
            for reason, rows in report[counts].items():
                table.add_row(Text(f"  {reason}"), _thousands(rows))
    return Group(table, *_remarks(report))


def _headline(report: dict[str, Any]) -> str:
    day = report.get("data_date")
    dated = f", données du {date.fromisoformat(day):%d/%m/%Y}" if day else ""
    number = f" (import n° {report['run']})" if report.get("run") else ""
    return f"{report.get('title', '')}{dated}{number}"


def _remarks(report: dict[str, Any]) -> list[Text]:
    lines = [Text(f"Attention : {one}", style="yellow") for one in report.get("warnings", ())]
    if report.get("same_as"):
        lines.append(Text(say_same(report["same_as"]), style="dim"))
    for one in report.get("examples", ()):
        about = f" [{one['key']}]" if one["key"] else ""
        lines.append(
            Text(f"Ligne {one['line']}{about} : {one['reason']} — {one['detail']}", style="dim")
        )
    if report.get("refusal"):
        lines.append(Text(f"Refusé : {report['refusal']}", style="bold red"))
    return lines


def say_same(run: int) -> str:
    """Why a run read nothing."""
    return f"Mêmes fichiers que l'import n° {run}, en vigueur : rien à relire."


def _thousands(rows: int) -> str:
    return f"{rows:,}".replace(",", "\u202f")
