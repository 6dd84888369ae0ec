"""The page of one entry, under an address that redirects for ever to its present name."""

from itertools import groupby
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from directory.identifiers import warn_identifier
from directory.links.review import members
from directory.local.history import acts_on
from directory.projection import details_alone, resource_detail
from directory.relations import relations
from directory.resource import Resource, ResourceDetail
from directory.wording import SYSTEM_LABELS
from web.asking import untold_holiday, wall_clock
from web.authors import read_author
from web.cards import make_cards
from web.contexts import FactGroup, JoinedMember, NumberedIdentifier, ResourcePage
from web.corrections import act_lines
from web.deps import ServicesDep
from web.hours_table import hours_table
from web.owners import thing_of
from web.render import render
from web.selection import read_selection
from web.services import Services
from web.sight import shown_facts
from web.similar import similar_entries
from web.zones import zones_of

router = APIRouter(include_in_schema=False)


@router.get("/fiche/{ref}")
def show_resource(request: Request, ref: str, services: ServicesDep) -> Response:
    """An entry by its alias; by a former alias, a UUID or `system|value`, a redirection to it."""
    detail = resource_detail(services.register, services.communes, ref)
    if ref != detail.resource.alias:
        return RedirectResponse(f"/fiche/{detail.resource.alias}", _redirection(ref, detail))
    return render(request, "resource", _resource_page(request, detail, services))


def _redirection(ref: str, detail: ResourceDetail) -> int:
    """301 from a former name; 302 from an entry joined into this one, which may be parted again
    while a browser keeps a 301 for ever."""
    own = {
        detail.resource.id,
        *(f"{one.system}|{one.value}" for one in detail.resource.identifiers),
    }
    renamed = ref.rsplit("-", 1)[-1] == detail.resource.alias.rsplit("-", 1)[-1]
    return 301 if renamed or ref in own else 302


def _resource_page(request: Request, detail: ResourceDetail, services: Services) -> ResourcePage:
    chosen = read_selection(request)
    similar = similar_entries(services, detail.resource)
    near = [detail.resource, *(hit.resource for hit in similar)]
    holiday = untold_holiday(services, detail.resource)
    cards = make_cards(services, near, chosen, [detail.resource.id] if holiday else ())
    resource, facts = detail.resource, shown_facts(detail.facts)
    return ResourcePage(
        resource=resource,
        facts=[
            FactGroup(label, tuple(told))
            for label, told in groupby(facts, key=lambda fact: fact.label)
        ],
        identifiers=[
            NumberedIdentifier(
                SYSTEM_LABELS.get(one.system, one.system),
                one.value,
                warn_identifier(one.system, one.value),
            )
            for one in resource.identifiers
        ],
        zones=zones_of(resource, services),
        week=hours_table(resource.hours, wall_clock(services).date()),
        card=cards[resource.id],
        relations=relations(services.register, services.communes, resource),
        similar=similar,
        cards=cards,
        chosen=len(chosen),
        holiday=holiday,
        differences=sum(bool(fact.alternatives) for fact in facts),
        joined=_joined(resource, services),
        acts=act_lines(services, acts_on(services.register.database, resource.id)),
        author=read_author(request),
        thing=thing_of(services, resource),
    )


def _joined(resource: Resource, services: Services) -> list[JoinedMember]:
    found = members(services.register.database, UUID(resource.id))
    told = details_alone(services.register, services.communes, [one.uuid for one in found])
    return [JoinedMember(one, told[one.uuid].resource) for one in found if one.uuid in told]
