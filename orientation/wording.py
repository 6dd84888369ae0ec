"""Why a slot is proposed, why none is, what to do next: in plain French, for the call-taker."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from directory.model import Precision
from directory.territory import Criterion, Policy
from orientation.model import (
    AGES_MONTHS,
    Candidate,
    Mobility,
    Mode,
    Need,
    NextAction,
    Obstacle,
    Proposal,
)

CALL_15 = NextAction(
    code="call_15", label="Au moindre doute ou si l'état s'aggrave : transférer au 15", number="15"
)

SHOW_LATER = "show_later"
"""The next action that asks for what is beyond the policy's window."""

NOT_FAR_KM = 0.1
"""Under this, a number of kilometres would be written 0,0."""

MODE_LABELS = {
    Mode.CABINET: "consultation au cabinet",
    Mode.HOME: "visite à domicile",
    Mode.VIDEO: "téléconsultation",
}

_MOBILITY_LABELS = {
    Mobility.TRAVEL: "si la personne peut se déplacer",
    Mobility.HOME: "si un médecin se rend à son domicile",
    Mobility.VIDEO: "si la personne accepte une téléconsultation",
}


def reasons(
    need: Need, slot: Candidate, policy: Policy, now: datetime, distance: float | None
) -> tuple[str, ...]:
    """The reasons of a slot's rank, in the order in which the policy compares."""
    said = [_reason(criterion, need, slot, now, distance) for criterion in policy.order]
    if slot.places_left > 1:
        said.append(f"{slot.places_left} places sur ce créneau")
    if _is_age_unsure(need, slot):
        said.append(f"{_say_ages(slot)} : vérifiez l'âge avec la personne")
    return tuple(reason for reason in said if reason)


def explain_choice(need: Need, proposals: Sequence[Proposal], feasible: int) -> str:
    """How many were compared, and whether the delay can be met."""
    count = _count(len(proposals), "proposition")
    among = f"{count} parmi {_count(feasible, 'créneau possible', 'créneaux possibles')}."
    if any(proposal.delay_met for proposal in proposals):
        return among
    return f"{among} Aucun créneau dans les {need.delay_hours} h demandées : voici les suivants."


def explain_rounds(apart: int) -> str:
    """The visits left out because their doctor would not be there on time."""
    if not apart:
        return ""
    hold = "ne tient pas" if apart == 1 else "ne tiennent pas"
    return f" {_count(apart, 'visite')} {hold} dans la tournée du médecin."


def explain_window(later: int, hours: int) -> str:
    """The slots left out because they start beyond the hours that are shown."""
    if not later:
        return ""
    return f" {_count(later, 'autre', 'autres')} au-delà de {hours} h."


def explain_lead(soon: int) -> str:
    """The slots left out because they start before anybody could be there."""
    if not soon:
        return ""
    begin = "commence" if soon == 1 else "commencent"
    return f" {_count(soon, 'autre', 'autres')} {begin} trop tôt pour y être."


def explain_nothing(need: Need, obstacles: Mapping[Obstacle, int], hours: int = 0) -> str:
    """Why no slot is possible, the most frequent reason first; `hours` are those shown."""
    if not need.in_perimeter:
        return (
            f"{need.commune_name} n'est pas dans le périmètre de l'équipe de premier recours : "
            "aucun créneau ne peut y être proposé."
        )
    if not obstacles:
        return "Aucun créneau n'est ouvert dans l'agenda de l'équipe pour les jours qui viennent."
    ordered = sorted(obstacles.items(), key=lambda item: (-item[1], str(item[0])))
    said = " ; ".join(
        f"{_count(count, 'créneau', 'créneaux')} : {_say_obstacle(need, why, hours)}"
        for why, count in ordered
    )
    return f"Aucun créneau possible. {said}."


def say_kept(kept: int) -> str:
    """How many slots the crisis mode keeps back from this request; empty when none."""
    if not kept:
        return ""
    slots = _count(kept, "créneau gardé", "créneaux gardés")
    return f" Mode de crise : {slots} pour les demandes régulées par le SAS."


def next_actions(
    need: Need,
    proposals: Sequence[Proposal],
    other_ways: Mapping[Mobility, int],
    later: int = 0,
) -> tuple[NextAction, ...]:
    """What can be done beside the proposals; the 15 is always there, and first."""
    actions = [CALL_15]
    if later:
        slots = _count(later, "créneau plus tardif", "créneaux plus tardifs")
        actions.append(NextAction(code=SHOW_LATER, label=f"Voir aussi {slots}"))
    if proposals and not any(proposal.delay_met for proposal in proposals):
        actions.append(
            NextAction(
                code="accept_longer_delay",
                label="Demander à la personne si elle peut attendre plus longtemps",
            )
        )
    actions.extend(
        NextAction(
            code=f"try_{mobility.value}",
            label=f"{_count(count, 'autre créneau', 'autres créneaux')} "
            f"{_MOBILITY_LABELS[mobility]}",
        )
        for mobility, count in other_ways.items()
        if count
    )
    if not proposals:
        actions.append(
            NextAction(
                code="call_back",
                label="Proposer de rappeler la personne dès qu'un créneau s'ouvre",
            )
        )
    return tuple(actions)


def _reason(
    criterion: Criterion, need: Need, slot: Candidate, now: datetime, distance: float | None
) -> str:
    match criterion:
        case "own_doctor":
            return "c'est son médecin traitant" if slot.doctor.id == need.own_doctor else ""
        case "delay":
            return _say_delay(need, slot, now)
        case "mode":
            return _say_mode(need, slot)
        case "travel":
            return _say_travel(need, slot, distance)
        case "fairness":
            return _say_load(slot)
        case "scarcity":
            reserved = slot.mode is Mode.HOME
            return "réservée à qui ne peut pas se déplacer" if reserved else ""
        case "new_patients":
            return "accepte de nouveaux patients" if slot.doctor.accepts_new else ""
        case "earliest":
            return ""  # the hour of the slot says it
        case _:
            assert_never(criterion)


def _say_delay(need: Need, slot: Candidate, now: datetime) -> str:
    wait = _wait(now, slot.start)
    if (slot.start - now).total_seconds() <= need.delay_hours * 3600:
        return f"dans le délai demandé : {wait}"
    return f"au-delà du délai demandé : {wait} au lieu de {need.delay_hours} h"


def _wait(now: datetime, start: datetime) -> str:
    minutes = int((start - now).total_seconds() // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"


def _say_mode(need: Need, slot: Candidate) -> str:
    label = MODE_LABELS[slot.mode]
    if need.mobility is Mobility.VIDEO or slot.mode is not Mode.VIDEO:
        return label
    return f"{label}, si cela convient à la personne et au médecin"


def _say_travel(need: Need, slot: Candidate, distance: float | None) -> str:
    if slot.mode is Mode.VIDEO:
        return "sans déplacement"
    if slot.place and slot.place.insee == need.commune:
        return f"dans la même commune, {need.commune_name}"
    if slot.mode is Mode.HOME and any(at.insee == need.commune for at in slot.doctor.places):
        return f"médecin installé dans la même commune, {need.commune_name}"
    if distance is None:
        return "distance inconnue"
    rough = need.point is None or need.point.precision is not Precision.ADDRESS
    if distance < NOT_FAR_KM:
        return f"à moins de {NOT_FAR_KM} km".replace(".", ",")
    return f"à {'environ ' if rough else ''}{distance:.1f} km".replace(".", ",")


def _say_load(slot: Candidate) -> str:
    week = "cette semaine" if slot.this_week else "la semaine du créneau"
    given = f"{slot.given} rendez-vous {week}"
    capacity = slot.doctor.weekly_capacity
    return f"{given} sur {capacity}" if capacity else f"{given}, capacité non déclarée"


def _say_obstacle(need: Need, why: Obstacle, hours: int) -> str:
    match why:
        case Obstacle.PERIMETER:
            return "commune hors du périmètre de l'équipe"
        case Obstacle.MODE:
            return "d'un autre mode que celui qui convient à la personne"
        case Obstacle.VISITS:
            return f"visite d'un médecin qui ne se déplace pas à {need.commune_name}"
        case Obstacle.AGE:
            return "d'un médecin qui ne reçoit pas cet âge"
        case Obstacle.FULL:
            return "déjà pris"
        case Obstacle.ROUND:
            return "visite qui ne tient pas dans la tournée du médecin"
        case Obstacle.WINDOW:
            return f"au-delà des {hours} h proposées d'abord"
        case Obstacle.SOON:
            return "qui commence trop tôt pour y être"
        case _:
            assert_never(why)


def _is_age_unsure(need: Need, slot: Candidate) -> bool:
    youngest, oldest = AGES_MONTHS[need.age_band]
    lower, upper = slot.doctor.min_age_months, slot.doctor.max_age_months
    return (lower is not None and youngest < lower) or (upper is not None and oldest > upper)


def _say_ages(slot: Candidate) -> str:
    youngest, oldest = slot.doctor.min_age_months, slot.doctor.max_age_months
    lower = f" à partir de {_age(youngest)}" if youngest is not None else ""
    upper = f" jusqu'à {_age(oldest)}" if oldest is not None else ""
    return f"reçoit{lower}{upper}"


def _age(months: int) -> str:
    return f"{months} mois" if months < 24 else f"{months // 12} ans"


def _count(number: int, one: str, several: str = "") -> str:
    shown = f"{number:,}".replace(",", "\u202f")
    return f"{shown} {one if number < 2 else several or one + 's'}"
