"""What people say is kept and read the same way on a real PostgreSQL."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from directory.base.database import open_database
from directory.base.errors import GoneError
from directory.communes import Communes
from directory.local.acts import confirm, correct, refuse
from directory.local.adding import add_entry, place, withdraw
from directory.local.history import latest_acts
from directory.local.reports import find_report, latest_reports, report_number, settle_reports
from directory.local.signing import Signed
from directory.model import Contact, ContactSystem, Organization
from directory.projection import resource_detail, resources
from directory.register import REGISTER, Register
from tests.directory.told import publish, site

pytestmark = pytest.mark.postgres

SITE, PATH = "finess_et|940000011", "organization.contacts"
OLD, NEW = "+33146656222", "+33146651001"
HERE = Signed("Ada Nim", "appelée ce matin")
TODAY = date(2026, 11, 25)


@pytest.fixture
def register(tmp_path: Path, postgres_url: str) -> Iterator[Register]:
    opened = Register(open_database(REGISTER, tmp_path, postgres_url))
    publish(opened, "finess", [site("940000011", "MSP", OLD)])
    yield opened
    opened.close()


def test_acts_and_reports_on_postgresql(register: Register, communes: Communes) -> None:
    database = register.database
    token = report_number(database, communes, SITE, OLD, "un fax répond")
    correct(
        database,
        SITE,
        PATH,
        Contact(system=ContactSystem.PHONE, value=NEW),
        HERE,
        was=f"phone|{OLD}",
    )
    assert settle_reports(database, SITE, OLD, HERE, accepted=True) == 1
    assert find_report(database, token).state == latest_reports(database)[0].state == "accepted"
    confirm(database, SITE, PATH, HERE, key=f"phone|{NEW}")
    (phone,) = resource_detail(register, communes, SITE).resource.phones
    assert (phone.e164, phone.verified_by) == (NEW, "Ada Nim")

    add_entry(register, place(Organization(name="Maison des familles")), HERE, TODAY)
    refuse(database, SITE, HERE)
    assert [one.name for one in resources(register, communes)] == ["Maison des familles"]
    with pytest.raises(GoneError):
        resource_detail(register, communes, SITE)

    for act in latest_acts(database):
        withdraw(register, act.id, "Bob Ty", TODAY)
    (entry,) = resources(register, communes)
    assert [one.e164 for one in entry.phones] == [OLD]
