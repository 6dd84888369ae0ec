"""What a doctor reads of who comes, and of what they give and receive, in words."""

from collections.abc import Iterator
from datetime import date

from orientation.balance import Balance
from orientation.model import BookingState, MedecinTraitant, Mode
from orientation.provenance import Line
from orientation.records import AgendaBooking, AgendaSlot, RequestView
from web.lookups import commune_name
from web.services import Services
from web.wording import say_count

LEAST_TEAM = 3
"""Doctors who gave: below, the sum of the team would tell what one colleague did."""


def say_needs(services: Services, slot: AgendaSlot, one: AgendaBooking) -> tuple[str, ...]:
    """What to know before the person comes in; nothing while a seat is only held."""
    if one.booking.state is BookingState.HELD:
        return ()
    return tuple(_needs(services, slot, one))


def say_balance(balance: Balance) -> tuple[str, ...]:
    """What was given and received, sentence by sentence."""
    days = f"Du {balance.first:%d/%m} au {balance.last:%d/%m}"
    if not balance.given:
        return (f"{days}, aucune place donnée à l'équipe.",)
    missed = f", dont {balance.no_show} pas venues" if balance.no_show > 1 else ""
    missed = ", dont une n'est pas venue" if balance.no_show == 1 else missed
    told = [
        f"{days}, {say_count(balance.given, 'place donnée', 'places données')} et "
        f"{say_count(balance.received, 'personne reçue', 'personnes reçues')}{missed}.",
        f"{say_count(balance.unused, 'place est restée', 'places sont restées')} sans personne."
        if balance.unused
        else "Toutes les places ont servi.",
    ]
    if balance.team_size >= LEAST_TEAM:
        told.append(_beside_team(balance))
    return tuple(told)


def _beside_team(balance: Balance) -> str:
    given = balance.team_given / balance.team_size
    received = balance.team_received / balance.team_size
    return (
        f"Un médecin de l'équipe donne en moyenne {say_count(round(given), 'place')} et reçoit "
        f"{say_count(round(received), 'personne')} : vous donnez {_against(balance.given, given)} "
        f"et recevez {_against(balance.received, received)}."
    )


def _against(mine: float, mean: float) -> str:
    """Within a tenth of the mean, the difference is not worth a word."""
    if abs(mine - mean) <= mean / 10:
        return "autant"
    return "plus" if mine > mean else "moins"


def _needs(services: Services, slot: AgendaSlot, one: AgendaBooking) -> Iterator[str]:
    call, questions = one.request, services.orientation.questions()
    born = one.booking.patient.birth_date if one.booking.patient else None
    if born:
        day = slot.start.astimezone(services.territory.zone).date()
        yield _say_age(born, day)
    elif call.age_band:
        yield questions.label("age_band", call.age_band.value)
    if call.reason_category:
        yield questions.label("reason_category", call.reason_category)
    if call.line is Line.SAS:
        yield "régulée par le SAS"
    if call.asked_by:
        yield f"adressée par {call.asked_by}"
    yield from _say_medecin_traitant(call)
    if slot.mode is Mode.HOME:
        commune = commune_name(services, call.commune)
        yield f"visite à {commune}" if call.address else f"visite à {commune}, adresse à demander"


def _say_age(born: date, day: date) -> str:
    months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    return say_count(months // 12, "an") if months >= 24 else f"{max(0, months)} mois"


def _say_medecin_traitant(call: RequestView) -> Iterator[str]:
    if call.medecin_traitant is MedecinTraitant.NONE:
        yield "sans médecin traitant"
    elif call.medecin_traitant_name:
        yield f"médecin traitant à informer : {call.medecin_traitant_name}"
    elif call.medecin_traitant in (MedecinTraitant.UNAVAILABLE, MedecinTraitant.NOT_TRIED):
        yield "a un médecin traitant, à informer"
