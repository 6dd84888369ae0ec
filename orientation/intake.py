"""What must be known before a request is taken: red flags first, then number, place and need."""

from typing import Any

from directory.base.errors import InputRefusedError, UnavailableError
from directory.model import Value
from directory.phones import parse_phone
from orientation.model import Outcome
from orientation.records import NewRequest, Sealed
from orientation.store import Agenda

LONGEST_DELAY_HOURS = 24 * 31
FRENCH_DIGITS = 10

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
    _require_signed_list(agenda)
    _require_complete(new)
    phone = read_phone(new.callback_number or "")
    require_known_commune(agenda, new.commune or "")
    _require_delay(new.delay_hours)
    return _intake(agenda, new, Outcome.OPEN, phone, new.commune, new.delay_hours)


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
        reason_category=(new.reason_category or "").strip(),
    )
    columns = {
        "outcome": outcome.value,
        "red_flags": list(codes),
        "red_flags_version": agenda.flags.version,
        "flagged_at": agenda.clock() if codes else None,
        "commune": commune,
        "age_band": new.age_band.value if new.age_band else None,
        "mobility": new.mobility.value if new.mobility else None,
        "delay_hours": delay_hours,
        "medecin_traitant": new.medecin_traitant.value if new.medecin_traitant else None,
        "own_doctor": new.own_doctor if outcome is Outcome.OPEN else None,
    }
    return Intake(outcome=outcome, phone=phone, sealed=sealed, columns=columns)


def _require_signed_list(agenda: Agenda) -> None:
    if not (agenda.flags.is_signed or agenda.settings.demo):
        raise UnavailableError(
            f"La liste des signes d'alerte « {agenda.flags.version} » n'est signée par aucun "
            "médecin de la CPTS : elle ne sert qu'en démonstration (RECOURS_DEMO). Au moindre "
            "signe d'alerte, transférez au 15.",
            reason="red_flags_unsigned",
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
