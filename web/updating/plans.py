"""Which sources can be brought by themselves, and how each one is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from directory.base.errors import UsageError
from directory.base.settings import Settings
from directory.updates import SourceState
from importers.contract import Card
from importers.fetching.catalogue import wanted_files
from importers.fetching.files import Fetcher
from importers.inputs import SourceFile
from importers.registry import cards
from web.services import Services
from web.updating import apis

Progress = Callable[[int, int, int], None]


@dataclass(frozen=True)
class Gathered:
    """Files to import; `partial` when they are a delta, `cursor` where the next one begins.

    `empty`: the API said that nothing changed.
    """

    files: Sequence[SourceFile] = ()
    partial: bool = False
    cursor: Mapping[str, Any] | None = None
    notes: Sequence[str] = field(default=())
    empty: bool = False


@dataclass(frozen=True)
class Plan:
    """A source that an update looks at, and what brings it."""

    card: Card
    gather: Callable[[Services, Fetcher, SourceState | None, Progress | None], Gathered]


def plans(settings: Settings, only: Sequence[str] = ()) -> list[Plan]:
    """Sources to update, those that others follow first; raises UsageError for an unknown one."""
    possible = {plan.card.name: plan for plan in _possible(settings)}
    wanted = list(only) or settings.update_sources.replace(",", " ").split() or list(possible)
    for name in wanted:
        if name not in possible:
            raise UsageError(_why_not(name, possible))
    return [plan for name, plan in possible.items() if name in wanted]


def _possible(settings: Settings) -> list[Plan]:
    known = cards()
    found = [
        Plan(card, _listing(card))
        for card in known.values()
        if (card.catalogue or card.url) and card.every_days
    ]
    if settings.ror_client_id:
        found.append(Plan(known["ror"], _ror))
    if settings.annuaire_key:
        found.append(Plan(known["annuaire"], _annuaire))
    return sorted(found, key=lambda plan: bool(plan.card.follows))


def _why_not(name: str, possible: Mapping[str, Plan]) -> str:
    keys = {"ror": "RECOURS_ROR_CLIENT_ID", "annuaire": "RECOURS_ANNUAIRE_KEY"}
    if name in keys:
        return f"« {name} » se met à jour avec un accès à vous : {keys[name]} (docs/reglages.md)."
    return (
        f"« {name} » ne se met pas à jour tout seul. Sources possibles : {', '.join(possible)}. Les "
        "autres s'importent par « recours import »."
    )


def _listing(
    card: Card,
) -> Callable[[Services, Fetcher, SourceState | None, Progress | None], Gathered]:
    def gather(
        opened: Services, fetcher: Fetcher, state: SourceState | None, progress: Progress | None
    ) -> Gathered:
        def show(received: int, announced: int) -> None:
            if progress:
                progress(received, announced, 0)

        monthly = opened.settings.update_monthly
        wanted, notes = wanted_files(fetcher.web, card, monthly=monthly)
        files = [
            fetcher.file(one, f"{card.name}-{number}", show).file
            for number, one in enumerate(wanted)
        ]
        return Gathered(files, notes=notes)

    return gather


def _ror(
    opened: Services, fetcher: Fetcher, state: SourceState | None, progress: Progress | None
) -> Gathered:
    begun = opened.clock()
    since = None if _is_full_due(opened, "ror", state, begun) else _since(state)
    bundles = apis.ror_bundles(opened, since)
    return _api_gathered(opened, "ror", bundles, begun, since, state, {})


def _annuaire(
    opened: Services, fetcher: Fetcher, state: SourceState | None, progress: Progress | None
) -> Gathered:
    begun = opened.clock()
    full = _is_full_due(opened, "annuaire", state, begun)
    since = None if full else _since(state)
    before = frozenset() if full or state is None else frozenset(state.cursor.get("people", ()))
    numbers, bundles = apis.annuaire_bundles(opened, fetcher.web, since, before)
    return _api_gathered(
        opened, "annuaire", bundles, begun, since, state, {"people": sorted(numbers)}
    )


def _api_gathered(
    opened: Services,
    name: str,
    bundles: Sequence[Mapping[str, Any]],
    begun: datetime,
    since: datetime | None,
    state: SourceState | None,
    more: Mapping[str, Any],
) -> Gathered:
    """A full answer replaces what is known; a delta adds to it, and may be empty."""
    full_at = begun.isoformat() if since is None or state is None else state.cursor["full_at"]
    cursor = {"at": begun.isoformat(), "full_at": full_at, **more}
    partial = since is not None
    if partial and not any(one.get("entry") for one in bundles):
        return Gathered(partial=True, cursor=cursor, empty=True)
    day = begun.astimezone(opened.territory.zone).date()
    file = apis.keep_bundles(opened.settings, name, day, bundles)
    return Gathered([file], partial, cursor)


def _is_full_due(opened: Services, name: str, state: SourceState | None, now: datetime) -> bool:
    """Whether all is to be read again: never read, read too long ago, or no longer in force."""
    told = state.cursor.get("full_at") if state else None
    if told is None or opened.register.published(name) is None:
        return True
    return now - datetime.fromisoformat(told) >= timedelta(days=apis.FULL_EVERY_DAYS)


def _since(state: SourceState | None) -> datetime:
    """Where a delta begins: a little before the last one, whatever the server's clock says."""
    told = state.cursor["at"] if state else datetime.min.replace(tzinfo=UTC).isoformat()
    return datetime.fromisoformat(told) - timedelta(minutes=10)
