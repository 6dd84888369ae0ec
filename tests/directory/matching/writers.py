"""How each source writes what is true, and the ways a field gets bent on the road."""

from collections.abc import Callable
from random import Random
from string import ascii_lowercase

from directory.text import fold
from tests.directory.matching.invented import House, Someone, Spot

Told = dict[str, str]
Bend = Callable[[Told, Random], Told]

_SHORT = {
    "rue": "R", "avenue": "AV", "boulevard": "BD", "place": "PL", "allée": "ALL", "route": "RTE",
    "chemin": "CHE", "square": "SQ", "impasse": "IMP", "quai": "QU", "résidence": "RES",
}  # fmt: skip
_TITLES = {"GENERAL": "GAL", "MARECHAL": "MAL", "DOCTEUR": "DR", "SAINTE": "STE", "SAINT": "ST"}


def plain(text: str) -> str:
    """Capitals without accents nor hyphens, as FINESS and the post write."""
    return fold(text).upper().replace("-", " ").replace("'", " ")


def rpps_row(one: Someone, rng: Random) -> Told:
    """The Annuaire Santé: everything but, often, the phone."""
    return {
        "source": "rpps",
        "rpps": one.rpps,
        "family": one.family.upper(),
        "given": one.given,
        "profession": one.trade[0],
        "speciality": one.trade[1],
        **_official_spot(one.spot),
        "phone": one.phone if rng.random() < 0.5 else "",
    }


def ameli_row(one: Someone, rng: Random) -> Told:
    """The Assurance Maladie: capitals, no identifier, a CEDEX now and then."""
    spot = one.spot
    cedex = rng.random() < 0.06
    return {
        "source": "ameli",
        "family": plain(one.family),
        "given": plain(one.given),
        "profession": one.trade[2],
        "street": f"{_number(spot)} {spot.road.upper()} {plain(spot.street)}",
        "postcode": spot.cedex if cedex else spot.postcode,
        "city": plain(spot.city) + (" CEDEX" if cedex else ""),
        "phone": one.phone,
    }


def list_row(one: Someone, rng: Random) -> Told:
    """A list kept by hand at the CPTS: everyday words, dotted phones."""
    spot = one.spot
    return {
        "source": "table",
        "family": one.family,
        "given": one.given,
        "profession": one.trade[3],
        "street_number": _number(spot),
        "street": f"{spot.road} {spot.street}",
        "postcode": spot.postcode,
        "city": spot.city,
        "phone": ".".join(one.phone[i : i + 2] for i in range(0, 10, 2)),
    }


def finess_row(house: House, rng: Random) -> Told:
    """FINESS: numbers, an abbreviated name of at most 38 characters."""
    kind = house.kind[2] if rng.random() < 0.5 else house.kind[0]
    return {
        "source": "finess",
        "finess": house.finess,
        "siret": house.siret if rng.random() < 0.8 else "",
        "name": f"{kind} {plain(house.name)}"[:38],
        **_official_spot(house.spot),
        "phone": house.phone if rng.random() < 0.7 else "",
    }


def house_list_row(house: House, rng: Random) -> Told:
    """An establishment in a list kept by hand: neither FINESS nor SIRET."""
    spot = house.spot
    return {
        "source": "table",
        "name": f"{house.kind[1]} {house.name}",
        "street": f"{_number(spot)}, {spot.road} {spot.street}",
        "postcode": spot.postcode,
        "city": spot.city,
        "phone": " ".join(house.phone[i : i + 2] for i in range(0, 10, 2)),
    }


def _official_spot(spot: Spot) -> Told:
    words = [_TITLES.get(word, word) for word in plain(spot.street).split()]
    return {
        "street_number": _number(spot).replace(" bis", "B"),
        "street": f"{_SHORT[spot.road]} {' '.join(words)}",
        "postcode": spot.postcode,
        "city": plain(spot.city).replace("SAINT", "ST"),
    }


def _number(spot: Spot) -> str:
    return f"{spot.number} {spot.repetition}".strip()


def exchange_letters(field: str) -> Bend:
    """Two neighbouring letters exchanged in the middle of a word of six letters or more."""

    def bend(told: Told, rng: Random) -> Told:
        text = told.get(field, "")
        if len(text) < 6 or not text.isalpha():
            return told
        at = rng.randint(2, len(text) - 4)
        return {**told, field: text[:at] + text[at + 1] + text[at] + text[at + 2 :]}

    return bend


def mistype(field: str) -> Bend:
    """One letter replaced inside a word of six letters or more."""

    def bend(told: Told, rng: Random) -> Told:
        text = told.get(field, "")
        if len(text) < 6 or not text.isalpha():
            return told
        at = rng.randint(1, len(text) - 3)
        return {**told, field: text[:at] + rng.choice(ascii_lowercase) + text[at + 1 :]}

    return bend


def double_letter(field: str) -> Bend:
    """One letter typed twice."""

    def bend(told: Told, rng: Random) -> Told:
        text = told.get(field, "")
        if len(text) < 6 or not text.isalpha():
            return told
        at = rng.randint(1, len(text) - 3)
        return {**told, field: text[:at] + text[at] + text[at:]}

    return bend


def forget(*fields: str) -> Bend:
    """Fields left empty."""
    return lambda told, rng: {name: text for name, text in told.items() if name not in fields}


def keep(told: Told, rng: Random) -> Told:
    """Nothing bent."""
    return told


def swap_names(told: Told, rng: Random) -> Told:
    """Family and given names each in the other's column."""
    return {**told, "family": told["given"], "given": told["family"]}


def initials(told: Told, rng: Random) -> Told:
    """« Jean-Pierre » → « JP »; a simple given name stays."""
    parts = told["given"].replace("-", " ").split()
    return {**told, "given": "".join(p[0] for p in parts)} if len(parts) > 1 else told


def marry(told: Told, rng: Random) -> Told:
    """The spouse's name is added."""
    return {
        **told,
        "family": f"{told['family']} - {rng.choice(('GALLARD', 'TURPIN', 'ESCOFFIER'))}",
    }


def one_column(told: Told, rng: Random) -> Told:
    """« Dr Anne Martin » in the column of names, nothing in the others."""
    rest = {k: v for k, v in told.items() if k not in ("family", "given")}
    return {**rest, "name": f"Dr {told['given']} {told['family'].upper()}"}


def title_in_family(told: Told, rng: Random) -> Told:
    """« DR MARTIN » as a family name."""
    return {**told, "family": f"DR {told['family']}"}


def several_given(told: Told, rng: Random) -> Told:
    """Every given name of the civil register."""
    return {**told, "given": f"{told['given']} {rng.choice(('Germaine Odette', 'Lucien Marcel'))}"}


def two_phones(told: Told, rng: Random) -> Told:
    """A second number in the cell, the first in international form."""
    digits = "".join(c for c in told.get("phone", "") if c.isdigit())
    if not digits:
        return told
    return {**told, "phone": f"+33 (0){digits[1:]} / 06 {rng.randint(10, 99)} 00 00 12"}


def lower_case(told: Told, rng: Random) -> Told:
    """Everything typed in lower case."""
    return {name: text if name == "source" else text.lower() for name, text in told.items()}


def building(told: Told, rng: Random) -> Told:
    """The building before the street, the mailbox after."""
    line = f"Résidence Bellevue, {told.get('street_number', '')} {told['street']}, bât. C"
    return {**told, "street_number": "", "street": " ".join(line.split())}


def company(told: Told, rng: Random) -> Told:
    """The legal form before the name."""
    return {**told, "name": f"{rng.choice(('SELARL', 'SAS', 'SARL'))} {told['name']}"}


def with_commune(told: Told, rng: Random) -> Told:
    """The commune after the name."""
    return {**told, "name": f"{told['name']} de {told['city']}"}
