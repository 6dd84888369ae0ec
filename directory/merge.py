"""From what several sources say to one value per field, by a policy anybody can read.

Within a source, the newest word wins. What a person says here (`Act`) comes first, and may hide a
value that sources tell or say that it was checked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec

from directory.local.keys import value_key
from directory.local.parts import NAMES
from directory.model import Confidentiality, Contact, ContactSystem, Identifier, Value
from directory.policy import rule_for
from directory.resource import Fact, Phone, Stated
from directory.wording import CONTACT_LABELS, FIELD_LABELS, SYSTEM_LABELS

T = TypeVar("T", bound=Value)
Say = Callable[[str, Any], str]
"""How the value of a field reads in French."""


FOR_PROFESSIONALS = frozenset({ContactSystem.MSSANTE, ContactSystem.DIRECT_LINE})
"""Contacts no source can open to the public (DESIGN §11)."""

WHOLE = "*"
"""Stands for every value of a field among those that a correction hides."""

REMOVED = "information retirée"

Pairs = frozenset[tuple[str, str]]
"""Values of an entry, each as its field and its key (`directory.local.keys`)."""


@dataclass(frozen=True)
class Act:
    """What makes a word a person's: who said it here, why, which values it hides or confirms."""

    id: int
    author: str
    reason: str
    hides: Pairs = frozenset()
    confirms: Pairs = frozenset()


@dataclass(frozen=True)
class Told(Generic[T]):
    """One statement's part about one entity, with who said it and when.

    `since` is when it was first read, or written here; `act` is set where a person said it here.
    """

    value: T
    source: str
    title: str
    date: date | None
    imported: bool = False
    since: datetime | None = None
    act: Act | None = None


def merge(kind: type[T], told: Sequence[Told[T]]) -> T:
    """One value out of many statements, field by field."""
    if len(told) == 1:
        return told[0].value
    hidden = hidden_by(told)
    chosen = {
        field: _union(field, said, hidden) if rule_for(field).union else said[0][1]
        for field, said in _said(kind, told)
        if (field, WHOLE) not in hidden
    }
    return kind(**chosen)


def hidden_by(told: Iterable[Told[Any]]) -> dict[tuple[str, str], Told[Any]]:
    """Values that somebody here took off the entry, with the word that did."""
    return {pair: one for one in told if one.act for pair in one.act.hides}


def confirmed_by(told: Iterable[Told[Any]]) -> dict[tuple[str, str], Told[Any]]:
    """Values that somebody here checked, with the last word that did."""
    return {pair: one for one in told if one.act for pair in one.act.confirms}


def facts(kind: type[T], told: Sequence[Told[T]], say: Say) -> list[Fact]:
    """What `merge` chose and from whom: a fact per field, or per value where all are kept."""
    hidden, confirmed = hidden_by(told), confirmed_by(told)
    found: list[Fact] = []
    for field, said in _said(kind, told):
        if rule_for(field).union:
            made = _facts_of_union(field, said, say, hidden)
        elif field in FIELD_LABELS:
            made = [_fact_of_first(field, said, say, hidden.get((field, WHOLE)))]
        else:
            continue
        found += [_placed(fact, kind, field, confirmed) for fact in made]
    return found


def _placed(
    fact: Fact, kind: type[T], field: str, confirmed: dict[tuple[str, str], Told[Any]]
) -> Fact:
    """A fact with the path it is corrected by, and who checked it last."""
    checked = confirmed.get((field, fact.key))
    return msgspec.structs.replace(
        fact,
        path=f"{NAMES[kind]}.{field}",
        verified=_stated(checked, fact.chosen.text) if checked else None,
    )


def _fact_of_first(
    field: str, said: Sequence[tuple[Told[T], Any]], say: Say, hider: Told[Any] | None
) -> Fact:
    stated = [_stated(one, say(field, value)) for one, value in said]
    if hider is not None:
        return _fact(field, FIELD_LABELS[field], [_stated(hider, REMOVED), *stated])
    return msgspec.structs.replace(
        _fact(field, FIELD_LABELS[field], stated), key=value_key(said[0][1])
    )


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


def _union(
    field: str, said: Sequence[tuple[Told[T], Any]], hidden: dict[tuple[str, str], Told[Any]]
) -> tuple[Any, ...]:
    kept: dict[Any, Any] = {}
    for _, values in said:
        for one in values:
            if not hidden or (field, value_key(one)) not in hidden:
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


def _facts_of_union(
    field: str,
    said: Sequence[tuple[Told[T], Any]],
    say: Say,
    hidden: dict[tuple[str, str], Told[Any]],
) -> list[Fact]:
    """One fact per distinct value, its sources side by side; a value that was corrected stays
    beside the one that took its place."""
    by_value: dict[Any, list[tuple[Any, Stated]]] = {}
    corrected: dict[int, list[tuple[Any, Stated]]] = {}
    for one, values in said:
        for value in values:
            if _union_label(field, value):
                hider = hidden.get((field, value_key(value))) if hidden else None
                if hider is not None and hider.act is not None:
                    put = corrected.setdefault(hider.act.id, [])
                else:
                    put = by_value.setdefault(_same(value), [])
                put.append((value, _stated(one, say(field, value))))
    made = []
    for pairs in by_value.values():
        replaced = [pair for _, stated in pairs for pair in corrected.pop(stated.statement, [])]
        made.append(_fact_of_value(field, [*pairs, *replaced]))
    hiders = {one.act.id: one for one in hidden.values() if one.act}
    for statement, pairs in corrected.items():
        made.append(_removed(field, pairs, hiders[statement]))
    return made


def _fact_of_value(field: str, pairs: Sequence[tuple[Any, Stated]]) -> Fact:
    first = pairs[0][0]
    return msgspec.structs.replace(
        _fact(
            _fact_name(field, first), _union_label(field, first), [stated for _, stated in pairs]
        ),
        key=value_key(first),
        confidentiality=strictest(value for value, _ in pairs),
    )


def _removed(field: str, pairs: Sequence[tuple[Any, Stated]], hider: Told[Any]) -> Fact:
    """What somebody took off the entry, and who still says it."""
    gone = _fact_of_value(field, [(pairs[0][0], _stated(hider, REMOVED)), *pairs])
    return msgspec.structs.replace(gone, key="")


def level_of(one: Contact | Phone) -> Confidentiality:
    """Who may see a contact: a secure box and a direct line are for professionals at least."""
    kept = isinstance(one, Contact) and one.system in FOR_PROFESSIONALS
    if kept and one.confidentiality is Confidentiality.PUBLIC:
        return Confidentiality.PROFESSIONAL
    return one.confidentiality


def strictest(values: Iterable[Any]) -> Confidentiality:
    """If one source keeps a contact from the public, another saying it too does not open it."""
    told = {level_of(one) for one in values if isinstance(one, Contact | Phone)}
    ordered = (Confidentiality.SECRETARIAT, Confidentiality.PROFESSIONAL)
    return next((one for one in ordered if one in told), Confidentiality.PUBLIC)


def _fact_name(field: str, value: Any) -> str:
    named = isinstance(value, Contact | Identifier)
    return f"{field}.{value.system}" if named else field


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
        agreeing=tuple(_agreeing(one, first) for one in others if one.text.casefold() == same),
        alternatives=tuple(one for one in others if one.text.casefold() != same),
    )


def _agreeing(one: Stated, first: Stated) -> Stated:
    """A source that agrees keeps its `since` where it came to say what a correction said first."""
    later = first.statement and one.since and first.since and one.since > first.since
    return one if later else msgspec.structs.replace(one, since=None)


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
        text=text,
        source=one.source,
        source_title=one.title,
        date=one.date,
        imported=one.imported,
        since=one.since,
        statement=one.act.id if one.act else 0,
        author=one.act.author if one.act else "",
        reason=one.act.reason if one.act else "",
    )
