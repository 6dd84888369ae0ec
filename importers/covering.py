"""Units that sit elsewhere but go to the territory: theirs is not a row to be left out."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from directory.base.database import Database
from directory.people import statements_in_force
from importers.contract import Card, Context
from importers.inputs import Dated, OpenedFile, open_file


@runtime_checkable
class Covers(Protocol):
    """A listing that says where the units of the source it follows go."""

    @property
    def card(self) -> Card:
        """The listing's card."""
        ...

    def covering(self, file: OpenedFile, context: Context) -> Mapping[str, tuple[str, ...]]:
        """Communes of the perimeter by unit, for the units that go to one."""
        ...


def covering_of(
    listing: Covers, dated: Sequence[Dated], database: Database, context: Context
) -> dict[str, tuple[str, ...]]:
    """Communes of the perimeter by unit, as files say, or as their last import said without any."""
    if not dated:
        return _known(listing.card.name, database, context)
    found: dict[str, tuple[str, ...]] = {}
    for one in reversed(dated):  # the newest file is the last to speak
        apart = dataclasses.replace(context, data_date=one.day, notes=Counter())
        with open_file(one.file, listing.card.member) as opened:
            found |= listing.covering(opened, apart)
    return found


def _known(name: str, database: Database, context: Context) -> dict[str, tuple[str, ...]]:
    inside = context.perimeter.insee
    found = {}
    for key, said in statements_in_force(database, name):
        told: Any = said.organization.activities if said.organization else ()
        communes = dict.fromkeys(code for one in told for code in one.communes if code in inside)
        if communes:
            found[key] = tuple(communes)
    return found
