"""The communes an entry serves, as its page tells them: the territory's own before the others."""

from collections.abc import Iterable

from directory.activities import say_name
from directory.resource import Resource
from web.contexts import Zone
from web.services import Services


def zones_of(resource: Resource, services: Services) -> list[Zone]:
    """The area told of the whole entry, then that of each activity that names one."""
    told: dict[tuple[str, ...], list[str]] = {}
    for one in resource.activities:
        if one.communes:
            told.setdefault(one.communes, []).append(say_name(one))
    zones = [
        _zone(", ".join(dict.fromkeys(what)), communes, services) for communes, what in told.items()
    ]
    if resource.covered or resource.covered_note:
        zones.insert(0, _zone("", resource.covered, services, resource.covered_note))
    return zones


def _zone(what: str, codes: Iterable[str], services: Services, note: str = "") -> Zone:
    here: list[str] = []
    others: list[str] = []
    for code in codes:
        known = services.communes.get(code)
        inside = code in services.territory.everywhere
        (here if inside else others).append(known.name if known else code)
    return Zone(what, sorted(here), sorted(others), note)
