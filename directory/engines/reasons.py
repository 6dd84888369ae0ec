"""Why an entry is in an answer, said in French; the same words whatever the engine."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, assert_never

from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.coverage import say_coverage, wanted_activities
from directory.engines.entry import words_code
from directory.lexicon import lexicon, plain_speciality
from directory.phones import show_phone
from directory.query import (
    CategoryIs,
    CommuneIs,
    ConfirmedSince,
    Covers,
    DirectoryQuery,
    Filter,
    ForAge,
    HasIdentifier,
    HasMode,
    HasPhone,
    IsNamed,
    KindIs,
    MemberOf,
    NeedIs,
    OpenAt,
    ProfessionIs,
    PublicIs,
    SaysHours,
    SectorIs,
    SpecialityIs,
    TakesNewPatients,
    say_filter,
)
from directory.resource import Resource
from directory.results import Tier
from directory.text import folded_words, glued_pairs, meaningful, typing_errors_allowed
from directory.vocabulary import KIND_LABELS, MODE_LABELS, NEW_PATIENTS_LABELS
from directory.whereabouts import say_how_far
from directory.wording import say_ages


class _Field(NamedTuple):
    """A part of an entry where words may be found; shown with its text unless `shown` is empty."""

    label: str
    text: str
    shown: str


def say_why(
    query: DirectoryQuery, resource: Resource, tier: Tier, distance_m: float | None
) -> tuple[str, ...]:
    """Short French reasons, in the order a reader looks for them, without repetition; none for what
    is suggested while typing, which shows its name.
    """
    if query.named:
        return ()
    reasons = [*_word_reasons(query, resource, tier), *_filter_reasons(query, resource)]
    if distance_m is not None:
        reasons.append(say_how_far(resource, distance_m))
    return tuple(dict.fromkeys(reason for reason in reasons if reason))


def _filter_reasons(query: DirectoryQuery, resource: Resource) -> Iterator[str]:
    for wanted in query.filters:
        if isinstance(wanted, CommuneIs | Covers):
            yield from _say_places(wanted, resource, wanted_activities(query.filters))
        else:
            yield _say_filter(wanted, resource)


def _say_filter(wanted: Filter, resource: Resource) -> str:
    match wanted:
        case CommuneIs() | Covers():
            return ""  # told with what is asked for: _say_places
        case KindIs():
            return KIND_LABELS[resource.kind].lower() if len(wanted.kinds) > 1 else ""
        case ProfessionIs():
            return f"profession : {resource.profession.label}" if resource.profession else ""
        case SpecialityIs(codes=codes):
            held = [one.label for one in resource.specialities if one.code in codes]
            return f"spécialité : {plain_speciality(held[0])}" if held else ""
        case CategoryIs(label=label):
            return f"catégorie : {resource.category.label if resource.category else label}"
        case NeedIs(label=label):
            return f"répond à : {label}"
        case HasPhone(e164=e164):
            return f"téléphone : {show_phone(e164)}"
        case HasIdentifier(value=value):
            return f"identifiant : {value}"
        case HasMode(modes=modes):
            return ", ".join(MODE_LABELS.get(m, m) for m in resource.modes if m in modes)
        case PublicIs(publics=publics):
            return f"public : {_among(resource.publics, publics)}"
        case MemberOf(names=names):
            return f"membre : {_among(resource.member_of, names)}"
        case _:
            return _say_condition(wanted, resource)


def _say_condition(
    wanted: ForAge | SectorIs | TakesNewPatients | IsNamed | SaysHours | OpenAt | ConfirmedSince,
    resource: Resource,
) -> str:
    match wanted:
        case ForAge():
            return say_ages(resource.age_min, resource.age_max)
        case SectorIs(label=label):
            return f"secteur : {resource.convention.label if resource.convention else label}"
        case TakesNewPatients():
            answer = resource.new_patients.answer if resource.new_patients else ""
            return NEW_PATIENTS_LABELS.get(answer, answer)
        case OpenAt():
            return say_filter(wanted)
        case ConfirmedSince():
            return f"confirmé le {resource.updated:%d/%m/%Y}" if resource.updated else ""
        case IsNamed():
            return "nom exact"
        case SaysHours():
            return ""
        case _:
            assert_never(wanted)


def _among(texts: tuple[str, ...], codes: tuple[str, ...]) -> str:
    return ", ".join(text for text in texts if words_code(text) in codes)


def _say_places(
    wanted: CommuneIs | Covers, resource: Resource, activities: tuple[str, ...]
) -> Iterator[str]:
    """That it sits in the commune, and what is told of whether it serves it."""
    if isinstance(wanted, CommuneIs) and resource.insee in wanted.insee:
        yield f"commune : {resource.commune}"
    yield say_coverage(resource, wanted.insee, wanted.label, activities)


def _word_reasons(query: DirectoryQuery, resource: Resource, tier: Tier) -> Iterator[str]:
    asked = _asked(query.text)
    if not asked:
        return
    fields = _fields(resource)
    for forms in asked:
        yield next((said for field in fields if (said := _say_found(forms, field, tier))), "")


def _fields(resource: Resource) -> list[_Field]:
    profession = resource.profession.label if resource.profession else ""
    category = resource.category.label if resource.category else ""
    lists = (
        ("spécialité", tuple(plain_speciality(one.label) for one in resource.specialities)),
        ("pathologie", resource.pathologies),
        ("acte ou compétence", resource.acts),
        ("public", resource.publics),
    )
    names = " \n ".join((resource.name, resource.given, resource.family, *resource.other_names))
    return [
        _Field("nom", names, ""),
        _Field("profession", profession, profession),
        _Field("catégorie", category, category),
        *(_Field(label, text, text) for label, texts in lists for text in texts),
        _Field("rubrique", resource.rubric, resource.rubric),
        _Field("commune", resource.commune, resource.commune),
        _Field("lieu d'exercice", resource.organization_name, resource.organization_name),
        _Field("adresse", f"{resource.address} {resource.postcode}", resource.address),
        _Field("mots-clés", " ".join((*resource.keywords, *resource.member_of)), ""),
    ]


@lru_cache(maxsize=256)
def _asked(text: str) -> tuple[tuple[str, ...], ...]:
    """Each word of a question that means something, alone and glued to its neighbours."""
    pairs = glued_pairs(folded_words(text))
    words = meaningful(folded_words(text))
    return tuple((word, *(pair for pair in pairs if word in pair)) for word in words)


@lru_cache(maxsize=4096)
def _forms(text: str) -> tuple[str, ...]:
    words = folded_words(text)
    return (*words, *glued_pairs(words))


def _say_found(forms: tuple[str, ...], field: _Field, tier: Tier) -> str:
    how = _how_found(forms, _forms(field.text)) if field.text else ""
    if not how:
        return ""
    if field.label == "nom":
        return "nom exact" if how == "exact" and tier is Tier.EXACT else _NAME_REASONS[how]
    return f"{field.label} : {field.shown}" if field.shown else field.label


_NAME_REASONS = {
    "exact": "nom",
    "prefix": "début du nom",
    "fuzzy": "nom approché",
    "akin": "mot de la même famille dans le nom",
}


@lru_cache(maxsize=4096)
def _how_found(forms: tuple[str, ...], told: tuple[str, ...]) -> str:
    word = forms[0]
    if not {*forms, *lexicon().synonyms.get(word, ())}.isdisjoint(told):
        return "exact"
    if len(word) > 1 and any(one.startswith(word) for one in told):
        return "prefix"
    edits = typing_errors_allowed(word)
    if edits and any(
        process.extractOne(form, told, scorer=OSA.distance, score_cutoff=edits) for form in forms
    ):
        return "fuzzy"
    stem = word[: max(5, len(word) - 4)]
    return "akin" if len(word) > 5 and any(one.startswith(stem) for one in told) else ""
