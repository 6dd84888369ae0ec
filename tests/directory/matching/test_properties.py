"""What holds for any text: total, symmetric, faithful to keys and to identity."""

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.matching import MatchRecord, Outcome, compare
from directory.matching.blocking import block_keys
from directory.matching.prepared import prepare

FIELDS = MatchRecord.__struct_fields__
ANY_TEXT = st.text(max_size=60)
REAL_TEXT = st.sampled_from(
    (
        "", "MARTIN", "De la Tour", "Jean-Pierre", "JP", "CABINET DU DR MARTIN", "12 bis", "94230",
        "12-14 rue du Puits", "Médecin généraliste", "01 46 65 62 22 / 06 70 70 70 12", "EHPAD",
        "HOPITAL - SERVICE DE PEDIATRIE", "10100123453", "940021702", "FRESNES CEDEX", "Dr", "J.",
        "PHARMACIE DU MARCHE", "PHARMACIE DES ARCADES", "Anne", "Anne Odette Marie", "94266",
    )
)  # fmt: skip


def records(text: st.SearchStrategy[str]) -> st.SearchStrategy[MatchRecord]:
    return st.builds(MatchRecord, **dict.fromkeys(FIELDS, text))


ANY_RECORD = records(ANY_TEXT) | records(REAL_TEXT) | records(ANY_TEXT | REAL_TEXT)
PERSON = st.builds(
    MatchRecord,
    family=st.sampled_from(("ROUVIERE", "Durieux-Marchal", "D'HALLUIN", "DE LA TOUR", "MARTIN")),
    given=st.sampled_from(("Hélène", "Jean-Pierre", "BENEDICTE", "Maëlys")),
    profession=st.sampled_from(("Médecin", "kiné", "IDEL", "Orthophoniste")),
    street_number=st.sampled_from(("1", "12 bis", "140")),
    street=st.sampled_from(("RUE DU PUITS", "av du Gal de Gaulle", "place Jules Ferry")),
    postcode=st.sampled_from(("94230", "94266")),
    phone=ANY_TEXT,
    source=ANY_TEXT,
    name=ANY_TEXT,
)


@given(ANY_RECORD, ANY_RECORD)
@settings(max_examples=300, deadline=None)
def test_any_two_records_compare_the_same_both_ways(left: MatchRecord, right: MatchRecord) -> None:
    found = compare(left, right)

    assert found == compare(right, left)
    assert found.score == sum(reason.weight for reason in found.reasons)
    assert all(found.explain())


@given(PERSON)
@settings(deadline=None)
def test_a_record_with_enough_said_is_itself(record: MatchRecord) -> None:
    assert compare(record, record).outcome is Outcome.SAME


@given(records(REAL_TEXT), records(REAL_TEXT))
@settings(max_examples=200, deadline=None)
def test_valid_keys_that_differ_never_merge(left: MatchRecord, right: MatchRecord) -> None:
    first = _replaced(left, rpps="10100123453", family="MARTIN")
    second = _replaced(right, rpps="10100127165", family="MARTIN")

    assert compare(first, second).outcome is Outcome.DIFFERENT


@given(records(REAL_TEXT), records(REAL_TEXT))
@settings(max_examples=200, deadline=None)
def test_a_common_rpps_never_says_different(left: MatchRecord, right: MatchRecord) -> None:
    first, second = (_replaced(one, rpps="10100123453") for one in (left, right))

    assert compare(first, second).outcome is not Outcome.DIFFERENT


@given(records(REAL_TEXT), st.dictionaries(st.sampled_from(FIELDS), REAL_TEXT, max_size=5))
@settings(max_examples=300, deadline=None)
def test_what_is_merged_was_a_candidate(left: MatchRecord, change: dict[str, str]) -> None:
    right = _replaced(left, **change)

    if compare(left, right).outcome is Outcome.SAME:
        assert set(block_keys(prepare(left))) & set(block_keys(prepare(right)))


def _replaced(record: MatchRecord, **fields: str) -> MatchRecord:
    return MatchRecord(**{name: getattr(record, name) for name in FIELDS} | fields)
