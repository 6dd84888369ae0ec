"""From the told fields of a row to a person and what they do: psychologists, midwives, members."""

from directory.model import Coding, EntityKind, Identifier, Organization, Person, Role, Statement
from directory.vocabulary import profession_coding, professions
from importers.contract import Context
from importers.table.fields import Told, identifiers, listed, modes, reached, whole
from importers.table.mapping import Mapping
from importers.text import plain_header

_NUMBERS = ("rpps", "adeli")
_TITLES = ("DR", "PR", "DOCTEUR", "DOCTEURE", "PROFESSEUR", "PROFESSEURE")


def make_practice(own_key: str, told: Told, mapping: Mapping, context: Context) -> Statement:
    """One activity of a person; the person is known by RPPS or ADELI, else by this row alone."""
    site = told.get("finess_et", "")
    numbers = identifiers(told, _NUMBERS)
    civility, title = _titles(told)
    person_key = f"{numbers[0].system}|{numbers[0].value}" if numbers else own_key
    return Statement(
        subject=EntityKind.ROLE,
        subject_key=own_key,
        person_key=person_key,
        organization_key=f"finess|{site}" if site else "",
        person=Person(
            family=told["family"],
            given=told.get("given", ""),
            civility=civility,
            title=title,
            languages=listed(told, "languages", mapping),
            identifiers=numbers,
        ),
        organization=_workplace(told, site),
        role=_role(told, mapping, context),
        scope=mapping.scope.covered() if mapping.scope else None,
        demo=context.demo,
    )


def _titles(told: Told) -> tuple[str, str]:
    """Civility and title: lists write « Dr » under the civility: it is a title."""
    civility, title = told.get("civility", ""), told.get("title", "")
    if civility.upper().strip(" .") in _TITLES:
        return "", title or civility
    return civility, title


def _workplace(told: Told, site: str) -> Organization | None:
    if not site:
        return None
    numbers = (Identifier(system="finess_et", value=site),)
    return Organization(name=told.get("workplace", ""), identifiers=numbers)


def _role(told: Told, mapping: Mapping, context: Context) -> Role:
    profession, remark = _profession(told.get("profession", ""), context)
    said = reached(told, mapping, context)
    return Role(
        profession=profession,
        organization_name=told.get("workplace", ""),
        acts=listed(told, "acts", mapping),
        age_min=whole(told, "age_min"),
        age_max=whole(told, "age_max"),
        modes=modes(told, mapping),
        waiting_days=whole(told, "waiting_days"),
        accessibility=listed(told, "accessibility", mapping),
        identifiers=identifiers(told, ("local",)),
        **{**said, "notes": (*remark, *said["notes"])},
    )


def _profession(told: str, context: Context) -> tuple[Coding | None, tuple[str, ...]]:
    """A profession of TRE_G15 by its code or label; another word is kept as a remark."""
    if not told:
        return None, ()
    wanted = plain_header(told)
    for code, known in professions().items():
        if wanted in (code, plain_header(known.label), plain_header(known.plural)):
            return profession_coding(code), ()
    context.note("profession non reconnue, gardée en remarque")
    return None, (f"Profession : {told}",)
