"""Whether what a row speaks of lies in the territory or its neighbours."""

from collections.abc import Iterable
from enum import Enum

from directory.communes import Communes
from directory.model import Address, CoveredArea, Statement, statement_addresses
from directory.territory import Territory


class Where(Enum):
    """Where something is, seen from the territory."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    NOWHERE = "nowhere"


class Perimeter:
    """A territory and its neighbours, with the départements and regions they lie in."""

    def __init__(self, territory: Territory, communes: Communes) -> None:
        self._communes = communes
        self.insee = communes.with_arrondissements(territory.everywhere)
        known = [found for code in self.insee if (found := communes.get(code))]
        self.departements = {one.departement for one in known} | {territory.departement}
        self.regions = {one.region for one in known}

    def of_code(self, insee: str) -> Where:
        """Where an INSEE code is."""
        return Where.INSIDE if insee in self.insee else Where.OUTSIDE

    def of_postcode(self, postcode: str) -> Where:
        """Where a postcode is, through the communes it serves.

        An unknown one (CEDEX) tells its département only: outside when it is another one.
        """
        served = self._communes.by_postcode(postcode)
        if served:
            return best(self.of_code(commune.insee) for commune in served)
        departement = postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
        if departement.isdigit() and departement not in self.departements:
            return Where.OUTSIDE
        return Where.NOWHERE

    def of_address(self, address: Address) -> Where:
        """Where an address is: by its commune, else by its postcode."""
        if address.insee:
            return self.of_code(address.insee)
        return self.of_postcode(address.postcode) if address.postcode else Where.NOWHERE

    def of_area(self, area: CoveredArea | None) -> Where:
        """Whether a covered area or a declared scope meets the territory."""
        if area is None or not (area.communes or area.departements or area.regions):
            return Where.NOWHERE
        meets = (
            not self.insee.isdisjoint(area.communes)
            or not self.departements.isdisjoint(area.departements)
            or not self.regions.isdisjoint(area.regions)
        )
        return Where.INSIDE if meets else Where.OUTSIDE

    def of_statement(self, said: Statement) -> Where:
        """Where a row belongs: inside as soon as one place, area or scope of it meets."""
        areas = [said.scope]
        areas += [one.covered for one in (said.role, said.service, said.organization) if one]
        places = [self.of_address(address) for address in statement_addresses(said)]
        return best([*places, *(self.of_area(area) for area in areas)])


def best(places: Iterable[Where]) -> Where:
    """The most inward of several answers; `NOWHERE` when there is none."""
    found = set(places)
    if Where.INSIDE in found:
        return Where.INSIDE
    return Where.OUTSIDE if Where.OUTSIDE in found else Where.NOWHERE
