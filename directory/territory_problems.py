"""What is wrong with a territory's file, said to the person who writes it."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def say_problems(error: ValidationError) -> str:
    """Each problem with the field it is in, in French, on one line."""
    return " ; ".join(
        f"champ {'.'.join(str(part) for part in problem['loc'])} : {_say_problem(problem)}"
        for problem in error.errors()
    )


_PROBLEMS = {
    "missing": "manquant",
    "extra_forbidden": "inconnu (faute de frappe ?)",
    "string_type": "un texte est attendu",
    "string_pattern_mismatch": "cinq caractères d'un code commune INSEE sont attendus",
    "time_parsing": "une heure est attendue, par exemple 08:30:00",
    "time_type": "une heure est attendue, par exemple 08:30:00",
    "tuple_type": "une liste entre crochets est attendue",
    "too_short": "au moins une valeur est attendue",
    "too_long": "trop de valeurs",
    "string_too_short": "un texte est attendu",
    "dict_type": "un tableau entre accolades est attendu",
    "date_type": "une date est attendue, par exemple 2026-12-05",
    "date_parsing": "une date est attendue, par exemple 2026-12-05",
    "date_from_datetime_parsing": "une date est attendue, par exemple 2026-12-05",
    "int_type": "un nombre entier est attendu",
    "int_from_float": "un nombre entier est attendu",
    "int_parsing": "un nombre entier est attendu",
    "float_type": "un nombre est attendu",
    "float_parsing": "un nombre est attendu",
    "finite_number": "un nombre est attendu",
}
"""What pydantic's error types mean to the person who writes the file."""


def _say_problem(problem: ErrorDetails) -> str:
    match problem["type"]:
        case "value_error":
            return str(problem["ctx"]["error"])
        case "literal_error":
            choices = problem["ctx"]["expected"].replace(" or ", " ou ")
            return f"« {problem['input']} » n'est pas prévu ; choix : {choices}"
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than":
            return _say_bound(problem)
        case known if known in _PROBLEMS:
            return _PROBLEMS[known]
        case _:
            return problem["msg"]


def _say_bound(problem: ErrorDetails) -> str:
    (name, bound), *_ = problem["ctx"].items()
    limits = {"ge": "au moins", "gt": "plus de", "le": "au plus", "lt": "moins de"}
    return f"« {problem['input']} » n'est pas permis ; attendu : {limits[name]} {bound:g}"
