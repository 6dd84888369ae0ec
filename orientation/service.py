"""The one door of the orientation: everything a page or the API does goes through it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from directory.base.clock import Clock
from directory.base.database import Database
from directory.base.jobs import Job
from directory.base.keys import KeyRing
from directory.base.outbox import Lateness, late_messages
from directory.base.settings import Settings
from directory.communes import Communes
from directory.territory import Territory, questions_path, red_flags_path
from orientation import (
    absences,
    attendance,
    following,
    line,
    moving,
    proposing,
    requests,
    reservation,
    slots,
    tables,
    team,
    views,
    visits,
)
from orientation.balance import Balance, read_balance
from orientation.board import Board, read_board
from orientation.calendars import Calendars
from orientation.calls import Calls
from orientation.crisis import Crisis, CrisisPlan, current_crisis, start_crisis, stop_crisis
from orientation.erasure import erase_due
from orientation.events import Events
from orientation.giving import Giving
from orientation.indicators.service import Indicators
from orientation.model import (
    BookingState,
    CancelReason,
    Doctor,
    MedecinTraitant,
    Outcome,
    Proposals,
    Schedule,
)
from orientation.planning import Planning
from orientation.privacy import DEFAULT_ACTOR
from orientation.profiles import Profiles
from orientation.provenance import NotTried
from orientation.questions import QuestionList, load_questions
from orientation.records import (
    Absence,
    AgendaSlot,
    Appointment,
    Attendance,
    CallBack,
    CreatedRequest,
    Hold,
    NewRequest,
    Patient,
    RequestView,
)
from orientation.red_flags import RedFlagList, load_red_flags
from orientation.rights import Erased, Person, erase_person, export_person
from orientation.routes import open_routes
from orientation.seeking.service import Seeking
from orientation.sending import check_sending_settings, send_notices
from orientation.store import Agenda, known_id, open_store
from orientation.surnumeraires import (
    Surnumeraire,
    accept_on_top,
    read_surnumeraires,
    refuse_on_top,
)
from orientation.visits import DayRound

Id = str | UUID

HORIZON_SECONDS = 3600
ERASURE_SECONDS = 3600
OUTBOX_SECONDS = 10


class Orientation:
    """A first-recourse team's agenda, open. Identifiers are accepted as text or UUID.

    `actor` is who acts, for the audit trail; `idem_key` is the caller's Idempotency-Key.
    """

    def __init__(self, context: Agenda) -> None:
        self.context = context
        self.seeking = Seeking(context)
        self.indicators = Indicators(context)
        self.planning = Planning(context)
        self.giving = Giving(context)
        self.profiles = Profiles(context)
        self.calendars = Calendars(context)
        self.calls = Calls(context)
        self.events = Events(context)

    @property
    def database(self) -> Database:
        """The agenda store, for leases and for the watch over changes."""
        return self.context.database

    def create_request(
        self, new: NewRequest, idem_key: str | None = None, actor: str = DEFAULT_ACTOR
    ) -> CreatedRequest:
        """Take down a call; InputRefusedError names what is missing or cannot be used."""
        return requests.create_request(self.context, new, idem_key, actor)

    def request(self, request_id: Id, actor: str = DEFAULT_ACTOR) -> RequestView:
        """A request in clear, for whoever handles it; the reading is audited."""
        return requests.read_request(self.context, known_id(request_id, "Demande"), actor)

    def find_caller(self, phone: str, actor: str = DEFAULT_ACTOR) -> tuple[RequestView, ...]:
        """Open requests of the same call-back number, newest first; empty for no number."""
        return requests.find_caller(self.context, phone, actor)

    def update_medecin_traitant(
        self,
        request_id: Id,
        told: MedecinTraitant,
        note: str = "",
        actor: str = DEFAULT_ACTOR,
        why: NotTried | None = None,
    ) -> None:
        """Stamp what came of calling the médecin traitant; available ends the request there."""
        known = known_id(request_id, "Demande")
        following.update_medecin_traitant(self.context, known, told, why, note, actor)

    def choose_medecin_traitant(
        self, request_id: Id, ref: str, name: str, rpps: str = "", actor: str = DEFAULT_ACTOR
    ) -> None:
        """Keep which entry of the directory the médecin traitant is, sealed."""
        known = known_id(request_id, "Demande")
        following.choose_medecin_traitant(self.context, known, ref, name, rpps, actor)

    def close_request(self, request_id: Id, outcome: Outcome, actor: str = DEFAULT_ACTOR) -> None:
        """End a request without an appointment; ConflictError when it has one or has ended."""
        known = known_id(request_id, "Demande")
        following.close_request(self.context, known, outcome, actor)

    def put_on_call_back_list(self, request_id: Id, actor: str = DEFAULT_ACTOR) -> None:
        """Promise to call back; the request stays open to reservation."""
        known = known_id(request_id, "Demande")
        following.put_on_call_back_list(self.context, known, actor)

    def note_call_back(self, request_id: Id, *, reached: bool, actor: str = DEFAULT_ACTOR) -> None:
        """Stamp a call back, reached or not."""
        known = known_id(request_id, "Demande")
        following.note_call_back(self.context, known, reached, actor)

    def call_backs(self, actor: str = DEFAULT_ACTOR) -> tuple[RequestView, ...]:
        """Who is to be called back, who waits longest first."""
        return following.call_backs(self.context, actor)

    def waiting_requests(self, actor: str = DEFAULT_ACTOR) -> tuple[RequestView, ...]:
        """Requests sent in by professionals or online that nobody answered yet."""
        return following.waiting_requests(self.context, actor)

    def watched_request(self, secret: str) -> RequestView:
        """What became of a request, for who holds its secret; NotFoundError otherwise."""
        return following.watched_request(self.context, secret)

    def proposals(self, request_id: Id, *, later: bool = False) -> Proposals:
        """Slots to offer, with reasons; nothing but the 15 for a flagged request.

        `later` shows those beyond the policy's window too.
        """
        known = known_id(request_id, "Demande")
        return proposing.proposals_for(self.context, known, later=later)

    def hold(self, slot_id: Id, request_id: Id, idem_key: str | None = None) -> Hold:
        """Keep a seat during `hold_seconds`; ConflictError carries `reason`, `alternatives`."""
        slot, request = known_id(slot_id, "Créneau"), known_id(request_id, "Demande")
        return reservation.hold_seat(self.context, slot, request, idem_key)

    def confirm(
        self,
        hold_id: Id,
        patient: Patient,
        idem_key: str | None = None,
        actor: str = DEFAULT_ACTOR,
    ) -> Appointment:
        """Make a hold an appointment; refused by name once the store's clock ended it."""
        known = known_id(hold_id, "Réservation")
        return reservation.confirm_hold(self.context, known, patient, idem_key, actor)

    def extend(self, hold_id: Id, idem_key: str | None = None) -> Hold:
        """Give a hold its whole time again, once; the second time is refused by name."""
        return moving.extend_hold(self.context, known_id(hold_id, "Réservation"), idem_key)

    def move(
        self,
        appointment_id: Id,
        slot_id: Id,
        idem_key: str | None = None,
        actor: str = DEFAULT_ACTOR,
    ) -> Appointment:
        """Change the slot of an appointment at once; refused, it stays where it was."""
        known, slot = known_id(appointment_id, "Rendez-vous"), known_id(slot_id, "Créneau")
        return moving.move_appointment(self.context, known, slot, idem_key, actor)

    def settle(
        self,
        appointment_id: Id,
        state: BookingState,
        idem_key: str | None = None,
        actor: str = DEFAULT_ACTOR,
        of: UUID | None = None,
    ) -> Attendance:
        """Say that the person came or did not, once begun; correctable until the next day."""
        known = known_id(appointment_id, "Rendez-vous")
        return attendance.settle_appointment(self.context, known, state, idem_key, actor, of)

    def undo_settlement(
        self, appointment_id: Id, actor: str = DEFAULT_ACTOR, of: UUID | None = None
    ) -> Attendance:
        """Take back what was said of a coming, for a few minutes."""
        known = known_id(appointment_id, "Rendez-vous")
        return attendance.undo_settlement(self.context, known, actor, of)

    def may_undo(self, settled_at: datetime | None) -> bool:
        """Whether what was said at that moment can still be taken back."""
        return attendance.may_undo(self.context, settled_at)

    def balance(self, doctor_id: Id) -> Balance:
        """What a doctor gave and received in the last four weeks, beside the team."""
        return read_balance(self.context, known_id(doctor_id, "Médecin"))

    def may_correct(self, start: datetime) -> bool:
        """Whether what was said of an appointment that started then can still be changed."""
        return attendance.may_correct(self.context, start)

    def declare_absence(
        self, doctor_id: Id, start: datetime, end: datetime, actor: str = DEFAULT_ACTOR
    ) -> Absence:
        """Withdraw a doctor's slots over a span; who was booked must be called back."""
        known = known_id(doctor_id, "Médecin")
        return absences.declare_absence(self.context, known, start, end, actor)

    def withdraw_slot(
        self, slot_id: Id, actor: str = DEFAULT_ACTOR, of: UUID | None = None
    ) -> Absence:
        """Cancel one slot of a doctor; who was booked must be called back."""
        return absences.withdraw_slot(self.context, known_id(slot_id, "Créneau"), actor, of)

    def absent_slots(self, doctor_id: Id) -> frozenset[UUID]:
        """Slots of a doctor that an absence withdrew."""
        return absences.absent_slots(self.context, known_id(doctor_id, "Médecin"))

    def to_call_back(self, actor: str = DEFAULT_ACTOR) -> tuple[CallBack, ...]:
        """Who a doctor's cancellation left waiting for a call, names in clear; audited."""
        return absences.people_to_call_back(self.context, actor)

    def count_to_call_back(self) -> int:
        """How many people are on that list; nobody's name is read."""
        return absences.count_to_call_back(self.context)

    def stamp_called_back(self, appointment_id: Id, actor: str = DEFAULT_ACTOR) -> None:
        """Take a person off that list: they were told."""
        known = known_id(appointment_id, "Rappel")
        absences.stamp_called_back(self.context, known, actor)

    def set_video_url(self, doctor_id: Id, url: str, actor: str = DEFAULT_ACTOR) -> None:
        """Change a doctor's own room for teleconsultations; empty takes it away."""
        team.set_video_url(self.context, known_id(doctor_id, "Médecin"), url, actor)

    def release(self, hold_id: Id) -> bool:
        """Give a held seat back; False when it had already ended."""
        return reservation.release_hold(self.context, known_id(hold_id, "Réservation"))

    def cancel(self, appointment_id: Id, reason: CancelReason, actor: str = DEFAULT_ACTOR) -> None:
        """Cancel a confirmed appointment; the doctor is told."""
        known = known_id(appointment_id, "Rendez-vous")
        reservation.cancel_appointment(self.context, known, reason, actor)

    def escalate(self, request_id: Id, codes: Sequence[str], actor: str = DEFAULT_ACTOR) -> None:
        """Transfer to the 15, at any time and for good; what was held or booked is given back."""
        known = known_id(request_id, "Demande")
        reservation.escalate_request(self.context, known, codes, actor)

    def doctors(self) -> tuple[Doctor, ...]:
        """The active team, by name."""
        with self.context.database.read() as connection:
            found = team.read_doctors(self.context, connection).values()
        active = [doctor for doctor in found if doctor.active]
        return tuple(sorted(active, key=lambda doctor: (doctor.family, doctor.given)))

    def agenda(
        self, doctor_id: Id, first_day: date, days: int = 1, actor: str = DEFAULT_ACTOR
    ) -> tuple[AgendaSlot, ...]:
        """A doctor's slots with who comes, names in clear; the reading is audited."""
        known = known_id(doctor_id, "Médecin")
        return views.read_agenda(self.context, known, first_day, days, actor)

    def round(self, doctor_id: Id, day: date) -> DayRound:
        """A doctor's home visits of a day in order, travel included; it names nobody."""
        return visits.read_round(self.context, known_id(doctor_id, "Médecin"), day)

    def add_doctor(self, doctor: Doctor) -> None:
        """Add a doctor to the team; one that is already there is left as it is."""
        team.add_doctor(self.context, doctor)

    def add_schedule(self, schedule: Schedule) -> None:
        """Add a recurring availability; `extend_horizon` turns it into slots."""
        team.add_schedule(self.context, schedule)

    def extend_horizon(self) -> int:
        """Create the slots that are missing up to the horizon; returns how many."""
        return slots.extend_horizon(self.context)

    def erase_due(self) -> int:
        """Erase the identities whose time has come; returns how many requests and waits."""
        self.calls.forget()
        return erase_due(self.context) + self.seeking.erase_closed()

    def export_person(self, person: Person, actor: str) -> dict[str, Any]:
        """Everything kept about a person, as a document for them; audited."""
        return export_person(self.context, person, actor)

    def erase_person(self, person: Person, actor: str) -> Erased:
        """Erase at once what is kept about a person; audited."""
        return erase_person(self.context, person, actor)

    def send_notices(self) -> dict[str, int]:
        """Send what waits in the outbox; returns how many by outcome."""
        return send_notices(self.context)

    def red_flags(self) -> RedFlagList:
        """The red-flag list in force, with its version and signatories."""
        return self.context.flags

    def questions(self) -> QuestionList:
        """The questions of a call in force, with their version and signatories."""
        return self.context.questions

    def line_status(self, commune: str = "") -> line.LineStatus:
        """Whether the line is open now, and the numbers true in a commune (INSEE)."""
        status = line.line_status(self.context.territory, self.context.clock(), commune)
        first = running.useful_numbers() if (running := self.crisis()) else ()
        return msgspec.structs.replace(status, numbers=(*first, *status.numbers))

    def surnumeraires(self) -> tuple[Surnumeraire, ...]:
        """Doctors who accept to be asked on top of their slots."""
        with self.context.database.read() as connection:
            return read_surnumeraires(self.context, connection)

    def accept_on_top(self, doctor_id: Id, number: str, actor: str = DEFAULT_ACTOR) -> None:
        """This doctor may be asked on top, at that number."""
        known = known_id(doctor_id, "Médecin")
        accept_on_top(self.context, known, number, actor)

    def refuse_on_top(self, doctor_id: Id, actor: str = DEFAULT_ACTOR) -> None:
        """This doctor may no longer be asked on top."""
        refuse_on_top(self.context, known_id(doctor_id, "Médecin"), actor)

    def crisis(self) -> Crisis | None:
        """The crisis mode in force, if any."""
        return current_crisis(self.context)

    def start_crisis(self, plan: CrisisPlan, author: str) -> Crisis:
        """Put a crisis mode in force until its date; one at a time."""
        return start_crisis(self.context, plan, author)

    def stop_crisis(self, author: str) -> None:
        """End the crisis mode before its date."""
        stop_crisis(self.context, author)

    def board(self) -> Board:
        """The desk of the secretariat now: holds, today's visits, free places, people to call."""
        return read_board(self.context)

    def counts(self) -> views.Counts:
        """How the agenda is doing, for /healthz."""
        return views.count_agenda(self.context)

    def late_messages(self) -> Lateness:
        """Messages that could not leave yet, for /healthz."""
        with self.context.database.read() as connection:
            return late_messages(connection, tables.outbox)

    def jobs(self) -> list[Job]:
        """Background work of `recours serve`."""
        return [
            Job("agenda-horizon", HORIZON_SECONDS, self.extend_horizon),
            Job("agenda-erasure", ERASURE_SECONDS, self.erase_due),
            Job(
                "agenda-calendars",
                self.context.settings.calendar_minutes * 60,
                self.calendars.refresh,
            ),
            Job("agenda-outbox", OUTBOX_SECONDS, self.send_notices),
            *self.events.jobs(),
            *self.seeking.jobs(),
        ]

    def close(self) -> None:
        """Give the store and the connections back."""
        self.context.routes.close()
        self.context.database.close()


def open_orientation(
    settings: Settings, territory: Territory, communes: Communes, keys: KeyRing, clock: Clock
) -> Orientation:
    """Open the agenda of a territory, migrate it and create the slots up to the horizon."""
    check_sending_settings(settings)
    agenda = Agenda(
        database=open_store(settings),
        territory=territory,
        communes=communes,
        keys=keys,
        clock=clock,
        settings=settings,
        flags=load_red_flags(red_flags_path(territory)),
        questions=load_questions(questions_path(territory)),
        routes=open_routes(settings.routing_url, territory.rounds, clock),
    )
    orientation = Orientation(agenda)
    orientation.extend_horizon()
    return orientation
