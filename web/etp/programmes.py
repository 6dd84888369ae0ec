"""Programmes of the territory with what their sources say of them, and the sessions to come."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.details import details_of
from directory.engines.entry import words_code
from directory.model import ResourceKind
from directory.query import KindIs
from directory.resource import Fact, Resource, ResourceDetail
from directory.sessions import Session, say_places
from directory.text import folded_words
from web.newcomer.supply import entries
from web.services import Services
from web.sight import shown_facts

RULES = (
    ("referral", "Comment adresser"),
    ("enrolment", "Inscription"),
    ("minimum_participants", "Participants au minimum"),
    ("rules", "Règles du programme"),
    ("sessions", "Séances"),
    ("coordinator", "Coordination"),
    ("covered", "Zone desservie"),
)
"""What one must know to refer somebody, in this order; what no source says is said so."""

ALWAYS = ("enrolment", "minimum_participants", "rules", "sessions")
"""Said to be unknown when no source tells them; dates to come are told as sessions enough."""

TRAINED = (
    "bilan educatif partage etp",
    "bilan de suivi etp",
    "education therapeutique du patient etp",
)
"""Acts that a list of trained professionals gives (importers/table/mappings/formes_etp.toml), and
a diploma of the RPPS (importers/rpps/diplomas.py)."""


@dataclass(frozen=True)
class Told:
    """One thing to know of a programme: its facts, each with source and date; none when unknown."""

    label: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Programme:
    """A programme, what to know, and its sessions to come."""

    entry: Resource
    told: Sequence[Told]
    """Those without a fact are what to ask the bearer."""
    sessions: Sequence[Session]
    sessions_fact: Fact | None
    """Who says these sessions and when: places left change from one day to the next."""


@dataclass(frozen=True)
class Coming:
    """One session of any programme, for the list of the next ones."""

    session: Session
    places: str
    programme: Resource
    fact: Fact | None


def programmes_here(services: Services, communes: Iterable[str]) -> list[Resource]:
    """Programmes held in these communes (INSEE) or open to them, by name.

    Raises UnavailableError while there is no index.
    """
    wanted = KindIs(kinds=(ResourceKind.PROGRAMME,))
    found = {one.id: one for one in entries(services.engine, wanted, tuple(communes))}
    return sorted(found.values(), key=lambda one: one.name.casefold())


def pathologies_of(programmes: Iterable[Resource]) -> dict[str, str]:
    """Pathologies by folded words, as first written, in alphabetical order."""
    named: dict[str, str] = {}
    for one in programmes:
        for told in one.pathologies:
            named.setdefault(words_code(told), told)
    return dict(sorted(named.items()))


def treats(one: Resource, pathology: str) -> bool:
    """Whether a programme is for this pathology (folded words)."""
    return pathology in {words_code(told) for told in one.pathologies}


def with_details(services: Services, found: Sequence[Resource], today: date) -> list[Programme]:
    """The programmes with every public fact told of them; read from the register, not the index."""
    details = details_of(services.register, services.communes, [one.id for one in found])
    return [_programme(details[one.id], today) for one in found if one.id in details]


def _programme(detail: ResourceDetail, today: date) -> Programme:
    by_field: dict[str, list[Fact]] = {}
    for fact in shown_facts(detail.facts):
        by_field.setdefault(fact.path.partition(".")[2], []).append(fact)
    dated = by_field.get("next_sessions", [])
    later = (one for one in detail.resource.next_sessions if one.day >= today)
    to_come = sorted(later, key=lambda one: (one.day, one.at))
    always = [one for one in ALWAYS if one != "sessions" or not to_come]
    return Programme(
        entry=detail.resource,
        told=[
            Told(label, by_field.get(field, ()))
            for field, label in RULES
            if field in by_field or field in always
        ],
        sessions=to_come,
        sessions_fact=dated[0] if dated else None,
    )


def coming_sessions(programmes: Iterable[Programme]) -> list[Coming]:
    """Every session to come, the first first."""
    coming = [
        Coming(session, say_places(session), one.entry, one.sessions_fact)
        for one in programmes
        for session in one.sessions
    ]
    return sorted(coming, key=lambda one: (one.session.day, one.session.at, one.programme.name))


def trained_here(services: Services, communes: Sequence[str]) -> list[Resource]:
    """Professionals said to be trained to patient education, by commune and name: those of the
    CPTS's list, and holders of a diploma in it (RPPS).
    """
    found = (
        one
        for one in _practitioners(services, communes)
        if any(words_code(act) in TRAINED for act in one.acts)
    )
    unique = {one.id: one for one in found}
    return sorted(unique.values(), key=lambda one: (one.commune, one.family.casefold(), one.given))


def _practitioners(services: Services, communes: Sequence[str]) -> Iterator[Resource]:
    wanted = KindIs(kinds=(ResourceKind.PRACTITIONER,))
    yield from entries(services.engine, wanted, tuple(communes), text="ETP")


def trainings_of(services: Services, people: Sequence[Resource]) -> Mapping[str, Sequence[Fact]]:
    """What is said of their training, by entry: acts and remarks that speak of it, with sources."""
    details = details_of(services.register, services.communes, [one.id for one in people])
    return {
        one: [fact for fact in shown_facts(detail.facts) if _is_training(fact)]
        for one, detail in details.items()
    }


def _is_training(fact: Fact) -> bool:
    if fact.path == "role.acts":
        return words_code(fact.chosen.text) in TRAINED
    words = set(folded_words(fact.chosen.text))
    return fact.path == "role.notes" and bool(words & {"etp", "formee", "forme", "formation"})
