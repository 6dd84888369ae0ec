"""What must be known before a request is taken: red flags first, then number, place and need."""

from typing import Any

from directory.base.errors import InputRefusedError, UnavailableError
from directory.model import Value
from directory.phones import parse_phone
from orientation.model import PENDING, MedecinTraitant, Outcome
from orientation.privacy import watcher_digest
from orientation.records import NewRequest, Sealed
from orientation.store import Agenda

LONGEST_DELAY_HOURS = 24 * 31
FRENCH_DIGITS = 10

_ANSWERED = (Outcome.OPEN, Outcome.MEDECIN_TRAITANT)
"""Outcomes that tell that the médecin traitant was called, or why not."""

_REQUIRED = {
    "callback_number": "le numéro de rappel",
    "commune": "la commune (code INSEE)",
    "age_band": "la tranche d'âge",
    "mobility": "la mobilité",
    "delay_hours": "le délai souhaité",
    "medecin_traitant": "la situation avec le médecin traitant",
}


class Intake(Value, frozen=True, kw_only=True):
    """A call once checked: what is kept in clear, what is sealed, and where it leads."""

    outcome: Outcome
    phone: str
    sealed: Sealed
    columns: dict[str, Any]


def check_intake(agenda: Agenda, new: NewRequest) -> Intake:
    """Check a call; raises InputRefusedError naming the field.

    With red flags nothing else is needed and nothing else can be refused: an emergency never
    waits for a well-typed number. What cannot be used is left out.
    """
    if new.red_flags != "none":
        return _flagged(agenda, new, agenda.flags.check(new.red_flags))
    _require_signed_lists(agenda)
    _require_complete(new)
    phone = read_phone(new.callback_number or "")
    require_known_commune(agenda, new.commune or "")
    _require_delay(new.delay_hours)
    agenda.questions.check_reason(new.reason_category or "")
    return _intake(agenda, new, _outcome(new), phone, new.commune, new.delay_hours)


def _outcome(new: NewRequest) -> Outcome:
    """The médecin traitant is called first when there is one (docs/appel.md)."""
    if new.medecin_traitant is MedecinTraitant.AVAILABLE:
        return Outcome.MEDECIN_TRAITANT
    if new.medecin_traitant is MedecinTraitant.NOT_TRIED and new.medecin_traitant_why is None:
        return Outcome.MEDECIN_TRAITANT_FIRST
    return Outcome.OPEN


def _flagged(agenda: Agenda, new: NewRequest, codes: tuple[str, ...]) -> Intake:
    commune = new.commune if agenda.communes.get(new.commune or "") else None
    delay = new.delay_hours if _is_delay(new.delay_hours) else None
    told = new.callback_number or ""
    phone = "" if _is_cut_short(told) else parse_phone(told)
    return _intake(agenda, new, Outcome.TRANSFER_15, phone, commune, delay, codes)


def _intake(
    agenda: Agenda,
    new: NewRequest,
    outcome: Outcome,
    phone: str,
    commune: str | None,
    delay_hours: int | None,
    codes: tuple[str, ...] = (),
) -> Intake:
    sealed = Sealed(
        callback_number=phone,
        address=(new.address or "").strip(),
        reason_category=_known_reason(agenda, new),
        asked_by=(new.asked_by or "").strip(),
    )
    told, why = new.medecin_traitant, new.medecin_traitant_why
    columns = {
        "outcome": outcome.value,
        "red_flags": list(codes),
        "red_flags_version": agenda.flags.version,
        "flagged_at": agenda.clock() if codes else None,
        "commune": commune,
        "age_band": new.age_band.value if new.age_band else None,
        "mobility": new.mobility.value if new.mobility else None,
        "delay_hours": delay_hours,
        "medecin_traitant": told.value if told else None,
        "medecin_traitant_why": why.value if why and told is MedecinTraitant.NOT_TRIED else None,
        "medecin_traitant_at": agenda.clock() if told and outcome in _ANSWERED else None,
        "own_doctor": new.own_doctor if outcome in PENDING else None,
        "line": new.line.value,
        "channel": new.channel.value,
        "origin": new.origin.value if new.origin else None,
        "questions_version": agenda.questions.version,
        "closed_at": None if outcome in PENDING else agenda.clock(),
        "watcher": watcher_digest(agenda, new.watch) if new.watch else None,
    }
    return Intake(outcome=outcome, phone=phone, sealed=sealed, columns=columns)


def _known_reason(agenda: Agenda, new: NewRequest) -> str:
    """Nothing medical is kept beyond a category of the list, an emergency's included."""
    told, question = (new.reason_category or "").strip(), agenda.questions.get("reason_category")
    return told if question and question.knows(told) else ""


def _require_signed_lists(agenda: Agenda) -> None:
    if agenda.settings.demo:
        return
    if not agenda.flags.is_signed:
        raise UnavailableError(
            f"La liste des signes d'alerte « {agenda.flags.version} » n'est signée par aucun "
            "médecin de la CPTS : elle ne sert qu'en démonstration (RECOURS_DEMO). Au moindre "
            "signe d'alerte, transférez au 15.",
            reason="red_flags_unsigned",
        )
    if not agenda.questions.is_signed:
        raise UnavailableError(
            f"Les questions de l'appel « {agenda.questions.version} » ne sont signées par aucun "
            "médecin de la CPTS : elles ne servent qu'en démonstration (RECOURS_DEMO). Au moindre "
            "signe d'alerte, transférez au 15.",
            reason="questions_unsigned",
        )


def _require_complete(new: NewRequest) -> None:
    absent = [name for name in _REQUIRED if getattr(new, name) in (None, "")]
    if absent:
        said = ", ".join(_REQUIRED[name] for name in absent)
        raise InputRefusedError(f"Il manque {said}.", fields=absent)


def _is_cut_short(told: str) -> bool:
    """A French number lacking digits, which would pass for another territory's short one."""
    digits = "".join(character for character in told if character.isdigit())
    return digits.startswith("0") and not digits.startswith("00") and len(digits) != FRENCH_DIGITS


def read_phone(told: str, field: str = "callback_number") -> str:
    """A number in E.164 that can be called back; InputRefusedError naming the field."""
    phone = parse_phone(told)
    if not phone or _is_cut_short(told):
        raise InputRefusedError(
            "Ce numéro de rappel ne peut pas être rappelé : donnez un numéro complet, "
            "à dix chiffres en France ou avec l'indicatif du pays (+32…).",
            field=field,
        )
    return phone


def require_known_commune(agenda: Agenda, insee: str) -> None:
    """Refuse what is not the INSEE code of a commune, most often a postcode."""
    if agenda.communes.get(insee) is None:
        raise InputRefusedError(
            f"Commune « {insee[:20]} » inconnue : donnez le code INSEE à cinq caractères "
            "(94016 pour Cachan), pas le code postal.",
            field="commune",
        )


def _is_delay(hours: int | None) -> bool:
    return hours is not None and 0 < hours <= LONGEST_DELAY_HOURS


def _require_delay(hours: int | None) -> None:
    if not _is_delay(hours):
        raise InputRefusedError(
            f"Le délai souhaité doit être compris entre 1 et {LONGEST_DELAY_HOURS} heures.",
            field="delay_hours",
        )
