"""Pieces of the pages of a doctor's time: who acts, lines in words, who is concerned."""

from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from orientation.model import Doctor, Visibility
from orientation.planning_model import Planned, Series
from orientation.privacy import DEFAULT_ACTOR
from orientation.series import given_as, say_series
from web.access import actor_of, can
from web.authors import read_author, remember_author
from web.planning_contexts import ConcernedPage, SeriesLine
from web.planning_forms import YES, ActForm, typed
from web.render import render

VISIBILITIES = {
    Visibility.CPTS: "la CPTS",
    Visibility.SNP: "le SAS (soins non programmés)",
    Visibility.PUBLIC: "le public",
    Visibility.PROFESSIONALS: "les professionnels",
}


def who_acts(request: Request, form: ActForm | None = None) -> str:
    """Whose account it is; in the demonstration, as typed or as this browser remembers."""
    signed = actor_of(request).account is not None
    told = form.author.strip() if form and not signed else ""
    return told or read_author(request) or DEFAULT_ACTOR


def answer_act(
    request: Request, planned: Planned, doctor: Doctor, form: ActForm, done_at: str
) -> Response:
    """Back to a page once done; to who must be called when somebody must; or the question."""
    if not planned.done:
        fields = [
            (name, value)
            for name, values in typed(form).items()
            if name != "confirmed"
            for value in values
        ]
        page = ConcernedPage(doctor, planned.concerned, request.url.path, fields)
        return render(request, "planning_concerned", page, status=409)
    answer = RedirectResponse(callbacks_or(request, done_at) if planned.concerned else done_at, 303)
    return remembering(answer, form)


def callbacks_or(request: Request, elsewhere: str) -> str:
    """The people to call back, for who may see them; a doctor's secretariat calls, not the doctor."""
    return "/secretariat/rappels" if can(actor_of(request), "call.take") else elsewhere


def remembering(answer: Response, form: ActForm) -> Response:
    """The same answer, proposing this name next time."""
    if form.author.strip():
        remember_author(answer, form.author)
    return answer


def is_confirmed(form: ActForm) -> bool:
    """Whether they saw who is concerned and said yes."""
    return form.confirmed == YES


def series_lines(series: Sequence[Series], doctor: Doctor) -> list[SeriesLine]:
    """Series as the page says them."""
    places = {place.id: place.label for place in doctor.places}
    lines = []
    for one in series:
        schedule = one.schedule
        seats = f"{schedule.seats} places" if schedule.seats > 1 else "1 place"
        details = [
            *([places[schedule.place]] if schedule.place in places else []),
            f"créneaux de {schedule.slot_minutes} min, {seats}",
            f"pour {VISIBILITIES[schedule.visibility]}",
            *(["jours fériés compris"] if schedule.on_holidays else []),
        ]
        days = [day for day in one.next_days if day not in one.exceptions]
        lines.append(
            SeriesLine(
                id=str(schedule.id),
                words=say_series(schedule),
                details=" · ".join(details),
                until=schedule.valid_to if schedule.valid_to != schedule.valid_from else None,
                next_days=days,
                closed=[(day, by is not None) for day, by in one.exceptions.items()],
                editable=given_as(schedule) is not None,
            )
        )
    return lines
