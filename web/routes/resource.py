"""The page of one entry, under an address that redirects for ever to its present name."""

from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from directory.identifiers import warn_identifier
from directory.projection import resource_detail
from directory.resource import ResourceDetail
from directory.wording import SYSTEM_LABELS, say_hours
from web.contexts import FactGroup, NumberedIdentifier, ResourcePage
from web.deps import ServicesDep
from web.documents import public_facts
from web.render import render
from web.services import Services

router = APIRouter(include_in_schema=False)


@router.get("/fiche/{ref}")
def show_resource(request: Request, ref: str, services: ServicesDep) -> Response:
    """An entry by its alias; by a former alias, a UUID or `system|value`, a redirection to it."""
    detail = resource_detail(services.register, services.communes, ref)
    if ref != detail.resource.alias:
        return RedirectResponse(f"/fiche/{detail.resource.alias}", 301)
    return render(request, "resource", _resource_page(detail, services))


def _resource_page(detail: ResourceDetail, services: Services) -> ResourcePage:
    resource, facts = detail.resource, public_facts(detail.facts)
    names = [(services.communes.get(code), code) for code in resource.covered]
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
        covered=[commune.name if commune else code for commune, code in names],
        hours=[say_hours(one) for one in resource.hours],
        differences=sum(bool(fact.alternatives) for fact in facts),
    )
