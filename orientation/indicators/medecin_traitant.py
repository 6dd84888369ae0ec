"""Médecin traitant: people oriented to one, and who still waits for one, by priority group."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from orientation import tables
from orientation.calendar import local_day
from orientation.indicators.model import Figure, Indicator, Rows, Scope, count_figure
from orientation.model import Outcome
from orientation.seeking import tables as seeking
from orientation.seeking.model import CloseReason, PlacementState, WaitState
from orientation.seeking.ranking import group_of
from orientation.seeking.waits import wait_of
from orientation.seeking.wording import GROUP_SHORT

WAYS = {
    "own_received": "reçues par leur médecin traitant, appelé d'abord",
    "declared": "déclaration signée avec un médecin du territoire",
    "own_doctor": "ont déclaré le médecin qui les suivait déjà",
}


def _oriented(scope: Scope) -> sa.CompoundSelect[Any]:
    request, wait, placement = tables.request, seeking.wait, seeking.placement
    received = _count("own_received", request).where(
        scope.here(request),
        scope.during(request.c.created_at),
        request.c.outcome == Outcome.MEDECIN_TRAITANT.value,
    )
    declared = _count("declared", placement).where(
        scope.here(placement),
        scope.during(placement.c.declared_at),
        placement.c.state == PlacementState.DECLARED.value,
    )
    own = _count("own_doctor", wait).where(
        scope.here(wait),
        scope.during(wait.c.closed_at),
        wait.c.close_reason == CloseReason.OWN_DOCTOR.value,
    )
    return sa.union_all(received, declared, own)


def _count(way: str, table: sa.Table) -> sa.Select[str, int]:
    return sa.select(sa.literal(way).label("way"), sa.func.count().label("number")).select_from(
        table
    )


def _oriented_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    numbers = {row.way: row.number for row in rows}
    for way, label in WAYS.items():
        yield count_figure(way, "", label, numbers[way])


def _waiting(scope: Scope) -> sa.Select[Any]:
    """Who was on the list at the end of the period; error entries never were."""
    wait, placement = seeking.wait, seeking.placement
    signed = sa.exists().where(
        placement.c.wait == wait.c.id,
        placement.c.state == PlacementState.DECLARED.value,
        placement.c.declared_at < scope.end,
    )
    return sa.select(wait).where(
        scope.here(wait),
        wait.c.created_at < scope.end,
        sa.or_(wait.c.closed_at.is_(None), wait.c.closed_at >= scope.end),
        sa.or_(wait.c.close_reason.is_(None), wait.c.close_reason != CloseReason.ERROR.value),
        ~signed,
    )


def _waiting_figures(scope: Scope, rows: Rows) -> Iterator[Figure]:
    agenda = scope.agenda
    policy = agenda.territory.seeking
    last = min(scope.now, scope.end - timedelta(milliseconds=1))
    day = local_day(agenda.territory, last)
    groups = Counter(
        group_of(wait_of(agenda, row), policy, day)
        if row.state == WaitState.OPEN.value
        else row.closed_group
        for row in rows
    )
    yield count_figure("all", "", "personnes en attente", groups.total())
    for group in policy.groups:
        yield count_figure(f"group.{group}", "Groupe", GROUP_SHORT[group], groups[group])


ORIENTED = Indicator(
    code="medecin-traitant",
    title="Personnes orientées vers un médecin traitant",
    definition=(
        "Demandes de la période que le médecin traitant, appelé d'abord, a reçues ; déclarations de "
        "médecin traitant signées dans la période ; inscriptions closes dans la période parce que "
        "la personne a déclaré le médecin qui la suivait déjà."
    ),
    unit="personnes",
    source="Demandes de Recours et liste « Trouver un médecin traitant ».",
    query=_oriented,
    figures=_oriented_figures,
)
WAITING = Indicator(
    code="waiting-list",
    title="Liste d'attente d'un médecin traitant, par groupe",
    definition=(
        "Personnes inscrites et sans déclaration signée à la fin de la période (ou à ce jour, si "
        "elle n'est pas finie), dans le premier de leurs groupes de priorité. Les inscriptions "
        "faites par erreur ne comptent pas. Une inscription close depuis garde le groupe qu'elle "
        "avait ce jour-là."
    ),
    unit="personnes",
    source="Liste « Trouver un médecin traitant ».",
    query=_waiting,
    figures=_waiting_figures,
)
