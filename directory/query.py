"""The only language a search engine is asked in: a query object with a closed set of filters."""

from typing import assert_never

from directory.geo import say_distance
from directory.model import ResourceKind, Value
from directory.vocabulary import KIND_LABELS


class KindIs(Value, frozen=True, kw_only=True, tag="kind"):
    """Entries of one of these kinds."""

    kinds: tuple[ResourceKind, ...]


class ProfessionIs(Value, frozen=True, kw_only=True, tag="profession"):
    """Practitioners of one of these professions (codes of `vocabulary.professions()`)."""

    codes: tuple[str, ...]
    label: str = ""


class SpecialityIs(Value, frozen=True, kw_only=True, tag="speciality"):
    """Practitioners holding one of these specialities (`SM26`…)."""

    codes: tuple[str, ...]
    label: str = ""


class CategoryIs(Value, frozen=True, kw_only=True, tag="category"):
    """Establishments of one of these FINESS categories.

    Many listings carry no category: an entry without one also answers when its name or rubric
    holds one of `words` (« EHPAD », « maison de retraite »).
    """

    codes: tuple[str, ...]
    label: str = ""
    words: tuple[str, ...] = ()


class CommuneIs(Value, frozen=True, kw_only=True, tag="commune"):
    """Entries that sit in one of these communes (INSEE) or serve it."""

    insee: tuple[str, ...]
    label: str = ""


class HasPhone(Value, frozen=True, kw_only=True, tag="phone"):
    """Entries reached at this number (E.164)."""

    e164: str


class HasIdentifier(Value, frozen=True, kw_only=True, tag="identifier"):
    """Entries known under this number, whatever gave it (RPPS, FINESS, SIRET…)."""

    value: str


class HasMode(Value, frozen=True, kw_only=True, tag="mode"):
    """Entries that work in one of these ways (`home`, `video`…)."""

    modes: tuple[str, ...]
    label: str = ""


Filter = (
    KindIs
    | ProfessionIs
    | SpecialityIs
    | CategoryIs
    | CommuneIs
    | HasPhone
    | HasIdentifier
    | HasMode
)


class Near(Value, frozen=True, kw_only=True, tag="near"):
    """Around a WGS84 point; `radius_m` in metres, None for « the nearest first, however far ».

    `label` names the point for the reader: « Rungis ».
    """

    lat: float
    lon: float
    radius_m: int | None = None
    label: str = ""


class DirectoryQuery(Value, frozen=True, kw_only=True):
    """A question to the directory: words, filters, a place, a page.

    Every word of `text` must match, unless `any_word` says that one is enough. `typed` is the
    whole question as typed: it selects nothing, but an entry of exactly that name comes first.
    """

    text: str = ""
    any_word: bool = False
    typed: str = ""
    filters: tuple[Filter, ...] = ()
    near: Near | None = None
    size: int = 20
    cursor: str = ""


def say_filter(wanted: Filter) -> str:
    """A filter in French, as written on its chip."""
    match wanted:
        case KindIs(kinds=kinds):
            return " ou ".join(KIND_LABELS[kind] for kind in kinds)
        case ProfessionIs() | SpecialityIs() | CategoryIs() | CommuneIs() | HasMode():
            return wanted.label
        case HasPhone(e164=e164):
            return f"téléphone {e164}"
        case HasIdentifier(value=value):
            return f"identifiant {value}"
        case _:
            assert_never(wanted)


def say_near(near: Near) -> str:
    """A place in French: « à moins de 5 km de Rungis », « au plus près »."""
    elided = near.label[:1] in "AEÉÈIÎOUY"
    of_place = f" {'d’' if elided else 'de '}{near.label}" if near.label else ""
    if near.radius_m is None:
        return f"au plus près{of_place}"
    return f"à moins de {say_distance(near.radius_m)}{of_place}"
