"""Forms of the search for a médecin traitant, read field by field with what is wrong in French."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, cast, get_args

from pydantic import BaseModel, Field

from directory.phones import parse_phone
from directory.territory import Group
from orientation.seeking.model import (
    Identity,
    Limits,
    Offer,
    OfferTerms,
    Sex,
    Situation,
    Wishes,
)
from orientation.seeking.ranking import age_on
from orientation.seeking.records import NewWait
from orientation.seeking.wording import GROUP_LABELS, LANGUAGES
from orientation.store import known_id
from web.call_forms import Problems, find_commune, parse_birth
from web.lookups import commune_name
from web.seeking_contexts import OfferPanel
from web.services import Services

Text = Annotated[str, Field(max_length=200)]
Texts = Annotated[list[Text], Field(max_length=60)]
YES = "oui"


class EnrolForm(BaseModel):
    """Somebody to put on the list, as typed; a box that is not ticked is empty."""

    family: Text = ""
    given: Text = ""
    phone: Text = ""
    birth_date: Text = ""
    address: Text = ""
    commune: Text = ""
    ald: Text = ""
    c2s_ame: Text = ""
    sex: Text = ""
    language: Text = ""
    team: Text = ""
    near: Text = ""
    consent: Text = ""
    consent_version: Text = ""
    key: Text = ""


class OfferForm(BaseModel):
    """What a doctor declares, as typed."""

    places: Text = ""
    available_from: Text = ""
    min_age: Text = ""
    max_age: Text = ""
    communes: Texts = []
    groups: Texts = []
    languages: Texts = []
    sex: Text = ""
    in_team: Text = ""


def read_enrolment(form: EnrolForm, services: Services) -> tuple[NewWait | None, Problems]:
    """The person to put on the list, or what is wrong by field."""
    problems = _missing(form)
    commune = find_commune(form.commune, services.communes, services.territory)
    if commune is None:
        problems["commune"] = "Le nom de la commune, son début, ou le code postal."
    born = _birth(form, services, problems)
    if problems or commune is None or born is None:
        return None, problems
    return NewWait(
        identity=Identity(
            family=form.family,
            given=form.given,
            phone=form.phone,
            birth_date=born,
            address=form.address,
        ),
        commune=commune.insee,
        consent_version=form.consent_version,
        sees_doctor=False,
        situation=Situation(ald=bool(form.ald), c2s_ame=bool(form.c2s_ame)),
        wishes=Wishes(
            sex=_sex(form.sex),
            language=form.language,
            team=bool(form.team),
            near=bool(form.near),
        ),
    ), {}


def read_offer(form: OfferForm, today: date) -> tuple[OfferTerms | None, Problems]:
    """A doctor's declaration, or what is wrong by field; without a date, from today."""
    problems: Problems = {}
    places = _number(form.places, "places", problems)
    ages = [_number(form.min_age, "ages", problems), _number(form.max_age, "ages", problems)]
    if places is None:
        problems["places"] = "Un nombre de personnes est attendu ; 0 pour ne plus en prendre."
    available = today
    try:
        available = date.fromisoformat(form.available_from) if form.available_from else today
    except ValueError:
        problems["available_from"] = "Date attendue sous la forme AAAA-MM-JJ."
    if problems or places is None:
        return None, problems
    groups = tuple(cast(Group, one) for one in form.groups if one in get_args(Group))
    return OfferTerms(
        places=places,
        available_from=available,
        limits=Limits(
            min_age=ages[0], max_age=ages[1], communes=tuple(form.communes), groups=groups
        ),
        sex=_sex(form.sex),
        languages=tuple(form.languages),
        in_team=bool(form.in_team),
    ), {}


def offer_panel(
    services: Services,
    doctor_id: str,
    form: OfferForm | None = None,
    problems: Problems | None = None,
) -> OfferPanel:
    """The panel of a doctor: what was just typed if any, otherwise what is declared."""
    seeking = services.orientation.seeking
    offer = seeking.offers().get(known_id(doctor_id, "Médecin"))
    ranked = seeking.called(doctor_id)
    return OfferPanel(
        offer=offer,
        called=[
            (
                one,
                age_on(one.wait.birth_date, seeking.today),
                commune_name(services, one.wait.commune),
            )
            for one in ranked
        ],
        values=_typed(form) if form else _declared(offer, seeking.today),
        communes=[
            (code, commune_name(services, code)) for code in sorted(services.territory.everywhere)
        ],
        groups=list(GROUP_LABELS.items()),
        languages=list(LANGUAGES.items()),
        problems=problems or {},
    )


def _missing(form: EnrolForm) -> Problems:
    problems: Problems = {}
    if not form.family.strip():
        problems["family"] = "Le nom est nécessaire."
    if not form.given.strip():
        problems["given"] = "Le prénom est nécessaire."
    if not parse_phone(form.phone):
        problems["phone"] = (
            "Ce numéro ne peut pas être rappelé : dix chiffres, ou l'indicatif du pays (+32…)."
        )
    if form.consent != YES:
        problems["consent"] = "Sans l'accord de la personne, rien ne peut être enregistré."
    return problems


def _birth(form: EnrolForm, services: Services, problems: Problems) -> date | None:
    try:
        born = parse_birth(form.birth_date, services.orientation.seeking.today)
    except ValueError as exc:
        problems["birth_date"] = str(exc)
        return None
    if born is None:
        problems["birth_date"] = "La date de naissance est nécessaire : JJ/MM/AAAA."
    return born


def _number(told: str, name: str, problems: Problems) -> int | None:
    if not told.strip():
        return None
    if not (told.strip().isascii() and told.strip().isdigit()):
        problems[name] = "Un nombre entier est attendu."
        return None
    return int(told[:9])


def _sex(told: str) -> Sex | None:
    return Sex(told) if told in set(Sex) else None


def _typed(form: OfferForm) -> dict[str, Sequence[str]]:
    told: dict[str, Any] = form.model_dump()
    return {name: [value] if isinstance(value, str) else value for name, value in told.items()}


def _declared(offer: Offer | None, today: date) -> dict[str, Sequence[str]]:
    if offer is None:
        form = OfferForm(available_from=today.isoformat())
    else:
        limits = offer.limits
        form = OfferForm(
            places=str(offer.places_left),
            available_from=offer.available_from.isoformat(),
            min_age="" if limits.min_age is None else str(limits.min_age),
            max_age="" if limits.max_age is None else str(limits.max_age),
            communes=list(limits.communes),
            groups=list(limits.groups),
            languages=list(offer.languages),
            sex=offer.sex.value if offer.sex else "",
            in_team=YES if offer.in_team else "",
        )
    return _typed(form)
