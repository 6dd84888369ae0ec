"""Mails to the coordinator, of the directory only: nobody's identity is in them, none is sealed."""

import uuid

import msgspec

from directory.base.outbox import append_message
from orientation import tables
from orientation.notices import Notice
from orientation.store import Agenda, new_id

TOPIC = "coordinator.directory"
"""Messages of this topic belong to no request: their payload is a `Notice` in clear."""

NOBODY = uuid.UUID(int=0)


def write_to_coordinator(agenda: Agenda, subject: str, text: str) -> None:
    """Put a mail to the coordinator in the outbox; it is tried again until it leaves."""
    notice = Notice(to=agenda.settings.coordinator_mail, subject=subject, text=text)
    with agenda.database.write() as connection:
        append_message(
            connection,
            tables.outbox,
            message_id=new_id(),
            territory=agenda.territory.slug,
            owner=NOBODY,
            topic=TOPIC,
            payload=msgspec.json.encode(notice),
        )


def read_to_coordinator(payload: bytes) -> Notice:
    """The mail that a payload holds."""
    return msgspec.json.decode(payload, type=Notice)
