"""Proposals for a stored request: its need, the agenda's slots, and the numbers true there."""

from typing import Any
from uuid import UUID

import msgspec

from orientation.availability import AgendaSlots
from orientation.crisis import Crisis, policy_in, read_crisis
from orientation.kept import KeptSlots, is_kept_from
from orientation.line import line_status
from orientation.model import (
    AgeBand,
    MedecinTraitant,
    Mobility,
    Need,
    NextAction,
    Outcome,
    Proposal,
    Proposals,
)
from orientation.requests import request_row
from orientation.round_slots import RoundSlots
from orientation.routing import propose
from orientation.store import Agenda
from orientation.surnumeraires import Surnumeraire, read_surnumeraires
from orientation.visibility import seen_by
from orientation.wording import CALL_15, say_kept

TRANSFERRED = Proposals(
    proposals=(),
    next_actions=(CALL_15,),
    explanation="Un signe d'alerte a été relevé : transférez au 15 en gardant la personne en "
    "ligne. Aucun rendez-vous ne peut être proposé pour cette demande.",
)


CALL_MEDECIN_TRAITANT = Proposals(
    proposals=(),
    next_actions=(
        CALL_15,
        NextAction(code="call_medecin_traitant", label="Appeler d'abord le médecin traitant"),
    ),
    explanation="Le médecin traitant est appelé d'abord. Notez s'il est disponible, indisponible, "
    "ou pourquoi il n'a pas été appelé : les créneaux sont proposés ensuite.",
)
CLOSED = Proposals(
    proposals=(),
    next_actions=(CALL_15,),
    explanation="Cette demande est close : aucun rendez-vous n'y est plus proposé.",
)
_WITHOUT_SLOTS = {
    Outcome.TRANSFER_15: TRANSFERRED,
    Outcome.MEDECIN_TRAITANT_FIRST: CALL_MEDECIN_TRAITANT,
}


def proposals_for(agenda: Agenda, request_id: UUID, *, later: bool = False) -> Proposals:
    """What to propose for a request; no slot before the médecin traitant, nor once it ended.

    `later` looks beyond the policy's window.
    """
    now = agenda.clock()
    with agenda.database.read() as connection:
        row = request_row(agenda, connection, request_id)
        if row.outcome != Outcome.OPEN.value:
            return _WITHOUT_SLOTS.get(Outcome(row.outcome), CLOSED)
        crisis = read_crisis(agenda, connection)
        policy, need = policy_in(crisis, agenda.territory.policy), need_of(agenda, row)
        coming = AgendaSlots(agenda, connection, now, seen_by(agenda.territory, row))
        offered = KeptSlots(coming, crisis if is_kept_from(crisis, row) else None)
        slots = RoundSlots(offered, coming, agenda, request_id, need)
        found, kept = propose(need, slots, policy, now, later=later), offered.kept
        on_top = () if found.proposals else read_surnumeraires(agenda, connection, need)
    doctors = tuple(_ask_on_top(one) for one in on_top)
    return msgspec.structs.replace(
        found,
        next_actions=found.next_actions + doctors + _numbers(agenda, row.commune, crisis),
        explanation=found.explanation + say_kept(kept),
    )


def alternatives_for(agenda: Agenda, request_id: UUID) -> tuple[Proposal, ...]:
    """The proposals alone; none where nothing may be booked."""
    return proposals_for(agenda, request_id).proposals


def need_of(agenda: Agenda, row: Any) -> Need:
    """The need of a stored, open request: nothing in it identifies the person."""
    commune = agenda.communes.get(row.commune)
    return Need(
        commune=row.commune,
        commune_name=commune.name if commune else row.commune,
        age_band=AgeBand(row.age_band),
        mobility=Mobility(row.mobility),
        delay_hours=row.delay_hours,
        medecin_traitant=MedecinTraitant(row.medecin_traitant),
        point=commune.point if commune else None,
        in_perimeter=row.commune in agenda.territory.first_recourse.communes,
        own_doctor=row.own_doctor,
    )


def _ask_on_top(one: Surnumeraire) -> NextAction:
    label = f"{one.doctor.name} accepte en surnuméraire : l'appeler"
    return NextAction(code="call_surnumeraire", label=label, number=one.number)


def _numbers(agenda: Agenda, commune: str, crisis: Crisis | None) -> tuple[NextAction, ...]:
    status = line_status(agenda.territory, agenda.clock(), commune)
    return tuple(
        NextAction(
            code="useful_number",
            label=" : ".join(part for part in (number.label, number.note) if part),
            number=number.number,
        )
        for number in (*(crisis.useful_numbers() if crisis else ()), *status.numbers)
        if number.number != CALL_15.number
    )
