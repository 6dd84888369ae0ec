"""Names behind codes and keys, as pages show them."""

from uuid import UUID

from directory.base.errors import NotFoundError
from orientation.model import Doctor
from web.services import Services


def commune_name(services: Services, insee: str) -> str:
    """Name of a commune, empty when the code is unknown."""
    commune = services.communes.get(insee)
    return commune.name if commune else ""


def find_doctor(services: Services, doctor_id: UUID | str) -> Doctor:
    """A doctor of the active team; raises NotFoundError."""
    for doctor in services.orientation.doctors():
        if str(doctor.id) == str(doctor_id).lower():
            return doctor
    raise NotFoundError("Ce médecin n'est pas ou plus dans l'équipe de premier recours.")
