"""What records of every kind of resource share: their raw text and their date."""

from collections.abc import Iterable
from datetime import date

import orjson

from importers.cleaning import mask_mails
from importers.contract import Context
from importers.ror.contacts import redact
from importers.ror.fhir import Resource, updated_on

_CONTACT = "telecom"
"""What the name of every element that holds a contact contains."""


def to_raw(resource: Resource) -> str:
    """A resource as text, without e-mails nor what is not for everyone."""
    text = orjson.dumps(resource).decode()
    if _CONTACT in text:
        text = orjson.dumps(redact(resource)).decode()
    return mask_mails(text)


def newest(resources: Iterable[Resource], context: Context) -> date | None:
    """The last day one of these was updated, else the day of the file."""
    days = [day for one in resources if (day := updated_on(one))]
    return max(days, default=context.data_date)
