"""Invented workplaces: cabinets of one or several, and the FINESS sites where some exercise."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count, cycle
from random import Random

from importers.demo.places import Place, Places
from importers.demo.plan import PractitionerGroup
from importers.demo.sites import Site

TEAMS: dict[str, dict[str, int]] = {
    "centres-municipaux": {"generalistes": 2, "infirmiers": 1, "dentistes": 1},
    "maison-de-sante": {"generalistes": 2, "infirmiers": 1, "kinesitherapeutes": 1},
}
"""How many of each group exercise in a site of a kind, as far as its commune has them."""

_SALARIED = ("centres-municipaux",)
_SECTORS = {"centres-municipaux": "SA05", "maison-de-sante": "SA08"}
_SHARED_NAMES = (
    "CABINET DES TILLEULS",
    'CABINET "LES GLYCINES"',
    "CABINET DE L'HORLOGE",
    "CABINET <SOIN & MOUVEMENT>",
    "CABINET DU BELVÉDÈRE",
    "Cabinet des Trois Ponts",
)
_CAPACITIES = (1, 1, 2, 3)


@dataclass(frozen=True)
class Structure:
    """A workplace; `told_insee` is the commune code as told, at times that of before 1968."""

    key: str
    name: str
    sector: str
    place: Place
    told_insee: str
    phone: str
    finess: str = ""
    legal_entity: str = ""


class Structures:
    """Finds or opens a workplace for each practitioner; the same seed finds the same."""

    def __init__(self, places: Places, sites: Iterable[Site], rng: Random) -> None:
        self._places = places
        self._rng = rng
        self._teams = [site for site in sites if site.group in TEAMS and not site.closed]
        self._seats: Counter[tuple[str, str]] = Counter()
        self._open: dict[tuple[str, str], tuple[Structure, int]] = {}
        self._serials = count(1)
        self._names = cycle(_SHARED_NAMES)

    def workplace(self, group: PractitionerGroup, insee: str, family: str) -> tuple[Structure, str]:
        """Where the next practitioner of a group exercises in a commune, and how: L or S."""
        for site in self._teams:
            taken = self._seats[site.finess, group.id]
            if site.place.commune.insee == insee and taken < TEAMS[site.group].get(group.id, 0):
                self._seats[site.finess, group.id] += 1
                return of_site(site), "S" if site.group in _SALARIED else "L"
        return self._cabinet(group, insee, family), "L"

    def second_site(self, group: PractitionerGroup, insee: str, family: str) -> Structure:
        """A second cabinet of one's own, in the same commune."""
        return self._open_cabinet(insee, _own_name(group, family), "SA07")

    def _cabinet(self, group: PractitionerGroup, insee: str, family: str) -> Structure:
        structure, room = self._open.pop((group.id, insee), (None, 0))
        if structure is None:
            room = self._rng.choice(_CAPACITIES)
            name = _own_name(group, family) if room == 1 else next(self._names)
            structure = self._open_cabinet(insee, name, "SA07" if room == 1 else "SA08")
        if room > 1:
            self._open[group.id, insee] = (structure, room - 1)
        return structure

    def _open_cabinet(self, insee: str, name: str, sector: str) -> Structure:
        serial = next(self._serials)
        place = self._places.draw(insee)
        phone = self._places.phone(insee) if serial % 7 else ""
        cabinet = Structure(f"R999{serial:011d}", name, sector, place, insee, phone)
        old_codes = place.commune.old_codes
        return (
            replace(cabinet, told_insee=old_codes[0]) if serial % 19 == 6 and old_codes else cabinet
        )


def of_site(site: Site) -> Structure:
    """A FINESS site as the RPPS file names it."""
    return Structure(
        key=f"F{site.finess}",
        name=site.name,
        sector=_SECTORS[site.group],
        place=site.place,
        told_insee=site.place.commune.insee,
        phone=site.phone,
        finess=site.finess,
        legal_entity=site.legal_entity,
    )


def _own_name(group: PractitionerGroup, family: str) -> str:
    return f"CABINET DU DR {family}" if group.profession in ("10", "40") else f"CABINET {family}"
