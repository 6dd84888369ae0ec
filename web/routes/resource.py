"""The page of one entry, under an address that redirects for ever to its present name."""

from itertools import groupby
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from directory.identifiers import warn_identifier
from directory.links.review import members
from directory.local.history import acts_on
from directory.projection import details_alone, resource_detail
from directory.resource import Resource, ResourceDetail
from directory.wording import SYSTEM_LABELS, say_hours
from web.asking import untold_holiday
from web.authors import read_author
from web.contexts import FactGroup, JoinedMember, NumberedIdentifier, ResourcePage
from web.corrections import act_lines
from web.deps import ServicesDep
from web.documents import public_facts
from web.render import render
from web.services import Services
from web.zones import zones_of

router = APIRouter(include_in_schema=False)


@router.get("/fiche/{ref}")
def show_resource(request: Request, ref: str, services: ServicesDep) -> Response:
    """An entry by its alias; by a former alias, a UUID or `system|value`, a redirection to it."""
    detail = resource_detail(services.register, services.communes, ref)
    if ref != detail.resource.alias:
        return RedirectResponse(f"/fiche/{detail.resource.alias}", _redirection(ref, detail))
    return render(request, "resource", _resource_page(detail, services, read_author(request)))


def _redirection(ref: str, detail: ResourceDetail) -> int:
    """301 from a former name; 302 from an entry joined into this one, which may be parted again
    while a browser keeps a 301 for ever."""
    own = {
        detail.resource.id,
        *(f"{one.system}|{one.value}" for one in detail.resource.identifiers),
    }
    renamed = ref.rsplit("-", 1)[-1] == detail.resource.alias.rsplit("-", 1)[-1]
    return 301 if renamed or ref in own else 302


def _resource_page(detail: ResourceDetail, services: Services, author: str) -> ResourcePage:
    resource, facts = detail.resource, public_facts(detail.facts)
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
        hours=[say_hours(one) for one in resource.hours],
        holiday=untold_holiday(services, resource),
        differences=sum(bool(fact.alternatives) for fact in facts),
        joined=_joined(resource, services),
        acts=act_lines(services, acts_on(services.register.database, resource.id)),
        author=author,
    )


def _joined(resource: Resource, services: Services) -> list[JoinedMember]:
    found = members(services.register.database, UUID(resource.id))
    told = details_alone(services.register, services.communes, [one.uuid for one in found])
    return [JoinedMember(one, told[one.uuid].resource) for one in found if one.uuid in told]
