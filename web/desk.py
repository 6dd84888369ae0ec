"""The desk beside every screen of the secretariat: calls under way, holds, today, call backs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import Request

from directory.communes import Commune
from orientation.board import Board
from orientation.calls import OpenCall
from orientation.model import Mode
from orientation.questions import QuestionList
from web.access import actor_of
from web.authors import read_author
from web.contexts import KnownCall
from web.wording import say_moment, say_time

if TYPE_CHECKING:
    from web.services import Services

MOST_CALL_BACKS = 5


@dataclass(frozen=True)
class Desk:
    """What the desk shows now; nobody who called is named in it."""

    calls: Sequence[OpenCall]
    board: Board
    modes: Sequence[Mode]
    """Those free today, in their usual order."""
    cancelled: int
    """How many people a doctor's cancellation left to be called."""
    communes: Mapping[str, str]
    questions: QuestionList
    next_end: datetime | None
    """When the first of the holds ends: the desk is then worth asking for again."""

    @property
    def most(self) -> int:
        """How many call backs are shown before the rest is a link."""
        return MOST_CALL_BACKS


@dataclass(frozen=True)
class DeskPage:
    """The desk alone: today's board as a page, and what the other screens ask for live."""

    here: str
    """The path of the screen it stands beside, whose own call is marked."""


class DeskReader:
    """Reads the desk for the templates."""

    def __init__(self, services: "Services") -> None:
        self._services = services

    def read(self) -> Desk:
        """Everything at once, as the store says now."""
        orientation = self._services.orientation
        board = orientation.board()
        calls = orientation.calls.under_way()
        visits = [visit for day in board.days for visit in day.visits]
        named = {
            *(one.commune for one in calls),
            *(one.commune for one in visits),
            *(one.commune for one in board.call_backs),
        }
        found = {code: self._services.communes.get(code) for code in named if code}
        return Desk(
            calls=calls,
            board=board,
            modes=[mode for mode in Mode if any(mode in one.places for one in board.free)],
            cancelled=orientation.count_to_call_back(),
            communes={code: _name(code, commune) for code, commune in found.items()},
            questions=orientation.questions(),
            next_end=board.holds[0].until if board.holds else None,
        )


def _name(code: str, commune: Commune | None) -> str:
    return commune.name if commune else code


def holder_of(request: Request) -> str:
    """Who handles the call, as colleagues see them."""
    return read_author(request) or actor_of(request).name


def known_calls(services: "Services", number: str, here: UUID | None = None) -> list[KnownCall]:
    """Calls under way of the same number but `here`, then its open requests, naming no caller."""
    zone = services.territory.zone
    under_way = [
        KnownCall(
            f"Appel en cours depuis {say_time(call.since, zone)}, pris par {call.holder}",
            f"/secretariat/appels/{call.id}/reprendre",
            under_way=True,
        )
        for call in services.orientation.calls.of_number(number, here)
    ]
    return under_way + [
        KnownCall(
            f"Demande du {say_moment(call.created_at, zone)}"
            + (", avec un créneau" if call.booking else ", sans créneau"),
            f"/secretariat/demandes/{call.id}",
        )
        for call in services.orientation.find_caller(number)
    ]
