"""A doctor's profile, places and departure, as they or their delegate say it."""

import math
from collections.abc import Iterator
from datetime import date
from functools import partial
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.base.errors import ConflictError, InputRefusedError
from directory.model import Point, Precision, Value
from orientation import tables
from orientation.calendar import local_day
from orientation.model import Doctor, Mode, Place, Team
from orientation.planning_acts import carry_out
from orientation.planning_model import Planned
from orientation.privacy import DEFAULT_ACTOR
from orientation.series import MODE_WORDS
from orientation.store import Agenda, known_id, missing
from orientation.team import place_row, read_schedules

MOST_KM = 100
MOST_A_WEEK = 500
OLDEST_MONTHS = 130 * 12
MOST_LEAD_MINUTES = 24 * 60


class Profile(Value, frozen=True, kw_only=True):
    """What a doctor says of who they take: the fields of `Doctor` of the same names."""

    team: Team
    modes: tuple[Mode, ...]
    visits: tuple[str, ...] = ()
    visit_km: float | None = None
    visit_from: UUID | None = None
    min_age_months: int | None = None
    max_age_months: int | None = None
    weekly_capacity: int = 0
    accepts_new: bool = False
    home_lead_minutes: int | None = None


class Profiles:
    """Changes of a doctor's profile; `actor` is the doctor or their delegate."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda

    def change(self, doctor_id: UUID | str, profile: Profile, actor: str = DEFAULT_ACTOR) -> None:
        """Say anew who the doctor takes; appointments already given stay.

        InputRefusedError names the wrong field; ConflictError when a mode still has a series.
        """
        known = known_id(doctor_id, "Médecin")
        work = partial(self._change, profile)
        carry_out(self.agenda, known, "doctor.profile", actor, work, confirmed=True)

    def save_place(self, doctor_id: UUID | str, place: Place, actor: str = DEFAULT_ACTOR) -> None:
        """Add or correct a place; without a point of its own it has that of its commune."""
        known = known_id(doctor_id, "Médecin")
        work = partial(self._save_place, self._located(place))
        carry_out(self.agenda, known, "doctor.place", actor, work, confirmed=True)

    def remove_place(
        self, doctor_id: UUID | str, place_id: UUID | str, actor: str = DEFAULT_ACTOR
    ) -> None:
        """Take a place away; ConflictError if a series was ever held there."""
        known, place = known_id(doctor_id, "Médecin"), known_id(place_id, "Lieu")
        work = partial(self._remove_place, place)
        carry_out(self.agenda, known, "doctor.place", actor, work, confirmed=True)

    def leave(
        self,
        doctor_id: UUID | str,
        first_day: date | None,
        actor: str = DEFAULT_ACTOR,
        *,
        confirmed: bool = False,
    ) -> Planned:
        """From that day the doctor takes nobody; None undoes it, while they are still there."""
        known = known_id(doctor_id, "Médecin")
        if first_day is not None and first_day < local_day(
            self.agenda.territory, self.agenda.clock()
        ):
            raise InputRefusedError("Cette date de départ est déjà passée.", field="leaves_on")
        work = partial(self._leave, first_day)
        return carry_out(self.agenda, known, "doctor.leave", actor, work, confirmed=confirmed)

    def _change(self, profile: Profile, connection: sa.Connection, doctor: Doctor) -> None:
        for field, wrong, detail in self._faults(profile, doctor):
            if wrong:
                raise InputRefusedError(detail, field=field)
        self._refuse_mode_in_use(profile, connection, doctor)
        fields = msgspec.structs.asdict(profile) | {
            "team": profile.team.value,
            "modes": [mode.value for mode in profile.modes],
            "visits": list(profile.visits),
        }
        connection.execute(
            tables.doctor.update().where(tables.doctor.c.id == doctor.id).values(**fields)
        )

    def _faults(self, profile: Profile, doctor: Doctor) -> Iterator[tuple[str, bool, str]]:
        yield "modes", not profile.modes, "Choisissez au moins une façon de recevoir."
        unknown = [code for code in profile.visits if self.agenda.communes.get(code) is None]
        yield "visits", bool(unknown), f"Commune inconnue : {', '.join(unknown)}."
        km = profile.visit_km
        yield (
            "visit_km",
            km is not None and not (math.isfinite(km) and 0 < km <= MOST_KM),
            (f"Un rayon de visite va de 1 à {MOST_KM} km."),
        )
        located = {place.id for place in doctor.places if place.point}
        yield (
            "visit_from",
            km is not None and profile.visit_from not in located,
            ("Choisissez le lieu autour duquel compter les kilomètres."),
        )
        ages = (profile.min_age_months, profile.max_age_months)
        yield (
            "ages",
            any(age is not None and not 0 <= age <= OLDEST_MONTHS for age in ages),
            ("Donnez un âge entre 0 et 130 ans."),
        )
        youngest, oldest = ages
        yield (
            "ages",
            youngest is not None and oldest is not None and oldest < youngest,
            ("L'âge le plus grand doit venir après le plus petit."),
        )
        yield (
            "weekly_capacity",
            not 0 <= profile.weekly_capacity <= MOST_A_WEEK,
            (f"De 0 à {MOST_A_WEEK} patients par semaine."),
        )
        lead = profile.home_lead_minutes
        yield (
            "home_lead_minutes",
            lead is not None and not 0 <= lead <= MOST_LEAD_MINUTES,
            (f"De 0 à {MOST_LEAD_MINUTES} minutes avant la visite."),
        )

    def _refuse_mode_in_use(
        self, profile: Profile, connection: sa.Connection, doctor: Doctor
    ) -> None:
        today = local_day(self.agenda.territory, self.agenda.clock())
        for schedule in read_schedules(self.agenda, connection, doctor.id):
            over = schedule.valid_to is not None and schedule.valid_to < today
            if not over and schedule.mode not in profile.modes:
                raise ConflictError(
                    f"Une série a encore lieu {MODE_WORDS[schedule.mode]} : mettez-y fin d'abord, "
                    "pour savoir qui rappeler.",
                    reason="mode_in_use",
                )

    def _located(self, place: Place) -> Place:
        commune = self.agenda.communes.get(place.insee)
        if commune is None:
            raise InputRefusedError("Commune du lieu inconnue.", field="insee")
        if not place.label.strip():
            raise InputRefusedError("Donnez un nom au lieu.", field="label")
        point = place.point
        if point is None and commune.point is not None:
            point = Point(lat=commune.point.lat, lon=commune.point.lon, precision=Precision.COMMUNE)
        return msgspec.structs.replace(place, point=point)

    def _save_place(self, place: Place, connection: sa.Connection, doctor: Doctor) -> None:
        row = place_row(self.agenda, doctor.id, place)
        known = next((one for one in doctor.places if one.id == place.id), None)
        if known is None:
            connection.execute(tables.place.insert().values(**row))
            return
        if known.insee == place.insee and known.point is not None:
            row = place_row(
                self.agenda, doctor.id, msgspec.structs.replace(place, point=known.point)
            )
        connection.execute(tables.place.update().where(tables.place.c.id == place.id).values(**row))

    def _remove_place(self, place: UUID, connection: sa.Connection, doctor: Doctor) -> None:
        if place not in {one.id for one in doctor.places}:
            raise missing("Lieu")
        used = sa.select(tables.schedule.c.id).where(tables.schedule.c.place == place).limit(1)
        if connection.execute(used).first() is not None or doctor.visit_from == place:
            raise ConflictError(
                "Ce lieu sert encore : des disponibilités y ont été données, ou les visites sont "
                "comptées depuis ce lieu. Corrigez son nom ou son adresse.",
                reason="place_in_use",
            )
        connection.execute(tables.place.delete().where(tables.place.c.id == place))

    def _leave(self, first_day: date | None, connection: sa.Connection, doctor: Doctor) -> None:
        connection.execute(
            tables.doctor.update()
            .where(tables.doctor.c.id == doctor.id)
            .values(leaves_on=first_day)
        )
