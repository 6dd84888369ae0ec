"""What /composants shows: invented entries in the states a component can be in, and the colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory.model import NewPatients, Point, Precision, Referral, ResourceKind
from directory.resource import Phone, Resource
from directory.results import Hit
from directory.vocabulary import category_coding, profession_coding
from web.cards import Card
from web.contexts import ActiveChip, FacetGroup, Link

PAIRS = (
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("ink-soft", "sunken"),
    ("brand", "paper"),
    ("brand", "surface"),
    ("brand-ink", "brand"),
    ("brand-strong", "brand-wash"),
    ("header-ink", "header"),
    ("header-soft", "header"),
    ("alarm", "surface"),
    ("alarm", "alarm-wash"),
    ("warn", "surface"),
    ("warn", "warn-wash"),
    ("ok", "surface"),
    ("ok", "ok-wash"),
    ("note", "note-wash"),
    ("ink", "mark"),
)
"""Colours written on colours, by token: each must reach 4.5 : 1, in light and in dark (WCAG 1.4.3)."""

STEPS = ("step--1", "step-0", "step-1", "step-2", "step-3", "step-4")
GAPS = ("gap-xs", "gap-s", "gap", "gap-l", "gap-xl")
LONG_NAME = "Centre intercommunal de rééducation et de réadaptation fonctionnelles " * 3


@dataclass(frozen=True)
class ComponentsPage:
    """Everything `pages/components.html` shows."""

    pairs: Sequence[tuple[str, str]]
    steps: Sequence[str]
    gaps: Sequence[str]
    chips: Sequence[ActiveChip]
    facet_group: FacetGroup
    hits: Sequence[Hit]
    cards: dict[str, Card]
    to_check: Sequence[str]
    back: str
    today: date
    old: date


def showcase(today: date) -> ComponentsPage:
    """The page, dated `today`; nobody in it exists."""
    hits = _hits(today)
    old = today - timedelta(days=800)
    return ComponentsPage(
        pairs=PAIRS,
        steps=STEPS,
        gaps=GAPS,
        chips=[
            ActiveChip("Orthophoniste", "ortho", "/composants"),
            ActiveChip("à moins de 5 km de Rungis", "", "/composants"),
        ],
        facet_group=FacetGroup(
            "Commune",
            [
                Link("Cachan", "/composants", 12, current=True),
                Link("L'Haÿ-les-Roses", "/composants", 1234),
                Link("Rungis", "/composants", 1),
            ],
        ),
        hits=hits,
        cards=_cards(hits),
        to_check=[hits[2].resource.id],
        back="/composants",
        today=today,
        old=old,
    )


def _hits(today: date) -> list[Hit]:
    known = Phone(
        value="01 46 65 00 00",
        e164="+33146650000",
        source="Annuaire Santé",
        date=today,
        verified=today,
        verified_by="Anne",
    )
    doubted = Phone(
        value="01 46 65 00 01",
        e164="+33146650001",
        source="liste locale",
        date=today - timedelta(days=800),
        reported=2,
    )
    exact = Point(lat=48.7916, lon=2.3315, precision=Precision.ADDRESS)
    vague = Point(lat=48.7575, lon=2.3261, precision=Precision.COMMUNE)
    whole = Resource(
        id="1",
        alias="exemple-1",
        kind=ResourceKind.PRACTITIONER,
        name="Lucie De La Tour",
        profession=profession_coding("91"),
        organization_name="Cabinet des Peupliers",
        commune="Cachan",
        address="2 rue de Wissous, 94230 Cachan",
        point=exact,
        phones=(known,),
        new_patients=NewPatients(answer="now", asked_on=today),
        demo=True,
    )
    bare = Resource(
        id="2", alias="exemple-2", kind=ResourceKind.SERVICE, name="Service sans rien d'autre"
    )
    long = Resource(
        id="3",
        alias="exemple-3",
        kind=ResourceKind.ESTABLISHMENT,
        name=LONG_NAME.strip(),
        category=category_coding("500"),
        commune="Fresnes",
        point=vague,
        phones=(doubted,),
        referral=Referral(how="Par MSSanté ou ViaTrajectoire, GIR 1 à 4, après accord du médecin."),
    )
    return [
        Hit(resource=whole, why=("nom", "métier"), distance_m=850),
        Hit(resource=bare),
        Hit(resource=long, distance_m=12_400),
    ]


def _cards(hits: Sequence[Hit]) -> dict[str, Card]:
    states = (
        Card("ex01", chosen=True, is_open=True, opening="ouvert jusqu’à 18 h", refer=""),
        Card("ex02", chosen=False, is_open=None, opening="", refer=""),
        Card("ex03", chosen=False, is_open=False, opening="fermé", refer="Par MSSanté, GIR 1 à 4."),
    )
    return {hit.resource.id: card for hit, card in zip(hits, states, strict=True)}
