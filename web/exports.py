"""Entries for other programs: contact cards, a sheet for a spreadsheet, the text of a mail.

Only what anybody may read here; nothing of a patient ever comes in.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import vobject  # type: ignore[import-untyped]

from directory.base.cells import safe_cell
from directory.resource import Resource
from directory.wording import say_date
from web.sight import public_phones
from web.wording import say_what

CSV_COLUMNS = (
    "nom",
    "activité",
    "organisation",
    "adresse",
    "commune",
    "téléphone",
    "source du téléphone",
    "date du téléphone",
    "autres téléphones",
    "comment adresser",
    "site",
    "fiche",
    "démonstration",
)
BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel reads UTF-8 as Windows-1252."""

LONGEST_MAIL = 1_800
"""Characters of a `mailto:` address that mail programs are known to take."""


def entries_csv(entries: Iterable[Resource]) -> str:
    """A sheet that French spreadsheets open by a double click: semicolons, UTF-8 with its mark."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for entry in entries:
        writer.writerow([safe_cell(_line(one)) for one in _row(entry)])
    return BYTE_ORDER_MARK + written.getvalue()


def entries_vcard(entries: Iterable[Resource]) -> str:
    """One contact card (vCard 3.0, RFC 2426) per entry."""
    return "".join(_vcard(entry) for entry in entries)


def mail_url(entries: Sequence[Resource]) -> str:
    """A `mailto:` without addressee that lists names, places and numbers, and says what is left."""
    start = f"mailto:?subject={quote(_mail_subject(len(entries)))}&body="
    body, shown = "", 0
    for entry in entries:
        more = quote(_mail_lines(entry))
        if len(start) + len(body) + len(more) > LONGEST_MAIL:
            break
        body, shown = body + more, shown + 1
    left = len(entries) - shown
    return (
        start + body + (quote(f"… et {left} de plus (liste complète : CSV).\r\n") if left else "")
    )


def _row(entry: Resource) -> tuple[str, ...]:
    phones = public_phones(entry.phones)
    first = phones[0] if phones else None
    return (
        entry.name,
        say_what(entry),
        entry.organization_name if entry.organization_name != entry.name else "",
        entry.address,
        entry.commune,
        first.value if first else "",
        first.source if first else "",
        say_date(first.date) if first and first.date else "",
        ", ".join(one.value for one in phones[1:]),
        entry.referral.how if entry.referral else "",
        entry.website,
        f"/fiche/{entry.alias}",
        "oui" if entry.demo else "",
    )


def _vcard(entry: Resource) -> str:
    card = vobject.vCard()
    card.add("fn").value = _line(entry.name)
    card.add("n").value = vobject.vcard.Name(
        family=_line(entry.family or entry.name), given=_line(entry.given)
    )
    if entry.organization_name or not entry.family:
        card.add("org").value = [_line(entry.organization_name or entry.name)]
    if what := say_what(entry):
        card.add("title").value = _line(what)
    for phone in public_phones(entry.phones):
        told = card.add("tel")
        told.value, told.type_param = _line(phone.e164 or phone.value), ["WORK", "VOICE"]
    if entry.address:
        place = card.add("adr")
        place.value, place.type_param = _postal(entry), "WORK"
    if entry.website:
        card.add("url").value = _line(entry.website)
    card.add("note").value = _line(_origin(entry))
    card.add("uid").value = f"urn:uuid:{entry.id}"
    if entry.updated:
        card.add("rev").value = entry.updated.isoformat()
    text: str = card.serialize()
    return text


def _postal(entry: Resource) -> "vobject.vcard.Address":
    street = entry.address.removesuffix(f"{entry.postcode} {entry.commune}").rstrip(", ")
    return vobject.vcard.Address(
        street=_line(street or entry.address),
        city=_line(entry.commune),
        code=_line(entry.postcode),
        country="France",
    )


def _origin(entry: Resource) -> str:
    sources = ", ".join(entry.sources) or "source inconnue"
    dated = f", données du {say_date(entry.updated)}" if entry.updated else ""
    invented = " Entrée inventée pour la démonstration." if entry.demo else ""
    return f"Source : {sources}{dated}.{invented}"


def _line(text: str) -> str:
    """One line without control characters: a card is lines."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _mail_subject(count: int) -> str:
    return f"Coordonnées : {count} fiche{'s' if count > 1 else ''} de l'annuaire"


def _mail_lines(entry: Resource) -> str:
    phones = ", ".join(
        f"{one.value} ({one.source}, {say_date(one.date)})" if one.date else one.value
        for one in public_phones(entry.phones)
    )
    lines = (entry.name, say_what(entry), entry.address or entry.commune, phones)
    return "\r\n".join(_line(one) for one in lines if one) + "\r\n\r\n"
