"""One general practitioner told by RPPS, Ameli and the CPTS's list: one entry, whose facts are each
somebody's, and a correction that outlives imports. On both stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.base.settings import Settings
from directory.communes import Communes
from directory.local.acts import correct
from directory.local.signing import sign
from directory.model import Contact, ContactSystem
from directory.projection import resource_detail, resources
from directory.register import open_register
from directory.resource import Fact
from directory.territory import Territory
from tests.importers.ameli.rows import CDS_FILE, CENTRE, PS_FILE, centres, practitioners
from tests.importers.ameli.rows import DOCTOR as AMELI_DOCTOR
from tests.importers.rpps.rows import line, listing
from tests.importers.world import World

RPPS = "10100000016"
REF = f"rpps|{RPPS}"
OFFICIAL, ANSWERED, OTHER = "0146680001", "0146680002", "0146680003"

GP = {
    "civility": "MME",
    "family": "VAUQUELIN",
    "given": "Eudoxie",
    "profession": "10",
    "profession_label": "Médecin",
    "skill": "SM54",
    "skill_label": "Médecine Générale",
}
MEMBERS = (
    "RPPS;civilité;nom;prénom;profession;équipe;depuis;jusqu'au;lieu d'exercice;adresse;"
    "code postal;ville;téléphone\n"
    ";Dr;VAUQUELIN;Eudoxie;Médecin;CPTS;2024-01-15;;;12 avenue de la Paix;94260;Fresnes;"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def told(
    request: pytest.FixtureRequest, tmp_path: Path, territory: Territory, communes: Communes
) -> Iterator[World]:
    """Three imports of one doctor, who has three numbers."""
    world = World(tmp_path, territory, communes)
    if request.param == "postgresql":
        world.register.close()
        url = request.getfixturevalue("postgres_url")
        world.register = open_register(Settings(data_dir=world.data_dir, database_url=url))
    _rpps(world)
    _ameli(world)
    members = world.write("membres.csv", MEMBERS + OTHER)
    world.run("table", members, mapping="membres")
    yield world
    world.close()


def _rpps(world: World, **changes: str) -> None:
    text = listing(line(**{**GP, "phone": OFFICIAL, **changes}))
    name = "PS_LibreAcces_Personne_activite_202611200300.txt"
    world.run("rpps", world.write(name, text), partial=True)


def _ameli(world: World, **changes: str) -> None:
    row = AMELI_DOCTOR | {
        "family": "VAUQUELIN",
        "given": "EUDOXIE",
        "street": "12 AVENUE DE LA PAIX",
        "complement": "",
        "phone": ANSWERED,
        **changes,
    }
    files = world.write(PS_FILE, practitioners(row)), world.write(CDS_FILE, centres(CENTRE))
    world.run("ameli", *files, partial=True)


def _facts(world: World) -> list[Fact]:
    return list(resource_detail(world.register, world.communes, REF).facts)


def _phones(world: World) -> dict[str, str]:
    return {
        fact.chosen.text: fact.chosen.source
        for fact in _facts(world)
        if fact.field == "contacts.phone"
    }


def test_she_is_one_entry_and_each_fact_says_whose_it_is(told: World) -> None:
    entries = [one for one in resources(told.register, told.communes) if one.family]
    chosen = {fact.field: fact.chosen.source for fact in _facts(told)}

    assert len(entries) == 1
    assert chosen["convention"] == "ameli"
    assert chosen["member_of"] == "membres"
    assert chosen["identifiers.rpps"] == "rpps"
    assert _phones(told) == {
        "01 46 68 00 01": "rpps",
        "01 46 68 00 02": "ameli",
        "01 46 68 00 03": "membres",
    }


def test_a_correction_is_still_there_after_the_next_imports(told: World) -> None:
    right = Contact(system=ContactSystem.PHONE, value="+33146689999")
    key = next(
        fact.key for fact in _facts(told) if fact.chosen.text == "01 46 68 00 01" and fact.key
    )
    signed = sign("Léa Moreau", "appelée ce matin")
    correct(told.register.database, REF, "role.contacts", right, signed, was=key)

    _rpps(told, street="DE LA PAIX", given="Eudoxie Anne")
    _ameli(told, sector="1", sector_label="Secteur 1 ou conventionné")

    phones = _phones(told)
    assert phones["01 46 68 99 99"] == "local"
    assert "01 46 68 00 01" not in phones
    said = {
        other.text
        for fact in _facts(told)
        for other in fact.alternatives
        if fact.chosen.text == "01 46 68 99 99"
    }
    assert said == {"01 46 68 00 01"}
