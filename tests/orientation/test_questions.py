"""The questions of a call: closed answers only, dated, and a draft until doctors sign them."""

from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError, SettingsError, UnavailableError
from directory.territory import Territory, load_territory, questions_path
from orientation.questions import FIELDS, QuestionList, load_questions
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.team import make_request


def question(field: str, *values: str, more: str = "") -> str:
    choices = ", ".join(f'{{ value = "{value}", label = "L" }}' for value in values)
    return f'[[questions]]\nfield = "{field}"\nlegend = "Q"\nchoices = [{choices}]\n{more}\n'


HEAD = 'version = "1"\ndate = 2026-11-22\nsignatories = []\n'
AGE, MOBILITY = question("age_band", "70+"), question("mobility", "home")
DELAY, DOCTOR = question("delay_hours", "48"), question("medecin_traitant", "none")
GOOD = HEAD + AGE + MOBILITY + DELAY + DOCTOR


def load(folder: Path, content: str) -> QuestionList:
    path = folder / "questions.toml"
    path.write_text(content, encoding="utf-8")
    return load_questions(path)


@pytest.mark.parametrize("name", ["bievre", "melun"])
def test_the_shipped_lists_ask_every_field_and_are_not_signed(name: str) -> None:
    shipped = load_questions(questions_path(load_territory(name)))
    assert {one.field for one in shipped.questions} == set(FIELDS)
    assert not shipped.is_signed


def test_another_territory_may_ask_less(tmp_path: Path) -> None:
    assert [one.field for one in load(tmp_path, GOOD).questions] == [
        *("age_band", "mobility", "delay_hours", "medecin_traitant")
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("version = ", "Invalid value"),
        (HEAD + AGE + MOBILITY + DELAY, "« medecin_traitant » doit être demandé"),
        (GOOD.replace("70+", "vieux"), "« vieux » inconnue.*70\\+"),
        (GOOD.replace('"48"', '"bientôt"'), "nombre entier d'heures"),
        (GOOD.replace('"none"', '"available"'), "« available » inconnue"),
        (GOOD + AGE, "deux fois"),
        (GOOD + question("origin", "dac", "dac"), "chacune une seule fois"),
        (GOOD + question("origin", "dac", more='default = "home"'), "« home » n'est pas"),
        (GOOD + question("symptoms", "fever"), "symptoms"),
        (GOOD.replace(AGE, question("age_band", "70+", more="required = false")), "exigé"),
    ],
)
def test_a_wrong_list_is_refused_with_its_file_and_its_fault(
    tmp_path: Path, content: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as error:
        load(tmp_path, content)
    assert "questions.toml" in error.value.detail


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="rien.toml"):
        load_questions(tmp_path / "rien.toml")


def test_a_reason_in_free_text_is_refused_with_the_list(orientation: Orientation) -> None:
    with pytest.raises(InputRefusedError, match="recent_problem") as error:
        orientation.create_request(make_request(reason_category="migraine"))
    assert "other" in error.value.extra["allowed"]


def test_an_emergency_keeps_no_free_text_and_is_never_refused(orientation: Orientation) -> None:
    created = orientation.create_request(
        make_request(red_flags=("stroke",), reason_category="migraine depuis hier")
    )
    assert orientation.request(created.id).reason_category == ""


def test_unsigned_questions_serve_in_demonstration_only(
    tmp_path: Path, territory: Territory, open_agenda: Open
) -> None:
    signed = tmp_path / "flags.toml"
    signed.write_text(
        'version = "1"\ndate = 2026-11-22\nsignatories = ["Dr Testeur"]\ninstruction = "Lisez."\n'
        '[[flags]]\ncode = "doubt"\nlabel = "Doute"\nquestion = "Un doute ?"\n',
        encoding="utf-8",
    )
    changed = territory.model_copy(update={"red_flags": str(signed)})
    real = open_agenda(changed, demo=False)
    with pytest.raises(UnavailableError) as error:
        real.create_request(make_request())
    assert error.value.extra["reason"] == "questions_unsigned"
    real.create_request(make_request(red_flags=("doubt",)))  # the 15 is never refused
