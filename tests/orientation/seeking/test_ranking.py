"""Ranking is pure: what a doctor takes and what a person will not give up are kept, always."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.model import Point, Precision
from directory.territory import SeekingPolicy
from orientation.seeking.model import Bar, Limits, Offer, Sex, Situation, Wait, Wishes
from orientation.seeking.ranking import age_on, bar, group_of, match, next_waits
from tests.orientation.seeking.people import TODAY, make_offer, make_wait
from tests.orientation.team import CACHAN, FRESNES, RUNGIS, make_doctor, make_place

POLICY = SeekingPolicy()
ALD = Situation(ald=True)
TODAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def doctors_of(wait: Wait, offers: list[Offer], policy: SeekingPolicy = POLICY) -> list[UUID]:
    return [one.offer.doctor.id for one in match(wait, offers, policy, TODAY).offers]


@pytest.mark.parametrize(
    ("wait", "offer", "why"),
    [
        ({}, {"places_left": 0}, Bar.FULL),
        ({}, {"available_from": date(2027, 5, 24)}, Bar.LATER),
        ({}, {"available_from": date(2027, 5, 23)}, None),
        ({}, {"limits": Limits(min_age=47)}, Bar.AGE),
        ({}, {"limits": Limits(min_age=46, max_age=46)}, None),
        ({}, {"limits": Limits(max_age=45)}, Bar.AGE),
        ({}, {"limits": Limits(communes=(FRESNES,))}, Bar.COMMUNE),
        ({}, {"limits": Limits(communes=(FRESNES, CACHAN))}, None),
        ({}, {"limits": Limits(groups=("ald",))}, Bar.GROUP),
        ({"situation": ALD}, {"limits": Limits(groups=("ald",))}, None),
        ({"birth_date": date(1950, 1, 1)}, {"limits": Limits(groups=("over_70",))}, None),
        ({"wishes": Wishes(sex=Sex.FEMALE)}, {"sex": Sex.MALE}, Bar.SEX),
        ({"wishes": Wishes(sex=Sex.FEMALE)}, {}, Bar.SEX),
        ({"wishes": Wishes(sex=Sex.FEMALE)}, {"sex": Sex.FEMALE}, None),
        ({"wishes": Wishes(language="ar", team=True)}, {}, None),
    ],
)
def test_what_each_side_will_not_give_up(
    wait: dict[str, Any], offer: dict[str, Any], why: Bar | None
) -> None:
    assert bar(make_wait(**wait), make_offer(**offer), POLICY, TODAY) is why


@pytest.mark.parametrize(
    ("required", "wishes"),
    [
        ("language", Wishes(language="ar")),
        ("team", Wishes(team=True)),
        ("near", Wishes(near=True)),
    ],
)
def test_a_territory_may_require_any_wish(required: str, wishes: Wishes) -> None:
    policy = SeekingPolicy.model_validate({"required": [required]})
    far = make_doctor(places=(make_place(RUNGIS, 48.70, 2.50),))
    assert bar(make_wait(wishes=wishes), make_offer(doctor=far), policy, TODAY) is Bar(required)
    granted = make_offer(languages=("ar",), in_team=True)
    assert bar(make_wait(wishes=wishes), granted, policy, TODAY) is None


def test_a_doctor_who_declined_is_not_proposed_again() -> None:
    offer = make_offer()
    assert bar(make_wait(declined=(offer.doctor.id,)), offer, POLICY, TODAY) is Bar.DECLINED


def test_wishes_rank_before_the_distance_and_near_first_when_asked() -> None:
    here = make_offer()
    there = make_doctor(places=(make_place(RUNGIS, 48.7460, 2.3500),))
    speaks = make_offer(doctor=there, languages=("ar",))
    wait = make_wait(wishes=Wishes(language="ar"))
    assert doctors_of(wait, [here, speaks]) == [speaks.doctor.id, here.doctor.id]
    close = make_wait(wishes=Wishes(language="ar", near=True))
    assert doctors_of(close, [here, speaks]) == [here.doctor.id, speaks.doctor.id]


def test_reasons_say_what_is_granted_and_what_is_not() -> None:
    wait = make_wait(wishes=Wishes(sex=Sex.FEMALE, language="ar", team=True))
    (found,) = match(wait, [make_offer(sex=Sex.FEMALE, in_team=True)], POLICY, TODAY).offers
    assert found.reasons == (
        "une femme, comme demandé",
        "consultation en arabe : demandé, non assuré",
        "exercice en équipe, comme demandé",
        "dans sa commune",
        "prend de nouveaux patients dès maintenant",
        "3 places déclarées",
    )


def test_nothing_possible_is_explained() -> None:
    offers = [
        make_offer(places_left=0),
        make_offer(places_left=0),
        make_offer(limits=Limits(min_age=80)),
    ]
    said = match(make_wait(), offers, POLICY, TODAY).explanation
    assert said == (
        "Aucun médecin ne peut être proposé aujourd'hui. "
        "Non proposés : 2 sans place ; 1 hors de l'âge accepté."
    )
    assert "n'a déclaré de place" in match(make_wait(), [], POLICY, TODAY).explanation


@pytest.mark.parametrize(
    ("birth", "today", "age"),
    [
        (date(1956, 11, 23), TODAY, 70),
        (date(1956, 11, 24), TODAY, 69),
        (date(1956, 2, 29), date(2026, 2, 28), 70),
    ],
)
def test_age_in_whole_years(birth: date, today: date, age: int) -> None:
    assert age_on(birth, today) == age


def test_somebody_of_several_groups_waits_in_the_first_of_the_policy() -> None:
    wait = make_wait(situation=Situation(ald=True, c2s_ame=True))
    assert group_of(wait, POLICY, TODAY) == "ald"
    otherwise = SeekingPolicy(groups=("c2s_ame", "over_70", "ald", "other"))
    assert group_of(wait, otherwise, TODAY) == "c2s_ame"


points = st.builds(
    Point,
    lat=st.floats(48.7, 48.85),
    lon=st.floats(2.2, 2.4),
    precision=st.just(Precision.COMMUNE),
)
communes = st.sampled_from([CACHAN, FRESNES, RUNGIS])
sexes = st.sampled_from([None, *Sex])
waits = st.builds(
    make_wait,
    id=st.uuids(),
    since=st.integers(0, 400).map(lambda days: TODAY_NOON - timedelta(days=days)),
    birth_date=st.dates(date(1926, 1, 1), date(2020, 1, 1)),
    commune=communes,
    point=st.none() | points,
    situation=st.builds(Situation, ald=st.booleans(), c2s_ame=st.booleans()),
    wishes=st.builds(
        Wishes,
        sex=sexes,
        language=st.sampled_from(["", "ar"]),
        team=st.booleans(),
        near=st.booleans(),
    ),
)
offers = st.builds(
    make_offer,
    doctor=st.builds(
        make_doctor,
        id=st.uuids(),
        places=st.builds(make_place, communes, st.floats(48.7, 48.85), st.floats(2.2, 2.4)).map(
            lambda place: (place,)
        ),
    ),
    places_left=st.integers(0, 4),
    available_from=st.integers(-30, 400).map(lambda days: TODAY + timedelta(days=days)),
    sex=sexes,
    languages=st.sampled_from([(), ("ar",)]),
    in_team=st.booleans(),
    limits=st.builds(
        Limits,
        min_age=st.none() | st.integers(0, 80),
        communes=st.sampled_from([(), (CACHAN,)]),
        groups=st.sampled_from([(), ("ald", "c2s_ame")]),
    ),
)


@given(
    waits,
    st.lists(offers, max_size=6).flatmap(
        lambda found: st.tuples(st.just(found), st.permutations(found))
    ),
)
def test_proposed_doctors_never_depend_on_the_order_given(
    wait: Wait, two: tuple[list[Offer], list[Offer]]
) -> None:
    first, second = two
    assert match(wait, first, POLICY, TODAY) == match(wait, second, POLICY, TODAY)


@given(
    offers,
    st.lists(waits, max_size=6).flatmap(
        lambda found: st.tuples(st.just(found), st.permutations(found))
    ),
)
def test_called_people_never_depend_on_the_order_given(
    offer: Offer, two: tuple[list[Wait], list[Wait]]
) -> None:
    first, second = two
    assert next_waits(offer, first, POLICY, TODAY) == next_waits(offer, second, POLICY, TODAY)


@given(offers, st.lists(waits, max_size=8))
def test_a_group_always_comes_before_a_later_one_then_the_date(
    offer: Offer, found: list[Wait]
) -> None:
    ranked = next_waits(offer, found, POLICY, TODAY)
    keys = [(POLICY.groups.index(one.group), one.wait.since) for one in ranked]
    assert keys == sorted(keys)


@given(waits, st.lists(offers, max_size=6))
def test_both_sides_see_the_same_pairs_and_everyone_is_explained(
    wait: Wait, found: list[Offer]
) -> None:
    matches = match(wait, found, POLICY, TODAY)
    called = [offer for offer in found if next_waits(offer, [wait], POLICY, TODAY)]
    assert {one.offer.doctor.id for one in matches.offers} == {one.doctor.id for one in called}
    assert all(one.reasons for one in matches.offers)
    assert matches.explanation


@given(waits, offers)
def test_what_was_asked_of_the_doctors_sex_is_never_passed_over(wait: Wait, offer: Offer) -> None:
    for found in match(wait, [offer], POLICY, TODAY).offers:
        assert wait.wishes.sex in (None, found.offer.sex)
