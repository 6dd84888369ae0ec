"""Where an offer is given, what its places can take, and how far it goes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from directory.communes import plain_name
from directory.model import Address, CoveredArea, Point
from directory.typography import say_hour
from importers.cleaning import clean, join_street, make_address, split_street
from importers.contract import Context
from importers.ror.fhir import (
    Code,
    Resource,
    concept_of,
    current,
    extensions,
    first_code,
    label,
    label_of,
    many,
    told,
    whole,
)

_PARTS = {
    "number": "houseNumber",
    "suffix": "buildingNumberSuffix",
    "kind": "streetNameType",
    "base": "streetNameBase",
    "locator": "additionalLocator",
    "box": "postBox",
}
_REGION, _DEPARTEMENT, _COMMUNE = "1", "2", "3"


def location_address(place: Resource, context: Context, use: str = "main") -> Address | None:
    """The address of a Location, with the commune of its COG extension."""
    commune = first_code(told(place, "ror-commune-cog"))
    postal: Mapping[str, Any] = next(iter(many(place.get("address"))), {})
    if commune is None and not postal:
        return None
    position = place.get("position") or {}
    point = _point(position.get("latitude"), position.get("longitude"))
    complement = clean(place.get("name"))
    return _address(postal, commune, point, context, use, complement)


def organization_addresses(resource: Resource, context: Context) -> tuple[Address, ...]:
    """Addresses of an organization that still hold, the first one main."""
    found = []
    for rank, postal in enumerate(current(resource.get("address"), context.data_date)):
        commune = first_code(told(postal, "fr-core-address-insee-code", "inseeCode"))
        where = next(extensions(postal, "geolocation"), {})
        point = _point(told(where, "latitude"), told(where, "longitude"))
        found.append(_address(postal, commune, point, context, "annex" if rank else "main", ""))
    return tuple(found)


def _address(
    postal: Mapping[str, Any],
    commune: Code | None,
    point: Point | None,
    context: Context,
    use: str,
    complement: str,
) -> Address:
    postcode, city = clean(postal.get("postalCode")), clean(postal.get("city"))
    parts = {ours: _part(postal, theirs) for ours, theirs in _PARTS.items()}
    number = " ".join(filter(None, (parts["number"], parts["suffix"].lower())))
    street = join_street(parts["kind"], parts["base"])
    if not street:
        number, street, before = split_street(_first_line(postal, postcode))
        complement = ", ".join(filter(None, (complement, before)))
    more = (one for one in (complement, parts["locator"], parts["box"]) if one)
    return make_address(
        context,
        insee=commune.code if commune else "",
        postcode=postcode,
        city=city or (commune.told if commune else ""),
        use=use,
        number=number,
        street=street,
        complement=", ".join(more),
        point=point,
    )


def _part(postal: Mapping[str, Any], name: str) -> str:
    for line in many(postal.get("_line")):
        if found := told(line, f"iso21090-ADXP-{name}"):
            return clean(str(found))
    return ""


def _first_line(postal: Mapping[str, Any], postcode: str) -> str:
    """The first line without « , 92270 BOIS-COLOMBES » that examples repeat at its end."""
    line = clean(next((one for one in many(postal.get("line")) if isinstance(one, str)), ""))
    street, _, rest = line.rpartition(",")
    return street if postcode and rest.strip().startswith(postcode) else line


def _point(lat: Any, lon: Any) -> Point | None:
    """WGS84 degrees; the nomenclature of the ROR's reliability was not seen, so it says nothing."""
    try:
        found = Point(lat=float(lat), lon=float(lon), origin="ROR")
    except (TypeError, ValueError):
        return None
    return found if abs(found.lat) <= 90 and abs(found.lon) <= 180 else None


def place_notes(place: Resource, context: Context) -> Iterator[str]:
    """What a place adds to an offer: how to get there, equipment, beds and places with their date."""
    if access := clean(place.get("description")):
        yield f"Accès : {access}"
    for equipment in extensions(place, "ror-location-equipment"):
        if named := label(concept_of(equipment)):
            yield f"Équipement : {named}"
    for capacity in extensions(place, "ror-location-supported-capacity"):
        yield from _capacity(capacity, context)


def _capacity(capacity: Mapping[str, Any], context: Context) -> Iterator[str]:
    """« Lit disponible : 3 (courant), au 20/11/2026 à 8 h »; without its date it says nothing."""
    number = whole(told(capacity, "nbCapacity"), context)
    day = _instant(told(capacity, "capacityUpdateDate"))
    if number is None or not day:
        context.note("capacité sans nombre ou sans date, non reprise")
        return
    nature = label(told(capacity, "capacityType"), "R329") or "Capacité"
    status = label(told(capacity, "capacityStatus"), "R330").lower()
    horizon = label(told(capacity, "temporalityCapacity"), "R331").lower()
    about = f" ({horizon})" if horizon else ""
    yield f"{nature} {status}".strip() + f" : {number}{about}, au {day}"


def _instant(value: Any) -> str:
    """Wall-clock time as the source writes it, offset included in what it means."""
    try:
        found = datetime.fromisoformat(str(value or ""))
    except ValueError:
        return ""
    return f"{found:%d/%m/%Y}" + (
        f" à {say_hour(found.hour, found.minute)}" if len(str(value)) > 10 else ""
    )


def covered_area(resource: Resource, context: Context) -> CoveredArea | None:
    """Where an offer goes: communes, départements and regions; other divisions by their name."""
    area: dict[str, list[str]] = {_COMMUNE: [], _DEPARTEMENT: [], _REGION: []}
    notes: list[str] = []
    for division in extensions(resource, "ror-territorial-division"):
        kind = first_code(told(division, "typeTerritorialDivision"))
        where = first_code(told(division, "codeTerritorialDivision"))
        if where is None:
            continue
        level = kind.code if kind else ""
        code, note = _division(level, where, context)
        if code:
            area[level].append(code)
        if note:
            notes.append(note)
    if not (any(area.values()) or notes):
        return None
    return CoveredArea(
        communes=tuple(dict.fromkeys(area[_COMMUNE])),
        departements=tuple(dict.fromkeys(area[_DEPARTEMENT])),
        regions=tuple(dict.fromkeys(area[_REGION])),
        note=" ; ".join(dict.fromkeys(notes)),
    )


def _division(level: str, where: Code, context: Context) -> tuple[str, str]:
    """Code of a division and a remark; no code when it is of another kind than the model's."""
    match level:
        case "1":
            return where.code, ""
        case "2":
            return _departement(where.code), ""
        case "3":
            return _commune(where, context)
        case _:
            kind = label_of("R201", level)
            return "", " ".join(filter(None, (kind, where.label)))


def _departement(code: str) -> str:
    """`032` is written for `32`; overseas codes have three digits of their own."""
    return code[1:] if len(code) == 3 and code.startswith("0") else code


def _commune(where: Code, context: Context) -> tuple[str, str]:
    """An INSEE code; a postcode in its place is read when one commune or arrondissement fits.

    Some postcodes are the INSEE code of another commune (13013): the name then decides.
    """
    told = where.told.split("(")[0]
    known, named = context.communes.get(where.code), plain_name(told)
    served = context.communes.by_postcode(where.code)
    if known is not None and named in ("", plain_name(known.name)):
        return where.code, ""
    if known is not None and named not in {plain_name(one.name) for one in served}:
        context.note("commune couverte : libellé et code en désaccord")
        return where.code, f"{known.name} : « {where.told} » dans la source"
    context.note("commune couverte : code inconnu ou code postal")
    found, _ = context.locate("", where.code, told) if served else (None, "")
    if found is None:
        return "", where.label
    return found.insee, f"code postal {where.code} reçu pour la commune"
