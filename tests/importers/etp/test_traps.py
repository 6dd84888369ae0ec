"""Dates of ETP programmes: before 2021 an authorisation of four years, a declaration since."""

from tests.importers.etp.rows import KEY, NAMES, cells, listing
from tests.importers.world import World


def test_an_authorisation_and_a_declaration_are_two_dates(world: World) -> None:
    names = [*NAMES, "Date d'autorisation", "Date de déclaration"]
    row = [*cells(), "12/03/2019", "04/02/2023"]
    world.run("etp", world.write("etp.csv", listing(row, names=names)))
    programme = world.statements("etp")[KEY].service
    assert programme is not None
    assert programme.notes == ("Autorisé le 12/03/2019", "Déclaré le 04/02/2023")
