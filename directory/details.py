"""Several entries with every fact told of them, read together."""

from collections.abc import Collection
from uuid import UUID

from directory.communes import Communes
from directory.locating.places import located_for
from directory.projection import detail_of
from directory.register import Register
from directory.resource import ResourceDetail
from directory.subjects import exact_identities, subjects


def details_of(
    register: Register, communes: Communes, ids: Collection[str]
) -> dict[str, ResourceDetail]:
    """Published entries by id (UUID, as `Resource.id`); those that are no more are left out."""
    with register.database.read() as connection:
        identities = exact_identities(connection, [UUID(one) for one in ids])
        found = list(subjects(connection, identities))
        points = located_for(connection, found)
    details = (detail_of(one, communes, points) for one in found)
    return {one.resource.id: one for one in details}
