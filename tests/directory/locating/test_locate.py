"""From addresses without a point to entries on the map: remembered, resumed, corrected by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import sqlalchemy as sa

from directory.base.errors import UnavailableError
from directory.communes import Communes
from directory.indexing import index_is_behind
from directory.local.acts import correct, take_back
from directory.local.signing import Signed
from directory.locating import run as locating
from directory.locating.geocoder import Geocoder
from directory.locating.run import LocateReport, locate
from directory.model import Point, Precision, SourceRecord
from directory.projection import resource_detail, resources
from directory.register import Register
from directory.resource import Resource
from directory.tables import located
from tests.directory.told import publish, site
from tests.geocoder import Base, Known, open_geocoder

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
HERE = Known(48.7571, 2.3261)
SITE = "finess_et|940000011"
BY = Signed("Ada Nim", "vu sur place")


@pytest.fixture
def base() -> Iterator[Base]:
    with open_geocoder() as opened:
        opened.known = {"2 rue de Wissous": HERE}
        yield opened


def placed(key: str, **changes: object) -> SourceRecord:
    """A site with another address."""
    told = site(key, f"Site {key}")
    organization = told.statement.organization
    assert organization is not None
    address = msgspec.structs.replace(organization.addresses[0], **changes)
    made = msgspec.structs.replace(organization, addresses=(address,))
    statement = msgspec.structs.replace(told.statement, organization=made)
    return msgspec.structs.replace(told, statement=statement, raw=repr(address))


def run(
    register: Register, communes: Communes, base: Base, *, now: datetime = NOW,
    limit: int | None = None,
) -> LocateReport:  # fmt: skip
    with Geocoder(base.url, per_second=50, pause_s=0.001) as geocoder:
        told = locate(register, communes, geocoder, now=now, min_score=0.7, limit=limit)
    assert told.asked == told.located + told.refused + told.unanswered
    return told


def point(entry: Resource) -> Point:
    assert entry.point is not None
    return entry.point


def only(register: Register, communes: Communes) -> Resource:
    (entry,) = resources(register, communes)
    return entry


def test_without_the_geocoder_an_entry_is_somewhere_in_its_commune(
    register: Register, communes: Communes
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD")])

    found = point(only(register, communes))
    assert (found.precision, found.origin) == (Precision.COMMUNE, "table des communes")


def test_an_address_is_located_and_the_index_is_to_follow(
    register: Register, communes: Communes, base: Base
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD")])

    told = run(register, communes, base)

    assert (told.located, dict(told.precisions)) == (1, {"address": 1})
    found = point(only(register, communes))
    assert (found.lat, found.lon, found.precision) == (48.7571, 2.3261, Precision.ADDRESS)
    assert found.origin == "Base Adresse Nationale"
    assert point(resource_detail(register, communes, SITE).resource) == found
    assert index_is_behind(register)


def test_an_address_is_asked_once_however_many_sit_there(
    register: Register, communes: Communes, base: Base
) -> None:
    publish(register, "finess", [site(f"94000001{n}", "EHPAD") for n in range(5)])
    run(register, communes, base)
    assert len(base.lines) == 1

    publish(register, "finess", [site(f"94000001{n}", "Renommé") for n in range(5)])
    again = run(register, communes, base)

    assert (again.asked, len(base.lines)) == (0, 1)
    assert {point(one).precision for one in resources(register, communes)} == {Precision.ADDRESS}


def test_a_point_that_was_told_is_kept(register: Register, communes: Communes, base: Base) -> None:
    told = Point(lat=48.75, lon=2.32, precision=Precision.STREET, origin="FINESS")
    publish(register, "finess", [placed("940000011", point=told)])

    assert run(register, communes, base).asked == 0
    assert point(only(register, communes)) == told


def test_the_centre_of_a_commune_told_as_a_point_is_looked_for(
    register: Register, communes: Communes, base: Base
) -> None:
    told = Point(lat=48.75, lon=2.32, precision=Precision.COMMUNE, origin="FINESS")
    publish(register, "finess", [placed("940000011", point=told)])
    run(register, communes, base)

    assert point(only(register, communes)).precision is Precision.ADDRESS


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"citycode": "91689"}, "hors de la commune"),
        ({"score": 0.4}, "score insuffisant"),
        ({"kind": "municipality"}, "commune seule"),
    ],
)
def test_what_is_not_believed_leaves_the_commune(
    register: Register, communes: Communes, base: Base, changes: dict[str, object], reason: str
) -> None:
    known = {"lat": 48.7571, "lon": 2.3261, **changes}
    base.known = {"2 rue de Wissous": Known(**known)}  # type: ignore[arg-type]
    publish(register, "finess", [site("940000011", "EHPAD")])

    told = run(register, communes, base)

    assert dict(told.reasons) == {reason: 1}
    assert point(only(register, communes)).precision is Precision.COMMUNE
    assert run(register, communes, base).asked == 0


def test_a_refusal_is_asked_again_after_a_season(
    register: Register, communes: Communes, base: Base
) -> None:
    base.known = {}
    publish(register, "finess", [site("940000011", "EHPAD")])
    run(register, communes, base)
    base.known = {"2 rue de Wissous": HERE}

    assert run(register, communes, base).asked == 0
    later = datetime.now(UTC) + timedelta(days=91)
    assert run(register, communes, base, now=later).located == 1


def test_box_numbers_are_left_out_the_second_time(
    register: Register, communes: Communes, base: Base
) -> None:
    publish(register, "finess", [placed("940000011", street="rue de Wissous BP 12")])

    told = run(register, communes, base)

    assert [line["street"] for line in base.lines] == [
        "2 rue de Wissous BP 12",
        "2 rue de Wissous",
    ]
    assert (told.asked, told.located) == (1, 1)


def test_a_limit_leaves_the_others_for_later(
    register: Register, communes: Communes, base: Base
) -> None:
    base.default = HERE
    many = [placed(f"94000001{n}", street_number=str(n + 1)) for n in range(7)]
    publish(register, "finess", many)

    first = run(register, communes, base, limit=3)
    second = run(register, communes, base, limit=3)

    assert (first.located, first.pending) == (3, 4)
    assert (second.located, second.pending) == (3, 1)


def test_a_run_cut_short_keeps_what_it_had(
    register: Register, communes: Communes, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locating, "BATCH", 2)
    base.default = HERE
    publish(
        register, "finess", [placed(f"94000001{n}", street_number=str(n + 1)) for n in range(5)]
    )
    base.faults = [None, *[500] * 10]
    with pytest.raises(UnavailableError):
        run(register, communes, base)
    base.faults = []

    precisions = [point(one).precision for one in resources(register, communes)]
    assert precisions.count(Precision.ADDRESS) == 2
    assert run(register, communes, base).asked == 3


def test_an_answer_cut_in_a_line_leaves_the_rest_to_be_asked(
    register: Register, communes: Communes, base: Base
) -> None:
    base.default = HERE
    publish(
        register, "finess", [placed(f"94000001{n}", street_number=str(n + 1)) for n in range(9)]
    )
    base.faults = ["cut"]

    first = run(register, communes, base)
    second = run(register, communes, base)

    assert first.unanswered > 0
    assert first.located + second.located == 9


def test_nothing_of_the_answer_is_kept_but_the_point(
    register: Register, communes: Communes, base: Base
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD")])
    run(register, communes, base)

    with register.database.read() as connection:
        (row,) = connection.execute(sa.select(located))
    assert (row.key, row.precision, row.score) == ("2 rue de wissous|94260|94034", "address", 0.96)


def test_a_pin_comes_before_everything_and_survives_imports(
    register: Register, communes: Communes, base: Base
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD")])
    run(register, communes, base)
    pin = Point(lat=48.7599, lon=2.3299, precision=Precision.PIN)

    number = correct(register.database, SITE, "organization.pin", pin, BY)
    publish(register, "finess", [site("940000011", "EHPAD renommé")])

    entry = only(register, communes)
    assert (point(entry).lat, point(entry).precision) == (48.7599, Precision.PIN)
    facts = resource_detail(register, communes, SITE).facts
    (said,) = (fact for fact in facts if fact.path == "organization.pin")
    assert (said.label, said.chosen.text, said.chosen.author) == (
        "Position sur la carte",
        "48.759900, 2.329900",
        "Ada Nim",
    )

    take_back(register.database, number, "Ada Nim")
    assert point(only(register, communes)).precision is Precision.ADDRESS


def test_a_pinned_entry_is_not_asked_about(
    register: Register, communes: Communes, base: Base
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD")])
    pin = Point(lat=48.7599, lon=2.3299)
    correct(register.database, SITE, "organization.pin", pin, BY)

    assert run(register, communes, base).asked == 0


def test_addresses_nobody_can_place_are_not_asked(
    register: Register, communes: Communes, base: Base
) -> None:
    nowhere = {"street": "", "street_number": ""}
    publish(
        register,
        "finess",
        [placed("940000011", **nowhere), placed("940000029", **nowhere, insee="", postcode="")],
    )

    assert run(register, communes, base).asked == 0


@pytest.mark.parametrize("street", ["x" * 20_000, "\x00", "'; DROP TABLE located; --", "٣ شارع"])
def test_hostile_streets(register: Register, communes: Communes, base: Base, street: str) -> None:
    publish(register, "finess", [placed("940000011", street=street)])

    assert run(register, communes, base).refused == 1
