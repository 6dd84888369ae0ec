"""Who sees which slots: the asker's line of the territory's table, against the doctor's own word.

A doctor says to whom each availability is shown; the territory says what each asker may see
(`[visible]`, docs/politique.md). What is not shown is neither proposed, held nor moved to.
"""

from enum import StrEnum
from typing import Any

from directory.territory import Territory
from orientation.provenance import Channel, Line


class Asker(StrEnum):
    """On whose behalf a slot is looked for."""

    SECRETARIAT = "secretariat"
    SAS = "sas"
    PROFESSIONAL = "professional"
    ONLINE = "online"


_OF_CHANNEL = {
    Channel.PROFESSIONAL.value: Asker.PROFESSIONAL,
    Channel.ONLINE.value: Asker.ONLINE,
}


def asker_of(request: Any) -> Asker:
    """Who asks, of a stored request: the SAS once it regulated it, else the way it came."""
    if request.line == Line.SAS.value:
        return Asker.SAS
    return _OF_CHANNEL.get(request.channel, Asker.SECRETARIAT)


def seen_by(territory: Territory, request: Any) -> frozenset[str]:
    """The visibilities of slots that a stored request may be given."""
    return frozenset(getattr(territory.visible, asker_of(request).value))
