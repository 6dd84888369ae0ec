"""Every fact of every kind of entry has a form whose cells are read back to what they showed."""

from datetime import date
from typing import Any

import msgspec
import pytest

from directory.base.errors import InputRefusedError
from directory.communes import read_communes
from directory.local.parts import PARTS, decode_value, fields_of, value_type
from directory.territory import load_territory
from importers.contract import Context
from importers.perimeter import Perimeter
from web.fact_forms import Cell, cells_of, filled
from web.fact_values import read_value

TODAY = date(2026, 11, 23)
EVERY = sorted({path for kind in PARTS for path in fields_of(kind)})
TYPED: dict[str, dict[str, str]] = {
    "contacts": {"system": "phone", "value": "01 46 65 62 22", "confidentiality": "public"},
    "identifiers": {"system": "siret", "value": "123 456 789 00012"},
    "addresses": {"street": "2 bis rue de Wissous", "postcode": "94260", "city": "fresnes"},
    "referral": {"how": "par courrier\nou par téléphone", "single_number": "3114", "gir": "1, 2"},
    "hours": {"value": "lundi à vendredi 9h-12h, 14h-18h30\nsamedi fermé"},
    "covered": {"value": "Fresnes, 94065, Cachan"},
    "next_sessions": {"value": "05/12/2026 à 14 h, Cachan, 3 places restantes sur 8"},
    "opened_on": {"value": "02/01/2020"},
    "pin": {"lat": "48,7571", "lon": "2.3261"},
    "languages": {"value": "français, LSF"},
}


@pytest.fixture(scope="module")
def places() -> Context:
    communes = read_communes()
    return Context(communes, Perimeter(load_territory("bievre"), communes))


def typed(path: str) -> dict[str, str]:
    own = TYPED.get(path.partition(".")[2])
    return own or {cell.name: _usual(cell) for cell in cells_of(path)}


def _usual(cell: Cell) -> str:
    return cell.options[0][0] if cell.options else "12" if cell.kind == "number" else "Un mot"


@pytest.mark.parametrize("path", EVERY)
def test_a_value_is_read_stored_and_shown_again(path: str, places: Context) -> None:
    value = read_value(path, typed(path), places, TODAY)

    stored: Any = msgspec.json.decode(msgspec.json.encode(value))
    assert decode_value(path, stored) == value == msgspec.convert(stored, value_type(path))
    shown = filled(path, value, places.communes)
    cells = {cell.name: shown.get(cell.name, "") for cell in cells_of(path)}
    assert read_value(path, cells, places, TODAY, value) == value


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("junk", ["", "\x00", "x" * 10_000, "<script>", "９９", "-1", "é" * 300])
def test_junk_is_a_value_or_a_reason_in_french(path: str, junk: str, places: Context) -> None:
    cells = {cell.name: junk for cell in cells_of(path)}
    problem = ""
    try:
        value = read_value(path, cells, places, TODAY)
        msgspec.convert(msgspec.to_builtins(value), value_type(path))
    except InputRefusedError as refused:
        problem = str(refused.extra["field"])
    assert problem in {"", *cells}


def test_a_cell_that_is_not_in_the_form_is_refused(places: Context) -> None:
    with pytest.raises(InputRefusedError, match="Champ inconnu : oops"):
        read_value("person.family", {"value": "X", "oops": "Y"}, places, TODAY)


def test_the_secure_mail_that_no_form_shows_is_kept(places: Context) -> None:
    before = read_value("role.referral", {"how": "par courrier"}, places, TODAY)
    before = msgspec.structs.replace(before, secure_mail="crt@exemple.mssante.fr")
    assert "mssante" not in str(filled("role.referral", before, places.communes))

    after = read_value("role.referral", {"how": "par téléphone"}, places, TODAY, before)

    assert (after.how, after.secure_mail) == ("par téléphone", "crt@exemple.mssante.fr")
