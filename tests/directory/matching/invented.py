"""Invented practitioners and establishments, the truth that sources then tell badly."""

from dataclasses import dataclass, replace
from random import Random

from faker import Faker
from stdnum import luhn

COMMUNES = (
    ("94230", "Cachan", "94231"),
    ("94260", "Fresnes", "94266"),
    ("94240", "L'Haÿ-les-Roses", "94246"),
    ("94550", "Chevilly-Larue", "94654"),
    ("94150", "Rungis", "94518"),
    ("77000", "Melun", "77007"),
    ("77190", "Dammarie-lès-Lys", "77196"),
)
STREETS = (
    ("rue", "Gabriel Péri"), ("avenue", "de la Division Leclerc"), ("boulevard", "Pasteur"),
    ("place", "de la République"), ("allée", "des Tilleuls"), ("avenue", "du Général de Gaulle"),
    ("rue", "du Docteur Calmette"), ("rue", "Saint-Exupéry"), ("chemin", "des Vignes"),
    ("square", "Émile Zola"), ("rue", "de l'Abbé Grégoire"), ("impasse", "du Moulin"),
    ("avenue", "Paul Vaillant-Couturier"), ("rue", "des Frères Lumière"), ("route", "d'Orly"),
    ("boulevard", "du Maréchal Juin"), ("rue", "Anatole France"), ("quai", "des Lavandières"),
    ("avenue", "du 11 Novembre 1918"), ("rue", "Sainte-Anne"), ("résidence", "du Parc"),
)  # fmt: skip
TRADES = (
    ("Médecin", "Spécialiste en Médecine générale (SM)", "Médecin généraliste", "généraliste"),
    ("Médecin", "Qualifié en Médecine générale (SM)", "Médecin généraliste", "MG"),
    ("Médecin", "Médecine générale (SM)", "Médecin généraliste", "médecin généraliste"),
    ("Médecin", "Pédiatrie (SM)", "Pédiatre", "pédiatre"),
    ("Médecin", "Cardiologie et Maladies vasculaires (SM)", "Cardiologue", "cardio"),
    ("Médecin", "Ophtalmologie (SM)", "Ophtalmologiste", "ophtalmo"),
    ("Médecin", "Dermatologie et Vénéréologie (SM)", "Dermatologue et vénérologue", "dermato"),
    ("Médecin", "Psychiatrie (SM)", "Psychiatre", "psychiatre"),
    ("Infirmier", "", "Infirmier", "IDEL"),
    ("Infirmier", "", "Infirmier", "infirmière libérale"),
    ("Masseur-Kinésithérapeute", "", "Masseur-kinésithérapeute", "kiné"),
    ("Chirurgien-Dentiste", "", "Chirurgien-dentiste", "dentiste"),
    ("Sage-Femme", "", "Sage-femme", "sage femme"),
    ("Orthophoniste", "", "Orthophoniste", "orthophonie"),
    ("Orthoptiste", "", "Orthoptiste", "orthoptiste"),
    ("Pédicure-Podologue", "", "Pédicure-podologue", "podologue"),
)
KINDS = (
    ("PHARMACIE", "Pharmacie", "PHIE"),
    ("EHPAD", "Maison de retraite", "EHPAD"),
    ("LABORATOIRE", "Laboratoire d'analyses médicales", "LABM"),
    ("SSIAD", "Service de soins infirmiers à domicile", "SSIAD"),
    ("IME", "Institut médico-éducatif", "IME"),
    ("ESAT", "ESAT", "ESAT"),
    ("CMPP", "Centre médico-psycho-pédagogique", "CMPP"),
    ("CENTRE DE SANTE", "Centre municipal de santé", "CTRE DE SANTE"),
    ("CLINIQUE", "Clinique", "CLIN"),
    ("CENTRE HOSPITALIER", "Hôpital", "CH"),
    ("FOYER D'ACCUEIL MEDICALISE", "FAM", "FAM"),
    ("RESIDENCE AUTONOMIE", "Foyer logement", "RES AUTONOMIE"),
)
NAMES = (
    "des Glycines", "du Marché", "Jean Moulin", "Sainte-Élisabeth", "de la Bièvre", "des Tulipes",
    "du Rond d'Or", "Les Marronniers", "Louise Michel", "des Coquelicots", "du Val Fleuri",
    "Ambroise Paré", "de l'Horloge", "Les Quatre Saisons", "Simone Veil", "du Bois Joli",
    "Notre-Dame", "de la Fontaine", "des Trois Moulins", "Les Hirondelles", "Victor Schœlcher",
)  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """Where somebody is: number, `bis`, type and name of the street, commune, CEDEX postcode."""

    number: int
    repetition: str
    road: str
    street: str
    postcode: str
    city: str
    cedex: str


@dataclass(frozen=True)
class Someone:
    """A practitioner as they are."""

    rpps: str
    family: str
    given: str
    trade: tuple[str, str, str, str]
    spot: Spot
    phone: str


@dataclass(frozen=True)
class House:
    """An establishment as it is."""

    finess: str
    siret: str
    kind: tuple[str, str, str]
    name: str
    spot: Spot
    phone: str


class Inventor:
    """Draws people and establishments from one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.faker = Faker("fr_FR")
        self.faker.seed_instance(seed)

    def spot(self) -> Spot:
        road, street = self.rng.choice(STREETS)
        postcode, city, cedex = self.rng.choice(COMMUNES)
        repetition = "bis" if self.rng.random() < 0.06 else ""
        number = self.rng.randint(1, 140)
        return Spot(number, repetition, road, street, postcode, city, cedex)

    def elsewhere(self, spot: Spot) -> Spot:
        """Another street of another commune."""
        while (other := self.spot()).postcode == spot.postcode or other.street == spot.street:
            pass
        return other

    def phone(self, start: str = "0146") -> str:
        return start + f"{self.rng.randint(0, 999999):06d}"

    def rpps(self) -> str:
        begun = f"1010{self.rng.randint(0, 999999):06d}"
        return begun + luhn.calc_check_digit(begun)

    def finess(self) -> str:
        begun = f"9400{self.rng.randint(1, 9999):04d}"
        return begun + luhn.calc_check_digit(begun)

    def family(self) -> str:
        draw = self.rng.random()
        name: str = self.faker.last_name()
        if draw < 0.1:
            return f"{name}-{self.faker.last_name()}"
        return f"de {name}" if draw < 0.13 else name

    def given(self) -> str:
        draw = self.rng.random()
        if draw < 0.12:
            return self.rng.choice(("Jean-", "Marie-")) + self.rng.choice(
                ("Pierre", "Christine", "Claude", "Paul", "Noëlle", "Louis", "Hélène")
            )
        women = self.rng.random() < 0.5
        name: str = self.faker.first_name_female() if women else self.faker.first_name_male()
        return name

    def someone(self) -> Someone:
        return Someone(
            rpps=self.rpps(),
            family=self.family(),
            given=self.given(),
            trade=self.rng.choice(TRADES),
            spot=self.spot(),
            phone=self.phone(),
        )

    def relative(self, one: Someone) -> Someone:
        """Same name, address, phone and trade; another given name."""
        while (given := self.given()).split("-")[0] == one.given.split("-")[0]:
            pass
        return replace(one, rpps=self.rpps(), given=given)

    def house(self) -> House:
        siret = f"{self.rng.randint(10**12, 10**13 - 1)}"
        return House(
            finess=self.finess(),
            siret=siret + luhn.calc_check_digit(siret),
            kind=self.rng.choice(KINDS),
            name=self.rng.choice(NAMES),
            spot=self.spot(),
            phone=self.phone("0149"),
        )
