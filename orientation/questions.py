"""The questions of a call: a data file signed by the CPTS's doctors, closed answers only."""

import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args

import msgspec

from directory.base.errors import InputRefusedError, SettingsError
from directory.model import Value
from orientation.model import AgeBand, MedecinTraitant, Mobility
from orientation.provenance import Channel, Line, Origin

NeedField = Literal[
    "age_band",
    "mobility",
    "medecin_traitant",
    "delay_hours",
    "reason_category",
    "origin",
    "channel",
    "line",
]
"""What a question may fill."""

NEEDED = ("age_band", "mobility", "medecin_traitant", "delay_hours")
"""Without these no slot can be chosen: a list must ask them and require an answer."""

_VALUES: Mapping[NeedField, type[StrEnum]] = {
    "age_band": AgeBand,
    "mobility": Mobility,
    "medecin_traitant": MedecinTraitant,
    "origin": Origin,
    "channel": Channel,
    "line": Line,
}


class Choice(Value, frozen=True, kw_only=True):
    """One answer: what is kept, and what is shown."""

    value: str
    label: str


class Question(Value, frozen=True, kw_only=True):
    """A closed question; `default` is the answer already chosen on the screen."""

    field: NeedField
    legend: str
    choices: tuple[Choice, ...]
    required: bool = True
    default: str = ""

    def knows(self, answer: str) -> bool:
        """Whether this is one of its answers."""
        return any(choice.value == answer for choice in self.choices)


class QuestionList(Value, frozen=True, kw_only=True):
    """A version of the questions, with who signed it."""

    version: str
    date: date
    signatories: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def is_signed(self) -> bool:
        """Whether doctors signed it: without signature it serves for demonstrations only."""
        return bool(self.signatories)

    def get(self, field: NeedField) -> Question | None:
        """The question that fills a field."""
        return next((one for one in self.questions if one.field == field), None)

    def label(self, field: NeedField, value: str) -> str:
        """An answer as it was shown; the value itself when the list no longer has it."""
        question = self.get(field)
        choices = question.choices if question else ()
        return next((one.label for one in choices if one.value == value), value)

    def check_reason(self, told: str) -> str:
        """The reason category, empty when none is told; refuses what is not in the list."""
        reason, question = told.strip(), self.get("reason_category")
        if not reason or (question and question.knows(reason)):
            return reason
        allowed = [choice.value for choice in question.choices] if question else []
        raise InputRefusedError(
            "Le motif se choisit dans une liste fermée, jamais en texte libre : "
            f"{', '.join(allowed) or 'ce territoire ne le demande pas'}.",
            field="reason_category",
            allowed=allowed,
        )


def load_questions(path: Path) -> QuestionList:
    """Read and check a list; raises SettingsError naming the file and what is wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        questions = msgspec.convert(content, QuestionList)
    except FileNotFoundError as exc:
        raise SettingsError(f"Questions de l'appel introuvables : {path}.") from exc
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as exc:
        raise SettingsError(f"Questions de l'appel {path} : {exc}") from exc
    problems = [*_problems_of_list(questions)]
    for question in questions.questions:
        problems.extend(_problems_of_question(question))
    if problems:
        raise SettingsError(f"Questions de l'appel {path} : {' ; '.join(problems)}.")
    return questions


def _problems_of_list(questions: QuestionList) -> list[str]:
    asked = [question.field for question in questions.questions]
    problems = [
        f"« {field} » est demandé deux fois" for field in {*asked} if asked.count(field) > 1
    ]
    required = {question.field for question in questions.questions if question.required}
    problems += [
        f"« {field} » doit être demandé, et exigé" for field in NEEDED if field not in required
    ]
    return problems


def _problems_of_question(question: Question) -> list[str]:
    values = [choice.value for choice in question.choices]
    problems = [
        f"{question.field} : réponse « {value} » inconnue ; {_allowed(question.field)}"
        for value in values
        if not _is_value(question.field, value)
    ]
    if not values or len(set(values)) != len(values):
        problems.append(f"{question.field} : au moins une réponse, chacune une seule fois")
    if question.default and question.default not in values:
        problems.append(f"{question.field} : « {question.default} » n'est pas une réponse")
    return problems


def _is_value(field: NeedField, value: str) -> bool:
    if field == "medecin_traitant" and value == MedecinTraitant.AVAILABLE:
        return False  # known only once called: it ends the call
    if field in _VALUES:
        return value in set(_VALUES[field])
    return value.isdecimal() and int(value) > 0 if field == "delay_hours" else bool(value)


def _allowed(field: NeedField) -> str:
    if field == "delay_hours":
        return "un nombre entier d'heures est attendu"
    if field not in _VALUES:
        return "un code non vide est attendu"
    known = [one.value for one in _VALUES[field] if _is_value(field, one.value)]
    return f"choix : {', '.join(known)}"


FIELDS: tuple[NeedField, ...] = get_args(NeedField)
"""Every field a question may fill, in the order of a call."""
