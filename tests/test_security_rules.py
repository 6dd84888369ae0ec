"""The linter's security rules are on for all that is delivered; what escapes one says why."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
DELIVERED = ("directory", "importers", "orientation", "web")
ESCAPE = re.compile(r"noqa: *(?:[A-Z]+\d+, *)*S\d{3}(?P<rest>.*)")


def test_security_rules_are_on_for_what_is_delivered() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lint = settings["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert not any(rule.startswith("S") for rule in lint.get("ignore", ()))
    for files, rules in lint["per-file-ignores"].items():
        loosened = {rule for rule in rules if rule == "S" or re.fullmatch(r"S\d+", rule)}
        assert not loosened or files.startswith(("tests/", "bench/")), files


def test_each_escape_from_a_security_rule_says_why() -> None:
    mute = []
    for folder in (*DELIVERED, "bench"):
        for file in (ROOT / folder).rglob("*.py"):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                found = ESCAPE.search(line)
                if found and not re.match(r"(?:, *[A-Z]+\d+)* - \w", found["rest"]):
                    mute.append(f"{file.relative_to(ROOT)}:{number}")
    assert mute == []
