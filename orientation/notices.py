"""Messages written with what they announce: to doctors without any patient, to patients in brief."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.outbox import append_message
from directory.model import Value
from orientation import tables
from orientation.calendar import say_moment
from orientation.model import BookingState, Mode
from orientation.occupation import Ended
from orientation.privacy import seal, unseal
from orientation.records import Appointment, Patient
from orientation.store import Agenda, new_id
from orientation.views import appointment_of
from orientation.wording import MODE_LABELS


class Topic(StrEnum):
    """What a message is about."""

    CONFIRMED = "appointment.confirmed"
    CANCELLED = "appointment.cancelled"
    MOVED = "appointment.moved"


class Channel(StrEnum):
    """How a message leaves."""

    MAIL = "mail"
    SMS = "sms"


_SUBJECTS = {
    Topic.CONFIRMED: "Nouveau rendez-vous de premier recours",
    Topic.CANCELLED: "Rendez-vous de premier recours annulé",
    Topic.MOVED: "Rendez-vous de premier recours déplacé",
}
_HAPPENED = {Topic.CONFIRMED: "a été pris", Topic.CANCELLED: "a été annulé"}
_TEXT_STARTS = {
    Topic.CONFIRMED: "Votre rendez-vous",
    Topic.CANCELLED: "Votre rendez-vous est annulé",
    Topic.MOVED: "Votre rendez-vous est déplacé",
}


class Notice(Value, frozen=True, kw_only=True):
    """A message to one address; sealed with the request's key while it waits."""

    to: str
    subject: str
    text: str
    channel: Channel = Channel.MAIL


def write_notice(
    agenda: Agenda,
    connection: sa.Connection,
    topic: Topic,
    key: bytes,
    appointment: Appointment,
    before: Appointment | None = None,
) -> None:
    """Tell the doctor when and how, never who, in the transaction of what it announces.

    `before` is where a moved appointment was.
    """
    doctor = tables.doctor
    email = connection.execute(
        sa.select(doctor.c.email).where(doctor.c.id == appointment.practitioner_id)
    ).scalar_one()
    notice = notice_to_doctor(agenda, topic, email, appointment, before)
    append_notice(agenda, connection, topic.value, appointment.request_id, seal(key, notice))


def notice_to_doctor(
    agenda: Agenda,
    topic: Topic,
    email: str,
    appointment: Appointment,
    before: Appointment | None = None,
) -> Notice:
    """What `write_notice` writes, to a doctor's address."""
    text = (
        f"Un rendez-vous {_say_happened(agenda, topic, before)} dans votre agenda de premier "
        f"recours : {_say_when_and_how(agenda, appointment)}.\n\n"
        "Ouvrez votre agenda pour savoir qui vient : ce message ne le dit pas.\n"
    )
    return Notice(to=email, subject=_SUBJECTS[topic], text=text)


def write_text(
    agenda: Agenda, connection: sa.Connection, topic: Topic, key: bytes, appointment: Appointment
) -> None:
    """Tell the person, if they agreed to it: when, with whom, where; nothing of why."""
    booking = tables.booking
    sealed = connection.execute(
        sa.select(booking.c.patient).where(booking.c.id == appointment.appointment_id)
    ).scalar()
    to = unseal(key, sealed, Patient).text_to if sealed else ""
    if to:
        notice = notice_to_patient(agenda, topic, to, appointment)
        said = patient_topic(topic)
        append_notice(agenda, connection, said, appointment.request_id, seal(key, notice))


def patient_topic(topic: Topic) -> str:
    """How a text to the patient is told from the message to their doctor."""
    return f"patient.{topic.value}"


def notice_to_patient(agenda: Agenda, topic: Topic, to: str, appointment: Appointment) -> Notice:
    """What `write_text` writes, to the number or the address where a person agreed to it."""
    return Notice(
        to=to,
        subject=_TEXT_STARTS[topic],
        text=_say_to_patient(agenda, topic, appointment),
        channel=Channel.MAIL if "@" in to else Channel.SMS,
    )


def tell_cancelled(
    agenda: Agenda, connection: sa.Connection, request: Any, ended: Sequence[Ended]
) -> None:
    """Tell the doctor and the person of each appointment among the bookings that ended."""
    for booking in ended:
        if booking.was == BookingState.CONFIRMED and request.wrapped_key:
            key = agenda.keys.unwrap(request.wrapped_key)
            appointment = appointment_of(agenda, connection, booking.booking_id)
            write_notice(agenda, connection, Topic.CANCELLED, key, appointment)
            write_text(agenda, connection, Topic.CANCELLED, key, appointment)


def append_notice(
    agenda: Agenda, connection: sa.Connection, topic: str, request_id: UUID, sealed: bytes
) -> None:
    """Put a sealed notice in the outbox, in the transaction of what it announces."""
    append_message(
        connection,
        tables.outbox,
        message_id=new_id(),
        territory=agenda.territory.slug,
        owner=request_id,
        topic=topic,
        payload=sealed,
    )


def _say_happened(agenda: Agenda, topic: Topic, before: Appointment | None) -> str:
    if before is None:
        return _HAPPENED[topic]
    return f"prévu {say_moment(agenda.territory, before.start)} a été déplacé"


def _say_when_and_how(agenda: Agenda, appointment: Appointment) -> str:
    moment = say_moment(agenda.territory, appointment.start)
    where = f", {appointment.place.label}" if appointment.place else ""
    return f"{moment}, {MODE_LABELS[appointment.mode]}{where}"


def _say_to_patient(agenda: Agenda, topic: Topic, appointment: Appointment) -> str:
    moment = say_moment(agenda.territory, appointment.start)
    told = [moment, appointment.practitioner_name]
    if topic is not Topic.CANCELLED:
        told.append(_say_where(appointment))
    return f"{_TEXT_STARTS[topic]} : {', '.join(filter(None, told))}. Message automatique.\n"


def _say_where(appointment: Appointment) -> str:
    match appointment.mode:
        case Mode.VIDEO:
            return f"en visio {appointment.video_url}".strip()
        case Mode.HOME:
            return "à votre domicile"
        case Mode.CABINET:
            place = appointment.place
            return ", ".join(filter(None, (place.label, place.address))) if place else ""
