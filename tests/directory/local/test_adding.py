"""An entry added here is an entry as any other, and leaves as it came."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from directory.base.errors import NotFoundError
from directory.communes import Communes
from directory.local.acts import correct
from directory.local.adding import add_entry, offer, place, practitioner, withdraw
from directory.local.history import acts_on
from directory.local.signing import Signed
from directory.model import Identifier, Organization, Person, Role, Service
from directory.projection import resource_detail, resources
from directory.register import Register
from directory.vocabulary import profession_coding
from tests.directory.told import publish, site

HERE = Signed("Ada Nim", "vient de s'installer")
TODAY = date(2026, 11, 25)


def test_an_added_entry_is_published_corrected_and_taken_back(
    register: Register, communes: Communes
) -> None:
    person = Person(family="Zéphirin", given="Odile")
    added = add_entry(
        register, practitioner(person, Role(profession=profession_coding("70"))), HERE, TODAY
    )

    correct(register.database, str(added), "person.given", "Odette", HERE)

    entry = resource_detail(register, communes, str(added)).resource
    assert entry.name == "Odette Zéphirin"
    assert entry.sources == ("Correction locale", "Fiche ajoutée ici")
    said = acts_on(register.database, str(added))
    assert [(one.act, one.author) for one in said] == [
        ("correction", "Ada Nim"),
        ("addition", "Ada Nim"),
    ]

    withdraw(register, said[-1].id, "Bob Ty", TODAY)
    with pytest.raises(NotFoundError):
        resource_detail(register, communes, str(added))


def test_an_added_person_is_the_one_of_the_rpps(register: Register, communes: Communes) -> None:
    number = (Identifier(system="rpps", value="10900000011"),)
    person = Person(family="Durand", given="Zoé", identifiers=number)

    add_entry(register, practitioner(person, Role()), HERE, TODAY)

    assert resource_detail(register, communes, "rpps|10900000011").resource.family == "Durand"


def test_places_and_offers_are_added_and_imports_leave_them(
    register: Register, communes: Communes
) -> None:
    add_entry(register, place(Organization(name="Maison des familles")), HERE, TODAY)
    add_entry(register, offer(Service(name="Bus dentaire")), HERE, TODAY)

    publish(register, "finess", [site("940000011", "MSP")])

    names = {one.name for one in resources(register, communes)}
    assert names == {"Maison des familles", "Bus dentaire", "MSP"}


def test_entries_added_at_once_are_all_there(register: Register, communes: Communes) -> None:
    def add(number: int) -> None:
        add_entry(register, place(Organization(name=f"Lieu {number}")), HERE, TODAY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(8)))

    assert {one.name for one in resources(register, communes)} == {f"Lieu {n}" for n in range(8)}
