"""Corrections between the forms (of pages or of the API) and the register."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from fastapi import Request

from directory.base.errors import InputRefusedError
from directory.local.acts import confirm, correct, value_of
from directory.local.history import ActView
from directory.local.keys import value_key
from directory.local.reports import settle_reports
from directory.local.signing import Signed, checked_author, sign
from directory.model import Confidentiality, Contact
from directory.policy import rule_for
from directory.vocabulary import CONFIDENTIALITY_LABELS
from directory.wording import CONTACT_LABELS, say_field
from importers.contract import Context
from importers.perimeter import Perimeter
from web.fact_forms import label_of
from web.fact_values import read_value
from web.local_contexts import ActLine
from web.services import Services

Typed = Mapping[str, str]
SIGNATURE = ("author", "reason")


async def typed_form(request: Request) -> Typed:
    """The texts of a form, as typed; files are not texts."""
    form = await request.form()
    return {name: told for name, told in form.items() if isinstance(told, str)}


def today(services: Services) -> date:
    """The territory's day."""
    return services.clock().astimezone(services.territory.zone).date()


def context(services: Services) -> Context:
    """What the readers of cells need to know of places."""
    return Context(services.communes, Perimeter(services.territory, services.communes))


def signed(told: Typed) -> Signed:
    """Who says so and why, from a form."""
    return sign(told.get("author", ""), told.get("reason", ""))


def author_of(told: Typed) -> str:
    """Who takes an act back, from a form."""
    return checked_author(told.get("author", ""))


def correct_fact(
    services: Services, ref: str, path: str, key: str, typed: Typed | None, by: Signed
) -> int:
    """Correct a fact from the cells of its form, None to take it off; returns the act's number."""
    database = services.register.database
    before = value_of(database, ref, path, key)
    now = None
    if typed is not None:
        now = read_value(path, typed, context(services), today(services), before)
    was = key if rule_for(path.partition(".")[2]).union else ""
    number = correct(database, ref, path, now, by, was=was)
    if isinstance(before, Contact) and (now is None or value_key(now) != value_key(before)):
        settle_reports(database, ref, before.value, by, accepted=True)
    return number


def confirm_fact(services: Services, ref: str, path: str, key: str, by: Signed) -> int:
    """Say that a fact is right; a number that was reported is so no more."""
    database = services.register.database
    number = confirm(database, ref, path, by, key=key)
    value = value_of(database, ref, path, key)
    if isinstance(value, Contact):
        settle_reports(database, ref, value.value, by, accepted=False)
    return number


def problem_of(refused: InputRefusedError) -> dict[str, str]:
    """What is wrong, by cell; empty when it is the whole form."""
    field = refused.extra.get("field")
    return {str(field): refused.detail} if field else {}


def act_lines(services: Services, acts: Iterable[ActView]) -> list[ActLine]:
    """Acts in French."""
    return [
        ActLine(
            one,
            _label(one),
            say_told(services, one.path, one.was),
            say_told(services, one.path, one.now),
        )
        for one in acts
    ]


def _label(act: ActView) -> str:
    value = act.was or act.now
    if isinstance(value, Contact):
        return CONTACT_LABELS[value.system]
    return label_of(act.path) if act.path else ""


def say_told(services: Services, path: str, value: Any) -> str:
    """What a fact said, in French; of a contact that is not public, only who may see it."""
    if value is None:
        return ""
    if isinstance(value, Contact) and value.confidentiality is not Confidentiality.PUBLIC:
        return CONFIDENTIALITY_LABELS[value.confidentiality]  # the history is public
    return partial(say_field, communes=services.communes)(path.partition(".")[2], value)
