"""Errors that say what is wrong, where, and what to do; each carries its HTTP status."""

from typing import Any


class RecoursError(Exception):
    """Base of every expected error.

    `detail` is French and meant for the person in front of the screen; `status` is the HTTP
    status a web handler answers with; `extra` joins the RFC 9457 problem document.
    """

    status = 500
    title = "Erreur interne"
    kind = "erreur"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra


class InputRefusedError(RecoursError):
    """A file, a parameter or a form that cannot be accepted; the command line exits with 1."""

    status = 422
    title = "Saisie refusée"
    kind = "saisie-refusee"


class UsageError(InputRefusedError):
    """A command that lacks something or says two things at once; the command line exits with 2."""

    title = "Commande incomplète"
    kind = "usage"


class NotFoundError(RecoursError):
    """What was asked for does not exist, or no longer."""

    status = 404
    title = "Introuvable"
    kind = "introuvable"


class GoneError(RecoursError):
    """What was asked for exists and must not be shown."""

    status = 410
    title = "Fiche non publiée"
    kind = "non-publiee"


class ConflictError(RecoursError):
    """A race was lost or a rule of the store forbids the change."""

    status = 409
    title = "Conflit"
    kind = "conflit"


class UnavailableError(RecoursError):
    """A part the answer depends on (index, database) is not ready."""

    status = 503
    title = "Momentanément indisponible"
    kind = "indisponible"


class SettingsError(RecoursError):
    """A setting is missing or wrong; the command line exits with 2."""

    title = "Réglage incorrect"
    kind = "reglage"
