"""What of an update waits for a person: each thing in words, with what to do."""

from datetime import date

from directory.updates import SourceState, source_states
from importers.contract import Card
from importers.registry import cards
from web.services import Services
from web.updating.model import Outcome, SourceReport, UpdateReport

FAILURES_TOLD = 3
"""A source out of reach once is a bad morning; three times in a row somebody has to look."""


def needs_of(opened: Services, report: UpdateReport) -> list[str]:
    """What waits for a person after an update."""
    states = source_states(opened.register.database)
    today = opened.clock().astimezone(opened.territory.zone).date()
    published = {one.name: one.data_date for one in opened.register.sources()}
    known = cards()
    found: list[str] = []
    for one in report.sources:
        card, day = known[one.name], published.get(one.name)
        found += filter(None, (_failed(one, states.get(one.name)), _stale(card, day, today, one)))
    return found


def is_stale(card: Card, data_date: date | None, today: date) -> bool:
    """Whether what is in force is older than the card admits."""
    age = (today - data_date).days if data_date else 0
    return bool(card.max_age_days and age > card.max_age_days)


def _failed(one: SourceReport, state: SourceState | None) -> str:
    if one.outcome is Outcome.REFUSED:
        return f"{one.title} : refusé, les dernières bonnes données restent. {one.detail}"
    tried = state.failures if state else 0
    if one.outcome is Outcome.UNREACHABLE and tried >= FAILURES_TOLD:
        return f"{one.title} : hors d'atteinte {tried} fois de suite. {one.detail}"
    return ""


def _stale(card: Card, day: date | None, today: date, one: SourceReport) -> str:
    if one.outcome is Outcome.REFUSED or day is None or not is_stale(card, day, today):
        return ""
    return (
        f"{card.title} : les données en vigueur sont du {day:%d/%m/%Y}, plus vieilles que les "
        f"{card.max_age_days} jours admis. {card.stale_advice}"
    ).rstrip()
