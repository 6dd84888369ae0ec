"""What exists is documented: settings, sources, decisions, commands."""

import re
import tomllib
from pathlib import Path

from directory.base.settings import Settings
from importers.registry import cards

ROOT = Path(__file__).parent.parent


def test_every_setting_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "reglages.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"`RECOURS_{name.upper()}`" not in guide]
    vanished = set(re.findall(r"^\| `RECOURS_(\w+)`", guide, re.MULTILINE)) - {
        name.upper() for name in Settings.model_fields
    }

    assert missing == []
    assert vanished == set()


def test_the_guide_gives_the_true_defaults() -> None:
    guide = (ROOT / "docs" / "reglages.md").read_text(encoding="utf-8")

    for name, field in Settings.model_fields.items():
        shown = re.search(rf"^\| `RECOURS_{name.upper()}` \| `?([^|`]*)`? \|", guide, re.MULTILINE)
        assert shown is not None
        default = str(field.default).lower() if isinstance(field.default, bool) else field.default
        assert shown[1].strip() == (str(default) or "vide"), name


def test_every_source_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in cards() if f"`{name}`" not in readme] == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")

    records = sorted(path.name for path in folder.glob("0*.md"))
    assert records
    assert [name for name in records if f"({name})" not in listed] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text("utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} → {target}")

    assert broken == []


def test_the_lock_names_no_address_and_hashes_everything() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[.*?\])?==", lock, re.MULTILINE)
    wanted = [
        re.split(r"[\[><= ;]", line)[0]
        for line in [
            *declared["dependencies"],
            *(one for extra in declared["optional-dependencies"].values() for one in extra),
        ]
    ]

    assert "://" not in lock
    assert {name.lower() for name in wanted} <= {name.lower() for name in pinned}
    assert len(pinned) == len(re.findall(r"^\S.*\\\n\s+--hash=", lock, re.MULTILINE))
