"""« Proches et semblables »: what to propose beside an entry, asked of the engine."""

from collections.abc import Sequence

from directory.base.errors import UnavailableError
from directory.query import (
    CategoryIs,
    CommuneIs,
    DirectoryQuery,
    Filter,
    KindIs,
    Near,
    ProfessionIs,
    Sort,
    SpecialityIs,
)
from directory.resource import Resource
from directory.results import Hit
from web.asking import wall_clock
from web.services import Services

SHOWN = 5


def similar_entries(services: Services, entry: Resource) -> Sequence[Hit]:
    """The nearest entries of the same nature, other people and places; none without an index.

    Around the entry's point, else in its commune. The page of an entry does without the engine.
    """
    around = Near(lat=entry.point.lat, lon=entry.point.lon) if entry.point else None
    where = () if around or not entry.insee else (CommuneIs(insee=(entry.insee,)),)
    query = DirectoryQuery(
        filters=(_same_nature(entry), *where),
        near=around,
        sort=Sort.DISTANCE,
        day=wall_clock(services).date(),
        size=SHOWN * 3,
    )
    try:
        hits = services.engine.search(query).hits
    except UnavailableError:
        return ()
    return [hit for hit in hits if not _is_same(hit.resource, entry)][:SHOWN]


def _same_nature(entry: Resource) -> Filter:
    if entry.specialities:
        return SpecialityIs(codes=tuple(one.code for one in entry.specialities))
    if entry.profession:
        return ProfessionIs(codes=(entry.profession.code,))
    if entry.category:
        return CategoryIs(codes=(entry.category.code,))
    return KindIs(kinds=(entry.kind,))


def _is_same(one: Resource, entry: Resource) -> bool:
    return one.id == entry.id or bool(entry.person_id and one.person_id == entry.person_id)
