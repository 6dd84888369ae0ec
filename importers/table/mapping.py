"""A mapping: which column of a table says which field, and what rules add to it."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from directory.base.errors import SettingsError
from directory.model import CoveredArea, ResourceKind
from importers.contract import Card, parse_card

FIELDS = frozenset({
    "name", "long_name", "complement", "rubric", "legal_entity", "category", "kind", "address",
    "address_complement", "postcode", "city", "insee", "lat", "lon", "phone", "fax", "email",
    "mssante", "website", "direct_line", "siret", "finess_et", "finess_ej", "etp", "uai",
    "local", "publics", "accessibility", "open_to_public", "acts", "modes", "pathologies",
    "age_min", "age_max", "provider", "provider_siret", "coordinator", "sessions",
    "minimum_participants", "enrolment", "rules", "notes", "referral", "single_number",
    "secure_mail", "form_url", "eligibility", "referral_age_min", "referral_age_max", "gir",
    "covered", "member_of", "member_since", "member_until", "waiting_days", "provider_finess",
    "family", "given", "civility", "title", "rpps", "adeli", "profession", "workplace", "languages",
})  # fmt: skip
"""Fields a column, a constant or a rule can fill."""

LISTS = frozenset({
    "accessibility", "acts", "covered", "languages", "member_of", "modes", "notes", "pathologies",
    "publics", "rules",
})  # fmt: skip
"""Fields whose cell may hold several values; a new line in the cell separates them."""


def _is_field(name: str) -> str:
    if name not in FIELDS:
        raise ValueError(f"champ inconnu ; champs possibles : {', '.join(sorted(FIELDS))}")
    return name


def _is_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as exc:
        raise ValueError(f"expression régulière « {pattern} » incorrecte ({exc})") from exc
    return pattern


FieldName = Annotated[str, AfterValidator(_is_field)]
Pattern = Annotated[str, AfterValidator(_is_pattern)]
Column = Annotated[str, StringConstraints(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Section):
    """When every pattern is found in its field, fields not yet filled by a rule get a value."""

    when: dict[FieldName, Pattern] = Field(min_length=1)
    set: dict[FieldName, str | bool] = Field(min_length=1)


class Area(_Section):
    """Where a row applies, whatever its address."""

    communes: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    note: str = ""

    def covered(self) -> CoveredArea:
        """The same, as the model says it."""
        return CoveredArea(**self.model_dump())


class Blank(_Section):
    """What the template of a mapping says to who fills it, by title of column."""

    purpose: str = ""
    help: dict[Column, str] = {}
    """Instead of what the field expects in general (`help.csv`)."""
    allowed: dict[Column, tuple[str, ...]] = {}
    example: dict[Column, str] = {}


class Mapping(_Section):
    """How one table is read. `key` names the columns whose raw cells make a row's key."""

    card: Card
    subject: Literal["organization", "service", "role"] = "organization"
    key: tuple[Column, ...] = Field(min_length=1)
    data: str = ""
    """A file that ships with the mapping, beside it."""
    data_date: date | None = None
    dated: bool = True
    """False: the table says no date and none is to be assumed from its file."""
    delimiter: str = Field(default="", max_length=1)
    list_separator: Pattern = r"\s*[;/|]\s*"
    columns: dict[FieldName, Column] = Field(min_length=1)
    constants: dict[FieldName, str | bool] = {}
    values: dict[FieldName, dict[str, str]] = {}
    """Words of the table put in place of others: `présentiel` → `group`."""
    rules: tuple[Rule, ...] = ()
    covered: Area | None = None
    scope: Area | None = None
    template: Blank = Blank()

    @model_validator(mode="after")
    def _check(self) -> "Mapping":
        if self.naming not in self.columns and self.naming not in self.constants:
            raise ValueError(f"columns.{self.naming} : la colonne du nom est obligatoire")
        kinds = [self.constants.get("kind"), *(rule.set.get("kind") for rule in self.rules)]
        for kind in kinds:
            if kind is not None:
                ResourceKind(str(kind))
        told = {*self.template.help, *self.template.allowed, *self.template.example}
        if strange := sorted(told - set(self.columns.values())):
            raise ValueError(f"template : colonne inconnue {', '.join(strange)}")
        return self

    @property
    def naming(self) -> str:
        """The field without which a row speaks of nobody."""
        return "family" if self.subject == "role" else "name"

    def needed_columns(self) -> tuple[str, ...]:
        """Columns a file must have."""
        return tuple(dict.fromkeys((*self.key, *self.columns.values())))


def load_mapping(path: Path) -> tuple[Mapping, Path | None]:
    """Read a mapping and find the file that ships with it.

    Raises SettingsError naming file and field.
    """
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SettingsError(
            f"{path} : correspondance introuvable ou illisible. Vérifiez le chemin."
        ) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise SettingsError(f"{path} n'est pas un fichier TOML valide : {exc}") from exc
    parse_card(path, content.get("card", {}))
    try:
        mapping = Mapping.model_validate(content)
    except ValidationError as exc:
        problems = " ; ".join(
            f"champ {'.'.join(map(str, one['loc'])) or 'correspondance'} : {one['msg']}"
            for one in exc.errors()
        )
        raise SettingsError(f"{path} : {problems}") from exc
    return mapping, path.parent / mapping.data if mapping.data else None
