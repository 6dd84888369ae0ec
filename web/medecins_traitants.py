"""The médecin traitant looked up in the directory during a call: general practitioners alone."""

from directory.base.errors import NotFoundError, UnavailableError
from directory.projection import resource_detail
from directory.query import ProfessionIs
from directory.resource import Resource
from directory.understanding import ask
from directory.vocabulary import GENERAL_PRACTICE
from web.call_contexts import FoundDoctor
from web.services import Services
from web.sight import shown_phones

DOCTOR = "10"
"""Médecin (TRE_G15)."""

READ, SHOWN = 60, 9
"""Doctors read to keep the general practitioners; doctors shown, one digit key each."""

NO_DIRECTORY = "L'annuaire ne répond pas : appelez le numéro que donne la personne."


def find_general_practitioners(services: Services, told: str) -> tuple[list[FoundDoctor], str]:
    """At most nine general practitioners of that name or number, and what went wrong, in French."""
    if not told.strip():
        return [], "Donnez le nom du médecin, ou son numéro."
    try:
        page = ask(
            services.engine,
            told,
            filters=(ProfessionIs(codes=(DOCTOR,)),),
            size=READ,
            communes=services.communes,
            territory_communes=services.territory.everywhere,
        )
    except UnavailableError:
        return [], NO_DIRECTORY
    found = [hit.resource for hit in page.hits if is_general_practitioner(hit.resource)]
    if not found:
        return [], "Aucun médecin généraliste de ce nom ou de ce numéro dans l'annuaire."
    return [_found(one) for one in found[:SHOWN]], ""


def read_doctor(services: Services, ref: str) -> FoundDoctor | None:
    """A doctor by the key kept with a request; None when the directory no longer has it."""
    try:
        return _found(resource_detail(services.register, services.communes, ref).resource)
    except NotFoundError:
        return None


def rpps_of(services: Services, ref: str) -> str:
    """The national number of a doctor of the directory, empty when it has none."""
    resource = resource_detail(services.register, services.communes, ref).resource
    numbers = (one.value for one in resource.identifiers if one.system == "rpps")
    return next(numbers, "")


def is_general_practitioner(resource: Resource) -> bool:
    """A doctor of general practice, or of whom no source tells the speciality."""
    codes = {speciality.code for speciality in resource.specialities}
    return not codes or bool(codes & set(GENERAL_PRACTICE))


def _found(resource: Resource) -> FoundDoctor:
    where = resource.address or resource.commune
    return FoundDoctor(
        ref=resource.id,
        name=resource.name,
        place=", ".join(part for part in (resource.organization_name, where) if part),
        phones=shown_phones(resource.phones),
        replacement=resource.replacement,
        demo=resource.demo,
    )
