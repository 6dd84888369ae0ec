"""FINESS+: sites (EGE) inside their legal entities (PMEJ), streamed from JSON."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import orjson

from directory.model import (
    Address,
    Confidentiality,
    Contact,
    ContactSystem,
    Membership,
    SourceRecord,
)
from importers.cleaning import (
    REPETITIONS,
    clean,
    join_street,
    make_address,
    parse_date,
    phone_contacts,
    street_case,
)
from importers.contract import ELSEWHERE, Context, Ignored, Quarantined, Row
from importers.finess.coordinates import make_point
from importers.finess.links import Links, read_links
from importers.finess.older import SCHEMAS, is_older, modern_entity
from importers.finess.site import check_number, make_site
from importers.inputs import OpenedFile
from importers.perimeter import best
from importers.text import read_json

LAYOUT = "FINESS+"
CLOSED = Ignored("établissement fermé")
NO_SITE = Ignored("entité juridique sans établissement")

USES = {"03": "main", "06": "visit", "04": "annex", "02": "legal"}
"""`usageAdresse`; exactly one 03 per site, and adresse[0] is another one for 2 294 active sites."""

_GENERATED = re.compile(rb'"generatedAt"\s*:\s*"(\d{4}-\d{2}-\d{2})')


_VERSION = re.compile(rb'"schemaVersion"\s*:\s*"([^"]{1,40})"')


class Site(NamedTuple):
    """A site with the legal entity it belongs to; `ege` is None for an entity without sites."""

    pmej: Mapping[str, Any]
    ege: Mapping[str, Any] | None
    links: Links


def generated_on(file: OpenedFile) -> date | None:
    """The `generatedAt` of the root, which precedes the data in the files seen."""
    found = _GENERATED.search(file.head())
    return parse_date(found[1].decode()) if found else None


def read_sites(file: OpenedFile, context: Context) -> Iterator[Row]:
    """One row a site, numbered in file order: a JSON document has no lines to speak of."""
    number, links = 0, read_links(file)
    if (version := _VERSION.search(file.head())) and version[1].decode() not in SCHEMAS:
        context.note(f"version de schéma {version[1].decode()} inconnue, lue comme {SCHEMAS[-1]}")
    for pmej in read_json(file, "pmej.item"):
        if isinstance(pmej, dict) and is_older(pmej):
            pmej = modern_entity(pmej)
        entity = pmej.get("informationsGeneralesPMEJ") if isinstance(pmej, dict) else None
        if entity is None and number == 0:
            raise file.refuse(
                "ce JSON n'est pas « finess-structures » (pmej sans informationsGeneralesPMEJ) : "
                "est-ce le fichier des activités ?"
            )
        for ege in (pmej.get("ege") if isinstance(pmej, dict) else None) or [None]:
            number += 1
            site = Site(entity or {}, ege, links)
            yield Row(number, site, _dump(ege if ege else pmej), LAYOUT)
    if number == 0:
        raise file.refuse("aucune entité « pmej » : ce n'est pas un fichier finess-structures.")


def to_record(row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
    """One site. Closed ones are in the file too (40 % of it) and stay out."""
    site: Site = row.cells
    if site.ege is None:
        return NO_SITE
    about = site.ege["informationsGeneralesEGE"]
    number = about.get("numFinessEge") or ""
    if problem := check_number(number):
        return problem
    closes = parse_date(about.get("dateFermeture"))
    if is_closed(site.ege, closes, context.data_date):
        return CLOSED
    elsewhere = None if context.everywhere else _elsewhere(site.ege, context)
    scope = context.covering.get(number, ()) if elsewhere else ()
    if elsewhere and not scope:
        return elsewhere
    if not (clean(about.get("nomEgeCourt")) or clean(about.get("nomEgeLong"))):
        return Quarantined("nom absent", "ni nom court ni nom long", number)
    notes = (f"fermeture annoncée le {closes:%d/%m/%Y}",) if closes else ()
    told = (*notes, *_carried(site.ege))
    return _record(row, site, number, told, scope, context)


def is_closed(ege: Mapping[str, Any], closes: date | None, today: date | None) -> bool:
    """Whether a site is shut on the day of the data; a closure to come is only announced."""
    if ege.get("etatObjet") != "A":
        return True
    return closes is not None and (today is None or closes <= today)


def _record(
    row: Row,
    site: Site,
    number: str,
    notes: tuple[str, ...],
    scope: tuple[str, ...],
    context: Context,
) -> SourceRecord:
    ege = site.ege or {}
    about = ege["informationsGeneralesEGE"]
    addresses = _addresses(ege, context)
    return make_site(
        context,
        number=number,
        raw=row.raw,
        short=clean(about.get("nomEgeCourt")),
        long=clean(about.get("nomEgeLong")),
        complement=clean(about.get("complementDenominationEg")),
        category=clean(ege.get("categorieentiteGeographiqueExercice")),
        category_label="",
        legal_entity=clean(site.pmej.get("denominationLonguePmSmsse"))
        or clean(site.pmej.get("denominationPm")),
        numbers={
            "finess_et": number,
            "finess_ej": clean(site.pmej.get("numFinessPm")),
            "siret": clean(about.get("siret")),
            "siren": clean(site.pmej.get("siren")),
            "uai": clean(about.get("numeroEducationNationale")),
        },
        addresses=addresses,
        contacts=_contacts(ege, addresses[0].postcode if addresses else ""),
        opened_on=parse_date(about.get("dateOuverture")),
        updated_on=parse_date(ege.get("dateDerniereMaj")),
        member_of=_memberships(site, context),
        notes=notes,
        scope=scope,
    )


def _memberships(site: Site, context: Context) -> tuple[Membership, ...]:
    """The main site that carries this one, and the groups (GCO, GCC) of the site or its entity."""
    ege, links = site.ege or {}, site.links
    own = ege["informationsGeneralesEGE"].get("egeId") or ""
    told = {
        link.get("idEgePorteuse"): None
        for link in ege.get("roleEge") or ()
        if link.get("idEgeNonPorteuse") == own != link.get("idEgePorteuse")
    }
    carriers = [found for one in told if (found := links.carriers.get(one or ""))]
    if len(carriers) < len(told):
        context.note("site principal absent du fichier")
    entity = site.pmej.get("pmSmsseId") or ""
    groups = (links.members.get(who, ()) for who in (("ege", own), ("pmej", entity)))
    return (*carriers, *chain.from_iterable(groups))


def _carried(ege: Mapping[str, Any]) -> tuple[str, ...]:
    """A remark on a main site: how many others it carries."""
    own = ege["informationsGeneralesEGE"].get("egeId")
    others = {
        link.get("idEgeNonPorteuse")
        for link in ege.get("roleEge") or ()
        if link.get("idEgePorteuse") == own != link.get("idEgeNonPorteuse")
    }
    if not others:
        return ()
    many = "d'un site secondaire" if len(others) == 1 else f"de {len(others)} sites secondaires"
    return (f"site principal {many}",)


def _elsewhere(ege: Mapping[str, Any], context: Context) -> Ignored | None:
    """Whether every address is out of the territory: told before the rest is parsed."""
    names = ("cogCommune", "codePostal", "ligneAcheminement")
    places = ([clean(told.get(name)) for name in names] for told in ege.get("adresse") or ())
    return ELSEWHERE[best(context.where(*place) for place in places)]


def _addresses(ege: Mapping[str, Any], context: Context) -> tuple[Address, ...]:
    """Every address, the geographic one (03) first."""
    told = sorted(ege.get("adresse") or (), key=lambda one: one.get("usageAdresse") != "03")
    return tuple(_address(one, context) for one in told)


def _address(told: Mapping[str, Any], context: Context) -> Address:
    repetition = clean(told.get("complementVoie"))
    number = " ".join(
        filter(None, (clean(told.get("numeroVoie")), REPETITIONS.get(repetition, repetition)))
    )
    complements = [clean(told.get(name)) for name in ("complementPointGeographique", "lieuDit")]
    insee = clean(told.get("cogCommune"))
    return make_address(
        context,
        use=USES.get(clean(told.get("usageAdresse")), "annex"),
        insee=insee,
        postcode=clean(told.get("codePostal")),
        city=clean(told.get("ligneAcheminement")),
        number=number,
        street=join_street(told.get("typeVoie") or "", told.get("libelleVoie") or ""),
        complement=", ".join(street_case(one) for one in complements if one),
        point=make_point(told.get("coordonneesGeographique") or {}, insee),
    )


def _contacts(ege: Mapping[str, Any], postcode: str) -> tuple[Contact, ...]:
    contacts: dict[tuple[ContactSystem, str], Contact] = {}
    for told in ege.get("contact") or ():
        telecom = told.get("telecom") or {}
        found = [
            *phone_contacts(telecom.get("telephone") or "", postcode),
            *phone_contacts(telecom.get("telecopie") or "", postcode, ContactSystem.FAX),
        ]
        if mail := clean(telecom.get("courriel")):
            found.append(
                Contact(
                    system=ContactSystem.EMAIL,
                    value=mail,
                    confidentiality=Confidentiality.PROFESSIONAL,
                )
            )
        for one in found:
            contacts.setdefault((one.system, one.value), one)
    return tuple(contacts.values())


def _dump(told: Any) -> str:
    return orjson.dumps(told).decode()
