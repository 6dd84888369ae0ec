"""How many new patients doctors take: declared by them, counted by the store place by place."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.database import insert_ignoring
from directory.base.errors import InputRefusedError
from directory.base.logs import get_logger
from orientation.intake import require_known_commune
from orientation.model import Doctor
from orientation.occupation import lock_doctors
from orientation.privacy import trace
from orientation.seeking import tables
from orientation.seeking.model import PLACED_STATES, Limits, Offer, OfferTerms, Sex
from orientation.seeking.wording import LANGUAGES
from orientation.store import Agenda, missing
from orientation.tables import base
from orientation.team import read_doctors

log = get_logger(__name__)

MOST_PLACES = 500
"""More new patients than any list opens at once: beyond, it is a typing error."""

OLDEST = 130


def set_offer(agenda: Agenda, doctor_id: UUID, terms: OfferTerms, actor: str) -> Offer:
    """Replace a doctor's declaration; `terms.places` more patients are taken from now on.

    Those already accepted keep their place. Raises InputRefusedError naming the field.
    """
    _check(agenda, terms)
    with agenda.database.write() as connection:
        if doctor_id not in _active(read_doctors(agenda, connection)):
            raise missing("Médecin")
        lock_doctors(connection, [doctor_id])
        _write_terms(agenda, connection, doctor_id, terms)
        _set_free_places(agenda, connection, doctor_id, terms.places)
        trace(agenda, connection, "offer.set", doctor_id, ("places", "limits"), actor)
        append_change(connection, base.change_log, "offer", str(doctor_id))
        offer = read_offers(agenda, connection)[doctor_id]
    log.info("offer declared", doctor=str(doctor_id), places=terms.places)
    return offer


def read_offers(agenda: Agenda, connection: sa.Connection) -> dict[UUID, Offer]:
    """Declarations of the doctors of the team who are active, by doctor."""
    doctors = _active(read_doctors(agenda, connection))
    used, places = _places(agenda, connection)
    rows = connection.execute(
        sa.select(tables.offer).where(tables.offer.c.territory == agenda.territory.slug)
    )
    return {
        row.doctor: _offer(row, doctors[row.doctor], used[row.doctor], places[row.doctor])
        for row in rows
        if row.doctor in doctors
    }


def is_used() -> sa.ColumnElement[bool]:
    """A placement that uses a place of its doctor."""
    return tables.placement.c.state.in_([state.value for state in PLACED_STATES])


def _active(doctors: dict[UUID, Doctor]) -> dict[UUID, Doctor]:
    return {key: doctor for key, doctor in doctors.items() if doctor.active}


def _places(agenda: Agenda, connection: sa.Connection) -> tuple[Counter[UUID], Counter[UUID]]:
    """Places used and places there are, by doctor."""
    placement, place = tables.placement, tables.offer_place
    used = connection.execute(
        sa.select(placement.c.doctor).where(
            placement.c.territory == agenda.territory.slug, is_used()
        )
    ).scalars()
    there = connection.execute(
        sa.select(place.c.doctor).where(place.c.territory == agenda.territory.slug)
    ).scalars()
    return Counter(used), Counter(there)


def _offer(row: Any, doctor: Doctor, used: int, places: int) -> Offer:
    return Offer(
        doctor=doctor,
        places_left=places - used,
        taken=used,
        available_from=row.available_from,
        limits=Limits(
            min_age=row.min_age,
            max_age=row.max_age,
            communes=tuple(row.communes),
            groups=tuple(row.groups),
        ),
        sex=Sex(row.sex) if row.sex else None,
        languages=tuple(row.languages),
        in_team=row.in_team,
    )


def _check(agenda: Agenda, terms: OfferTerms) -> None:
    if not 0 <= terms.places <= MOST_PLACES:
        raise InputRefusedError(
            f"Le nombre de nouveaux patients va de 0 à {MOST_PLACES}.", field="places"
        )
    if not date(2000, 1, 1) <= terms.available_from <= date(2100, 1, 1):
        raise InputRefusedError("Cette date n'est pas possible.", field="available_from")
    ages = [age for age in (terms.limits.min_age, terms.limits.max_age) if age is not None]
    if ages != sorted(ages) or any(not 0 <= age <= OLDEST for age in ages):
        raise InputRefusedError(
            f"Les âges vont de 0 à {OLDEST} ans, le plus jeune d'abord.", field="ages"
        )
    for insee in terms.limits.communes:
        require_known_commune(agenda, insee)
    unknown = [code for code in terms.languages if code not in LANGUAGES]
    if unknown:
        raise InputRefusedError(
            f"Langue inconnue : {', '.join(unknown)[:60]}. Codes prévus : {', '.join(LANGUAGES)}.",
            field="languages",
        )


def _write_terms(
    agenda: Agenda, connection: sa.Connection, doctor_id: UUID, terms: OfferTerms
) -> None:
    values = {
        "available_from": terms.available_from,
        "min_age": terms.limits.min_age,
        "max_age": terms.limits.max_age,
        "communes": list(terms.limits.communes),
        "groups": list(terms.limits.groups),
        "sex": terms.sex.value if terms.sex else None,
        "languages": list(terms.languages),
        "in_team": terms.in_team,
        "declared_at": agenda.clock(),
    }
    offer = tables.offer
    connection.execute(
        insert_ignoring(connection, offer).values(
            doctor=doctor_id, territory=agenda.territory.slug, **values
        )
    )
    connection.execute(offer.update().where(offer.c.doctor == doctor_id).values(**values))


def _set_free_places(
    agenda: Agenda, connection: sa.Connection, doctor_id: UUID, wanted: int
) -> None:
    """Keep the used places and as many free ones as wanted."""
    place, placement = tables.offer_place, tables.placement
    connection.execute(
        place.delete().where(
            place.c.doctor == doctor_id,
            ~sa.exists().where(
                placement.c.doctor == place.c.doctor, placement.c.place == place.c.number
            ),
        )
    )
    kept = connection.execute(
        sa.select(sa.func.max(place.c.number)).where(place.c.doctor == doctor_id)
    ).scalar()
    first = (kept or 0) + 1
    rows = [
        {"doctor": doctor_id, "number": number, "territory": agenda.territory.slug}
        for number in range(first, first + wanted)
    ]
    if rows:
        connection.execute(place.insert(), rows)
