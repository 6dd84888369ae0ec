"""From what several sources say to one value per field, by a policy anybody can read.

The policy is `data/merge_policy.csv`: for each field, whether the first source in the order given
wins (`first`) or everything said is kept (`union`). Within a source, the newest word wins.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec

from directory.model import Confidentiality, Contact, Identifier, Value
from directory.resource import Fact, Phone, Stated
from directory.vocabulary import read_table
from directory.wording import CONTACT_LABELS, FIELD_LABELS, SYSTEM_LABELS

T = TypeVar("T", bound=Value)
Say = Callable[[Any], str]


@dataclass(frozen=True)
class Told(Generic[T]):
    """One statement's part about one entity, with who said it and when."""

    value: T
    source: str
    title: str
    date: date | None
    imported: bool = False


@dataclass(frozen=True)
class Rule:
    """How one field is merged."""

    union: bool
    order: tuple[str, ...]

    def rank(self, source: str) -> int:
        """Position of a source in the order; `*` stands for those not named."""
        wanted = source if source in self.order else "*"
        return self.order.index(wanted) if wanted in self.order else len(self.order)


@cache
def policy() -> dict[str, Rule]:
    """The table of rules by field; `*` is the default."""
    return {
        row["field"]: Rule(row["rule"] == "union", tuple(row["sources"].split()))
        for row in read_table("merge_policy.csv")
    }


def rule_for(field: str) -> Rule:
    """The rule of one field."""
    rules = policy()
    return rules.get(field, rules["*"])


def merge(kind: type[T], told: Sequence[Told[T]]) -> T:
    """One value out of many statements, field by field."""
    if len(told) == 1:
        return told[0].value
    chosen = {
        field: _union(value for _, value in said) if rule_for(field).union else said[0][1]
        for field, said in _said(kind, told)
    }
    return kind(**chosen)


def facts(kind: type[T], told: Sequence[Told[T]], say: Say) -> list[Fact]:
    """What `merge` chose and from whom: a fact per field, or per value where all are kept."""
    found: list[Fact] = []
    for field, said in _said(kind, told):
        if rule_for(field).union:
            found += _facts_of_union(field, said, say)
        elif field in FIELD_LABELS:
            stated = [_stated(one, say(value)) for one, value in said]
            found.append(_fact(field, FIELD_LABELS[field], stated))
    return found


def _said(
    kind: type[T], told: Sequence[Told[T]]
) -> Iterator[tuple[str, list[tuple[Told[T], Any]]]]:
    """Each field somebody speaks of, with the statements about it, most trusted first."""
    for field in kind.__struct_fields__:
        said = [
            (one, value)
            for one in told
            if (value := getattr(one.value, field)) not in (None, "", ())
        ]
        if said:
            yield field, said if len(said) == 1 else _in_order(field, said)


def _in_order(field: str, said: Sequence[tuple[Told[T], Any]]) -> list[tuple[Told[T], Any]]:
    """From the most to the least trusted source for a field, newest first within a source."""
    rule = rule_for(field)
    newest = sorted(said, key=lambda pair: pair[0].date or date.min, reverse=True)
    return sorted(newest, key=lambda pair: rule.rank(pair[0].source))


def _union(values: Any) -> tuple[Any, ...]:
    kept: dict[Any, Any] = {}
    for value in values:
        for one in value:
            kept.setdefault(_same(one), one)
    return tuple(kept.values())


def _same(value: Any) -> Any:
    """What makes two values of a union the same one."""
    match value:
        case Contact():
            return value.system, value.value
        case Identifier():
            return value.system, value.value
        case _:
            return value


def _facts_of_union(field: str, said: Sequence[tuple[Told[T], Any]], say: Say) -> list[Fact]:
    """One fact per distinct value, its sources side by side."""
    by_value: dict[Any, list[tuple[Any, Stated]]] = {}
    for one, values in said:
        for value in values:
            if _union_label(field, value):
                by_value.setdefault(_same(value), []).append((value, _stated(one, say(value))))
    return [
        msgspec.structs.replace(
            _fact(
                _fact_name(field, key), _union_label(field, told[0][0]), [one for _, one in told]
            ),
            confidentiality=strictest(value for value, _ in told),
        )
        for key, told in by_value.items()
    ]


def strictest(values: Iterable[Any]) -> Confidentiality:
    """If one source keeps a contact from the public, another saying it too does not open it."""
    told = {one.confidentiality for one in values if isinstance(one, Contact | Phone)}
    ordered = (Confidentiality.SECRETARIAT, Confidentiality.PROFESSIONAL)
    return next((one for one in ordered if one in told), Confidentiality.PUBLIC)


def _fact_name(field: str, key: Any) -> str:
    return f"{field}.{key[0]}" if field in ("contacts", "identifiers") else field


def _union_label(field: str, value: Any) -> str:
    match value:
        case Contact():
            return CONTACT_LABELS[value.system]
        case Identifier():
            return SYSTEM_LABELS.get(value.system, value.system)
        case _:
            return FIELD_LABELS.get(field, "")


def _fact(field: str, label: str, stated: Sequence[Stated]) -> Fact:
    first = stated[0]
    others = _one_per_source(stated[1:], first)
    same = first.text.casefold()
    return Fact(
        field=field,
        label=label,
        chosen=first,
        agreeing=tuple(one for one in others if one.text.casefold() == same),
        alternatives=tuple(one for one in others if one.text.casefold() != same),
    )


def _one_per_source(stated: Sequence[Stated], first: Stated) -> list[Stated]:
    """Several rows of one source saying the same thing are one word, not many."""
    seen = {(first.source, first.text)}
    kept = []
    for one in stated:
        if (one.source, one.text) not in seen:
            seen.add((one.source, one.text))
            kept.append(one)
    return kept


def _stated(one: Told[T], text: str) -> Stated:
    return Stated(
        text=text, source=one.source, source_title=one.title, date=one.date, imported=one.imported
    )
