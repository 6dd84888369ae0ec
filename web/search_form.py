"""What the search addresses may carry, checked once for the page and for the JSON API."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NaiveDatetime,
    field_validator,
)

from directory.communes import Communes
from directory.model import ResourceKind
from directory.query import (
    CategoryIs,
    CommuneIs,
    ConfirmedSince,
    Covers,
    Filter,
    ForAge,
    HasMode,
    KindIs,
    MemberOf,
    Near,
    OpenAt,
    ProfessionIs,
    PublicIs,
    SectorIs,
    Sort,
    TakesNewPatients,
)
from directory.vocabulary import MODE_LABELS, categories, professions
from web.documents import MAX_RADIUS_KM, parse_near, read_point


def none_if_empty(told: Any) -> Any:
    """An empty field of an HTML form is a field left out."""
    return None if isinstance(told, str) and not told.strip() else told


def _without_empty(told: Any) -> Any:
    values = [told] if isinstance(told, str) else told
    return [one for one in values if one != ""] if isinstance(values, list) else values


Codes = Annotated[tuple[str, ...], BeforeValidator(_without_empty)]
Modes = Annotated[
    tuple[Literal["cabinet", "home", "video", "group", "remote"], ...],
    BeforeValidator(_without_empty),
]
Sectors = Annotated[tuple[Literal["nc", "c1", "c2", "c3"], ...], BeforeValidator(_without_empty)]
Answers = Annotated[tuple[Literal["now", "six_months", "no"], ...], BeforeValidator(_without_empty)]
SECTORS = {
    "nc": "non conventionné",
    "c1": "secteur 1",
    "c2": "secteur 1 avec dépassement permanent",
    "c3": "secteur 2",
}
"""Sectors of convention as people say them (TRE_R282)."""

LISTED = (
    "kind",
    "profession",
    "category",
    "commune",
    "covers",
    "mode",
    "public",
    "sector",
    "new_patients",
    "member",
)
"""Fields of which several values may be chosen together."""


class SearchForm(BaseModel):
    """A search as its address says it. `near` is « latitude,longitude » in WGS84 degrees."""

    model_config = ConfigDict(frozen=True)

    q: str = Field("", description="Ce que l'on cherche, en toutes lettres.")
    near: Annotated[str | None, BeforeValidator(none_if_empty)] = Field(
        None, description="Point autour duquel chercher : « 48.7596,2.3231 »."
    )
    radius_km: Annotated[float | None, BeforeValidator(none_if_empty)] = Field(
        None, gt=0, le=MAX_RADIUS_KM, description="Rayon autour de « near », en kilomètres."
    )
    kind: Annotated[tuple[ResourceKind, ...], BeforeValidator(_without_empty)] = Field(
        (), description="Nature des fiches ; répétable."
    )
    profession: Codes = Field((), description="Codes de profession (TRE_G15) ; répétable.")
    category: Codes = Field((), description="Codes de catégorie FINESS ; répétable.")
    commune: Codes = Field((), description="Codes INSEE de communes ; répétable.")
    covers: Codes = Field(
        (), description="Codes INSEE de communes desservies, d'où que l'on vienne ; répétable."
    )
    mode: Modes = Field((), description="Modalités ; répétable.")
    public: Codes = Field((), description="Publics, en mots sans accents ; répétable.")
    sector: Sectors = Field((), description="Secteurs conventionnels (TRE_R282) ; répétable.")
    new_patients: Answers = Field((), description="Réponse sur les nouveaux patients ; répétable.")
    member: Codes = Field((), description="Équipes, en mots sans accents ; répétable.")
    age: Annotated[int | None, BeforeValidator(none_if_empty)] = Field(
        None, ge=0, le=130, description="Âge de la personne, en années."
    )
    open_at: Annotated[NaiveDatetime | None, BeforeValidator(none_if_empty)] = Field(
        None,
        description="Ouvert à cette heure du territoire, « 2026-11-25T18:30 », où les horaires "
        "sont connus.",
    )
    since: Annotated[date | None, BeforeValidator(none_if_empty)] = Field(
        None, description="Confirmé par une source ce jour ou depuis."
    )
    sort: Annotated[Sort, BeforeValidator(lambda told: told or Sort.RELEVANCE)] = Field(
        Sort.RELEVANCE,
        description="Ce qui vient d'abord : « relevance », « distance » (d'un lieu donné par « near » "
        "ou dans « q »), « availability » (qui prend de nouveaux patients), « freshness » "
        "(confirmé depuis peu). L'ordre ne change pas ce qui est trouvé.",
    )
    text: Codes = Field(
        (), description="Parties de « q » à prendre comme de simples mots ; répétable."
    )
    cursor: str = Field("", description="« next_cursor » de la page précédente.")
    size: int = Field(20, ge=1, le=100, description="Nombre de fiches par page.")

    @field_validator("q", "cursor")
    @classmethod
    def _printable(cls, told: str) -> str:
        return "".join(c if c.isprintable() else " " for c in told).strip()

    @field_validator("near")
    @classmethod
    def _on_earth(cls, told: str | None) -> str | None:
        if told is not None:
            read_point(told)
        return told

    @property
    def asked(self) -> bool:
        """Whether anything was asked, beyond a place to start from."""
        chosen = any(getattr(self, name) for name in LISTED)
        return bool(self.q or chosen or self.age is not None or self.open_at or self.since)

    def place(self) -> Near | None:
        """Where to search around."""
        return parse_near(self.near or "", self.radius_km if self.near else None)

    def filters(self, communes: Communes, calendar: str = "") -> tuple[Filter, ...]:
        """Filters in force, each able to say itself; `calendar` as in `OpenAt`."""
        wanted: list[Filter] = []
        if self.kind:
            wanted.append(KindIs(kinds=self.kind))
        if self.profession:
            label = _say(self.profession, {c: p.label for c, p in professions().items()})
            wanted.append(ProfessionIs(codes=self.profession, label=label))
        if self.category:
            label = _say(self.category, {c: k.label for c, k in categories().items()})
            wanted.append(CategoryIs(codes=self.category, label=label))
        if self.commune:
            names = {code: found.name for code in self.commune if (found := communes.get(code))}
            wanted.append(CommuneIs(insee=self.commune, label=_say(self.commune, names)))
        if self.covers:
            names = {code: found.name for code in self.covers if (found := communes.get(code))}
            wanted.append(Covers(insee=self.covers, label=_say(self.covers, names)))
        return (*wanted, *self._conditions(calendar))

    def _conditions(self, calendar: str) -> Iterator[Filter]:
        """How, for whom, when: what a card answers at a glance."""
        if self.mode:
            yield HasMode(modes=self.mode, label=_say(self.mode, dict(MODE_LABELS)))
        if self.public:
            yield PublicIs(publics=self.public, label=_say(self.public, {}))
        if self.sector:
            yield SectorIs(codes=self.sector, label=_say(self.sector, SECTORS))
        if self.new_patients:
            yield TakesNewPatients(answers=self.new_patients)
        if self.member:
            yield MemberOf(names=self.member, label=_say(self.member, {}))
        if self.age is not None:
            yield ForAge(years=self.age)
        if self.open_at is not None:
            minute = self.open_at.hour * 60 + self.open_at.minute
            yield OpenAt(day=self.open_at.date(), minute=minute, calendar=calendar)
        if self.since is not None:
            yield ConfirmedSince(day=self.since)

    def url(self, path: str = "/", /, **changes: Any) -> str:
        """The address of the same search with some fields changed, from its first page."""
        changed = {name: _encoded(name, told) for name, told in changes.items()}
        parts = [part for part in (self._parts | changed).values() if part]
        return f"{path}?{'&'.join(parts)}" if parts else path

    @cached_property
    def _parts(self) -> dict[str, str]:
        """Each field as it is written in addresses: a page writes some fifty of them."""
        told = self.model_dump(mode="json", exclude_defaults=True) | {"cursor": ""}
        return {name: _encoded(name, value) for name, value in told.items()}

    def toggled(self, field: str, code: str) -> str:
        """The address with one value of a facet added, or taken away when it is in force."""
        now: tuple[str, ...] = tuple(map(str, getattr(self, field)))
        then = tuple(one for one in now if one != code) if code in now else (*now, code)
        before, after = self._beside(field)
        parts = [part for part in (before, _encoded(field, then), after) if part]
        return f"/?{'&'.join(parts)}" if parts else "/"

    def _beside(self, field: str) -> tuple[str, str]:
        """What stands before and after a field in addresses: a facet writes many of them."""
        if (known := self._besides.get(field)) is None:
            names = list(self._parts)
            place = names.index(field) if field in names else len(names)
            parts = [self._parts[name] for name in names]
            known = self._besides[field] = (
                "&".join(filter(None, parts[:place])),
                "&".join(filter(None, parts[place + 1 :])),
            )
        return known

    @cached_property
    def _besides(self) -> dict[str, tuple[str, str]]:
        return {}


def _say(codes: Sequence[str], labels: dict[str, str]) -> str:
    return " ou ".join(labels.get(code, code) for code in codes)


def _encoded(name: str, told: Any) -> str:
    return "&".join(_pair(name, str(value)) for value in _each(told))


@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    """One value as addresses write it: the facets of a page write the same hundred."""
    return urlencode({name: value})


def _each(told: Any) -> Sequence[Any]:
    values = told if isinstance(told, list | tuple) else (told,)
    return [one for one in values if one not in ("", None)]
