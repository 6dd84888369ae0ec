"""The agenda store and what every operation on it needs, opened once and passed down."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import uuid_utils.compat

from directory.base.clock import Clock
from directory.base.database import Database, StoreSpec, open_database
from directory.base.errors import NotFoundError
from directory.base.keys import KeyRing
from directory.base.settings import Settings
from directory.communes import Communes
from directory.territory import Territory
from orientation.memory import SlotMemory
from orientation.questions import QuestionList
from orientation.red_flags import RedFlagList
from orientation.routes import RouteService

SPEC = StoreSpec("agenda", Path(__file__).parent / "migrations", durable=True)


@dataclass(frozen=True)
class Agenda:
    """An open agenda: its store, its territory, its secrets and its clock.

    `clock` says what is past and which week it is; expiry of a hold is the store's alone.
    """

    database: Database
    territory: Territory
    communes: Communes
    keys: KeyRing
    clock: Clock
    settings: Settings
    flags: RedFlagList
    questions: QuestionList
    routes: RouteService
    memory: SlotMemory = field(default_factory=SlotMemory)


def open_store(settings: Settings) -> Database:
    """Open and migrate the agenda of these settings."""
    return open_database(SPEC, settings.data_dir, settings.database_url)


def new_id() -> UUID:
    """A fresh key (UUIDv7: creation order, so that pages of the store stay full)."""
    return uuid_utils.compat.uuid7()


def known_id(told: str | UUID, what: str) -> UUID:
    """The key a client gives; what is not even a key cannot exist, hence NotFoundError."""
    try:
        return told if isinstance(told, uuid.UUID) else uuid.UUID(told)
    except ValueError as exc:
        raise missing(what) from exc


def missing(what: str) -> NotFoundError:
    """« Créneau introuvable »: the identifier is unknown here."""
    return NotFoundError(f"{what} introuvable : vérifiez l'identifiant, ou reprenez la recherche.")
