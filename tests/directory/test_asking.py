"""The order asked for, the moment of a search, and choices by hand beside what was typed."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from directory.base.settings import Settings
from directory.engines import open_engine
from directory.engines.base import Engine
from directory.model import NewPatients, OpeningHours
from directory.query import CommuneIs, Filter, ForAge, HasPhone, Near, ProfessionIs, Sort
from directory.results import Page
from directory.understanding import ask
from directory.widening import merged_filters
from tests.directory.contract_base import AT_RUNGIS, facet, names
from tests.factories import practitioner, programme
from tests.places import CACHAN, COMMUNES, FRESNES, RUNGIS, TERRITORY

NOW = datetime.fromisoformat("2026-11-25T23:58")
PEOPLE = (
    practitioner(
        "Anne Petit", "70", commune=CACHAN, updated=date(2025, 1, 1),
        new_patients=NewPatients(answer="now"),
    ),
    practitioner("Luc Petitot", "70", commune=FRESNES, updated=date(2026, 11, 24)),
    practitioner(
        "Eva Petit", "70", commune=RUNGIS, updated=date(2026, 9, 1),
        new_patients=NewPatients(answer="no"),
    ),
    practitioner("Rose Mas", "60", commune=FRESNES),
    practitioner("Luc Cochan", "60", commune=RUNGIS, updated=date(2025, 1, 1)),
    practitioner("Eva Cochin", "60", commune=RUNGIS, updated=date(2026, 11, 24)),
    *(practitioner(f"Zoé Martin{letter}", "91", commune=CACHAN) for letter in "ABCDEFGHIJ"),
    programme("Asthme", age_min=3, age_max=17),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("annuaire")
    opened = open_engine(Settings(data_dir=folder), communes=COMMUNES)
    opened.rebuild(PEOPLE)
    yield opened
    opened.close()


def answer(
    engine: Engine,
    text: str,
    *,
    filters: tuple[Filter, ...] = (),
    near: Near | None = None,
    size: int = 20,
    cursor: str = "",
    sort: Sort = Sort.RELEVANCE,
    now: datetime | None = NOW,
) -> Page:
    reach = [commune.insee for commune in TERRITORY]
    return ask(
        engine, text, filters=filters, near=near, size=size, cursor=cursor, communes=COMMUNES,
        territory_communes=reach, sort=sort, now=now,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.DISTANCE, ["Eva Petit", "Luc Petitot", "Anne Petit"]),
        (Sort.AVAILABILITY, ["Anne Petit", "Luc Petitot", "Eva Petit"]),
        (Sort.FRESHNESS, ["Luc Petitot", "Eva Petit", "Anne Petit"]),
    ],
)
def test_the_order_asked_for_is_the_order_given(
    engine: Engine, sort: Sort, expected: list[str]
) -> None:
    assert names(answer(engine, "kiné", near=AT_RUNGIS, sort=sort)) == expected


@pytest.mark.parametrize("sort", Sort)
def test_the_order_never_changes_what_is_found(engine: Engine, sort: Sort) -> None:
    """« cochan » is a name, even where a name close to it comes first: never the town of Cachan."""
    page = answer(engine, "cochan", sort=sort)

    assert page.understood == ()
    assert {"Luc Cochan", "Eva Cochin"} <= set(names(page))


def test_equals_keep_their_order_past_midnight(engine: Engine) -> None:
    """The pages that follow are those of the day the first one was asked."""
    whole = names(answer(engine, "orthophoniste"))
    page = answer(engine, "orthophoniste", size=3)
    seen, now = names(page), NOW
    while page.next_cursor:
        now += timedelta(days=1)
        page = answer(engine, "orthophoniste", size=3, cursor=page.next_cursor, now=now)
        seen += names(page)

    assert seen == whole
    days = [NOW + timedelta(days=ahead) for ahead in range(7)]
    assert len({names(answer(engine, "orthophoniste", now=day))[0] for day in days}) >= 3


@pytest.mark.parametrize("sort", Sort)
def test_a_page_of_another_order_is_refused(engine: Engine, sort: Sort) -> None:
    cursor = answer(engine, "orthophoniste", size=3, sort=sort).next_cursor
    other = Sort.FRESHNESS if sort is not Sort.FRESHNESS else Sort.RELEVANCE

    assert len(names(answer(engine, "orthophoniste", size=3, sort=sort, cursor=cursor))) == 3
    with pytest.raises(InputRefusedError, match="cursor"):
        answer(engine, "orthophoniste", size=3, sort=other, cursor=cursor)


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00", "2026-11-26T00:00", "2026-11-25T10:00+01:00", "hier", "2026-11-25"],
)
def test_a_cursor_of_another_moment_is_refused(engine: Engine, moment: str) -> None:
    cursor = answer(engine, "orthophoniste", size=3).next_cursor
    forged = cursor.replace("2026-11-25T23:58", moment)

    assert forged != cursor
    with pytest.raises(InputRefusedError, match="cursor"):
        answer(engine, "orthophoniste", size=3, cursor=forged)


def test_a_value_chosen_by_hand_widens_the_one_typed(engine: Engine) -> None:
    """« kiné cachan », then Fresnes: either, and the facet counts each as a choice."""
    fresnes = CommuneIs(insee=(FRESNES.insee,), label="Fresnes")

    page = answer(engine, "kiné cachan", filters=(fresnes,))

    assert set(names(page)) == {"Anne Petit", "Luc Petitot"}
    assert facet(page, "commune") == {CACHAN.insee: 1, FRESNES.insee: 1, RUNGIS.insee: 1}
    assert facet(page, "profession") == {"70": 2, "60": 1, "91": 10}
    assert page.widened == ""


def test_another_facet_still_narrows(engine: Engine) -> None:
    nurses = ProfessionIs(codes=("60",), label="Infirmier")

    assert names(answer(engine, "fresnes", filters=(nurses,))) == ["Rose Mas"]


def test_what_has_no_choices_adds_up() -> None:
    typed: tuple[Filter, ...] = (
        HasPhone(e164="+33146656222"),
        HasPhone(e164="+33146656223"),
        ForAge(years=3),
        ForAge(years=70),
    )

    assert merged_filters(typed) == typed


def test_the_same_value_typed_and_chosen_is_said_once() -> None:
    cachan = CommuneIs(insee=(CACHAN.insee,), label="Cachan")

    assert merged_filters((cachan, AT_RUNGIS, cachan)) == (cachan,)


@pytest.mark.parametrize(("calendar", "left_out"), [("", False), ("57", True)])
def test_open_now_knows_the_holidays_of_the_territory(
    tmp_path: Path, calendar: str, left_out: bool
) -> None:
    """The 26th of December is a public holiday in Moselle alone."""
    weekly = OpeningHours(days=(0, 1, 2, 3, 4), opens="09:00", closes="18:00")
    with closing(open_engine(Settings(data_dir=tmp_path), communes=COMMUNES)) as opened:
        opened.rebuild([practitioner("Anne Petit", "70", hours=(weekly,))])
        noon = datetime.fromisoformat("2025-12-26T12:00")
        found = ask(opened, "petit ouvert maintenant", now=noon, calendar=calendar)
    assert "ouvert maintenant" in (found.widened if left_out else found.understood[0].label)
    assert bool(found.widened) is left_out
