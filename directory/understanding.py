"""What a person types, understood, asked, and loosened when nothing is found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from directory.base.errors import InputRefusedError
from directory.communes import Commune, Communes
from directory.coverage import asked_communes
from directory.engines.base import Engine
from directory.query import DirectoryQuery, Filter, IsNamed, Near, OpenAt, Sort
from directory.question import Understood, understand
from directory.resource import Resource
from directory.results import Chip, Page, Tier
from directory.text import folded_words
from directory.widening import LOOSENINGS, Reading, merged_filters

__all__ = ["Understood", "ask", "understand"]


LONGEST_NAME = 5
"""Words of a question that may be the name of one person."""


@dataclass(frozen=True)
class _Question:
    """What was asked, and what helps to read it."""

    text: str
    filters: tuple[Filter, ...]
    near: Near | None
    size: int
    plain: tuple[str, ...]
    communes: Communes | None
    reach: tuple[Commune, ...]
    sort: Sort
    now: datetime | None
    calendar: str

    def as_words(self, understood: Understood) -> Understood:
        """The same question, nothing of it recognised."""
        typed = (chip.typed for chip in understood.chips)
        return replace(self, plain=(*self.plain, *typed)).understood(tolerant=False)

    def understood(self, *, tolerant: bool) -> Understood:
        told = understand(
            self.text,
            self.reach,
            self.communes,
            near=self.near,
            plain=self.plain,
            tolerant=tolerant,
            now=self.now,
        )
        chips = tuple(_on_calendar(chip, self.calendar) for chip in told.chips)
        return msgspec.structs.replace(told, chips=chips)


def ask(
    engine: Engine,
    text: str,
    *,
    filters: tuple[Filter, ...] = (),
    near: Near | None = None,
    size: int = 20,
    cursor: str = "",
    communes: Communes | None = None,
    territory_communes: Iterable[str] = (),
    plain: Iterable[str] = (),
    sort: Sort = Sort.RELEVANCE,
    now: datetime | None = None,
    calendar: str = "",
) -> Page:
    """Answer a question as typed: the one way in for the page, the API and the command line.

    `filters` were chosen by hand and are never loosened; `territory_communes` are the INSEE codes
    recognised by name; `now` is on the territory's wall clock (naive), and the pages that follow
    keep the first one's; `calendar` is the part of France whose public holidays count (`57`:
    Moselle). Raises InputRefusedError for a forged cursor, UnavailableError without an
    index.
    """
    known = (communes.get(code) for code in sorted(territory_communes)) if communes else ()
    reach = tuple(one for one in known if one is not None)
    question = _Question(
        text, filters, near, size, tuple(plain), communes, reach, sort, now, calendar
    )
    if cursor:
        return _next_page(engine, question, cursor)
    strict = question.understood(tolerant=False)
    if (named := _named_so(engine, question, strict)) is not None:
        return named
    reading = _reading(question, strict)
    page = _search(engine, question, "s-", reading)
    if page.total == 0 or _best_tier(engine, question, reading, page) in (Tier.PREFIX, Tier.FUZZY):
        tolerant = question.understood(tolerant=True)
        if tolerant.chips != strict.chips:
            guessed = _search(engine, question, "t-", _reading(question, tolerant))
            if guessed.total:
                return _widened(engine, question, "t", tolerant, guessed)
    return _widened(engine, question, "s", strict, page)


def _named_so(engine: Engine, question: _Question, strict: Understood) -> Page | None:
    """« jean fresnes »: the person of exactly that name, rather than a Jean of Fresnes."""
    if not (strict.chips and strict.rest) or len(strict.words.split()) > LONGEST_NAME:
        return None
    exactly = IsNamed(name=" ".join(folded_words(strict.words)))
    if not engine.search(DirectoryQuery(filters=(exactly,), size=1, counted=False)).hits:
        return None
    reading = _reading(question, question.as_words(strict))
    by_relevance = replace(question, sort=Sort.RELEVANCE)
    page = _search(engine, by_relevance, "n-", reading)
    if not (page.hits and _is_name_of(page.hits[0].resource, strict.words)):
        return None
    return page if question.sort is Sort.RELEVANCE else _search(engine, question, "n-", reading)


def _is_name_of(resource: Resource, words: str) -> bool:
    given, family = folded_words(resource.given), folded_words(resource.family)
    told = folded_words(words)
    return bool(given and family) and told in ([*given, *family], [*family, *given])


def _widened(
    engine: Engine, question: _Question, mode: str, understood: Understood, first: Page
) -> Page:
    """The first loosening that finds enough; else the best of what was found."""
    start = _reading(question, understood)
    best = first
    for letter, step in LOOSENINGS.items():
        if best.total >= start.enough or (best.total and not step.when_few):
            break
        loosened = step.loosen(start, _points(understood, question))
        if loosened is not None:
            page = _search(engine, question, mode + letter, loosened)
            best = page if page.total > best.total else best
    return best


def _best_tier(engine: Engine, question: _Question, reading: Reading, page: Page) -> Tier:
    """The tier of the best match, which another order than relevance does not put first: the same
    question is read the same way whatever the order asked for.
    """
    first = page.hits[0].tier
    if question.sort is Sort.RELEVANCE or first not in (Tier.PREFIX, Tier.FUZZY):
        return first
    relevant = replace(question, sort=Sort.RELEVANCE, size=1)
    found = _search(engine, relevant, "s-", reading).hits
    return found[0].tier if found else first


def _next_page(engine: Engine, question: _Question, cursor: str) -> Page:
    """The page after `cursor`, asked in the very way, and at the moment, that gave the first one."""
    route, _, mark = cursor.partition(".")
    mode, letter = route[:1], route[1:2]
    question = replace(question, now=_read_moment(route[2:]))
    if mode not in ("s", "t", "n") or not mark or (letter != "-" and letter not in LOOSENINGS):
        raise _refusal()
    understood = question.understood(tolerant=mode == "t")
    if mode == "n":
        understood = question.as_words(understood)
    reading: Reading | None = _reading(question, understood)
    if letter != "-" and reading is not None:
        reading = LOOSENINGS[letter].loosen(reading, _points(understood, question))
    if reading is None:
        raise _refusal()
    return _search(engine, question, mode + letter, reading, mark)


def _on_calendar(chip: Chip, calendar: str) -> Chip:
    if not isinstance(chip.filter, OpenAt):
        return chip
    return msgspec.structs.replace(
        chip, filter=msgspec.structs.replace(chip.filter, calendar=calendar)
    )


def _read_moment(told: str) -> datetime | None:
    if not told:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError as exc:
        raise _refusal() from exc
    if moment.tzinfo is not None or _write_moment(moment) != told:
        raise _refusal()
    return moment


def _write_moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _refusal() -> InputRefusedError:
    return InputRefusedError(
        "cursor : ce repère de page n'est pas le nôtre ; reprenez depuis la première page."
    )


def _reading(question: _Question, understood: Understood) -> Reading:
    said = []
    if understood.cut:
        said.append("Question très longue : seul son début a été lu.")
    if question.text.strip() and not understood.words:
        said.append("Cette question ne contient aucun mot à chercher : voici tout l'annuaire.")
    return Reading(
        chips=understood.chips,
        text=understood.rest,
        words=understood.words,
        near=understood.near or question.near,
        said=" ".join(said),
    )


def _search(
    engine: Engine, question: _Question, route: str, reading: Reading, mark: str = ""
) -> Page:
    query = DirectoryQuery(
        text=reading.text,
        any_word=reading.any_word,
        typed=reading.words,
        filters=merged_filters((*question.filters, *(chip.filter for chip in reading.chips))),
        near=reading.near or _from_there(question, reading),
        sort=question.sort,
        day=question.now.date() if question.now else None,
        size=question.size,
        cursor=mark,
    )
    page = engine.search(query)
    moment = _write_moment(question.now) if question.now else ""
    following = f"{route}{moment}.{page.next_cursor}" if page.next_cursor else ""
    return msgspec.structs.replace(
        page, next_cursor=following, understood=reading.chips, widened=reading.said
    )


def _from_there(question: _Question, reading: Reading) -> Near | None:
    """The commune a service is to come to: those that serve it, then by how far they come from."""
    filters = (*question.filters, *(chip.filter for chip in reading.chips))
    asked = asked_communes(one for one in filters if not isinstance(one, Near))
    known = question.communes.get(asked[0]) if question.communes and len(asked) == 1 else None
    if known is None or known.point is None:
        return None
    return Near(lat=known.point.lat, lon=known.point.lon, label=known.name)


def _points(understood: Understood, question: _Question) -> Mapping[str, Near]:
    """Points of the communes the question names, by their chip's label."""
    named = {one.name: one.point for one in question.reach}
    return {
        chip.label: Near(lat=point.lat, lon=point.lon, label=chip.label)
        for chip in understood.chips
        if (point := named.get(chip.label)) is not None
    }
