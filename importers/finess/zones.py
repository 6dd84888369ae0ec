"""The communes an authorisation names (`zoneIntervention`), by today's INSEE codes."""

from collections.abc import Iterator, Mapping
from typing import Any

from importers.cleaning import clean
from importers.contract import Context


def covered_communes(
    authorisation: Mapping[str, Any], context: Context, *, silent: bool = False
) -> tuple[str, ...]:
    """INSEE codes of the communes of today, each once; Paris stands for its arrondissements.

    Former codes are put right and unknown ones left out, both with a remark unless `silent`.
    """
    codes: dict[str, None] = {}
    for code in _told(authorisation.get("zoneIntervention")):
        known = context.communes.get(code)
        if known is None:
            known, _ = context.locate(code, "", "")
            if not silent:
                context.note(
                    "commune desservie : ancien code mis à jour"
                    if known
                    else "commune desservie : code inconnu, laissée de côté"
                )
        if known is not None:
            whole = context.communes.with_arrondissements((known.insee,))
            codes.update(dict.fromkeys(sorted(whole)))
    return tuple(codes)


def _told(zone: Any) -> Iterator[str]:
    """The codes of a zone; anything of another shape tells none."""
    listed = zone.get("communeZI") if isinstance(zone, dict) else None
    for one in listed if isinstance(listed, list) else ():
        code = one.get("commune") if isinstance(one, dict) else None
        if isinstance(code, str):
            yield clean(code)
