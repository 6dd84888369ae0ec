"""One entry found by what people and programs call it."""

from collections.abc import Collection

import sqlalchemy as sa

from directory.base.errors import GoneError, NotFoundError
from directory.links.reading import joined_into
from directory.subjects import Subject, find_identities, identities_of, subjects


def published_among(connection: sa.Connection, ids: Collection[int]) -> set[int]:
    """Those of these entities whose entry, or the one that stands for it, may be shown."""
    into = joined_into(connection, ids)
    identities = identities_of(connection, {into.get(one, one) for one in ids})
    shown = {one.identity.id for one in subjects(connection, identities)}
    return {one for one in ids if into.get(one, one) in shown}


def entry_of(connection: sa.Connection, ref: str, *, refused_too: bool = False) -> Subject:
    """An entry by UUID, by readable alias or by `system|value`.

    Raises NotFoundError when nothing in force answers to `ref`, GoneError when what does must not be
    published (unless `refused_too`).
    """
    found = None
    for identity in find_identities(connection, ref):
        for subject in subjects(connection, [identity], refused_too=True):
            if refused_too or subject.refused is None:
                return subject
            found = found or subject
    if found is not None and found.refused is not None:
        raise GoneError(
            f"Cette fiche n'est plus publiée depuis le {found.refused:%d/%m/%Y} : la personne ou le "
            "lieu qu'elle décrivait l'a demandé, ou la coordination l'a retirée. "
            "Rien de ce qu'elle contenait n'est montré ici."
        )
    raise NotFoundError("Cette fiche n'existe pas, ou plus : sa source l'a retirée.", ref=ref[:80])
