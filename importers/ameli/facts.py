"""What both listings of Ameli say the same way: where, and which cards are taken."""

import hashlib

from directory.model import Address
from importers.ameli.layout import Centre, Practitioner
from importers.cleaning import clean, make_address, split_street, street_case
from importers.contract import Context

_YES = frozenset(("true", "vrai", "1", "o", "oui"))
_NO = frozenset(("false", "faux", "0", "n", "non"))


def read_boolean(told: str) -> bool | None:
    """`true` or `false`, however it may come to be written; None when it is neither."""
    word = told.casefold()
    if word in _YES:
        return True
    return False if word in _NO else None


def card_notes(told: Practitioner | Centre, context: Context) -> tuple[str, ...]:
    """Whether the Carte Vitale is taken, and its mobile form (apCV)."""
    notes = []
    for cell, name in ((told.card, "Carte Vitale"), (told.mobile_card, "Carte Vitale mobile")):
        taken = read_boolean(cell)
        if taken is not None:
            notes.append(f"{name} {'acceptée' if taken else 'non acceptée'}")
        elif cell:
            context.note("valeur inattendue pour la Carte Vitale")
    return tuple(notes)


def read_address(told: Practitioner | Centre, context: Context) -> Address | None:
    """The address, in its commune when postcode and city lead to one."""
    if not (told.postcode or told.city):
        return None
    number, street, before = split_street(told.street)
    complements = (before, clean(told.complement), clean(told.locality))
    address = make_address(
        context,
        insee="",
        postcode=told.postcode,
        city=clean(told.city),
        number=number,
        street=street,
        complement=", ".join(street_case(one) for one in complements if one),
    )
    if not address.insee:
        context.note("commune non trouvée")
    return address


def digest(*cells: str) -> str:
    """A key of raw cells that names nobody: it outlives the row of a person who left the file."""
    return hashlib.blake2b("|".join(cells).encode(), digest_size=16).hexdigest()
