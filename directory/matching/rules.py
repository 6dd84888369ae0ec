"""What the score alone may not decide: each rule holds an outcome back and says so in French."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

Levels = Mapping[str, str]
"""The level reached by each criterion that could be compared."""


class Effect(StrEnum):
    """How a rule changes an outcome."""

    AT_MOST_ASK = "au plus à vérifier"
    AT_LEAST_ASK = "au moins à vérifier"
    ALWAYS_ASK = "toujours à vérifier"


class Rule(NamedTuple):
    """A rule of docs/rapprochement.md: what it does, when, and its French text."""

    effect: Effect
    applies: Callable[[Levels], bool]
    text: str


def person_rules(levels: Levels) -> tuple[Rule, ...]:
    """Rules for two people; a common RPPS leaves one only."""
    return KEYED_PERSONS if levels.get("rpps") == "same" else PERSONS


def site_rules(levels: Levels) -> tuple[Rule, ...]:
    """Rules for two establishments; a common FINESS leaves few."""
    return KEYED_SITES if levels.get("finess") == "same" else SITES


def holder_rules(levels: Levels) -> tuple[Rule, ...]:
    """Rules for a person and the practice that bears their name."""
    return HOLDERS


def _is(criterion: str, *wanted: str) -> Callable[[Levels], bool]:
    return lambda levels: levels.get(criterion) in wanted


def _all_agrees(levels: Levels) -> bool:
    """Whole address, phone and activity: what makes up for a doubtful name."""
    return (
        levels.get("street") in ("full", "repeated")
        and levels.get("phone") == "same"
        and levels.get("activity") == "same"
    )


def _doubtful_name(levels: Levels) -> bool:
    doubtful = levels.get("given") == "initial" or levels.get("family") == "sounds"
    return doubtful and not _all_agrees(levels)


def _nobody(levels: Levels) -> bool:
    return levels.get("family") == "differ" and levels.get("given") in ("differ", "absent")


def _other_family(levels: Levels) -> bool:
    return levels.get("family") == "differ" and levels.get("names") != "changed"


def _elsewhere(levels: Levels) -> bool:
    away = levels.get("street") in ("differ", "other_number")
    return away or levels.get("locality") in ("city", "differ", "far")


def _another_place(levels: Levels) -> bool:
    return levels.get("name") in ("differ", "share") and _elsewhere(levels)


def _another_service(levels: Levels) -> bool:
    return levels.get("service") == "same" and levels.get("name") in ("differ", "share")


def _contained(levels: Levels) -> bool:
    partly = levels.get("name") == "contains" or levels.get("kind") == "one"
    return partly and "alone" not in levels


def _renamed(levels: Levels) -> bool:
    one_door = levels.get("street") == "full" and levels.get("phone") == "same"
    placed = "alone" in levels or (one_door and levels.get("kind") == "same")
    other = levels.get("name") in ("differ", "share")
    same_thing = levels.get("service") != "differ" and not levels.keys() & {"finess", "kinds"}
    return placed and other and same_thing


def _holder_unsure(levels: Levels) -> bool:
    whole = levels.get("given") in ("equal", "variant")
    placed = levels.get("street") == "full" and levels.get("phone") == "same"
    return not (whole and placed)


KEYED_PERSONS = (
    Rule(
        Effect.AT_MOST_ASK,
        _nobody,
        "même RPPS mais ni le nom ni le prénom ne concordent : un numéro est peut-être faux",
    ),
)

PERSONS = (
    Rule(
        Effect.AT_MOST_ASK,
        _is("rpps", "doubtful"),
        "un chiffre sépare les numéros RPPS : lequel est juste ?",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _is("given", "absent"),
        "sans prénom, un parent au même cabinet ne se distingue pas",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _is("given", "ending", "part"),
        "Jean et Jean-Marc, Gwenaël et Gwenaëlle : peut-être deux personnes d'une famille",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _doubtful_name,
        "un nom incertain exige adresse complète, téléphone et activité identiques",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _other_family,
        "autre nom de famille : seule une personne peut dire qu'il a changé",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _is("activity", "speciality", "differ"),
        "activités différentes : peut-être des homonymes du même cabinet",
    ),
    Rule(
        Effect.AT_LEAST_ASK,
        _is("names", "doubtful"),
        "même prénom et même activité à la même porte : le nom a peut-être changé",
    ),
)

KEYED_SITES = (
    Rule(
        Effect.AT_MOST_ASK,
        _another_place,
        "même FINESS mais ni le nom ni l'adresse ne concordent : numéro d'entité juridique ?",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _is("service", "one", "part"),
        "un service et l'établissement entier, ou une partie d'un service, sont deux fiches",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _another_service,
        "même FINESS et même discipline, mais chaque nom a un mot à lui : peut-être deux unités",
    ),
)

SITES = (
    Rule(
        Effect.AT_MOST_ASK,
        _is("finess", "doubtful"),
        "un caractère sépare les numéros FINESS : lequel est juste ?",
    ),
    Rule(
        Effect.ALWAYS_ASK,
        _is("finess", "transfer"),
        "pharmacie cédée ou transférée : l'ancien et le nouveau FINESS coexistent",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _is("service", "one", "part"),
        "un service et l'établissement entier, ou une partie d'un service, sont deux fiches",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _is("kind", "overlap"),
        "plusieurs activités d'un côté : peut-être plusieurs fiches",
    ),
    Rule(
        Effect.AT_MOST_ASK,
        _contained,
        "un nom ou un type n'est dit qu'en partie, et il peut y en avoir deux à cette adresse",
    ),
    Rule(
        Effect.AT_LEAST_ASK,
        _renamed,
        "même type, même porte, autre nom : l'établissement a peut-être changé de nom",
    ),
)

HOLDERS = (
    Rule(
        Effect.AT_MOST_ASK,
        _holder_unsure,
        "un cabinet ne vaut la personne que si prénom, adresse complète et téléphone concordent",
    ),
)
