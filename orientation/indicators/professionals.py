"""Professionals who take part: doctors who offer, who receive, who take new patients."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from orientation import tables
from orientation.indicators.model import Figure, Indicator, Rows, Scope
from orientation.indicators.requests import is_appointment
from orientation.model import Team
from orientation.seeking import tables as seeking

PARTS = {
    "offering": "Offrent au moins un créneau",
    "receiving": "Reçoivent au moins une personne",
    "placing": "Prennent un nouveau patient comme médecin traitant",
    "any": "Participent, d'une façon ou d'une autre",
}
TEAMS = {Team.TITULAIRE.value: "titulaires", Team.ADJOINT.value: "adjoints"}


def _parts(scope: Scope) -> sa.CompoundSelect[Any]:
    slot, booking, placement = tables.slot, tables.booking, seeking.placement
    offering = sa.select(slot.c.doctor).where(scope.here(slot), scope.during(slot.c.starts))
    receiving = offering.join(booking, booking.c.slot == slot.c.id).where(is_appointment())
    placing = sa.select(placement.c.doctor).where(
        scope.here(placement), scope.during(placement.c.accepted_at), placement.c.place.is_not(None)
    )
    return sa.union_all(
        _counted("offering", offering),
        _counted("receiving", receiving),
        _counted("placing", placing),
        _counted("any", sa.union(offering, placing)),
    )


def _counted(part: str, doctors: sa.Select[Any] | sa.CompoundSelect[Any]) -> sa.Select[Any]:
    doctor = tables.doctor
    found = doctors.subquery()
    return (
        sa.select(sa.literal(part).label("part"), doctor.c.team, sa.func.count().label("number"))
        .where(doctor.c.id.in_(sa.select(found.c.doctor)))
        .group_by(doctor.c.team)
    )


def _part_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    numbers = {(row.part, row.team): row.number for row in rows}
    for part, group in PARTS.items():
        for team, label in TEAMS.items():
            yield Figure(
                code=f"{part}.{team}",
                group=group,
                label=label,
                value=numbers.get((part, team), 0),
            )


PROFESSIONALS = Indicator(
    code="professionals",
    title="Professionnels participants",
    definition=(
        "Médecins de l'équipe de premier recours, chacun compté une fois : ceux qui ont un créneau "
        "commençant dans la période, ceux qui y ont un rendez-vous, ceux qui ont accepté dans la "
        "période de devenir le médecin traitant d'une personne et n'y ont pas renoncé."
    ),
    unit="médecins",
    source="Agenda de Recours et liste « Trouver un médecin traitant ».",
    query=_parts,
    figures=_part_figures,
)
