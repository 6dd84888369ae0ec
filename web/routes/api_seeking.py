"""Finding a médecin traitant, for programs: the same steps as the pages, the same refusals."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from directory.territory import Group
from orientation.seeking.documents import (
    called_document,
    counts_document,
    matches_document,
    offer_document,
    placed_document,
    wait_document,
    waits_document,
)
from orientation.seeking.model import (
    CloseReason,
    Identity,
    Limits,
    OfferTerms,
    RefusalReason,
    Sex,
    Situation,
    Wishes,
)
from orientation.seeking.records import NewWait
from web.api_description import refusals
from web.deps import ServicesDep
from web.routes.api_requests import ACTOR, REFUSED, IdempotencyKey

router = APIRouter(prefix="/api/v1", tags=["Recherche d'un médecin traitant"])

Text = Annotated[str, Field(max_length=300)]
Age = Annotated[StrictInt, Field(ge=0, le=130)]
ClosedByPeople = Literal["placed", "own_doctor", "withdrawn", "moved", "error"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WaitBody(_Body):
    """Somebody to put on the list; `sees_doctor` true is refused: they sign with that doctor."""

    sees_doctor: StrictBool
    family: Text
    given: Text
    phone: Text
    birth_date: date
    address: Text = ""
    commune: Annotated[str, Field(max_length=40, description="Code INSEE")]
    consent_version: Annotated[str, Field(max_length=60, description="Version du texte lu")]
    ald: StrictBool = False
    c2s_ame: StrictBool = False
    sex: Sex | None = None
    language: Annotated[str, Field(max_length=10, description="ISO 639-1 ; vide : français")] = ""
    team: StrictBool = False
    near: StrictBool = False


class ProposeBody(_Body):
    """To whom the person is proposed."""

    practitioner_id: Text


class RefuseBody(_Body):
    """Which side says no, and why."""

    reason: RefusalReason


class WaitClosingBody(_Body):
    """Why somebody leaves the list."""

    reason: ClosedByPeople


class OfferBody(_Body):
    """`places` is how many more people the doctor takes; an empty list means no limit."""

    places: StrictInt
    available_from: date
    min_age: Age | None = None
    max_age: Age | None = None
    communes: Annotated[list[Text], Field(max_length=60)] = []
    groups: list[Group] = []
    languages: Annotated[list[Text], Field(max_length=60)] = []
    sex: Sex | None = None
    in_team: StrictBool = False


@router.get("/waits", summary="La liste, dans l'ordre d'appel", responses=refusals(404))
def read_list(
    services: ServicesDep,
    group: Group | None = None,
    to_confirm: bool = False,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> dict[str, Any]:
    """By priority group then date; nothing in it identifies a person."""
    found = services.orientation.seeking.waits(group, to_confirm=to_confirm, page=page, actor=ACTOR)
    return waits_document(found, services.territory.zone)


@router.get("/waits/consent", summary="Le texte à lire avant une inscription")
def read_consent(services: ServicesDep) -> dict[str, str]:
    """Its `version` goes with every new wait."""
    consent = services.orientation.seeking.consent
    return {"version": consent.version, "text": consent.text}


@router.get("/waits/counts", summary="Cible, placés, en attente")
def read_counts(services: ServicesDep) -> dict[str, Any]:
    """Figures with nothing personal in them."""
    return counts_document(services.orientation.seeking.counts())


@router.post("/waits", status_code=201, summary="Inscrire une personne", responses=REFUSED)
def enrol(body: WaitBody, services: ServicesDep, key: IdempotencyKey = None) -> dict[str, str]:
    """409 `already_waiting` gives the `wait_id` of who waits already."""
    new = NewWait(
        identity=Identity(
            family=body.family,
            given=body.given,
            phone=body.phone,
            birth_date=body.birth_date,
            address=body.address,
        ),
        commune=body.commune,
        consent_version=body.consent_version,
        sees_doctor=body.sees_doctor,
        situation=Situation(ald=body.ald, c2s_ame=body.c2s_ame),
        wishes=Wishes(sex=body.sex, language=body.language, team=body.team, near=body.near),
    )
    return {"id": str(services.orientation.seeking.enrol(new, key, ACTOR).id)}


@router.get("/waits/{wait_id}", summary="Une inscription", responses=refusals(404))
def read_wait(wait_id: str, services: ServicesDep) -> dict[str, Any]:
    """Where a wait stands; nothing in it identifies the person."""
    sheet = services.orientation.seeking.wait(wait_id, ACTOR)
    return wait_document(sheet, services.territory.zone)


@router.get("/waits/{wait_id}/matches", summary="Médecins à proposer", responses=REFUSED)
def read_matches(wait_id: str, services: ServicesDep) -> dict[str, Any]:
    """Best first, with reasons, and why the others are not proposed."""
    return matches_document(services.orientation.seeking.matches(wait_id))


@router.post("/waits/{wait_id}/placements", status_code=201, summary="Proposer", responses=REFUSED)
def propose(
    wait_id: str, body: ProposeBody, services: ServicesDep, key: IdempotencyKey = None
) -> dict[str, str]:
    """Propose the person to a doctor."""
    seeking = services.orientation.seeking
    return placed_document(seeking.propose(wait_id, body.practitioner_id, key, ACTOR))


@router.post("/waits/{wait_id}/close", summary="Clore une inscription", responses=REFUSED)
def close(
    wait_id: str, body: WaitClosingBody, services: ServicesDep, key: IdempotencyKey = None
) -> dict[str, str]:
    """The identity is erased days later."""
    reason = CloseReason(body.reason)
    closed = services.orientation.seeking.close(wait_id, reason, key, ACTOR)
    return {"id": str(closed.id), "reason": closed.reason.value}


@router.post("/waits/{wait_id}/confirm", status_code=204, summary="Reconfirmer", responses=REFUSED)
def confirm(wait_id: str, services: ServicesDep) -> None:
    """The person still looks for a médecin traitant."""
    services.orientation.seeking.confirm(wait_id, ACTOR)


@router.post("/waits/{wait_id}/remind", summary="Appel sans réponse", responses=REFUSED)
def remind(wait_id: str, services: ServicesDep) -> dict[str, bool]:
    """Counted once a day, when the yearly confirmation is due."""
    return {"counted": services.orientation.seeking.remind(wait_id, ACTOR)}


@router.post("/placements/{placement_id}/accept", summary="Accepter", responses=REFUSED)
def accept(placement_id: str, services: ServicesDep, key: IdempotencyKey = None) -> dict[str, str]:
    """Both sides agree; 409 `no_place_left` when the last place was just taken."""
    return placed_document(services.orientation.seeking.accept(placement_id, key, ACTOR))


@router.post("/placements/{placement_id}/refuse", summary="Refuser", responses=REFUSED)
def refuse(
    placement_id: str, body: RefuseBody, services: ServicesDep, key: IdempotencyKey = None
) -> dict[str, str]:
    """The person keeps their rank; this doctor is not proposed to them again."""
    seeking = services.orientation.seeking
    return placed_document(seeking.refuse(placement_id, body.reason, key, ACTOR))


@router.post("/placements/{placement_id}/declare", summary="Déclarer", responses=REFUSED)
def declare(placement_id: str, services: ServicesDep, key: IdempotencyKey = None) -> dict[str, str]:
    """The declaration of médecin traitant is signed."""
    return placed_document(services.orientation.seeking.declare(placement_id, key, ACTOR))


@router.get("/offers", summary="Ce que les médecins déclarent")
def read_offers(services: ServicesDep) -> list[dict[str, Any]]:
    """How many new patients each takes, from when, within which limits."""
    return [offer_document(one) for one in services.orientation.seeking.offers().values()]


@router.put("/offers/{practitioner_id}", summary="Déclarer des places", responses=REFUSED)
def set_offer(practitioner_id: str, body: OfferBody, services: ServicesDep) -> dict[str, Any]:
    """Replaces what the doctor declared; who was accepted keeps their place."""
    terms = OfferTerms(
        places=body.places,
        available_from=body.available_from,
        limits=Limits(
            min_age=body.min_age,
            max_age=body.max_age,
            communes=tuple(body.communes),
            groups=tuple(body.groups),
        ),
        sex=body.sex,
        languages=tuple(body.languages),
        in_team=body.in_team,
    )
    return offer_document(services.orientation.seeking.set_offer(practitioner_id, terms, ACTOR))


@router.get(
    "/offers/{practitioner_id}/waits",
    summary="Personnes à proposer à un médecin",
    responses=refusals(404),
)
def read_called(practitioner_id: str, services: ServicesDep) -> list[dict[str, Any]]:
    """The first ten, in calling order; nothing in it identifies a person."""
    return called_document(services.orientation.seeking.called(practitioner_id))
