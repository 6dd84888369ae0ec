"""Whose an entry of the directory is: who bears the RPPS number it bears."""

from contextlib import suppress

from directory.base.errors import GoneError, NotFoundError
from directory.model import ResourceKind
from directory.projection import resource_detail
from directory.resource import Resource
from web.access import Thing
from web.services import Services

RPPS = "rpps"


def owned_entry(services: Services, ref: str, *, look: bool = True) -> Thing:
    """The entry `ref` as a thing that is decided on; nobody's where there is none, or not `look`."""
    if look:
        with suppress(NotFoundError, GoneError):
            found = resource_detail(services.register, services.communes, ref)
            return thing_of(services, found.resource)
    return Thing(services.territory.slug, of_an_entry=True)


def thing_of(services: Services, resource: Resource) -> Thing:
    """An entry that was read; one that bears two numbers is nobody's until somebody parts them."""
    numbers = {one.value for one in resource.identifiers if one.system == RPPS}
    own = resource.kind is ResourceKind.PRACTITIONER and len(numbers) == 1
    rpps = numbers.pop() if own else ""
    return Thing(services.territory.slug, of_an_entry=True, entry_rpps=rpps)
