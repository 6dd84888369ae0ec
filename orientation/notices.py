"""Notices to doctors: written with the appointment, sent after the commit, without any patient."""

import smtplib
from email.message import EmailMessage
from enum import StrEnum
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from directory.base.errors import SettingsError
from directory.base.outbox import Message, append_message, dispatch_messages
from directory.base.settings import Settings
from directory.model import Value
from orientation import tables
from orientation.calendar import say_moment
from orientation.privacy import seal, unseal
from orientation.records import Appointment
from orientation.store import Agenda, new_id
from orientation.wording import MODE_LABELS

TIMEOUT_SECONDS = 20

SENT, NOT_CONFIGURED, NO_ADDRESS, ERASED = "envoyé", "sans envoi", "sans adresse", "effacé"


class Topic(StrEnum):
    """What a notice is about."""

    CONFIRMED = "appointment.confirmed"
    CANCELLED = "appointment.cancelled"


_SUBJECTS = {
    Topic.CONFIRMED: "Nouveau rendez-vous de premier recours",
    Topic.CANCELLED: "Rendez-vous de premier recours annulé",
}


class Notice(Value, frozen=True, kw_only=True):
    """A message for a doctor: when and how, never who."""

    to: str
    subject: str
    text: str


def check_mail_settings(settings: Settings) -> None:
    """Refuse at start what could never be sent."""
    if not settings.mail_url:
        return
    parts = urlsplit(settings.mail_url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not settings.mail_from:
        raise SettingsError(
            "RECOURS_MAIL_URL doit être de la forme smtp://hôte:port ou smtps://hôte:port, "
            "et RECOURS_MAIL_FROM doit donner l'adresse d'expédition."
        )


def write_notice(
    agenda: Agenda,
    connection: sa.Connection,
    topic: Topic,
    key: bytes,
    appointment: Appointment,
) -> None:
    """Put a notice in the outbox, in the transaction of what it announces."""
    doctor = tables.doctor
    email = connection.execute(
        sa.select(doctor.c.email).where(doctor.c.id == appointment.practitioner_id)
    ).scalar_one()
    append_message(
        connection,
        tables.outbox,
        message_id=new_id(),
        territory=agenda.territory.slug,
        owner=appointment.request_id,
        topic=topic.value,
        payload=seal(key, _notice(agenda, topic, email, appointment)),
    )


def send_notices(agenda: Agenda) -> dict[str, int]:
    """Send what waits, at least once each; returns how many by outcome."""
    return dispatch_messages(
        agenda.database, tables.outbox, lambda message: deliver(agenda, message)
    )


def deliver(agenda: Agenda, message: Message) -> str:
    """Send one notice, or say why it is closed without being sent."""
    request = tables.request
    with agenda.database.read() as connection:
        wrapped = connection.execute(
            sa.select(request.c.wrapped_key).where(request.c.id == message.owner)
        ).scalar()
    if wrapped is None or message.payload is None:
        return ERASED
    if not agenda.settings.mail_url:
        return NOT_CONFIGURED
    notice = unseal(agenda.keys.unwrap(wrapped), message.payload, Notice)
    if not notice.to:
        return NO_ADDRESS
    _send(agenda.settings, notice, str(message.id))
    return SENT


def _notice(agenda: Agenda, topic: Topic, email: str, appointment: Appointment) -> Notice:
    moment = say_moment(agenda.territory, appointment.start)
    where = f", {appointment.place.label}" if appointment.place else ""
    happened = "a été pris" if topic is Topic.CONFIRMED else "a été annulé"
    return Notice(
        to=email,
        subject=_SUBJECTS[topic],
        text=(
            f"Un rendez-vous {happened} dans votre agenda de premier recours : {moment}, "
            f"{MODE_LABELS[appointment.mode]}{where}.\n\n"
            "Ouvrez votre agenda pour savoir qui vient : ce message ne le dit pas.\n"
        ),
    )


def _send(settings: Settings, notice: Notice, message_id: str) -> None:
    domain = settings.mail_from.rpartition("@")[2]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, notice.to, notice.subject
    mail["Message-ID"] = f"<{message_id}@{domain}>"
    mail.set_content(notice.text)
    parts = urlsplit(settings.mail_url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "", parts.port or 0, timeout=TIMEOUT_SECONDS) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)
