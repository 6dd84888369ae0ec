"""What a source is: a card that states its own sanity, and two functions, `read` and `to_record`."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeVar, runtime_checkable

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from directory.base.errors import SettingsError
from directory.communes import Commune, Communes
from directory.known import KnownRows
from directory.prepared import Repeated, ShapedRoles
from importers.inputs import OpenedFile
from importers.perimeter import Perimeter, Where

UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What an importer raises at a row it could not foresee."""

NOTHING = (b"\0", b"\\u0000")
"""PostgreSQL keeps no such character, nor JSON that names it."""

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class CatalogueEntry(BaseModel):
    """A file of the source in the data.gouv catalogue: its dataset, and its title as a pattern."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str = Field(min_length=2)
    title: str = Field(min_length=2)
    monthly: str = ""
    """Title of the monthly file of the same content, when the publisher keeps one."""
    optional: bool = False
    """The source can do without: it adds to what another file tells."""


class Card(BaseModel):
    """A source as its `source.toml` presents it: whose it is, and what a sound file looks like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=3)
    publisher: str = Field(min_length=2)
    licence: str = Field(min_length=2)
    url: str = ""
    """Where the file is downloaded when none is given; empty: a file must be given."""
    catalogue: tuple[CatalogueEntry, ...] = ()
    """Where `recours update` looks the files up; without it, at `url` and `also`."""
    every_days: int = Field(default=0, ge=0)
    """How often something new is published, in days; 0: nobody publishes it, files are given."""
    columns: tuple[tuple[str, ...], ...] = ()
    """Every column the publisher is known to write (paths, in JSON), one tuple a listing, from
    `<name>.columns.txt` beside the card: lists apart by a blank line."""
    also: tuple[str, ...] = ()
    """Where the other files of the source are, downloaded with `url`."""
    parts: tuple[str, ...] = ()
    """Listings that are the source together: without one, its rows would pass for removed."""
    follows: str = ""
    """The source of whose people or sites this listing says more: it says nothing of others."""
    cadence: str = Field(min_length=2)
    min_rows: int = Field(ge=0)
    max_rows: int = Field(ge=1)
    max_age_days: int | None = Field(default=None, ge=1)
    """Oldest acceptable data date, in days before today; None: the data does not age."""
    max_quarantined_share: float = Field(ge=0, lt=1)
    trust: Literal["official", "territory", "declared"]
    personal: bool = False
    """Rows speak of people: e-mails are masked wherever a raw row is kept."""
    encodings: tuple[Literal["utf-8", "cp1252"], ...] = ("utf-8",)
    stale_advice: str = ""
    """What to say, besides the dates, when a file is older than the card allows."""
    member: str = ""
    """Which file of a ZIP archive is read, as a glob."""
    together: bool = False
    """Files are parts of one whole whose rows refer to each other: they are read as one file."""
    notes: str = ""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row as read: `cells` is what the format parsed, `raw` the row's own text.

    `layout` says how to read the cells (positions of the columns, or which generation of a
    format); every row of a file shares it.
    """

    line: int
    cells: Any
    raw: str
    layout: Any = None


class Ignored(NamedTuple):
    """A sound row that is not for this directory, and why (French, counted in the report).

    `key`: what was known of this row ends with it, also where the file is an extract: a unit that
    became confidential, an offer that closed.
    """

    reason: str
    key: str = ""


class Quarantined(NamedTuple):
    """A row that cannot be trusted: the reason counted, the detail for a human, its key if known."""

    reason: str
    detail: str
    key: str = ""


ELSEWHERE = {
    Where.INSIDE: None,
    Where.OUTSIDE: Ignored("hors territoire"),
    Where.NOWHERE: Ignored("sans lieu"),
}
"""What becomes of a row, by where it lies."""

DUPLICATE = "doublon dans le fichier"
OLDER = "plus ancien que la version connue"
WRONG_LENGTH = "nombre de colonnes inattendu"


@dataclass
class Context:
    """What a run gives its importer: where things are, what to keep, and a place for remarks."""

    communes: Communes
    perimeter: Perimeter
    everywhere: bool = False
    demo: bool = False
    data_date: date | None = None
    notes: Counter[str] = field(default_factory=Counter)
    passed: Counter[Ignored] = field(default_factory=Counter)
    """Rows that `read` left out at the first look, by reason: a national file has two million."""
    partial: bool = False
    """Whether the files are an extract, which ends nothing by its silence."""
    parts: set[str] = field(default_factory=set)
    """Which of the card's `parts` were read."""
    people: frozenset[str] = frozenset()
    """Keys of the people, or sites, told by the source that the card `follows`."""
    way: str = ""
    """All that shaping depends on besides the row and its file's header."""
    known_rows: KnownRows | None = None
    """Rows that need no second look if they come back word for word."""
    covering: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Units of the source that go to communes of the perimeter, as a listing given along says."""
    _places: dict[tuple[str, str, str], tuple[Commune | None, str]] = field(default_factory=dict)

    def locate(self, insee: str, postcode: str, city: str) -> tuple[Commune | None, str]:
        """`Communes.locate`, remembered: a national file names the same few places again."""
        asked = (insee, postcode, city)
        found = self._places.get(asked)
        if found is None:
            if len(self._places) > _REMEMBERED_PLACES:
                self._places.clear()
            found = self._places[asked] = self.communes.locate(insee, postcode, city)
        return found

    def where(self, insee: str, postcode: str, city: str) -> Where:
        """Where an address lies, before anything else of its row is looked at."""
        found, _ = self.locate(insee, postcode, city)
        if found is not None:
            return self.perimeter.of_code(found.insee)
        if insee:
            return self.perimeter.of_code(insee)
        return self.perimeter.of_postcode(postcode) if postcode else Where.NOWHERE

    def note(self, remark: str) -> None:
        """Count something that was put right or left out inside a row that is kept."""
        self.notes[remark] += 1


_REMEMBERED_PLACES = 200_000


class Importer(Protocol[R_co]):
    """A source: its card, how its rows are read, and what one row says."""

    @property
    def card(self) -> Card:
        """The source's card."""
        ...

    def shipped(self) -> Path | None:
        """The file that comes with the project, read when none is given."""
        ...

    def data_date(self, file: OpenedFile) -> date | None:
        """The day the data speaks of; None when nothing tells, not even the file's name.

        Called first: raises InputRefusedError when the file is plainly not one of this source.
        """
        ...

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Rows of one file, in order, as a stream; raises InputRefusedError when it is not one."""
        ...

    def to_record(self, row: Row, context: Context) -> R_co | Ignored | Quarantined:
        """What one row says, or why it says nothing here."""
        ...


class TakesTogether(Protocol):
    """What takes many rows at once."""

    def add_together(self, rows: ShapedRoles) -> None:
        """Take rows to be compared and written."""
        ...

    def add_known(self, known: Iterable[Repeated]) -> None:
        """Take rows known word for word."""
        ...


@runtime_checkable
class Pours(Protocol):
    """A source whose rows each stand alone and are kept whole, many at a time."""

    def pour(
        self, file: OpenedFile, context: Context, into: TakesTogether
    ) -> Iterator["Row | int"]:
        """Give the rows of one file, in order, as `directory.prepared.shape` makes them of
        `to_record`'s answers, to the byte; those known word for word are told to be so.

        Yields how many were given, now and then, and the rows that are for `to_record` itself,
        each once those before it are given; refuses what `read` would. Nothing but a row, the
        header of its file and `context.way` may count in what it becomes.
        """
        ...


class Listing(Importer[R_co], Protocol[R_co]):
    """One of the listings a source is made of, published on its own with its own date."""

    def holds(self, file: OpenedFile) -> bool:
        """Whether a file is this listing, by its header or its first objects."""
        ...


def load_card(folder: Path, name: str = "source") -> Card:
    """Read `source.toml` of a source's folder; raises SettingsError naming file and field."""
    path = folder / f"{name}.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    columns = folder / f"{name}.columns.txt"
    if columns.is_file():
        layouts = columns.read_text(encoding="utf-8").strip().split("\n\n")
        content["columns"] = tuple(tuple(layout.splitlines()) for layout in layouts)
    return parse_card(path, content)


def parse_card(path: Path, content: dict[str, Any]) -> Card:
    """A card from parsed TOML; `path` is only for the message of SettingsError."""
    try:
        return Card.model_validate(content)
    except ValidationError as exc:
        problems = " ; ".join(
            f"champ {'.'.join(map(str, one['loc']))} : {one['msg']}" for one in exc.errors()
        )
        raise SettingsError(f"{path} : {problems}") from exc
