"""A crisis plan as people write it, on the page and on the command line."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from directory.base.errors import InputRefusedError
from directory.territory import Criterion
from orientation.crisis import CrisisNumber, CrisisPlan
from orientation.model import Mode
from web.services import Services


def read_plan(
    services: Services,
    *,
    title: str,
    banner: str,
    until: str,
    numbers: Iterable[str] = (),
    kept_share: str = "",
    kept_modes: Iterable[str] = (),
    order: str = "",
) -> CrisisPlan:
    """The plan; InputRefusedError names the field that cannot be read.

    `until` is on the territory's wall clock (« 2026-12-01T20:00 »); each number is
    « libellé = numéro »; `order` lists criteria with commas.
    """
    known = {mode.value for mode in Mode}
    if wrong := [one for one in kept_modes if one not in known]:
        raise InputRefusedError(
            f"Mode « {wrong[0][:20]} » inconnu : {', '.join(sorted(known))}.", field="kept_modes"
        )
    criteria = [one.strip() for one in order.split(",") if one.strip()]
    return CrisisPlan(
        title=title.strip(),
        banner=banner.strip(),
        until=_moment(services, until),
        numbers=tuple(_number(one) for one in numbers if one.strip()),
        kept_share=_share(kept_share),
        kept_modes=tuple(Mode(one) for one in kept_modes),
        order=tuple(cast(Criterion, one) for one in criteria),  # checked by start_crisis
    )


def _moment(services: Services, told: str) -> datetime:
    try:
        at = datetime.fromisoformat(told.strip())
    except ValueError as exc:
        raise InputRefusedError(
            "Fin du mode de crise attendue sous la forme 2026-12-01T20:00.", field="until"
        ) from exc
    return at if at.tzinfo else at.replace(tzinfo=services.territory.zone)


def _share(told: str) -> int:
    if not told.strip():
        return 0
    if not told.strip().isdecimal():
        raise InputRefusedError(
            "Part de créneaux gardés : un nombre entier de pour cent.", field="kept_share"
        )
    return int(told)


def _number(told: str) -> CrisisNumber:
    label, equals, number = (part.strip() for part in told.rpartition("="))
    if not (label and equals and number):
        raise InputRefusedError(
            f"« {told[:40]} » : libellé = numéro attendu, par exemple "
            "« Cellule de crise = 01 46 65 00 00 ».",
            field="numbers",
        )
    return CrisisNumber(label=label, number=number)
