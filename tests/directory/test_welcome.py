"""What a territory says to newcomers: optional, checked, never another territory's."""

from datetime import date
from pathlib import Path

import pytest

from directory.base.errors import SettingsError
from directory.territory import load_territory, territories_dir
from directory.welcome import ZONES


def with_more(tmp_path: Path, more: str) -> str:
    text = (territories_dir() / "bievre.toml").read_text(encoding="utf-8")
    path = tmp_path / "essai.toml"
    path.write_text(f"{text.split('# General practitioners: zones')[0]}\n{more}", encoding="utf-8")
    return str(path)


def test_a_territory_may_say_nothing(tmp_path: Path) -> None:
    silent = load_territory(with_more(tmp_path, ""))
    assert (silent.zoning, silent.ageing) == ((), ())
    assert silent.welcome.coming(date(2026, 1, 1)) == []


def test_the_first_territory_gives_its_documents_figures() -> None:
    bievre = load_territory("bievre")
    assert bievre.zoning[0].communes["94034"] == "ZAC"
    assert set(bievre.zoning[0].communes.values()) <= set(ZONES)
    assert bievre.ageing[0].total == (22, 51)
    assert load_territory("melun").zoning == ()


def test_events_leave_the_day_after_they_end(tmp_path: Path) -> None:
    more = """
[[welcome.events]]
title = "Deux jours"
day = 2026-12-01
ends = 2026-12-02
[[welcome.events]]
title = "Avant"
day = 2026-11-30
"""
    welcome = load_territory(with_more(tmp_path, more)).welcome
    assert [one.title for one in welcome.coming(date(2026, 11, 30))] == ["Avant", "Deux jours"]
    assert [one.title for one in welcome.coming(date(2026, 12, 2))] == ["Deux jours"]
    assert welcome.coming(date(2026, 12, 3)) == []


ZONING = '[[zoning]]\nprofession = "médecins"\nsource = "ARS"\n'
AGEING = '[[ageing]]\nprofession = "médecins"\nsource = "projet"\n'
CONTACT = '[[welcome.contacts]]\nname = "Accueil"\nwhat = "bonjour"\n'
EVENT = '[[welcome.events]]\ntitle = "Fête"\n'


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (ZONING + 'communes = { "94016" = "ZAP" }', "« ZAP » n'est pas prévu"),
        (ZONING + 'communes = { "75056" = "ZIP" }', "communes hors du territoire : 75056"),
        (ZONING + "communes = {}", r"champ zoning\.0\.communes : au moins une valeur"),
        (ZONING + "communes = 3", "un tableau entre accolades"),
        ('[[zoning]]\nprofession = "x"\ncommunes = { "94016" = "ZIP" }', "source : manquant"),
        (ZONING + 'year = 18\ncommunes = { "94016" = "ZIP" }', "au moins 1990"),
        (AGEING + 'communes = { "94016" = [12, 11] }', "n'est pas « combien, sur combien »"),
        (AGEING + 'communes = { "94016" = [12] }', "manquant"),
        (CONTACT, "donnez phone, email ou url"),
        (CONTACT + 'url = "javascript:alert(1)"', "n'est pas une adresse web"),
        (EVENT, r"welcome\.events\.0\.day : manquant"),
        (EVENT + 'day = "demain"', "une date est attendue"),
        (EVENT + "day = 2026-12-02\nends = 2026-12-01", "finit avant de commencer"),
        ("[welcome]\nbienvenue = 1", "faute de frappe"),
    ],
)
def test_a_mistake_is_refused_by_its_field(tmp_path: Path, more: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        load_territory(with_more(tmp_path, more))
