"""« Numéro faux ? »: a report has its own address, marks the number, and is answered once."""

import pytest

from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from directory.communes import Communes
from directory.local.acts import refuse
from directory.local.reports import (
    MOST_OPEN,
    answer_report,
    find_report,
    latest_reports,
    report_number,
)
from directory.local.signing import Signed
from directory.projection import resource_detail
from directory.register import Register
from tests.directory.told import publish, site

SITE, NUMBER = "finess_et|940000011", "01 46 65 62 22"


@pytest.fixture
def filled(register: Register) -> Register:
    publish(register, "finess", [site("940000011", "MSP", "+33146656222")])
    return register


def open_reports(register: Register, communes: Communes) -> list[int]:
    return [one.reported for one in resource_detail(register, communes, SITE).resource.phones]


def test_a_report_marks_the_number_until_it_is_answered(
    filled: Register, communes: Communes
) -> None:
    token = report_number(filled.database, communes, SITE, NUMBER, "  un fax\x00 répond ")
    assert open_reports(filled, communes) == [1]
    told = find_report(filled.database, token)
    assert (told.number, told.comment, told.state) == ("+33146656222", "un fax répond", "open")

    answer_report(filled.database, token, accepted=False, author="Ada", answer="appelé : il répond")

    assert open_reports(filled, communes) == [0]
    told = find_report(filled.database, token)
    assert (told.state, told.answered_by, told.answer) == ("rejected", "Ada", "appelé : il répond")
    with pytest.raises(ConflictError):
        answer_report(filled.database, token, accepted=True, author="Bob", answer="")


def test_a_report_on_a_refused_entry_tells_no_number(filled: Register, communes: Communes) -> None:
    token = report_number(filled.database, communes, SITE, NUMBER, "chez Zoé")

    refuse(filled.database, SITE, Signed("Ada", "demande écrite"))

    told = find_report(filled.database, token)
    assert (told.number, told.comment, told.state) == ("", "", "open")


def test_waiting_reports_come_first(filled: Register, communes: Communes) -> None:
    first, second, third = (
        report_number(filled.database, communes, SITE, NUMBER, comment) for comment in "abc"
    )
    answer_report(filled.database, first, accepted=True, author="Ada", answer="")

    assert [one.token for one in latest_reports(filled.database)] == [second, third, first]


@pytest.mark.parametrize("number", ["", "01 49 84 07 05", "rien", "x" * 10_000])
def test_only_a_number_of_the_entry_is_reported(
    filled: Register, communes: Communes, number: str
) -> None:
    with pytest.raises(InputRefusedError):
        report_number(filled.database, communes, SITE, number)


def test_reports_of_one_entry_stay_few(filled: Register, communes: Communes) -> None:
    for _ in range(MOST_OPEN):
        report_number(filled.database, communes, SITE, NUMBER)
    with pytest.raises(ConflictError):
        report_number(filled.database, communes, SITE, NUMBER)


def test_what_nobody_reported_is_not_found(filled: Register) -> None:
    with pytest.raises(NotFoundError):
        find_report(filled.database, "inconnu")
