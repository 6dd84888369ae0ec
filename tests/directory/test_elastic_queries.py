"""What is sent to a server for a question: asserted as values, no server."""

from directory.engines.elastic.mapping import LONGEST_START, document, index_mapping
from directory.engines.elastic.queries import plan, search_body, starting_with, within
from directory.engines.facets import FACETS
from directory.engines.words import TIER_SCORE, WHOLE_NAME_SCORE
from directory.query import DirectoryQuery, Near, ProfessionIs
from directory.results import Tier
from tests.directory.contract_base import AT_RUNGIS
from tests.factories import practitioner


def test_filters_alone_score_nothing_and_come_by_neutral_rank() -> None:
    asked = plan(DirectoryQuery(filters=(ProfessionIs(codes=("91",)),)))

    assert asked.query == {"bool": {"filter": [{"terms": {"profession": ["91"]}}]}}
    assert asked.sort == [{"rank": "asc"}]
    assert asked.tier([12]) is Tier.FILTER


def test_a_word_is_worth_its_tier() -> None:
    asked = plan(DirectoryQuery(text="Zara"))

    worth = [one["constant_score"]["boost"] for one in asked.query["bool"]["should"]]
    assert worth == [WHOLE_NAME_SCORE, TIER_SCORE, TIER_SCORE, TIER_SCORE, 200.0]
    assert asked.sort == [{"_score": "desc"}, {"rank": "asc"}]
    assert [asked.tier([score, 1]) for score in (4600.0, 3000.0, 2200.0, 1000.0)] == [
        Tier.EXACT,
        Tier.FOLDED,
        Tier.PREFIX,
        Tier.FUZZY,
    ]


def test_a_place_sorts_by_distance_after_the_tier() -> None:
    asked = plan(DirectoryQuery(text="zara", near=AT_RUNGIS))

    assert [next(iter(key)) for key in asked.sort] == ["_score", "_geo_distance", "rank"]


def test_one_hit_more_is_asked_to_know_whether_a_page_follows() -> None:
    asked = plan(DirectoryQuery())

    body = search_body(asked, 20, [7])

    assert (body["size"], body["search_after"]) == (21, [7])
    assert "search_after" not in search_body(asked, 20, None)
    assert set(body["aggs"]) >= set(FACETS)


def test_beginnings_are_looked_up_as_far_as_they_are_indexed() -> None:
    short, long = "a" * LONGEST_START, "a" * (LONGEST_START + 1)

    assert starting_with("words", short) == {"term": {"words.start": {"value": short}}}
    assert starting_with("words", long) == {"prefix": {"words": {"value": long}}}


def test_a_radius_servers_refuse_is_never_sent() -> None:
    around = Near(lat=48.0, lon=2.0)

    assert within(around, -1) == {"match_none": {}}
    assert within(around, 0)["geo_distance"]["distance"] == "0.05m"
    assert within(around, 5_000)["geo_distance"]["distance"] == "5000m"


def test_names_of_persons_are_kept_from_the_stems() -> None:
    sent = document(practitioner("Rose Sportes", "91"))

    assert b'"stems":["Orthophoniste"]' in sent


def test_every_field_sent_is_mapped_and_only_the_entry_comes_back() -> None:
    mapping = index_mapping(3)

    assert mapping["dynamic"] == "strict"
    assert mapping["_meta"] == {"version": 3}
    assert mapping["_source"] == {"includes": ["body"]}
