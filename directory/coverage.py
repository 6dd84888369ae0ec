"""Where services go: which communes an entry serves, and questions about those who come.

A service that works at people's homes is chosen by the communes it serves, not by where it sits:
DESIGN §7, « which SSIAD covers Fresnes ».
"""

from collections.abc import Iterable
from functools import lru_cache

from directory.activities import Activity, communes_of, covering, say_name
from directory.communes import Communes
from directory.model import CoveredArea
from directory.query import CategoryIs, CommuneIs, Covers, Filter, NeedIs
from directory.resource import Resource

WHATEVER = "*"
"""In the index, before the commune: an area told of the whole entry, not of one activity."""

GOES_TO_PEOPLE = frozenset(
    {
        "127",  # hospitalisation à domicile
        "182",  # SESSAD
        "209",  # service autonomie aide et soins
        "354",  # SSIAD
        "422",  # traitements, soins spécialisés à domicile
        "445",  # SAMSAH
        "446",  # SAVS
        "460",  # service autonomie aide
        "463",  # CLIC
        "606",  # DAC
        "608",  # équipe mobile médico-sociale précarité
        "632",  # oxygène à domicile
        "640",  # aide aux familles à domicile
    }
)
"""FINESS categories of services that come, or that answer for an area (FORMATS.md a.5)."""


def whole_area(area: CoveredArea | None, communes: Communes) -> tuple[str, ...]:
    """INSEE codes of an area's communes, those of its départements and regions among them."""
    if area is None:
        return ()
    wider = (
        code
        for kind, names in (("departement", area.departements), ("region", area.regions))
        for name in names
        for code in _of(communes, kind, name)
    )
    return tuple(dict.fromkeys((*area.communes, *wider)))


@lru_cache(maxsize=256)
def _of(communes: Communes, kind: str, name: str) -> tuple[str, ...]:
    return tuple(one.insee for one in communes if getattr(one, kind) == name)


def served(resource: Resource) -> tuple[str, ...]:
    """Every commune an entry says it goes to, for whatever it does there."""
    return tuple(dict.fromkeys((*resource.covered, *communes_of(resource.activities))))


def served_codes(resource: Resource) -> set[str]:
    """What is indexed of communes after what is done there: `358@94034`."""
    told = [(WHATEVER, resource.covered)]
    told += [(one.activity.code, one.communes) for one in resource.activities]
    return {f"{what}@{code}" for what, communes in told for code in communes}


def asked_codes(activities: Iterable[str], insee: Iterable[str]) -> tuple[str, ...]:
    """The index's codes of communes served for one of these activities, or whatever for."""
    what = (WHATEVER, *activities)
    return tuple(f"{one}@{code}" for code in insee for one in what)


def comes_to_people(wanted: Filter) -> bool:
    """Whether a filter asks for services that come rather than for places one goes to."""
    match wanted:
        case CategoryIs(codes=codes, activities=activities):
            return bool(activities) or (bool(codes) and GOES_TO_PEOPLE.issuperset(codes))
        case _:
            return False


def wanted_activities(filters: Iterable[Filter]) -> tuple[str, ...]:
    """The FINESS activities asked for, if any."""
    told = (one for one in filters if isinstance(one, CategoryIs | NeedIs))
    return tuple(dict.fromkeys(code for one in told for code in one.activities))


def asked_communes(filters: Iterable[Filter]) -> tuple[str, ...]:
    """Communes a question names for services that come; none for any other question."""
    told = tuple(filters)
    if not any(map(comes_to_people, told)):
        return ()
    places = (one for one in told if isinstance(one, CommuneIs | Covers))
    return tuple(dict.fromkeys(code for one in places for code in one.insee))


def say_coverage(
    resource: Resource, insee: tuple[str, ...], label: str, activities: tuple[str, ...]
) -> str:
    """« dessert Fresnes (soins infirmiers à domicile) depuis Créteil », or that it says it does not.

    Empty where the entry tells nothing of where it goes.
    """
    if not set(insee).isdisjoint(resource.covered):
        return f"dessert {label or 'la commune'}{_from(resource, insee)}"
    doing = covering(resource.activities, insee)
    asked = [one for one in doing if not activities or one.activity.code in activities]
    if told := asked or doing:
        what = f"{'' if asked else 'seulement '}{_what(told)}"
        return f"dessert {label or 'la commune'} ({what}){_from(resource, insee)}"
    if served(resource) and resource.insee in insee:
        return f"sa zone déclarée ne cite pas {label or 'la commune'}"
    return ""


def _what(told: Iterable[Activity]) -> str:
    return ", ".join(dict.fromkeys(say_name(one) for one in told))


def _from(resource: Resource, insee: tuple[str, ...]) -> str:
    elsewhere = resource.commune and resource.insee not in insee
    return f", depuis {resource.commune}" if elsewhere else ""
