"""What a source can say about the people, places and services of a territory.

The shape is FHIR's because the domain's is: a *person* has *roles*, a role is exercised in an
*organization* at *places*, an organization offers *services*. Everything here is a frozen value;
empty fields take no room once stored (`omit_defaults`).
"""

from datetime import date
from enum import StrEnum

from directory.activities import Activity
from directory.sessions import Session
from directory.values import Coding as Coding
from directory.values import Value as Value


class EntityKind(StrEnum):
    """What the register gives an identity to."""

    PERSON = "person"
    ORGANIZATION = "organization"
    ROLE = "role"
    SERVICE = "service"


class ResourceKind(StrEnum):
    """What a page calls an entry of the directory."""

    PRACTITIONER = "practitioner"
    ESTABLISHMENT = "establishment"
    SERVICE = "service"
    PROGRAMME = "programme"
    TEAM = "team"
    ASSOCIATION = "association"


class Precision(StrEnum):
    """How far a point can be trusted; a commune point is never drawn as an address."""

    ADDRESS = "address"
    STREET = "street"
    COMMUNE = "commune"
    PIN = "pin"
    """Put on the map by somebody here."""
    UNKNOWN = "unknown"


class Confidentiality(StrEnum):
    """Who may see a contact."""

    PUBLIC = "public"
    PROFESSIONAL = "professional"
    SECRETARIAT = "secretariat"


class ContactSystem(StrEnum):
    """What kind of contact a value is."""

    PHONE = "phone"
    FAX = "fax"
    EMAIL = "email"
    MSSANTE = "mssante"
    URL = "url"
    DIRECT_LINE = "direct_line"


class Identifier(Value, frozen=True, kw_only=True):
    """A number given by somebody: `system` is one of `directory.identifiers.SYSTEMS`."""

    system: str
    value: str


class Point(Value, frozen=True, kw_only=True):
    """WGS84 degrees and how they were obtained."""

    lat: float
    lon: float
    precision: Precision = Precision.UNKNOWN
    origin: str = ""


class Address(Value, frozen=True, kw_only=True):
    """A postal address as told, with the INSEE commune it was placed in.

    `use` is `main`, `visit` (accueil), `annex` or `legal`. `notes` keeps what had to be put
    right, e.g. a commune code of before 1968.
    """

    use: str = "main"
    lines: tuple[str, ...] = ()
    street_number: str = ""
    street: str = ""
    complement: str = ""
    postcode: str = ""
    city: str = ""
    insee: str = ""
    country: str = "FR"
    point: Point | None = None
    notes: tuple[str, ...] = ()


class Contact(Value, frozen=True, kw_only=True):
    """A way to reach somebody. Phones are kept in E.164 when they can be called, else as told."""

    system: ContactSystem
    value: str
    label: str = ""
    confidentiality: Confidentiality = Confidentiality.PUBLIC
    note: str = ""


ON_HOLIDAYS = 7
"""In `OpeningHours.days`, after the days of the week: public holidays."""


class OpeningHours(Value, frozen=True, kw_only=True):
    """One weekly rule or one dated exception, in the territory's wall-clock time.

    `days` are 0 (Monday) to 6, and ON_HOLIDAYS; `opens`/`closes` are `HH:MM`; `closed` says the period is shut.
    """

    days: tuple[int, ...] = ()
    opens: str = ""
    closes: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    closed: bool = False
    note: str = ""


class CoveredArea(Value, frozen=True, kw_only=True):
    """Where a service goes, apart from where it sits."""

    communes: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    note: str = ""


class Referral(Value, frozen=True, kw_only=True):
    """How to refer somebody: the *modalités de saisine* of the territory's documents."""

    how: str = ""
    single_number: str = ""
    secure_mail: str = ""
    form_url: str = ""
    eligibility: str = ""
    age_min: int | None = None
    age_max: int | None = None
    gir: tuple[int, ...] = ()


class NewPatients(Value, frozen=True, kw_only=True):
    """Whether new patients are taken as médecin traitant: `now`, `six_months` or `no`."""

    answer: str
    asked_on: date | None = None


class Membership(Value, frozen=True, kw_only=True):
    """Belonging to a team, an association or a CPTS, with dates."""

    name: str
    key: str = ""
    since: date | None = None
    until: date | None = None


class Person(Value, frozen=True, kw_only=True):
    """A practitioner as a source names them; `qualifications` are diplomas and authorisations."""

    family: str = ""
    given: str = ""
    civility: str = ""
    title: str = ""
    languages: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


class Organization(Value, frozen=True, kw_only=True):
    """A legal entity, a site, a team or an association."""

    name: str = ""
    long_name: str = ""
    complement: str = ""
    category: Coding | None = None
    kind: ResourceKind = ResourceKind.ESTABLISHMENT
    rubric: str = ""
    specialities: tuple[Coding, ...] = ()
    legal_entity: str = ""
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    contacts: tuple[Contact, ...] = ()
    pin: Point | None = None
    hours: tuple[OpeningHours, ...] = ()
    activities: tuple[Activity, ...] = ()
    covered: CoveredArea | None = None
    referral: Referral | None = None
    member_of: tuple[Membership, ...] = ()
    publics: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    open_to_public: bool | None = None
    opened_on: date | None = None
    updated_on: date | None = None
    notes: tuple[str, ...] = ()


class Role(Value, frozen=True, kw_only=True):
    """One activity of a person: profession, place, conditions. Addresses are where it happens.

    `replacement`: the person stands in for somebody there and is not installed; False: is installed.
    """

    profession: Coding | None = None
    specialities: tuple[Coding, ...] = ()
    practice_mode: Coding | None = None
    sector: Coding | None = None
    convention: Coding | None = None
    replacement: bool | None = None
    organization_name: str = ""
    acts: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    modes: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    contacts: tuple[Contact, ...] = ()
    pin: Point | None = None
    hours: tuple[OpeningHours, ...] = ()
    covered: CoveredArea | None = None
    new_patients: NewPatients | None = None
    waiting_days: int | None = None
    referral: Referral | None = None
    member_of: tuple[Membership, ...] = ()
    accessibility: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    notes: tuple[str, ...] = ()


class Service(Value, frozen=True, kw_only=True):
    """An offer of an organization, or a patient-education programme (ETP)."""

    name: str = ""
    kind: ResourceKind = ResourceKind.SERVICE
    category: Coding | None = None
    provider: str = ""
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    contacts: tuple[Contact, ...] = ()
    pin: Point | None = None
    hours: tuple[OpeningHours, ...] = ()
    covered: CoveredArea | None = None
    referral: Referral | None = None
    acts: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    modes: tuple[str, ...] = ()
    pathologies: tuple[str, ...] = ()
    coordinator: str = ""
    sessions: str = ""
    next_sessions: tuple[Session, ...] = ()
    minimum_participants: int | None = None
    enrolment: str = ""
    rules: tuple[str, ...] = ()
    member_of: tuple[Membership, ...] = ()
    open_to_public: bool | None = None
    waiting_days: int | None = None
    notes: tuple[str, ...] = ()


class Statement(Value, frozen=True, kw_only=True):
    """What one row of a source says. Exactly one of `role`, `organization_subject`, `service` is
    the row's subject; the others are what it says in passing. A row whose subject is a person adds
    to each of their activities: to all, or to those of the profession its `role` names.

    Keys (`*_key`) are how the register recognises the same entity in other rows:
    `rpps|10101234567`, `finess|940000001`, `annexe3|…`; they are built from raw values.
    """

    subject: EntityKind
    subject_key: str
    person_key: str = ""
    organization_key: str = ""
    person: Person | None = None
    organization: Organization | None = None
    role: Role | None = None
    service: Service | None = None
    scope: CoveredArea | None = None
    demo: bool = False


class SourceRecord(Value, frozen=True, kw_only=True):
    """A statement with what makes it traceable.

    `key` is the row's key as the source wrote it, uncleaned; `raw` is the row itself, as text.
    """

    key: str
    statement: Statement
    raw: str = ""
    data_date: date | None = None


def statement_addresses(statement: Statement) -> tuple[Address, ...]:
    """Every address a statement gives, the subject's first."""
    subject = statement_subject(statement)
    own = subject.addresses if subject is not None else ()
    other = statement.organization.addresses if statement.organization is not None else ()
    return own if subject is statement.organization else own + other


def statement_subject(statement: Statement) -> Role | Organization | Service | None:
    """The value the row is about; None for a person, who is no entry."""
    match statement.subject:
        case EntityKind.ROLE:
            return statement.role
        case EntityKind.SERVICE:
            return statement.service
        case EntityKind.PERSON:
            return None
        case _:
            return statement.organization
