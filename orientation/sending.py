"""What waits in the outbox leaves here, after the commit: by mail, or by an SMS gateway."""

import re
import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import httpx
import sqlalchemy as sa

from directory.base.errors import InputRefusedError, SettingsError
from directory.base.keys import KeyRing
from directory.base.outbox import Message, dispatch_messages
from directory.base.settings import Settings
from directory.phones import parse_phone
from directory.typography import typeset
from orientation import coordinator_mail, tables
from orientation.notices import Channel, Notice
from orientation.privacy import unseal
from orientation.store import Agenda

TIMEOUT_SECONDS = 20

SENT, NOT_CONFIGURED, NO_ADDRESS, ERASED = "envoyé", "sans envoi", "sans adresse", "effacé"

LOOPBACK = ("localhost", "127.0.0.1", "::1")

_MAIL_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")


def check_sending_settings(settings: Settings) -> None:
    """Refuse at start what could never be sent; raises SettingsError."""
    if settings.mail_url:
        parts = urlsplit(settings.mail_url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not settings.mail_from:
            raise SettingsError(
                "RECOURS_MAIL_URL doit être de la forme smtp://hôte:port ou smtps://hôte:port, "
                "et RECOURS_MAIL_FROM doit donner l'adresse d'expédition."
            )
    if settings.sms_url:
        parts = urlsplit(settings.sms_url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not safe or not parts.hostname:
            raise SettingsError(
                "RECOURS_SMS_URL doit commencer par https:// (http:// sur cette machine seulement)."
            )
    if settings.patient_texts and not (settings.sms_url or settings.mail_url):
        raise SettingsError(
            "RECOURS_PATIENT_TEXTS demande une passerelle RECOURS_SMS_URL ou un serveur "
            "RECOURS_MAIL_URL."
        )


def check_text_address(settings: Settings, told: str) -> str:
    """The number (E.164) or mail address of a patient's texts, as it will be used.

    Empty stays empty. Raises InputRefusedError when it cannot be used or nothing can be sent.
    """
    told = told.strip()
    if not told:
        return ""
    if not settings.patient_texts:
        raise InputRefusedError(
            "L'envoi de messages aux patients n'est pas activé ici.", field="text_to"
        )
    if "@" in told:
        if settings.mail_url and _MAIL_ADDRESS.fullmatch(told):
            return told
    elif settings.sms_url and (number := parse_phone(told)):
        return number
    raise InputRefusedError(
        "Aucun message ne peut partir à cette adresse : donnez "
        + " ou ".join(_accepted(settings))
        + ", ou décochez l'envoi.",
        field="text_to",
    )


def send_notices(agenda: Agenda) -> dict[str, int]:
    """Send what waits, at least once each; returns how many by outcome."""
    return dispatch_messages(
        agenda.database, tables.outbox, lambda message: deliver(agenda, message)
    )


def deliver(agenda: Agenda, message: Message) -> str:
    """Send one message, or say why it is closed without being sent."""
    if message.topic == coordinator_mail.TOPIC and message.payload is not None:
        mail = coordinator_mail.read_to_coordinator(message.payload)
        if not agenda.settings.mail_url:
            return NOT_CONFIGURED
        send_mail(agenda.settings, mail, str(message.id))
        return SENT
    request = tables.request
    with agenda.database.read() as connection:
        wrapped = connection.execute(
            sa.select(request.c.wrapped_key).where(request.c.id == message.owner)
        ).scalar()
    return deliver_sealed(agenda.settings, agenda.keys, wrapped, message)


def deliver_sealed(
    settings: Settings, keys: KeyRing, wrapped: bytes | None, message: Message
) -> str:
    """`deliver` for a notice sealed under its owner's data key, `wrapped` (None once erased)."""
    if wrapped is None or message.payload is None:
        return ERASED
    notice = unseal(keys.unwrap(wrapped), message.payload, Notice)
    by_sms = notice.channel is Channel.SMS
    if not (settings.sms_url if by_sms else settings.mail_url):
        return NOT_CONFIGURED
    if not notice.to:
        return NO_ADDRESS
    send = _send_sms if by_sms else send_mail
    send(settings, notice, str(message.id))
    return SENT


def _accepted(settings: Settings) -> list[str]:
    ways = ((settings.sms_url, "un numéro de téléphone"), (settings.mail_url, "une adresse mail"))
    return [label for url, label in ways if url]


def _send_sms(settings: Settings, notice: Notice, message_id: str) -> None:
    headers = {"Idempotency-Key": message_id}
    if settings.sms_token:
        headers["Authorization"] = f"Bearer {settings.sms_token}"
    document = {"id": message_id, "to": notice.to, "text": notice.text.strip()}
    answer = httpx.post(settings.sms_url, json=document, headers=headers, timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()


def send_mail(settings: Settings, notice: Notice, message_id: str) -> None:
    """Send one mail by the server of the settings; raises what the server or the network says."""
    domain = settings.mail_from.rpartition("@")[2]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        settings.mail_from,
        notice.to,
        typeset(notice.subject),
    )
    mail["Message-ID"] = f"<{message_id}@{domain}>"
    mail.set_content(typeset(notice.text))
    parts = urlsplit(settings.mail_url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "", parts.port or 0, timeout=TIMEOUT_SECONDS) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)
