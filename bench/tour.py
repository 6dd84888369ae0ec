"""The tour in pictures: docs/tour.md and docs/tour/*.jpg, taken from the demonstration.

    python -m bench.tour

Chromium walks the pages of `bench.tour_day` as their users would. To change the tour, change
`TOUR` below: the order of the steps, what is done before each picture, what is said under it.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.tour_day import served_day
from bench.tour_steps import (
    Tools,
    call,
    confirmed,
    entry,
    hold,
    need,
    on_map,
    open_at,
    plots,
    proposals,
    red_flags,
    suggestions,
    transferred,
)

DOCS = Path(__file__).parents[1] / "docs"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--lang=fr-FR"]
WIDE, PHONE = (1280, 800), (390, 844)
QUALITIES = (58, 50, 42)
WAITED_MS = 15_000
MOST_BYTES, MOST_BYTES_IN_ALL = 100_000, 1_500_000


@dataclass(frozen=True)
class Step:
    """One picture: its file name, its caption, and what is done before it is taken."""

    name: str
    caption: str
    do: Callable[[Tools], None]
    size: tuple[int, int] = WIDE
    scheme: str = "light"


TOUR: Sequence[tuple[str, Sequence[Step]]] = (
    (
        "Chercher",
        (
            Step(
                "accueil",
                "Un seul champ. Dès les premières lettres, il suggère qui, quoi ou où.",
                suggestions,
            ),
            Step(
                "resultats",
                "« kiné cachan » est compris : une profession, une commune, en étiquettes que l'on "
                "retire. Chaque fiche dit pourquoi elle est là, et d'où vient son numéro.",
                open_at("/?q=kin%C3%A9+cachan"),
            ),
            Step(
                "ssiad",
                "« ssiad fresnes » : le service de la commune d'abord, puis ceux qui la desservent "
                "d'ailleurs.",
                open_at("/?q=ssiad+fresnes"),
            ),
            Step(
                "fiche",
                "Une fiche : chaque fait avec sa source et sa date.",
                entry,
            ),
            Step(
                "carte",
                "La carte, quand on la demande ; tout ce qu'elle montre est aussi dans la liste.",
                on_map,
            ),
            Step(
                "telephone",
                "« orthophoniste cachan » sur un téléphone, en sombre.",
                open_at("/?q=orthophoniste+cachan"),
                PHONE,
                "dark",
            ),
        ),
    ),
    (
        "Répondre à un appel",
        (
            Step(
                "appel",
                "Le numéro où rappeler, la commune. À droite, ce que fait le secrétariat en ce "
                "moment, à plusieurs et en direct.",
                call,
            ),
            Step(
                "signes",
                "Les signes d'alerte d'abord. Cette liste est un brouillon, à valider par les "
                "médecins.",
                red_flags,
            ),
            Step(
                "besoin",
                "Aucun signe : l'âge, le déplacement, le médecin traitant, le délai.",
                need,
            ),
            Step(
                "propositions",
                "Trois places, chacune avec ses raisons.",
                proposals,
            ),
            Step(
                "retenu",
                "La place est gardée 150 secondes, le temps de lire ce texte et de prendre le nom.",
                hold,
            ),
            Step(
                "confirme",
                "Rendez-vous donné : ce qu'il faut dire à la personne avant de raccrocher.",
                confirmed,
            ),
            Step(
                "alerte",
                "Un autre appel, un signe coché : le 15, et plus aucun créneau.",
                transferred,
            ),
        ),
    ),
    (
        "Mon agenda, sur un téléphone",
        (
            Step(
                "agenda",
                "Qui vient aujourd'hui, et où ; le numéro se touche pour appeler.",
                open_at("/agenda/{doctor}", below="h1"),
                PHONE,
            ),
            Step(
                "donner",
                "Donner du temps en trois gestes.",
                open_at("/agenda/{doctor}/donner?choix=midi", below="h1"),
                PHONE,
            ),
            Step(
                "tournee",
                "La tournée des visites à domicile, dans un ordre qui tient.",
                open_at("/agenda/{doctor}/tournee", below="h1"),
                PHONE,
            ),
        ),
    ),
    (
        "S'installer, former, piloter",
        (
            Step(
                "installation",
                "« Je m'installe » : le territoire, sans avoir à poser de question.",
                open_at("/installation"),
            ),
            Step(
                "etp",
                "L'éducation thérapeutique, par pathologie et par commune.",
                open_at("/etp"),
            ),
            Step(
                "panorama",
                "Le panorama, en sombre : chaque dessin répète un tableau, avec source et date.",
                plots,
                scheme="dark",
            ),
        ),
    ),
    (
        "Tenir les données",
        (
            Step(
                "imports",
                "Ce qui est en vigueur, source par source ; chaque import dit ce qu'il a gardé ou non.",
                open_at("/imports"),
            ),
            Step(
                "rapprochements",
                "Deux fiches ou une seule ? Ce qui est incertain attend une personne.",
                open_at("/rapprochements"),
            ),
        ),
    ),
)

HEAD = """# Le tour en images

Ces images viennent de la démonstration (`make demo`), le mardi 24 novembre 2026 à 9 h 35 : praticiens,
patients et appelants y sont inventés. `make tour` les refait, et cette page avec elles.
La carte y est sans fond : la démonstration du tour ne demande rien à personne. Un
champ de date s'écrit dans la langue du navigateur, ici anglais.
"""


def main() -> int:
    """Take every picture, then put them and their page in docs/; a step that fails changes nothing there."""
    with tempfile.TemporaryDirectory() as folder:
        data, pictures = Path(folder) / "data", Path(folder) / "tour"
        data.mkdir()
        pictures.mkdir()
        with served_day(data) as (address, doctor):
            walk(address, doctor, pictures)
        total = sum(one.stat().st_size for one in pictures.iterdir())
        if total > MOST_BYTES_IN_ALL:
            raise SystemExit(f"{total} octets d'images : le tour en permet {MOST_BYTES_IN_ALL}.")
        shutil.rmtree(DOCS / "tour", ignore_errors=True)
        shutil.copytree(pictures, DOCS / "tour")
    (DOCS / "tour.md").write_text(write_page(), encoding="utf-8")
    print(f"{len(list((DOCS / 'tour').iterdir()))} images, {total / 1000:.0f} ko : docs/tour.md")
    return 0


def walk(address: str, doctor: UUID, pictures: Path) -> None:
    """Do the steps in order, steps of one size and scheme in the same window."""
    path = os.environ.get("RECOURS_CHROMIUM") or shutil.which("chromium")
    if not path:
        raise SystemExit("Chromium est introuvable (apt-get install chromium).")
    windows: dict[tuple[tuple[int, int], str], Page] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for step in (one for _, steps in TOUR for one in steps):
            seen = step.size, step.scheme
            if seen not in windows:
                windows[seen] = _context(browser, address, *seen).new_page()
                windows[seen].set_default_timeout(WAITED_MS)
            step.do(Tools(windows[seen], doctor))
            take(windows[seen], pictures / f"{step.name}.jpg")
        browser.close()


def _context(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> BrowserContext:
    return browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="fr-FR",
        timezone_id="Europe/Paris",
    )


def take(page: Page, path: Path) -> None:
    """Photograph the window, at the best quality that keeps the file small enough."""
    page.mouse.move(0, 0)
    page.evaluate("document.fonts.ready")
    for quality in QUALITIES:
        taken = page.screenshot(type="jpeg", quality=quality, animations="disabled")
        if len(taken) <= MOST_BYTES:
            path.write_bytes(taken)
            return
    raise SystemExit(f"{path.name} : plus de {MOST_BYTES} octets, même à la qualité la plus basse.")


def write_page() -> str:
    """docs/tour.md: the sections of the tour, each picture under its caption."""
    lines = [HEAD]
    for title, steps in TOUR:
        lines.append(f"## {title}\n")
        for step in steps:
            lines.append(f"{step.caption}\n\n![{title} : {step.name}](tour/{step.name}.jpg)\n")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
