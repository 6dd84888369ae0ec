"""How far an entry is, said no more exactly than its point is known."""

from directory.geo import say_distance
from directory.model import Precision
from directory.resource import Resource

EXACT = (Precision.ADDRESS, Precision.PIN)
"""Points that may be drawn, or measured to the ten metres."""

WITHIN_COMMUNE_M = 1_500
"""A commune's point says nothing of distances below the size of a commune."""


def say_how_far(resource: Resource, distance_m: float) -> str:
    """« 1,2 km », « environ 1,2 km », « commune de Fresnes (adresse non localisée) »."""
    point = resource.point
    if point is None or point.precision in EXACT:
        return say_distance(distance_m)
    if point.precision is not Precision.COMMUNE:
        return f"environ {say_distance(distance_m)}"
    if distance_m < WITHIN_COMMUNE_M and resource.commune:
        return f"{of_commune(resource.commune)} (adresse non localisée)"
    return f"environ {say_distance(distance_m)} (adresse non localisée)"


def is_exact(resource: Resource) -> bool:
    """Whether an entry's point may be drawn on a map."""
    return resource.point is not None and resource.point.precision in EXACT


def of_commune(name: str) -> str:
    """« commune de Fresnes », « commune d'Arcueil », « commune du Kremlin-Bicêtre »."""
    for article, joined in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return f"commune {joined}{name.removeprefix(article)}"
    return f"commune d'{name}" if name[:1] in "AEÉÈÊIÎOUY" else f"commune de {name}"
