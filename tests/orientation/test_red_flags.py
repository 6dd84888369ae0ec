"""The red-flag list: complete, dated, and said to be a draft until doctors sign it."""

from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError, SettingsError, UnavailableError
from directory.territory import Territory, red_flags_path
from orientation.model import Outcome
from orientation.red_flags import RedFlagList, load_red_flags
from tests.orientation.conftest import Open
from tests.orientation.team import make_request

WANTED = {
    *("chest_pain", "breathing", "stroke", "unconscious", "bleeding", "infant_fever", "allergy"),
    *("abdominal_pain", "accident", "suicidal", "pregnancy", "poisoning", "doubt"),
}
GOOD = """version = "1"
date = 2026-11-22
signatories = []
instruction = "Posez les questions."
[[flags]]
code = "chest_pain"
label = "Douleur"
question = "Mal ?"
"""


@pytest.fixture
def shipped(territory: Territory) -> RedFlagList:
    return load_red_flags(red_flags_path(territory))


def test_the_shipped_list_has_every_code_and_no_signature(shipped: RedFlagList) -> None:
    assert {flag.code for flag in shipped.flags} == WANTED
    assert not shipped.is_signed
    assert all(flag.question and flag.label and flag.advice for flag in shipped.flags)


def test_suicidal_distress_shows_the_3114_and_the_list_the_114(shipped: RedFlagList) -> None:
    suicidal = shipped.get("suicidal")
    assert suicidal is not None
    assert "3114" in suicidal.numbers
    assert "114" in shipped.instruction


def test_codes_are_put_in_the_lists_order_once(shipped: RedFlagList) -> None:
    assert shipped.check(["doubt", "stroke", "doubt"]) == ("stroke", "doubt")


@pytest.mark.parametrize("codes", [[], ["fever"], ["stroke", "none"]])
def test_an_unusable_answer_is_refused_with_the_codes_allowed(
    shipped: RedFlagList, codes: list[str]
) -> None:
    with pytest.raises(InputRefusedError) as error:
        shipped.check(codes)
    assert "chest_pain" in error.value.detail
    assert set(error.value.extra["allowed"]) == WANTED | {"none"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "version = ",
        GOOD.replace("chest_pain", "none"),
        GOOD + '[[flags]]\ncode = "chest_pain"\nlabel = "Encore"\nquestion = "Mal ?"\n',
        GOOD.replace("question", "questoin"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "liste.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="liste.toml"):
        load_red_flags(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="absente.toml"):
        load_red_flags(tmp_path / "absente.toml")


def test_an_unsigned_list_serves_in_demonstration_only(open_agenda: Open) -> None:
    real = open_agenda(demo=False)
    with pytest.raises(UnavailableError) as error:
        real.create_request(make_request())
    assert error.value.extra["reason"] == "red_flags_unsigned"
    flagged = real.create_request(make_request(red_flags=("stroke",)))
    assert flagged.outcome is Outcome.TRANSFER_15
