"""What the store refused, by name and in a sentence that says what to do."""

from typing import Any, TypeVar
from uuid import UUID

from directory.base.logs import get_logger
from directory.model import Value
from orientation.idempotency import Call, Owner, Refusal, remember_refusal
from orientation.seeking import tables
from orientation.store import Agenda

log = get_logger(__name__)

T = TypeVar("T", bound=Value)

WAITS = Owner(tables.wait, tables.wait_call, "wait")
"""Answers about a wait are sealed with its key, and go with it."""

REASONS = {
    "already_waiting": "Cette personne (même téléphone, même date de naissance) est déjà inscrite : "
    "ouvrez son inscription, elle garde son rang.",
    "wait_closed": "Cette inscription est close : inscrivez de nouveau la personne si elle cherche "
    "toujours un médecin traitant.",
    "already_proposed": "Un médecin est déjà proposé à cette personne : notez d'abord sa réponse.",
    "not_possible": "Ce médecin ne peut pas être proposé à cette personne",
    "no_offer": "Ce médecin n'a pas déclaré de places pour de nouveaux patients : choisissez un "
    "des médecins proposés.",
    "no_place_left": "Ce médecin n'a plus de place : la dernière vient d'être prise. Notez son "
    "refus et proposez un autre médecin ; la personne garde son rang.",
    "not_proposed": "Cette proposition n'attend plus de réponse : rechargez la page.",
    "not_accepted": "Le médecin doit d'abord avoir accepté : notez sa réponse, puis la signature.",
    "already_ended": "Cette proposition est déjà terminée : rechargez la page.",
    "not_declared": "Aucune déclaration n'est notée : notez la signature avant de clore, ou "
    "choisissez une autre raison.",
    "declared": "Une déclaration est signée : closez l'inscription pour cette raison, ou notez "
    "d'abord que le suivi n'a pas lieu.",
}


class DeniedError(Exception):
    """The store said no, for a reason of `REASONS`; undoes the transaction it is raised in."""

    def __init__(self, reason: str, more: str = "", **extra: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = f"{REASONS[reason]} : {more}." if more else REASONS[reason]
        self.extra = {"reason": reason, **extra}


def refuse(agenda: Agenda, call: Call, wait_id: UUID, denied: DeniedError, kind: type[T]) -> T:
    """Raise the named refusal as a ConflictError, kept under the call's key."""
    log.info("refused", reason=denied.reason, wait=str(wait_id))
    refusal = Refusal(detail=denied.detail, extra=denied.extra)
    return remember_refusal(agenda, call, wait_id, refusal, kind)
