"""Ways to reach an offer, each with who may see it: only level 1 of R283 is public."""

from collections.abc import Iterator, Mapping
from typing import Any

from directory.model import Confidentiality, Contact, ContactSystem
from importers.cleaning import clean, phone_contacts
from importers.contract import Context
from importers.ror.fhir import current, extensions, first_code, label, many, told

LEVELS = {"1": Confidentiality.PUBLIC, "2": Confidentiality.PROFESSIONAL}
"""R283: 1 general public, 2 professionals, 3 regulation and crisis management; the rest is closed."""

CHANNELS = {
    "1": ContactSystem.PHONE, "2": ContactSystem.PHONE, "3": ContactSystem.EMAIL,
    "4": ContactSystem.URL, "6": ContactSystem.FAX, "8": ContactSystem.PHONE,
    "9": ContactSystem.EMAIL, "MSSANTE": ContactSystem.MSSANTE,
}  # fmt: skip
"""R200 and R256; 5 (file transfer) and 7 (ANTARES radio) reach nobody who reads a directory."""

NATIVE = {
    "phone": ContactSystem.PHONE, "sms": ContactSystem.PHONE, "fax": ContactSystem.FAX,
    "email": ContactSystem.EMAIL, "url": ContactSystem.URL,
}  # fmt: skip

LEVEL_URLS = (
    "ror-confidentiality-level",
    "ror-contact-confidentiality-level",
    "ror-telecom-confidentiality-level",
)
_ORDER = list(Confidentiality)
_SECURE = "mssante.fr"
_TELECOM = "ror-healthcareservice-contact-telecom"


def service_contacts(resource: Mapping[str, Any], context: Context) -> tuple[Contact, ...]:
    """Contacts of an offer, then its own secure mailbox."""
    found: list[Contact] = []
    for contact in extensions(resource, "ror-healthcareservice-contact"):
        level, purpose = level_of(contact), label(told(contact, "purposeContact"), "R287")
        note = clean(told(contact, "description"))
        for telecom in extensions(contact, _TELECOM):
            found += _contacts(telecom, context, level, purpose, note)
    return _once([*found, *own_telecoms(resource, context)])


def organization_contacts(resource: Mapping[str, Any], context: Context) -> tuple[Contact, ...]:
    """Contacts of an organization."""
    found: list[Contact] = []
    for contact in many(resource.get("contact")):
        level, purpose = level_of(contact), label(contact.get("purpose"), "R287")
        note = clean(told(contact, "ror-contact-description"))
        for telecom in current(contact.get("telecom"), context.data_date):
            found += _contacts(telecom, context, level, purpose, note)
    return _once([*found, *own_telecoms(resource, context)])


def personal_contacts(*resources: Mapping[str, Any], context: Context) -> tuple[Contact, ...]:
    """Contacts of a professional, ordinary mailboxes left out."""
    found = [one for resource in resources for one in own_telecoms(resource, context)]
    kept = [one for one in found if one.system is not ContactSystem.EMAIL]
    for _ in range(len(found) - len(kept)):
        context.note("adresse électronique non publiée")
    return _once(kept)


def own_telecoms(resource: Mapping[str, Any], context: Context) -> Iterator[Contact]:
    """The `telecom` of a resource itself, without those that are over."""
    for telecom in current(resource.get("telecom"), context.data_date):
        yield from _contacts(telecom, context, None, "", "")


def level_of(element: Any) -> Confidentiality | None:
    """Who may see an element; None when it does not say."""
    found = first_code(told(element, *LEVEL_URLS))
    return LEVELS.get(found.code, Confidentiality.SECRETARIAT) if found else None


def _contacts(
    telecom: Mapping[str, Any],
    context: Context,
    outer: Confidentiality | None,
    purpose: str,
    note: str,
) -> Iterator[Contact]:
    value = clean(str(told(telecom, "telecomAddress") or telecom.get("value") or ""))
    system = _system(telecom, value)
    if not value or system is None:
        context.note("contact sans valeur ou par un canal non repris")
        return
    levels = [one for one in (outer, level_of(telecom)) if one]
    if not levels:
        context.note("contact sans niveau de confidentialité, réservé au secrétariat")
    shown = max(levels, key=_ORDER.index, default=Confidentiality.SECRETARIAT)
    for one in _numbers(value, system):
        yield Contact(
            system=system,
            value=one.value,
            label=purpose,
            confidentiality=shown,
            note=" ; ".join(filter(None, (note, one.note))),
        )


def _numbers(value: str, system: ContactSystem) -> tuple[Contact, ...]:
    if system in (ContactSystem.PHONE, ContactSystem.FAX):
        return phone_contacts(value, system=system)
    return (Contact(system=system, value=value),)


def _system(telecom: Mapping[str, Any], value: str) -> ContactSystem | None:
    """By the channel's code, whatever nomenclature it claims: an example names the extension."""
    if value.casefold().endswith(_SECURE):
        return ContactSystem.MSSANTE
    channel = first_code(told(telecom, "ror-telecom-communication-channel"))
    if channel is not None:
        return CHANNELS.get(channel.code)
    return NATIVE.get(str(telecom.get("system") or ""))


def _once(contacts: list[Contact]) -> tuple[Contact, ...]:
    """Each value once, under the strictest level told of it."""
    kept: dict[tuple[ContactSystem, str], Contact] = {}
    for one in sorted(contacts, key=lambda one: -_ORDER.index(one.confidentiality)):
        kept.setdefault((one.system, one.value), one)
    return tuple(one for one in dict.fromkeys(contacts) if kept[one.system, one.value] is one)


def redact(element: Any, outer: Confidentiality | None = None) -> Any:
    """A copy without the contacts that are not for everyone, for the raw row."""
    if isinstance(element, list):
        return [redact(one, outer) for one in element if _is_public(one, outer)]
    if not isinstance(element, dict):
        return element
    level = level_of(element) or outer
    return {
        name: redact(_public_telecoms(value, level) if name == "telecom" else value, level)
        for name, value in element.items()
    }


def _is_public(element: Any, outer: Confidentiality | None) -> bool:
    level = level_of(element)
    if level is None and str(isinstance(element, dict) and element.get("url")).endswith(_TELECOM):
        level = outer or Confidentiality.SECRETARIAT
    return level in (None, Confidentiality.PUBLIC)


def _public_telecoms(telecoms: Any, outer: Confidentiality | None) -> list[Any]:
    return [one for one in many(telecoms) if (level_of(one) or outer) is Confidentiality.PUBLIC]
