"""What the templates of the selection and of the components receive."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.resource import Resource


@dataclass(frozen=True)
class SelectionPage:
    """A selection: this browser's (`own`) or a shared one, ready to print."""

    entries: Sequence[Resource]
    codes: Sequence[str]
    own: bool
    missing: int
    """Entries asked for that are no more."""
    full: bool
    most: int
    share_url: str
    csv_url: str
    vcard_url: str
    mail_url: str
    back: str


@dataclass(frozen=True)
class ChoicePage:
    """One button of a list after it was pressed, and how many are chosen now."""

    name: str
    code: str
    chosen: bool
    count: int
    back: str
    refused: bool
    most: int


@dataclass(frozen=True)
class HoursRow:
    """A day of the week and when it is open: « 9 h – 12 h, 14 h – 18 h »."""

    day: str
    spans: Sequence[str]
    today: bool


@dataclass(frozen=True)
class HoursTable:
    """The week, the exceptions to come (those past are over), and what no day can say."""

    rows: Sequence[HoursRow]
    exceptions: Sequence[str]
    others: Sequence[str]
