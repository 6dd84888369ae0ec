"""A territory is configuration: both shipped ones load, a wrong file is refused by file and field."""

import tomllib
from pathlib import Path
from typing import get_args

import pytest

from directory.base.errors import SettingsError
from directory.communes import read_communes
from directory.territory import Criterion, Policy, load_territory, territories_dir

SHIPPED = ("bievre", "melun")
*_FIRST, _LAST = (f"'{criterion}'" for criterion in get_args(Criterion))
CHOICES = f"{', '.join(_FIRST)} ou {_LAST}"


def spoil(tmp_path: Path, before: str, after: str) -> str:
    """A copy of the Melun file with one thing changed."""
    text = (territories_dir() / "melun.toml").read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "essai.toml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_territories_load(name: str) -> None:
    territory = load_territory(name)
    assert territory.slug == name
    assert territory.zone.key == "Europe/Paris"
    assert len(territory.communes) == 5
    assert set(territory.first_recourse.communes) <= set(territory.communes)
    assert not set(territory.communes) & set(territory.neighbours)
    assert {"15", "114", "3114"} <= {useful.number for useful in territory.numbers}


def test_every_shipped_territory_is_tested() -> None:
    assert {path.stem for path in territories_dir().glob("*.toml")} == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_commune_named_exists_and_has_a_point(name: str) -> None:
    territory, communes = load_territory(name), read_communes()
    for insee in territory.everywhere:
        commune = communes.get(insee)
        assert commune is not None, insee
        assert commune.point is not None, insee
    for insee in territory.communes:
        assert insee.startswith(territory.departement)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_window_closes_after_it_opens(name: str) -> None:
    hours = load_territory(name).hours
    for window in (*hours.secretariat, *hours.home_visits, *hours.teleconsultations):
        assert window.opens < window.closes


def test_both_territories_differ_where_a_habit_could_be_hard_wired() -> None:
    bievre, melun = load_territory("bievre"), load_territory("melun")
    assert bievre.departement != melun.departement
    assert bievre.hours != melun.hours
    assert bievre.policy.order != melun.policy.order
    assert set(melun.first_recourse.communes) < set(melun.communes)
    assert not bievre.everywhere & melun.everywhere
    assert bievre.red_flags == melun.red_flags


def test_unknown_territory_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(SettingsError, match=r"« provins » introuvable.*bievre, melun"):
        load_territory("provins")


def test_missing_file_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nulle-part\.toml"):
        load_territory(str(tmp_path / "nulle-part.toml"))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('communes = ["77288"', 'communes = ["7728"', r"champ communes\.0"),
        ('departement = "77"', "departement = 77", "champ departement"),
        ('red_flags = "draft-2026-11.toml"', "", "champ red_flags"),
        ('short_name = "Melun"', 'short_nam = "Melun"', "champ short_nam"),
        ('time_zone = "Europe/Paris"', 'time_zone = "Europe/Melun"', "champ time_zone"),
        ('days = ["samedi"]', 'days = ["saturday"]', r"champ hours\.secretariat\.1\.days\.0"),
        ("opens = 08:30:00", 'opens = "tôt"', r"champ hours\.secretariat\.0\.opens"),
        ('order = ["delay"', 'order = ["luck"', r"champ policy\.order\.0"),
        ("proposals = 3", "proposals = 0", r"champ policy\.proposals"),
        ("closes = 19:30:00", "closes = 08:00:00", r"hours\.secretariat\.0\.closes : la fermeture"),
        (
            '["77288", "77152", "77285"]',
            '["94016"]',
            "champ first_recourse : communes hors .* 94016",
        ),
        ("[first_recourse]", "[first_recours]", "champ first_recourse"),
        (
            "[first_recourse]",
            '[seeking]\ngroups = ["ald", "other"]\n[first_recourse]',
            r"champ seeking\.groups : chacun des groupes",
        ),
        (
            "[first_recourse]",
            "[seeking]\nreconfirm_months = 24\nforget_months = 24\n[first_recourse]",
            r"champ seeking\.forget_months : forget_months doit dépasser",
        ),
        (
            "[first_recourse]",
            "[seeking.target]\npatients = 0\n[first_recourse]",
            r"champ seeking\.target\.patients",
        ),
    ],
)
def test_wrong_field_is_refused_by_file_and_field(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=rf"essai\.toml.*{told}"):
        load_territory(spoil(tmp_path, before, after))


def test_what_is_wrong_is_said_in_french(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"short_name : manquant.*short_nam : inconnu"):
        load_territory(spoil(tmp_path, 'short_name = "Melun"', 'short_nam = "Melun"'))
    with pytest.raises(SettingsError, match="« saturday » n'est pas prévu ; choix : 'lundi'"):
        load_territory(spoil(tmp_path, 'days = ["samedi"]', 'days = ["saturday"]'))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("proposals = 0", "policy.proposals : « 0 » n'est pas permis ; attendu : au moins 1"),
        ("proposals = 21", "policy.proposals : « 21 » n'est pas permis ; attendu : au plus 20"),
        ("proposals = 2.5", "policy.proposals : un nombre entier est attendu"),
        ('proposals = "trois"', "policy.proposals : un nombre entier est attendu"),
        (
            "travel_class_km = 0",
            "policy.travel_class_km : « 0 » n'est pas permis ; attendu : plus de 0",
        ),
        ("travel_class_km = inf", "policy.travel_class_km : « inf » n'est pas permis"),
        ('travel_class_km = "loin"', "policy.travel_class_km : un nombre est attendu"),
        (
            "fairness_steps = 0",
            "policy.fairness_steps : « 0 » n'est pas permis ; attendu : au moins 1",
        ),
        (
            "apart_minutes = -1",
            "policy.apart_minutes : « -1 » n'est pas permis ; attendu : au moins 0",
        ),
        ("apart_minutes = 2000", "policy.apart_minutes : « 2000 » n'est pas permis"),
        ("hold = 3", "policy.hold : inconnu"),
        (
            "lead_minutes = { cabinet = -5 }",
            "policy.lead_minutes.cabinet : « -5 » n'est pas permis ; attendu : au moins 0",
        ),
        ("lead_minutes = { bureau = 5 }", "policy.lead_minutes.bureau : inconnu"),
        ('order = "delay"', "policy.order : une liste entre crochets est attendue"),
        ('order = ["delay", "mode", "delay"]', "policy.order : critère nommé deux fois : delay"),
        ('order = ["luck"]', f"policy.order.0 : « luck » n'est pas prévu ; choix : {CHOICES}"),
    ],
)
def test_a_wrong_policy_names_file_field_and_what_is_allowed(
    tmp_path: Path, line: str, told: str
) -> None:
    text = (territories_dir() / "melun.toml").read_text(encoding="utf-8")
    path = tmp_path / "essai.toml"
    path.write_text(text[: text.index("[policy]")] + f"[policy]\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_territory(str(path))
    assert f"essai.toml : champ {told}" in str(refused.value)


def test_the_documented_policy_is_the_default_one() -> None:
    guide = territories_dir().parent / "docs" / "politique.md"
    example = guide.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert Policy.model_validate(tomllib.loads(example)["policy"]) == Policy()
    told = guide.read_text(encoding="utf-8")
    assert all(f"| `{criterion}` |" in told for criterion in get_args(Criterion))


def test_broken_toml_is_refused_by_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"essai\.toml n'est pas un fichier TOML.*line 4"):
        load_territory(spoil(tmp_path, 'name = "CPTS de Melun (exemple)"', 'name = "CPTS'))
