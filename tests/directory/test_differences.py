"""What an import changed: both values of a changed field, and a dated trace of what left."""

from datetime import date

import pytest

from directory.base.errors import NotFoundError
from directory.communes import Communes
from directory.differences import FieldChange, run_changes
from directory.register import Register
from tests.directory.told import publish, role, site

RPPS = "10001234567"


def test_a_changed_row_shows_its_old_and_new_value(register: Register, communes: Communes) -> None:
    publish(register, "finess", [site("940000011", "EHPAD A", "0146680001")])
    publish(register, "finess", [site("940000011", "EHPAD B", "0146680002")])

    changes = run_changes(register, communes, 2)

    assert (changes.new, changes.changed, changes.gone) == (0, 1, 0)
    assert changes.rows[0].name == "EHPAD B"
    assert changes.rows[0].fields == (
        FieldChange("Nom", "EHPAD A", "EHPAD B", "name"),
        FieldChange("Téléphone", "01 46 68 00 01", "01 46 68 00 02", "phone"),
    )
    assert (changes.moved, changes.phones) == (0, 1)


def test_a_number_that_comes_or_goes_has_one_side(register: Register, communes: Communes) -> None:
    publish(register, "finess", [site("940000011", "EHPAD A")])
    publish(register, "finess", [site("940000011", "EHPAD A", "0146680002")])

    (change,) = run_changes(register, communes, 2).rows[0].fields

    assert change == FieldChange("Téléphone", "", "01 46 68 00 02", "phone")


def test_new_rows_are_counted_and_a_person_who_left_is_a_key_with_dates(
    register: Register, communes: Communes
) -> None:
    publish(register, "rpps", [role(RPPS, "VAUQUELIN")], day=date(2026, 11, 1))
    publish(register, "rpps", [role("10007654321", "ROBIN")], day=date(2026, 11, 2))

    changes = run_changes(register, communes, 2)

    assert (changes.new, changes.changed, changes.gone) == (1, 0, 1)
    assert [one.name.casefold() for one in changes.new_rows] == ["zoé robin"]
    (gone,) = changes.gone_rows
    assert (gone.name, gone.data_date) == ("", date(2026, 11, 1))
    assert RPPS in gone.key


def test_former_values_are_forgotten_with_the_next_import(
    register: Register, communes: Communes
) -> None:
    for name in ("EHPAD A", "EHPAD B", "EHPAD C"):
        publish(register, "finess", [site("940000011", name)])

    changes = run_changes(register, communes, 2)

    assert changes.forgotten
    assert changes.rows == ()
    assert run_changes(register, communes, 3).rows[0].fields[0].before == "EHPAD B"


def test_an_unchanged_import_changes_nothing_and_an_unknown_one_is_named(
    register: Register, communes: Communes
) -> None:
    for _ in range(2):
        publish(register, "finess", [site("940000011", "EHPAD A")])

    assert run_changes(register, communes, 2).rows == ()
    with pytest.raises(NotFoundError):
        run_changes(register, communes, 99)
