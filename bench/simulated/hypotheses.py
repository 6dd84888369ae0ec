"""Every number of the simulated world, with where it comes from; scenarios; nothing else."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

ASSUMED = "hypothèse"
PROJECT = "projet de santé de la CPTS"


class Known(NamedTuple):
    """A constant of the world: what it is in French, and its source or « hypothèse »."""

    value: float
    label: str
    source: str


TABLE: dict[str, Known] = {
    "population": Known(116_000, "habitants", PROJECT),
    "calls_per_million": Known(
        235.3,
        "demandes par jour ouvert et par million d'habitants",
        "16 000 demandes par jour confiées aux OSNP pour 68 millions d'habitants "
        "(guide d'interopérabilité du SAS, annexes)",
    ),
    "no_show": Known(
        0.08,
        "rendez-vous non honorés",
        "6 à 10 % (Ordre et Académie de médecine, janvier 2023) ; milieu de la fourchette",
    ),
    "without_mt": Known(0.122, "sans médecin traitant, parmi les 16 ans et plus", PROJECT),
    "own_in_team": Known(
        11 / 51,
        "dont le médecin traitant est de l'équipe, parmi les autres",
        "11 médecins de l'équipe sur 51 généralistes (projet de santé, tableau 14)",
    ),
    "infants": Known(0.01, "moins de 3 mois, parmi les appels", ASSUMED),
    "children": Known(
        0.25,
        "3 mois-15 ans",
        "22 % ont moins de 13 ans (Drees, Études et résultats n° 471, 2006) ; prolongé à 15 ans",
    ),
    "seniors": Known(0.18, "70 ans et plus", ASSUMED),
    "home_seniors": Known(0.35, "ne peuvent pas se déplacer, 70 ans et plus", ASSUMED),
    "home_adults": Known(0.05, "ne peuvent pas se déplacer, 16-69 ans", ASSUMED),
    "home_children": Known(0.02, "ne peuvent pas se déplacer, enfants", ASSUMED),
    "video_only": Known(0.06, "ne veulent ou ne peuvent qu'une vidéo, parmi les autres", ASSUMED),
    "within_4h": Known(0.15, "demandent à être vus dans les 4 h", ASSUMED),
    "within_24h": Known(0.35, "demandent à être vus dans les 24 h (les autres : 48 h)", ASSUMED),
    "patience_hours": Known(72, "heures au-delà desquelles la personne va ailleurs", ASSUMED),
    "declined": Known(0.10, "propositions refusées par convenance", ASSUMED),
    "titulaire_capacity": Known(20, "patients par semaine d'un titulaire, et ses places", ASSUMED),
    "adjoint_capacity": Known(12, "patients par semaine d'un adjoint, et ses places", ASSUMED),
    "accepting": Known(2, "médecins de l'équipe qui prennent de nouveaux patients", ASSUMED),
    "radius_km": Known(1.0, "rayon où habitants et cabinets sont tirés autour du point", ASSUMED),
}
"""Shares unless the label says otherwise."""

MONTHS = (1.2, 1.15, 1.05, 1.0, 0.95, 0.9, 0.8, 0.7, 0.95, 1.05, 1.1, 1.15)
"""Demand by month, January first, mean 1: hypothèse."""

WEEKDAYS = (1.2, 1.0, 1.0, 0.95, 1.05, 0.5)
"""Demand by open day, Monday first; Saturday is a morning: hypothèse."""

HOURS = {
    **{8: 1.4, 9: 1.5, 10: 1.3, 11: 1.0, 12: 0.7, 13: 0.7},
    **{14: 0.9, 15: 0.9, 16: 1.0, 17: 1.1, 18: 0.9, 19: 0.6},
}
"""Relative number of calls by hour of the secretariat: hypothèse."""

GPS = {"94016": 11, "94038": 13, "94021": 8, "94034": 16, "94065": 3}
"""General practitioners by commune (projet de santé, tableau 14): where the team is drawn."""

TITULAIRES, ADJOINTS = 6, 5
"""Projet de santé, fiche-action 1."""

HORIZON_DAYS = 7
"""How far ahead the simulated agenda is open: hypothèse."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A season: when it starts, who is away, and a wave of calls.

    The wave multiplies demand by `1 + height` at its peak, `peak` days after the start, and fades
    over `width` days on each side. `home` multiplies the share of people who cannot move.
    """

    label: str
    first: date
    away: int = 0
    height: float = 0.0
    peak: int = 14
    width: float = 7.0
    home: float = 1.0


SCENARIOS: dict[str, Scenario] = {
    "ordinaire": Scenario(label="équipe au complet, sans épidémie", first=date(2026, 9, 7)),
    "hiver": Scenario(label="épidémie : demandes × 1,5 au pic", first=date(2027, 1, 4), height=0.5),
    "été": Scenario(label="5 médecins absents, moins de demandes", first=date(2026, 7, 20), away=5),
    "pénurie": Scenario(label="5 médecins absents", first=date(2026, 10, 5), away=5),
    "crise": Scenario(
        label="demandes × 2 au pic, visites × 2, 2 médecins absents",
        first=date(2026, 11, 2),
        away=2,
        height=1.0,
        home=2.0,
    ),
}
"""Heights, absences and dates are all hypotheses."""


def rate(name: str) -> float:
    """The value of a constant of `TABLE`."""
    return TABLE[name].value
