"""What is compared: one record as a source tells it, and pairs of them labelled by a person."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from directory.base.errors import InputRefusedError


class MatchRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A practitioner or an establishment as one source writes it; any field may be empty.

    `finess` is the site's number (ET). `family` and `given` name a person; `name` is the name of
    the establishment, or of the place where the person works.
    """

    source: str = ""
    rpps: str = ""
    finess: str = ""
    siret: str = ""
    family: str = ""
    given: str = ""
    name: str = ""
    profession: str = ""
    speciality: str = ""
    street_number: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""


class LabelledPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two records and what a careful person said: one entry of the directory, or two."""

    left: MatchRecord
    right: MatchRecord
    same: bool


def record_from_object(told: Mapping[str, Any]) -> MatchRecord:
    """A record from any mapping: unknown keys ignored, numbers and lists read as text."""
    fields = MatchRecord.__struct_fields__
    return MatchRecord(**{name: _as_text(told[name]) for name in fields if name in told})


def read_pairs(path: Path) -> Iterator[LabelledPair]:
    """Pairs of a JSON Lines file, one `{"left": {…}, "right": {…}, "same": true|false}` a line.

    Raises InputRefusedError naming the file and the line; blank lines are skipped.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _read_pair(line, f"« {path} », ligne {number}")
    except OSError as error:
        raise InputRefusedError(f"« {path} » ne peut pas être lu : {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InputRefusedError(
            f"« {path} » n'est pas en UTF-8. Enregistrez-le dans cet encodage puis recommencez."
        ) from error


def _read_pair(line: str, where: str) -> LabelledPair:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputRefusedError(
            f"{where} : ce n'est pas du JSON. Une paire par ligne est attendue."
        ) from error
    if not isinstance(told, dict):
        raise InputRefusedError(f"{where} : un objet avec left, right et same est attendu.")
    for side in ("left", "right"):
        if not isinstance(told.get(side), dict):
            raise InputRefusedError(f"{where} : « {side} » doit être une fiche entre accolades.")
    if not isinstance(told.get("same"), bool):
        raise InputRefusedError(f"{where} : « same » doit valoir true ou false.")
    return LabelledPair(
        left=record_from_object(told["left"]),
        right=record_from_object(told["right"]),
        same=told["same"],
    )


def _as_text(value: Any) -> str:
    """Spreadsheets turn codes into numbers, and a list may stand where one text is expected."""
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case list() | tuple():
            return " ; ".join(filter(None, map(_as_text, value)))
        case _:
            return ""
