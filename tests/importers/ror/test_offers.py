"""Every trap of an offer, one row each: what it says, how far it goes, what its places can take."""

from typing import Any

import pytest

from directory.model import Service, SourceRecord
from importers.contract import Context, Ignored, Quarantined
from importers.inputs import local_file, open_file
from importers.perimeter import Perimeter
from importers.ror.importer import IMPORTER
from tests.importers.ror.rows import (
    ROR,
    ages,
    bundle,
    capacity,
    coded,
    concept,
    covers,
    exercise,
    ext,
    legal_entity,
    offer,
    person,
    place,
    site,
)
from tests.importers.world import DAY, World, only


class Read:
    """What the rows of a bundle become, and the remarks made on the way."""

    def __init__(self, world: World, *resources: Any) -> None:
        self.context = Context(
            world.communes, Perimeter(world.territory, world.communes), True, data_date=DAY
        )
        path = world.write("ror.json", bundle(*resources))
        with open_file(local_file(path)) as file:
            rows = list(IMPORTER.read(file, self.context))
            self.outcomes = [IMPORTER.to_record(row, self.context) for row in rows]

    def record(self, rank: int = 0) -> SourceRecord:
        """The record a row became."""
        found = self.outcomes[rank]
        assert isinstance(found, SourceRecord)
        return found

    def offer(self) -> Service:
        """The service the first row became."""
        service = self.record().statement.service
        assert service is not None
        return service


def test_characteristics_go_where_their_nomenclature_says(world: World) -> None:
    abroad = {**concept("R210", "0001", "Pose de perfusion"), "extension": [
        ext("ror-act-type", valueCode="outsideOfficeAct")
    ]}  # fmt: skip
    told = Read(world, offer(characteristic=[
        concept("R210", "0785", "Entretien du linge"), abroad, concept("R245", "02"),
        concept("R338", "04"), concept("R338", "05"), concept("R213", "32", "Consultation (CS)"),
        concept("R240", "02"), concept("R243", "01"), concept("R236", "02", "Mandataire"),
        concept("R238", "02", "Semaine"), concept("R253", "04", "Maternité de type 3"),
        concept("R94", "41", "Assistant de service social"),
    ]), place()).offer()  # fmt: skip
    assert told.acts == ("Entretien du linge", "Pose de perfusion (hors cabinet)")
    assert told.pathologies == ("Troubles du spectre de l'autisme",)
    assert told.modes == ("video", "home", "cabinet")
    assert told.notes == (
        "Modalité d'accueil : Téléconsultation",
        "Modalité d'accueil : Visite à domicile",
        "Prise en charge : Consultation (CS) ou Séance",
        "Accueil : Permanent",
        "Compétence : Maîtrise de la Langue des Signes Française (LSF)",
        "Mode de gestion : Mandataire",
        "Ouverture annuelle : Semaine",
        "Niveau d'expertise : Maternité de type 3",
        "Profession : Assistant de service social",
    )


def test_unknown_codes_come_in_with_their_display(world: World) -> None:
    strange = [concept("R338", "99", "Accueil en gare"), concept("R999", "1", "Autre chose")]
    read = Read(
        world,
        offer(
            characteristic=strange,
            category=[concept("R244", "9999", "Type nouveau")],
            specialty=[concept("R211", "9999", "Activité nouvelle"), concept("R211", "8888")],
        ),
    )
    told = read.offer()
    assert told.category is not None
    assert told.category.label == "Type nouveau"
    assert told.acts == ("Activité nouvelle", "8888")
    assert told.notes == ("Modalité d'accueil : Accueil en gare", "Caractéristique : Autre chose")
    assert read.context.notes["caractéristique d'une nomenclature inconnue"] == 1


def test_specialties_mix_activities_and_serafin(world: World) -> None:
    mixed = [concept("R211", "298", "Logement"), concept("R265", "019", "2.3.2.1 Logement")]
    told = Read(world, offer(specialty=mixed, type=[concept("R227", "06", "?")])).offer()
    assert told.acts == ("Logement",)
    assert told.notes == ("Champ d'activité : Social", "Prestation SERAFIN : 2.3.2.1 Logement")


def test_an_outdated_label_is_todays(world: World) -> None:
    category = Read(world, offer()).offer().category
    assert category is not None
    assert (category.code, category.label) == ("30", "Service autonomie à domicile (SAD) aide")


def test_an_imprecise_nomenclature_is_told_by_its_place(world: World) -> None:
    vague = {"coding": [{"system": "https://mos.esante.gouv.fr/NOS", "code": "30"}]}
    read = Read(world, offer(category=[vague]))
    category = read.offer().category
    assert category is not None
    assert category.system == "TRE_R244-CategorieOrganisation"
    assert category.label == "Service autonomie à domicile (SAD) aide"
    assert read.context.notes["nomenclature du type d'offre non précisée"] == 1


def test_objects_instead_of_lists_and_texts_instead_of_numbers(world: World) -> None:
    read = Read(
        world,
        offer(
            identifier={"value": "94/0000002"},
            category=concept("R244", "30"),
            location={"reference": "Location/20"},
            more=[ages("3", "17")],
        ),
        place(),
    )
    told = read.offer()
    assert told.identifiers[0].value == "94/0000002"
    assert (told.age_min, told.age_max) == (3, 17)
    assert only(told.addresses).insee == "94034"
    assert read.context.notes["objet reçu à la place d'une liste"] == 1
    assert read.context.notes["nombre écrit comme un texte"] == 2


@pytest.mark.parametrize(
    ("publics", "expected"),
    [
        ([ages(15, 150)], (15, None)),
        ([ages(0, 18)], (None, 18)),
        ([ages(18, 36, "mo")], (1, 3)),
        ([ages(60, 120, None)], (60, None)),
        ([ages(3, 6), ages(10, 17)], (3, 17)),
        ([], (None, None)),
    ],
    ids=["150 is no limit", "from birth", "months", "no unit", "two publics", "none"],
)
def test_ages(world: World, publics: list[Any], expected: tuple[int | None, int | None]) -> None:
    told = Read(world, offer(more=publics)).offer()
    assert (told.age_min, told.age_max) == expected


@pytest.mark.parametrize(
    ("division", "covered", "note"),
    [
        (covers("3", "94034", "Fresnes"), ("94034",), ""),
        (covers("3", "75114", "Paris 14e Arrondissement"), ("75114",), ""),
        (covers("3", "94260", "Fresnes"), ("94034",), "code postal 94260 reçu pour la commune"),
        (covers("3", "18000", "Bourges"), ("18033",), "code postal 18000 reçu pour la commune"),
        (covers("3", "00000", "Ailleurs"), (), "Ailleurs"),
        (
            covers("3", "92036", "Bois-Colombes (92009)"),
            ("92036",),
            "Gennevilliers : « Bois-Colombes (92009) » dans la source",
        ),
        (covers("4", "X1", "Territoire Est"), (), "Territoire de Santé Territoire Est"),
    ],
    ids=["commune", "arrondissement", "postcode", "bourges", "unknown", "disagreement", "health"],
)
def test_covered_communes(
    world: World, division: dict[str, Any], covered: tuple[str, ...], note: str
) -> None:
    area = Read(world, offer(more=[division])).offer().covered
    assert area is not None
    assert (area.communes, area.note) == (covered, note)


def test_covered_departements_and_regions(world: World) -> None:
    more = [covers("2", "032"), covers("2", "94"), covers("2", "974"), covers("1", "11")]
    area = Read(world, offer(more=more)).offer().covered
    assert area is not None
    assert (area.departements, area.regions) == (("32", "94", "974"), ("11",))


def test_capacities_come_with_their_date(world: World) -> None:
    read = Read(
        world,
        offer(),
        place(
            description="Au fond de la cour",
            more=[
                capacity(),
                capacity("2"),
                capacity(day=""),
                coded("ror-location-equipment", "R212", "01", "Scanner"),
            ],
        ),
    )
    assert read.offer().notes == (
        "Accès : Au fond de la cour",
        "Équipement : Scanner",
        "Lit disponible : 3 (courant), au 20/11/2026 à 10 h",
        "Lit disponible : 2 (courant), au 20/11/2026 à 10 h",
    )
    assert read.context.notes["capacité sans nombre ou sans date, non reprise"] == 1


@pytest.mark.parametrize(
    ("told", "insee"),
    [("94260", "94034"), ("94034", "94034"), ("", "94034")],
    ids=["postcode", "code", "none"],
)
def test_the_commune_of_a_place(world: World, told: str, insee: str) -> None:
    commune = [coded("ror-commune-cog", "R13", told, "Fresnes")] if told else []
    address = only(Read(world, offer(), place(extension=commune)).offer().addresses)
    assert (address.insee, address.street_number, address.street) == (insee, "2", "rue de Wissous")


def test_the_parts_of_an_address_and_its_point(world: World) -> None:
    parts = [("houseNumber", "4"), ("buildingNumberSuffix", "BIS"), ("streetNameType", "RUE"),
             ("streetNameBase", "DES ALOUETTES"), ("additionalLocator", "Bâtiment C")]  # fmt: skip
    told = [
        {"url": f"http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-{name}", "valueString": one}
        for name, one in parts
    ]
    postal = {"line": ["?"], "_line": [{"extension": told}], "postalCode": "94260"}
    position = {"latitude": 48.76, "longitude": 2.32}
    address = only(Read(world, offer(), place(address=postal, position=position)).offer().addresses)
    assert (address.street_number, address.street) == ("4 bis", "rue des Alouettes")
    assert address.complement == "Bâtiment C"
    assert address.point is not None
    assert (address.point.lat, address.point.lon) == (48.76, 2.32)


def test_an_offer_without_place_is_at_its_site(world: World) -> None:
    read = Read(world, offer(location=[]), site(), legal_entity())
    assert only(read.offer().addresses).insee == "94034"
    assert read.context.notes["offre sans lieu, adresse de l'établissement reprise"] == 1


def test_an_offer_of_a_unit_belongs_to_its_site(world: World) -> None:
    unit = site(
        id="12",
        name="Pôle A",
        identifier=[{"system": "https://oi.esante.gouv.fr", "value": "ZZZ"}],
        type=[concept("R207", "1", "Pôle")],
        partOf={"reference": "Organization/10"},
    )
    given = offer(providedBy={"reference": "https://exemple.fr/fhir/Organization/12"})
    read = Read(world, given, place(), unit, site(), legal_entity())
    assert read.offer().provider == "EHPAD LES TILLEULS"
    assert read.record().statement.organization_key == "finess|940000011"
    assert read.outcomes[2] == Ignored("organisation interne, reprise dans ses offres")


def test_organizations_that_contain_each_other_end(world: World) -> None:
    read = Read(world, offer(), place(), site(partOf={"reference": "Organization/10"}))
    assert read.offer().provider == "EHPAD LES TILLEULS"


def test_missing_references_are_counted(world: World) -> None:
    read = Read(world, offer())
    assert read.context.notes == {
        "référence absente du fichier (Location)": 1,
        "référence absente du fichier (Organization)": 1,
    }


@pytest.mark.parametrize("flag", [True, "true", 1], ids=["boolean", "text", "number"])
def test_a_sensitive_unit_is_left_out_with_its_people(world: World, flag: Any) -> None:
    read = Read(world, offer(sensitive=flag), person(), exercise())
    assert (read.outcomes[0], read.outcomes[2]) == (
        Ignored("unité sensible, confidentielle", "HealthcareService/1"),
        Ignored("unité sensible, confidentielle", "PractitionerRole/40"),
    )


def test_a_name_that_is_missing_is_the_type_or_the_activity(world: World) -> None:
    assert Read(world, offer(name=None)).offer().name == "Service autonomie à domicile (SAD) aide"
    activity = [concept("R211", "437", "Médecine générale")]
    by_activity = offer(name="", category=[], specialty=activity)
    assert Read(world, by_activity).offer().name == "Médecine générale"
    nameless = Read(world, offer(name="", category=[])).outcomes[0]
    assert isinstance(nameless, Quarantined)
    assert nameless.key == "HealthcareService/1"


def test_the_day_of_an_offer_is_that_of_its_newest_part(world: World) -> None:
    moved = place(meta={"lastUpdated": "2026-11-21T08:00:00Z"})
    assert str(Read(world, offer(), moved).record().data_date) == "2026-11-21"
    assert Read(world, offer(meta={})).record().data_date == DAY


def test_other_remarks(world: World) -> None:
    more = [
        ext("ror-healthcareservice-no-consent-habilitation", valueBoolean=True),
        coded("ror-healthcareservice-psychiatric-sector", "R300", "94G01", "94G01"),
    ]
    told = Read(world, offer(more=more, comment="Sur dossier")).offer()
    assert told.notes == (
        "Secteur psychiatrique : 94G01",
        "Habilité aux soins sans consentement",
        "Sur dossier",
    )


def test_a_bundle_may_name_its_resources_by_address(world: World) -> None:
    entries = {
        "entry": [
            {"fullUrl": "urn:uuid:aa", "resource": offer(id=None, location=[
                {"reference": "urn:uuid:bb"}])},
            {"fullUrl": "urn:uuid:bb", "resource": place(id=None)},
        ]
    }  # fmt: skip
    read = Read(world, {"resourceType": "Bundle", **entries})
    assert isinstance(read.outcomes[0], Ignored)
    path = world.write("urn.json", bundle(**entries))
    world.run("ror", path)
    assert list(world.records("ror")) == ["HealthcareService/urn:uuid:aa"]


def test_extensions_are_told_by_the_end_of_their_address() -> None:
    assert ext("ror-commune-cog")["url"] == f"{ROR}ror-commune-cog"
