"""FINESS+ activities: what a site does, with which capacity, and the communes it goes to.

One row a site, with the activities it exercises and the authorisations of its legal entity that
they refer to: it is these that name communes (`zoneIntervention`, FORMATS.md a.4).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from directory.activities import Activity, activity_coding, public_coding
from directory.model import EntityKind, Organization, SourceRecord, Statement
from importers.cleaning import clean, parse_date
from importers.contract import Card, Context, Ignored, Quarantined, Row, load_card
from importers.finess.plus import NO_SITE, generated_on
from importers.finess.site import check_number
from importers.finess.zones import covered_communes
from importers.inputs import OpenedFile
from importers.text import read_json

LAYOUT = "FINESS+ activités"
SITE_UNKNOWN = Ignored("site absent de l'annuaire")
NOTHING_DONE = "site sans activité en vigueur"
COVERS_UNSEEN = "site absent de l'annuaire qui dessert le territoire : donnez aussi les structures"

SOCIAL = frozenset({"ASMR", "ASOCR"})
"""Natures whose activities share one nomenclature (358, 469…); the others have their own."""

Told = Mapping[str, Any]


class Work(NamedTuple):
    """A site with the authorisations it refers to, by their number."""

    ege: Told
    authorised: Mapping[str, Told]


class ActivitiesListing:
    """Reads `finess-activites-…`; says nothing of sites the structures do not tell of."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def shipped(self) -> Path | None:
        """Nothing ships: the listing is downloaded."""
        return None

    def holds(self, file: OpenedFile) -> bool:
        """Whether a file tells of activities; by its content, whatever its name is."""
        head = file.head()
        return file.kind() == "json" and (
            b'"activitesAutorisees"' in head or b'"activitesExercees"' in head
        )

    def data_date(self, file: OpenedFile) -> date | None:
        """`generatedAt` of the root."""
        return generated_on(file) or file.own_date()

    def read(self, file: OpenedFile, context: Context) -> Iterator[Row]:
        """Sites that the directory knows; the others are counted without being parsed further."""
        number = 0
        for entity in read_json(file, "pmej.item"):
            if not isinstance(entity, dict):
                number += 1
                yield Row(number, None, orjson.dumps(entity).decode(), LAYOUT)
                continue
            sites = entity.get("ege") or ()
            if not sites:
                number += 1
                context.passed[NO_SITE] += 1
                continue
            authorised = _by_number(entity)
            for ege in sites:
                number += 1
                if not _is_told(ege, context):
                    context.passed[SITE_UNKNOWN] += 1
                    _note_coverage(ege, authorised, context)
                    continue
                work = Work(ege, _referred(ege, authorised))
                yield Row(number, work, _dump(work), LAYOUT)
        if number == 0:
            raise file.refuse("aucune entité « pmej » : ce n'est pas un fichier finess-activites.")

    def to_record(self, row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
        """What one site does today."""
        if row.cells is None or not isinstance(row.cells.ege, dict):
            return Quarantined("entité illisible", "objet attendu")
        work: Work = row.cells
        number = clean(work.ege.get("numFinessEge"))
        if problem := check_number(number):
            return problem
        found = list(_activities(work, context))
        if not found:
            return Ignored(NOTHING_DONE, number)
        publics = (one.public.label for one in found if one.public)
        site = Organization(
            activities=tuple(found),
            publics=tuple(dict.fromkeys(label for label in publics if label)),
        )
        key = f"finess|{number}"
        statement = Statement(
            subject=EntityKind.ORGANIZATION,
            subject_key=key,
            organization_key=key,
            organization=site,
            demo=context.demo,
        )
        return SourceRecord(
            key=number, statement=statement, raw=row.raw, data_date=context.data_date
        )

    def covering(self, file: OpenedFile, context: Context) -> dict[str, tuple[str, ...]]:
        """Sites that go to a commune of the territory or its neighbours, wherever they sit, with
        these communes: their structures are not « hors territoire »."""
        found: dict[str, tuple[str, ...]] = {}
        for entity in read_json(file, "pmej.item"):
            if not isinstance(entity, dict) or not (zoned := _zoned(entity, context)):
                continue
            sites = (one for one in (entity.get("ege") or ()) if isinstance(one, dict))
            for ege in sites:
                reached = (zoned.get(_authorisation(one), ()) for one in _in_force(ege, context))
                communes = tuple(dict.fromkeys(code for one in reached for code in one))
                if communes:
                    found[clean(ege.get("numFinessEge"))] = communes
        return found


def _is_told(ege: Any, context: Context) -> bool:
    """Whether a site is to be looked at: known, or so broken that it must be set aside."""
    if not isinstance(ege, dict) or check_number(number := clean(ege.get("numFinessEge"))):
        return True
    return f"finess|{number}" in context.people


def _by_number(entity: Told) -> dict[str, Told]:
    """The authorisations of a legal entity by their own number."""
    told = (one for one in entity.get("activitesAutorisees") or () if isinstance(one, dict))
    return {_generic(one).get("activiteAeId") or "": one for one in told}


def _referred(ege: Any, authorised: Mapping[str, Told]) -> dict[str, Told]:
    told = (ege.get("activitesExercees") or ()) if isinstance(ege, dict) else ()
    wanted = dict.fromkeys(_authorisation(one) for one in told if isinstance(one, dict))
    return {number: authorised[number] for number in wanted if number in authorised}


def _zoned(entity: Told, context: Context) -> dict[str, tuple[str, ...]]:
    """Communes within the perimeter, by authorisation; most entities name none."""
    inside = context.perimeter.insee
    found = {}
    for number, one in _by_number(entity).items():
        if one.get("zoneIntervention"):
            communes = tuple(code for code in covered_communes(one, context) if code in inside)
            if communes:
                found[number] = communes
    return found


def _note_coverage(ege: Told, authorised: Mapping[str, Told], context: Context) -> None:
    for one in _in_force(ege, context):
        told = authorised.get(_authorisation(one), {})
        if told.get("zoneIntervention"):
            inside = context.perimeter.insee
            if not inside.isdisjoint(covered_communes(told, context, silent=True)):
                context.note(COVERS_UNSEEN)
                return


def _in_force(ege: Told, context: Context) -> Iterator[Told]:
    """The activities exercised on the day of the data."""
    told = (one for one in ege.get("activitesExercees") or () if isinstance(one, dict))
    return (one for one in told if not _is_over(one, context.data_date))


def _is_over(told: Told, today: date | None) -> bool:
    about = _generic(told)
    ended = parse_date(about.get("dateFinEffectiveActivite"))
    return about.get("etatObjet") != "A" or bool(ended and today and ended <= today)


def _activities(work: Work, context: Context) -> Iterator[Activity]:
    for told in work.ege.get("activitesExercees") or ():
        if _is_over(told, context.data_date):
            context.note("activité arrêtée, laissée de côté")
            continue
        authorisation = work.authorised.get(_authorisation(told))
        if authorisation is None:
            context.note("activité sans son autorisation dans le fichier")
        made = _activity(told, authorisation or {}, context)
        if made is None:
            context.note("activité sans code, laissée de côté")
        else:
            yield made


def _activity(told: Told, authorisation: Told, context: Context) -> Activity | None:
    nature = told.get("nature") or {}
    kind = clean(nature.get("codeNature"))
    codes = _codes(nature.get("caracteristiquesSpecifiques") or {})
    code = next(iter(codes.values()), "")
    if not code:
        return None
    about = _generic(told)
    public = codes.get("public", "") if kind in SOCIAL else ""
    zone = authorisation.get("zoneIntervention")
    return Activity(
        activity=activity_coding(code, kind, social=kind in SOCIAL),
        public=public_coding(public) if public else None,
        installed=_capacity(told, "08", context),
        authorised=_capacity(told, "09", context),
        since=_day(about.get("dateDebutActiviteAutorisee"), context),
        until=_day(about.get("dateFinActiviteAutorisee"), context),
        communes=covered_communes(authorisation, context),
        zone=clean(zone.get("libelleZI")) if isinstance(zone, dict) else "",
    )


_FIRST = (
    "activiteSocialeRegulee", "activiteSanitaireDiverseRegulee", "activiteSanitaireRegulee",
    "activiteEnseignementRegulee", "activiteAMF", "activiteAMM", "typeEmlId",
)  # fmt: skip
"""What each nature calls the code of its activity."""


def _codes(specific: Told) -> dict[str, str]:
    """The activity's code first, then the others, out of `typeActivite…`.

    The sub-object's name is not its nature's: `typeActiviteAMSR` for ASMR, `typeActiviteASR` in
    March 2026 where July has `typeActiviteAASA`.
    """
    kinds = (
        told
        for name, told in specific.items()
        if name.startswith("typeActivite") and isinstance(told, dict)
    )
    told = next(kinds, {})
    named = {name: clean(code) for name, code in told.items() if isinstance(code, str)}
    first = next((name for name in _FIRST if named.get(name)), "")
    return {first: named[first], **named} if first else {}


_DETAILS = ("genre", "habilitation", "typeLogement", "modeFinancement")


def _capacity(told: Told, status: str, context: Context) -> int | None:
    """The whole capacity of a status: 08 installed, 09 authorised (the only one authorisations
    have). Lines by gender, kind of lodging or of funding are shares of it. 0 tells nothing.
    """
    for one in told.get("capacite") or ():
        if one.get("statutCapacite") != status or any(one.get(name) for name in _DETAILS):
            continue
        number = clean(one.get("nombre"))
        if number.isdecimal():
            return int(number) or None
        context.note("capacité illisible")
    return None


def _day(told: str | None, context: Context) -> date | None:
    """A date; 1903-03-03, 1904-04-04… stand for an unknown one."""
    found = parse_date(told)
    if found and found.month == found.day == found.year - 1900:
        context.note("date factice (1903-03-03…) prise pour inconnue")
        return None
    return found


def _generic(told: Told) -> Told:
    about: Told = told.get("caracteristiquesGeneriques") or {}
    return about


def _authorisation(told: Told) -> str:
    return _generic(told).get("identifiantAutorisation") or ""


def _dump(work: Work) -> str:
    told: Sequence[Told] = list(work.authorised.values())
    return orjson.dumps({"ege": work.ege, "activitesAutorisees": told}).decode()


ACTIVITIES = ActivitiesListing(load_card(Path(__file__).parent, "activites"))
