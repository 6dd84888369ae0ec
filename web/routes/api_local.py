"""The directory's corrections for programs: the same acts as the pages, with the same checks."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks
from pydantic import BaseModel, ConfigDict, Field

from directory.base.errors import NotFoundError
from directory.local.acts import refuse
from directory.local.adding import withdraw
from directory.local.history import acts_on, latest_acts
from directory.local.parts import PARTS, fields_of
from directory.local.reports import (
    Report,
    answer_report,
    find_report,
    latest_reports,
    report_number,
)
from directory.local.signing import sign
from web.additions import add_from
from web.api_description import refusals
from web.corrections import act_lines, author_of, confirm_fact, correct_fact, today
from web.deps import RowNumber, ServicesDep
from web.fact_forms import cells_of
from web.local_contexts import ActLine
from web.schemas import ActDocument, ReportDocument

router = APIRouter(prefix="/api/v1", tags=["Corrections"])

ENTRY = refusals(404, 410)
ENTRY_CHANGED = ENTRY | refusals(
    said={409: "La fiche ne dit plus cela, le dit déjà, ou attend assez de réponses"}
)

Text = Annotated[str, Field(max_length=1000)]
Cells = Annotated[dict[Text, Text], Field(max_length=60)]


class _Signed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    author: Text
    reason: Text


class CorrectionBody(_Signed):
    """A fact (`field` and `key` are the `path` and `key` of the entry's facts) and its new value,
    by cell of its form; null takes it off the entry, an empty `key` adds one."""

    field: Text
    key: Annotated[str, Field(max_length=2000)] = ""
    value: Cells | None


class ConfirmationBody(_Signed):
    """The `path` and `key` of the fact that was checked."""

    field: Text
    key: Annotated[str, Field(max_length=2000)]


class RefusalBody(_Signed):
    """`whole_person` refuses every entry of who exercises it."""

    whole_person: bool = False


class AdditionBody(_Signed):
    """A new entry: its kind, and its facts by « field.cell »."""

    kind: Text
    values: Cells


class WithdrawalBody(BaseModel):
    """Who takes an act back."""

    model_config = ConfigDict(extra="forbid")

    author: Text


class ReportBody(BaseModel):
    """A number of the entry that is said to be wrong, and what is wrong with it."""

    model_config = ConfigDict(extra="forbid")

    number: Text
    comment: Text = ""


class AnswerBody(_Signed):
    """Whether the report was right; `reason` is read by whoever made it."""

    accepted: bool


@router.post(
    "/resources/{ref}/corrections",
    status_code=201,
    summary="Corriger une information",
    responses=ENTRY_CHANGED,
)
def correct_one(
    ref: str, body: CorrectionBody, services: ServicesDep, after: BackgroundTasks
) -> dict[str, int]:
    """Returns the act's number."""
    by = sign(body.author, body.reason)
    after.add_task(services.catch_up_index)
    return {"act": correct_fact(services, ref, body.field, body.key, body.value, by)}


@router.get(
    "/fields/{field}",
    summary="Ce qui se dit d'une information, case par case",
    responses=refusals(404),
)
def read_cells(field: str) -> list[dict[str, Any]]:
    """The cells of a fact's value: name, label, whether it is required, the closed list if any."""
    if not any(field in fields_of(kind) for kind in PARTS):
        raise NotFoundError(f"« {field[:60]} » n'est une information d'aucune fiche.")
    return [
        {
            "name": cell.name,
            "label": cell.label,
            "required": cell.required,
            "options": [value for value, _ in cell.options],
        }
        for cell in cells_of(field)
    ]


@router.post(
    "/resources/{ref}/confirmations",
    status_code=201,
    summary="Vérifié aujourd'hui",
    responses=ENTRY_CHANGED,
)
def confirm_one(
    ref: str, body: ConfirmationBody, services: ServicesDep, after: BackgroundTasks
) -> dict[str, int]:
    """Returns the act's number."""
    by = sign(body.author, body.reason)
    after.add_task(services.catch_up_index)
    return {"act": confirm_fact(services, ref, body.field, body.key, by)}


@router.post(
    "/resources/{ref}/refusals", status_code=201, summary="Refuser la publication", responses=ENTRY
)
def refuse_one(
    ref: str, body: RefusalBody, services: ServicesDep, after: BackgroundTasks
) -> dict[str, int]:
    """The entry answers 410 until the act is withdrawn."""
    by = sign(body.author, body.reason)
    after.add_task(services.catch_up_index)
    database = services.register.database
    return {"act": refuse(database, ref, by, whole_person=body.whole_person)}


@router.post("/resources", status_code=201, summary="Ajouter une fiche", responses=refusals(409))
def add_one(body: AdditionBody, services: ServicesDep, after: BackgroundTasks) -> dict[str, UUID]:
    """Returns the entry's UUID."""
    by = sign(body.author, body.reason)
    after.add_task(services.catch_up_index)
    return {"id": add_from(services, body.kind, body.values, by)}


@router.get("/resources/{ref}/acts", summary="Ce qui a été dit d'une fiche ici", responses=ENTRY)
def read_acts(ref: str, services: ServicesDep) -> list[ActDocument]:
    """Newest first, withdrawn acts included."""
    return _acts(act_lines(services, acts_on(services.register.database, ref)))


@router.get("/acts", summary="Les derniers actes")
def read_latest(services: ServicesDep) -> list[ActDocument]:
    """On every entry, newest first."""
    return _acts(act_lines(services, latest_acts(services.register.database)))


@router.post(
    "/acts/{number}/withdrawal",
    status_code=204,
    summary="Retirer un acte",
    responses=refusals(404, 409),
)
def take_back(
    number: RowNumber, body: WithdrawalBody, services: ServicesDep, after: BackgroundTasks
) -> None:
    """Sources speak again; the act stays in the history."""
    after.add_task(services.catch_up_index)
    withdraw(services.register, number, author_of({"author": body.author}), today(services))


@router.post(
    "/resources/{ref}/number-reports",
    status_code=201,
    summary="Numéro faux ?",
    responses=ENTRY_CHANGED,
)
def report_one(
    ref: str, body: ReportBody, services: ServicesDep, after: BackgroundTasks
) -> dict[str, str]:
    """Returns the token under which the report is followed."""
    after.add_task(services.catch_up_index)
    database = services.register.database
    return {"token": report_number(database, services.communes, ref, body.number, body.comment)}


@router.get("/number-reports", summary="Les numéros signalés")
def read_reports(services: ServicesDep) -> list[ReportDocument]:
    """Those that wait first."""
    return [_report(one) for one in latest_reports(services.register.database)]


@router.get("/number-reports/{token}", summary="Un signalement", responses=refusals(404))
def read_report(token: str, services: ServicesDep) -> ReportDocument:
    """With its answer, once there is one."""
    return _report(find_report(services.register.database, token))


@router.post(
    "/number-reports/{token}/answer",
    status_code=204,
    summary="Répondre",
    responses=refusals(404, 409),
)
def answer_one(token: str, body: AnswerBody, services: ServicesDep, after: BackgroundTasks) -> None:
    """Accepting changes no number: correct it too."""
    by = sign(body.author, body.reason)
    after.add_task(services.catch_up_index)
    answer_report(
        services.register.database,
        token,
        accepted=body.accepted,
        author=by.author,
        answer=by.reason,
    )


def _acts(lines: list[ActLine]) -> list[ActDocument]:
    return [
        {
            "number": line.act.id,
            "ref": line.act.ref,
            "act": line.act.act.value,
            "of_person": line.act.of_person,
            "field": line.act.path or None,
            "was": line.was or None,
            "now": line.now or None,
            "author": line.act.author,
            "reason": line.act.reason,
            "at": line.act.created_at.isoformat(),
            "withdrawn_at": line.act.withdrawn_at.isoformat() if line.act.withdrawn_at else None,
            "withdrawn_by": line.act.withdrawn_by,
        }
        for line in lines
    ]


def _report(told: Report) -> ReportDocument:
    return {
        "token": told.token,
        "resource": str(told.entity),
        "number": told.number,
        "comment": told.comment,
        "state": told.state,
        "at": told.created_at.isoformat(),
        "answered_at": told.answered_at.isoformat() if told.answered_at else None,
        "answered_by": told.answered_by,
        "answer": told.answer,
    }
