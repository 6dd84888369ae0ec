"""The first-recourse line for programs: request, proposals, hold, confirmation."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Header, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StrictInt,
    ValidationError,
    model_validator,
)

from directory.base.acting import acting
from orientation.documents import (
    appointment_document,
    hold_document,
    proposals_document,
    request_document,
)
from orientation.model import AgeBand, MedecinTraitant, Mobility, Outcome
from orientation.provenance import Channel, Line, NotTried, Origin
from orientation.records import NewRequest, Patient
from web.api_description import refusals
from web.deps import ServicesDep

router = APIRouter(prefix="/api/v1", tags=["Orientation de premier recours"])


def _of_its_caller(key: str | None) -> str | None:
    """Two partners may choose the same key: each has their own, and no answer of the other's."""
    who = acting()
    return f"{who.account}:{key}" if key and who and who.account else key


IdempotencyKey = Annotated[
    str | None,
    AfterValidator(_of_its_caller),
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="La même clé avec le même corps redonne la même réponse ; "
        "avec un autre corps, 409. Chaque programme a les siennes.",
    ),
]
REFUSED = refusals(
    404,
    said={
        409: "Course perdue ou refus du magasin, avec « reason » et jusqu'à trois « alternatives »"
    },
)
ACTOR = "api (sans compte)"
"""Who acts, in the audit trail, where no account nor API key is behind: the demonstration."""

Text = Annotated[str, Field(max_length=300)]
Later = Annotated[
    bool, Query(description="Aussi au-delà de la fenêtre du territoire (« window_hours »)")
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RequestBody(_Body):
    """A call. With a non-empty list of red flags, no other field is needed.

    `medecin_traitant: "not_tried"` without its reason leads to `medecin_traitant_first`: no slot
    is proposed until the outcome of the call is stamped.
    """

    red_flags: Literal["none"] | Annotated[list[Text], Field(max_length=50)]
    callback_number: Annotated[str, Field(max_length=40)] | None = None
    commune: Annotated[str, Field(max_length=40, description="Code INSEE")] | None = None
    address: Text | None = None
    age_band: AgeBand | None = None
    mobility: Mobility | None = None
    delay_hours: StrictInt | None = None
    medecin_traitant: Literal["none", "unavailable", "not_tried"] | None = None
    medecin_traitant_why: NotTried | None = None
    reason_category: (
        Annotated[str, Field(max_length=300, description="Un code de la liste du territoire")]
        | None
    ) = None
    channel: Channel = Channel.PHONE
    origin: Origin | None = None
    line: Line = Line.CPTS

    @model_validator(mode="wrap")
    @classmethod
    def _let_emergencies_through(cls, told: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """An emergency never waits for a well-written field: what cannot be read is left out."""
        try:
            return read(told)
        except ValidationError as exc:
            if not (isinstance(told, dict) and told.get("red_flags") not in (None, "none", [])):
                raise
            wrong = {one["loc"][0] for one in exc.errors() if one["loc"]} - {"red_flags"}
            return read({name: value for name, value in told.items() if name not in wrong})


class HoldBody(_Body):
    """Which request the seat is for."""

    request_id: Text


def _has_been(born: date) -> date:
    """A day that has come somewhere on Earth: a newborn may be born today."""
    if born > datetime.now(UTC).date() + timedelta(days=1):
        raise ValueError("cette date est dans le futur")
    return born


class PatientBody(_Body):
    """Who comes; kept encrypted, erased days after the appointment."""

    family: Annotated[str, Field(min_length=1, max_length=100)]
    given: Annotated[str, Field(min_length=1, max_length=100)]
    birth_date: Annotated[date, AfterValidator(_has_been)] | None = None
    text_to: Annotated[str, Field(max_length=200)] = Field(
        default="",
        description="Numéro ou adresse mail où la personne accepte un message sans contenu "
        "médical ; vide : elle ne l'a pas accepté.",
    )


class ConfirmBody(_Body):
    """The patient of a hold."""

    patient: PatientBody


class MedecinTraitantBody(_Body):
    """What came of calling the médecin traitant; `why` is needed for `not_tried`."""

    outcome: MedecinTraitant
    why: NotTried | None = None


class CloseBody(_Body):
    """How a request ends without an appointment."""

    outcome: Literal["medecin_traitant", "other_resource", "refused", "unreachable", "no_solution"]


class EscalateBody(_Body):
    """The red flags that appeared after the request was taken."""

    red_flags: Annotated[list[Text], Field(max_length=50)]


@router.post(
    "/requests",
    summary="Noter une demande",
    status_code=201,
    responses=refusals(503) | {409: REFUSED[409]},
)
def create_request(
    body: RequestBody, services: ServicesDep, key: IdempotencyKey = None
) -> dict[str, str]:
    """Take down a need for care; red flags lead to `transfer_15`, for good."""
    told = body.medecin_traitant
    new = NewRequest(
        red_flags=body.red_flags if body.red_flags == "none" else tuple(body.red_flags),
        callback_number=body.callback_number,
        commune=body.commune,
        address=body.address,
        age_band=body.age_band,
        mobility=body.mobility,
        delay_hours=body.delay_hours,
        medecin_traitant=MedecinTraitant(told) if told else None,
        medecin_traitant_why=body.medecin_traitant_why,
        reason_category=body.reason_category,
        channel=body.channel,
        origin=body.origin,
        line=body.line,
    )
    created = services.orientation.create_request(new, key, actor=ACTOR)
    return {"id": str(created.id), "outcome": created.outcome.value}


@router.get("/requests/{request_id}", summary="Une demande", responses=refusals(404))
def read_request(request_id: str, services: ServicesDep) -> dict[str, Any]:
    """Where a request stands; nothing of it identifies the person."""
    view = services.orientation.request(request_id, actor=ACTOR)
    return request_document(view, services.territory.zone)


@router.get(
    "/requests/{request_id}/proposals", summary="Créneaux à proposer", responses=refusals(404)
)
def read_proposals(request_id: str, services: ServicesDep, later: Later = False) -> dict[str, Any]:
    """Slots to offer, best first; a slot beyond the delay ranks lower, it is not hidden."""
    found = services.orientation.proposals(request_id, later=later)
    return proposals_document(found, services.territory.zone)


@router.post(
    "/requests/{request_id}/medecin-traitant",
    summary="Noter l'appel au médecin traitant",
    responses=REFUSED,
)
def stamp_medecin_traitant(
    request_id: str, body: MedecinTraitantBody, services: ServicesDep
) -> dict[str, Any]:
    """Stamp the call to the médecin traitant; slots are proposed after it, never before."""
    services.orientation.update_medecin_traitant(
        request_id, body.outcome, actor=ACTOR, why=body.why
    )
    return read_request(request_id, services)


@router.post("/requests/{request_id}/close", summary="Clore sans rendez-vous", responses=REFUSED)
def close_request(request_id: str, body: CloseBody, services: ServicesDep) -> dict[str, Any]:
    """End a request without an appointment; what it held is given back."""
    services.orientation.close_request(request_id, Outcome(body.outcome), actor=ACTOR)
    return read_request(request_id, services)


@router.post("/requests/{request_id}/call-back", summary="Mettre à rappeler", responses=REFUSED)
def put_on_call_back_list(request_id: str, services: ServicesDep) -> dict[str, Any]:
    """Put a request on the call-back list; it stays open to reservation."""
    services.orientation.put_on_call_back_list(request_id, actor=ACTOR)
    return read_request(request_id, services)


@router.post("/requests/{request_id}/escalate", summary="Passer au 15", responses=refusals(404))
def escalate_request(request_id: str, body: EscalateBody, services: ServicesDep) -> dict[str, str]:
    """Transfer a request to the 15: what it held or booked is given back."""
    services.orientation.escalate(request_id, body.red_flags, actor=ACTOR)
    return {"id": request_id, "outcome": "transfer_15"}


@router.post("/slots/{slot_id}/hold", summary="Retenir une place", responses=REFUSED)
def hold_slot(
    slot_id: str, body: HoldBody, services: ServicesDep, key: IdempotencyKey = None
) -> dict[str, str]:
    """Keep a seat for a few minutes, the time for the caller to decide."""
    held = services.orientation.hold(slot_id, body.request_id, key)
    return hold_document(held, services.territory.zone)


@router.post("/holds/{hold_id}/extend", summary="Prolonger la retenue", responses=REFUSED)
def extend_hold(hold_id: str, services: ServicesDep, key: IdempotencyKey = None) -> dict[str, str]:
    """Give a hold its whole time again, once: the second time is a 409 `hold_extended`."""
    return hold_document(services.orientation.extend(hold_id, key), services.territory.zone)


@router.post("/holds/{hold_id}/confirm", summary="Confirmer le rendez-vous", responses=REFUSED)
def confirm_hold(
    hold_id: str, body: ConfirmBody, services: ServicesDep, key: IdempotencyKey = None
) -> dict[str, Any]:
    """Make a hold an appointment."""
    patient = Patient(**body.patient.model_dump())
    appointment = services.orientation.confirm(hold_id, patient, key, actor=ACTOR)
    return appointment_document(appointment, services.territory.zone)


@router.post("/holds/{hold_id}/release", summary="Libérer la place", responses=REFUSED)
def release_hold(hold_id: str, services: ServicesDep) -> dict[str, bool]:
    """Give a held seat back before it expires."""
    return {"released": services.orientation.release(hold_id)}
