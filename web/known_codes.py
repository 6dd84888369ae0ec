"""Codes of an address that stand for nothing: refused, with the nearest ones that do."""

from collections.abc import Callable, Mapping

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from directory.base.errors import InputRefusedError
from directory.communes import Communes
from directory.query import CategoryIs, CommuneIs, DirectoryQuery, Filter, ProfessionIs
from directory.text import fold, tidy
from directory.vocabulary import categories, professions
from web.search_form import SearchForm
from web.services import Services

NEAREST = 3
"""How many allowed values an error names."""

LONGEST = 60
"""A longer code is compared by its start: no code nor label is that long."""

_FILTERS: Mapping[str, tuple[str, Callable[[str], Filter]]] = {
    "profession": ("code de profession", lambda code: ProfessionIs(codes=(code,))),
    "category": ("code de catégorie FINESS", lambda code: CategoryIs(codes=(code,))),
    "commune": ("code INSEE de commune", lambda code: CommuneIs(insee=(code,))),
}


def refuse_unknown_codes(services: Services, form: SearchForm) -> None:
    """Raise InputRefusedError for a code that neither our tables nor any entry knows.

    A source may write a code that our tables lack: facets offer it, so the index is asked.
    """
    for field, (what, filter_of) in _FILTERS.items():
        for code in getattr(form, field):
            if not (_is_told(field, code, services.communes) or _finds(services, filter_of(code))):
                raise _refusal(field, what, _labels(field, services.communes), code)


def nearest(told: str, labels: Mapping[str, str]) -> list[str]:
    """The codes that look most like what was told; by their labels if it holds no figure."""
    wanted = fold(tidy(told[:LONGEST]))
    if any(letter.isdigit() for letter in wanted):
        codes = {code: code for code in labels}
        found = process.extract(wanted, codes, scorer=OSA.normalized_similarity)
    else:
        folded = {code: fold(label) for code, label in labels.items()}
        found = process.extract(wanted, folded, scorer=fuzz.WRatio)
    return [code for _, _, code in found[:NEAREST]]


def _is_told(field: str, code: str, communes: Communes) -> bool:
    """Whether our tables know a code."""
    match field:
        case "profession":
            return code in professions()
        case "category":
            return code in categories()
        case _:
            return communes.get(code) is not None


def _labels(field: str, communes: Communes) -> dict[str, str]:
    match field:
        case "profession":
            return {code: one.label for code, one in professions().items()}
        case "category":
            return {code: one.label for code, one in categories().items()}
        case _:
            return {one.insee: one.name for one in communes}


def _finds(services: Services, wanted: Filter) -> bool:
    return services.engine.search(DirectoryQuery(filters=(wanted,), size=1)).total > 0


def _refusal(field: str, what: str, labels: Mapping[str, str], told: str) -> InputRefusedError:
    """The code itself is not repeated: what people type may be a patient's."""
    codes = nearest(told, labels)
    said = ", ".join(f"{code} ({labels[code]})" for code in codes)
    return InputRefusedError(
        f"{field} : ce n'est pas un {what} connu ; les plus proches : {said}.",
        errors=[
            {
                "field": field,
                "problem": f"{what} inconnu",
                "nearest": [{"code": code, "label": labels[code]} for code in codes],
            }
        ],
    )
