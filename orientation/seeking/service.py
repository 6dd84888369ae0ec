"""The door of the search for a médecin traitant: everything a page or the API does."""

from datetime import date
from uuid import UUID

from directory.base.jobs import Job
from directory.territory import ConsentText, Group, SeekingPolicy
from orientation.privacy import DEFAULT_ACTOR
from orientation.seeking import counts, offers, placements, retention, views, waits
from orientation.seeking.consent import consent_text
from orientation.seeking.model import (
    CloseReason,
    Matches,
    Offer,
    OfferTerms,
    RankedWait,
    RefusalReason,
)
from orientation.seeking.records import (
    Closed,
    Enrolled,
    NewWait,
    Placed,
    SeekingCounts,
    WaitsPage,
    WaitView,
)
from orientation.store import Agenda, known_id

Id = str | UUID

RETENTION_SECONDS = 3600
CALLED = 10
"""How many people are shown to a doctor at once."""

WAIT, PLACEMENT, DOCTOR = "Inscription", "Proposition", "Médecin"


class Seeking:
    """The list of a territory. Identifiers are accepted as text or UUID.

    `actor` is who acts, for the audit trail; `idem_key` is the caller's Idempotency-Key.
    """

    def __init__(self, context: Agenda) -> None:
        self.context = context

    @property
    def policy(self) -> SeekingPolicy:
        """Groups, order, delays and target of the territory."""
        return self.context.territory.seeking

    @property
    def consent(self) -> ConsentText:
        """The text to read out before somebody is put on the list."""
        return consent_text(self.policy)

    @property
    def today(self) -> date:
        """The date on the wall of the territory."""
        return waits.today_of(self.context)

    def enrol(
        self, new: NewWait, idem_key: str | None = None, actor: str = DEFAULT_ACTOR
    ) -> Enrolled:
        """Put somebody on the list; InputRefusedError names the field."""
        return waits.enrol(self.context, new, idem_key, actor)

    def wait(self, wait_id: Id, actor: str = DEFAULT_ACTOR) -> WaitView:
        """A person's sheet in clear; the reading is audited."""
        return views.read_wait(self.context, known_id(wait_id, WAIT), actor)

    def waits(
        self,
        group: Group | None = None,
        *,
        to_confirm: bool = False,
        page: int = 1,
        actor: str = DEFAULT_ACTOR,
    ) -> WaitsPage:
        """A page of the list in calling order, of one group or to be confirmed if asked."""
        return views.list_waits(self.context, group, to_confirm=to_confirm, page=page, actor=actor)

    def matches(self, wait_id: Id) -> Matches:
        """Doctors to propose to a person, best first, with reasons."""
        return views.read_matches(self.context, known_id(wait_id, WAIT))

    def called(self, doctor_id: Id) -> tuple[RankedWait, ...]:
        """The first people a doctor could take, in calling order, without any name."""
        return views.read_called(self.context, known_id(doctor_id, DOCTOR), CALLED)

    def propose(
        self,
        wait_id: Id,
        doctor_id: Id,
        idem_key: str | None = None,
        actor: str = DEFAULT_ACTOR,
    ) -> Placed:
        """Propose a person to a doctor; ConflictError carries `reason`."""
        wait, doctor = known_id(wait_id, WAIT), known_id(doctor_id, DOCTOR)
        return placements.propose(self.context, wait, doctor, idem_key, actor)

    def accept(
        self, placement_id: Id, idem_key: str | None = None, actor: str = DEFAULT_ACTOR
    ) -> Placed:
        """Both sides agree: one of the doctor's places is taken."""
        known = known_id(placement_id, PLACEMENT)
        return placements.accept(self.context, known, idem_key, actor)

    def refuse(
        self,
        placement_id: Id,
        reason: RefusalReason,
        idem_key: str | None = None,
        actor: str = DEFAULT_ACTOR,
    ) -> Placed:
        """One side says no; the person keeps their rank and this doctor is not proposed again."""
        known = known_id(placement_id, PLACEMENT)
        return placements.decline(self.context, known, reason, idem_key, actor)

    def declare(
        self, placement_id: Id, idem_key: str | None = None, actor: str = DEFAULT_ACTOR
    ) -> Placed:
        """The declaration of médecin traitant is signed."""
        known = known_id(placement_id, PLACEMENT)
        return placements.declare(self.context, known, idem_key, actor)

    def close(
        self,
        wait_id: Id,
        reason: CloseReason,
        idem_key: str | None = None,
        actor: str = DEFAULT_ACTOR,
    ) -> Closed:
        """Take somebody off the list; their identity is erased days later."""
        return waits.close(self.context, known_id(wait_id, WAIT), reason, idem_key, actor)

    def confirm(self, wait_id: Id, actor: str = DEFAULT_ACTOR) -> None:
        """The person still looks for a médecin traitant."""
        waits.confirm(self.context, known_id(wait_id, WAIT), actor)

    def remind(self, wait_id: Id, actor: str = DEFAULT_ACTOR) -> bool:
        """Count a call without an answer; False when none was due today."""
        return waits.remind(self.context, known_id(wait_id, WAIT), actor)

    def set_offer(self, doctor_id: Id, terms: OfferTerms, actor: str = DEFAULT_ACTOR) -> Offer:
        """Replace what a doctor declares; InputRefusedError names the field."""
        return offers.set_offer(self.context, known_id(doctor_id, DOCTOR), terms, actor)

    def offers(self) -> dict[UUID, Offer]:
        """What the active doctors declare, by doctor."""
        with self.context.database.read() as connection:
            return offers.read_offers(self.context, connection)

    def counts(self) -> SeekingCounts:
        """Target and placed, who waits and for how long."""
        return counts.count_seeking(self.context)

    def erase_closed(self) -> int:
        """Erase the identities of waits closed long enough ago; returns how many."""
        return retention.erase_closed(self.context)

    def keep_list_current(self) -> str:
        """Close and erase who did not confirm; says how many are to be called."""
        return retention.keep_list_current(self.context)

    def jobs(self) -> list[Job]:
        """Background work of `recours serve`."""
        return [Job("seeking-retention", RETENTION_SECONDS, self.keep_list_current)]
