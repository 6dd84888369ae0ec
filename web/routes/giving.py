"""Time given in three taps: « Donner du temps », a preset, « Donner »."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field

from directory.base.errors import ConflictError, InputRefusedError
from web.authors import read_author
from web.deps import ServicesDep
from web.giving_pages import give_page, read_choice, read_offers
from web.lookups import find_doctor
from web.planning_forms import ActForm, read_day
from web.planning_pages import remembering, who_acts
from web.render import render
from web.routes.agenda import DayDep

router = APIRouter(prefix="/agenda/{doctor_id}/donner", include_in_schema=False)

NOTHING = "Rien à donner : ces heures sont déjà données, passées ou fermées."
Told = Annotated[str, Query(max_length=40)]


class GiveForm(ActForm):
    """A choice as the page sends it back."""

    choix: str = Field("", max_length=40)
    jour: str = Field("", max_length=10)
    mode: str = Field("", max_length=40)
    lieu: str = Field("", max_length=40)


@router.get("")
def show_presets(
    request: Request,
    doctor_id: str,
    services: ServicesDep,
    choix: Told = "",
    jour: DayDep = None,
    mode: Told = "",
    lieu: Told = "",
) -> HTMLResponse:
    """The presets and, once one is chosen, exactly what it gives."""
    doctor = find_doctor(services, doctor_id)
    choice = read_choice(services, doctor, choix, jour, mode, lieu)
    return render(request, "give", give_page(services, doctor, choice, read_author(request)))


@router.post("")
def give(
    request: Request, doctor_id: str, services: ServicesDep, form: Annotated[GiveForm, Form()]
) -> Response:
    """Give what the page showed; what cannot be given any more is said, and nothing is given."""
    doctor = find_doctor(services, doctor_id)
    day = read_day(form.jour, "jour")
    choice = read_choice(services, doctor, form.choix, day, form.mode, form.lieu)
    offers = [one for one in read_offers(services, doctor, choice) if not one.refusal]
    try:
        if not offers:
            raise ConflictError(NOTHING)
        news = [one.new for one in offers]
        services.orientation.giving.give(doctor.id, news, who_acts(request, form))
    except (ConflictError, InputRefusedError) as refused:
        page = give_page(services, doctor, choice, form.author, refused.detail)
        return render(request, "give", page, status=refused.status)
    number = sum(one.slots for one in offers)
    address = f"/agenda/{doctor.id}?jour={offers[0].new.first}&donnes={number}"
    return remembering(RedirectResponse(address, 303), form)
