"""`docs/pieges.md`: each trap names at least one test, and each test named there exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "pieges.md"
_ROW = re.compile(r"^\| (?P<trap>.+?) \| (?P<done>.+?) \| (?P<tests>[^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_HEADER = {"Piège", "---"}


def _rows() -> list[tuple[str, str]]:
    found = _ROW.finditer(GUIDE.read_text(encoding="utf-8"))
    return [(one["trap"], one["tests"]) for one in found if one["trap"] not in _HEADER]


@cache
def _tests_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))


def test_every_line_of_the_guide_is_read() -> None:
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    shown = [
        line for line in lines if line.startswith("| ") and line[2:].split(" |")[0] not in _HEADER
    ]
    assert len(_rows()) == len(shown) > 0


@pytest.mark.parametrize(("trap", "tests"), _rows())
def test_every_trap_is_shown_by_tests_that_exist(trap: str, tests: str) -> None:
    named = _TEST.findall(tests)
    assert named, trap
    assert len(named) == tests.count("::")
    assert [f"{path}::{name}" for path, name in named if name not in _tests_of(path)] == []
