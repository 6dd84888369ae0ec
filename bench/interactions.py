"""How long a page takes to answer what somebody does: from the key or the click to what it paints.

    python -m bench interactions [--rounds 20]

The demonstration is served by another process, at the moment of the tour; Chromium does what people
do most. The time runs in the page, from the event's own time to the second frame after what was
expected is in the page. Beside it: the processor time that the server took for it, which the load
of the machine hardly changes.
"""

import argparse
import multiprocessing
import os
import shutil
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psutil
from playwright.sync_api import ConsoleMessage, Locator, Page, expect, sync_playwright

from bench.machine import say_machine
from bench.tour_day import served_day
from tests.browser import ARGUMENTS, PATIENCE_MS

AIM_MS = 100
SETTLED_MS = 400
"""After an answer: the desk asked for again, what is fetched late."""

TOOK = "watch.took "
WATCH = Path(__file__).with_name("interactions.js").read_text(encoding="utf-8")
NEED = {
    "age": "16 à 69 ans",
    "mobility": "elle peut se déplacer",
    "mt": "elle n'en a pas",
    "delay": "sous 48 heures",
}


@dataclass
class Taken:
    """What one interaction took each time, in milliseconds: in the page, and at the server."""

    page: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)


class Stopwatch:
    """Does something on a page and keeps how long its answer took to be painted."""

    def __init__(self, page: Page, server: psutil.Process) -> None:
        self.page = page
        self.taken: dict[str, Taken] = {}
        self._server = server

    def time(self, name: str, do: Callable[[], object], expected: str, text: str = "") -> None:
        """`expected` is the selector of what must be there, with `text` in it, and was not."""
        self.page.wait_for_load_state()
        self.page.wait_for_timeout(SETTLED_MS)  # the live stream never ends: nothing is ever idle
        self.page.evaluate("([one, text]) => watch.expect(one, text)", [expected, text])
        before = self._processor()
        with self.page.expect_console_message(_tells) as told:
            do()
        kept = self.taken.setdefault(name, Taken())
        kept.page.append(float(told.value.text.removeprefix(TOOK)))
        self.page.wait_for_timeout(SETTLED_MS)
        kept.server.append((self._processor() - before) * 1000)

    def _processor(self) -> float:
        used = self._server.cpu_times()
        return float(used.user + used.system)


def _tells(message: ConsoleMessage) -> bool:
    return message.text.startswith(TOOK)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the median and the 95th percentile of each interaction."""
    parser = argparse.ArgumentParser(description="Measure what pages answer to keys and clicks.")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args(arguments)
    print(f"{say_machine()}, {options.rounds} fois, en ms ; but : {AIM_MS}")
    with tempfile.TemporaryDirectory() as folder, served_day(Path(folder)) as (address, doctor):
        (served,) = multiprocessing.active_children()
        report(measure(address, doctor, psutil.Process(served.pid), options.rounds))
    return 0


def chromium_path() -> str:
    """Debian's Chromium, or the one `RECOURS_CHROMIUM` names; SystemExit where there is none."""
    path = os.environ.get("RECOURS_CHROMIUM") or shutil.which("chromium")
    if not path:
        raise SystemExit("Chromium est introuvable (apt-get install chromium).")
    return path


def measure(address: str, doctor: UUID, server: psutil.Process, rounds: int) -> Mapping[str, Taken]:
    """Every interaction, `rounds` times after one that does not count."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=ARGUMENTS, executable_path=chromium_path())
        context = browser.new_context(
            base_url=address, locale="fr-FR", viewport={"width": 1280, "height": 860}
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(WATCH)
        watch = Stopwatch(context.new_page(), server)
        for turn in range(rounds + 1):
            for walk in WALKS:
                walk(watch, doctor, turn)
            if turn == 0:
                watch.taken.clear()
        browser.close()
    return watch.taken


def report(taken: Mapping[str, Taken]) -> None:
    """A line each, the slow ones marked."""
    print(f"{'':<44}{'médiane':>9}{'p95':>9}{'serveur (processeur)':>23}")
    for name, one in taken.items():
        slow = " *" if percentile(one.page) > AIM_MS else ""
        print(
            f"{name:<44}{statistics.median(one.page):>9.0f}{percentile(one.page):>9.0f}"
            f"{statistics.mean(one.server):>23.0f}{slow}"
        )


def percentile(times: Sequence[float], part: float = 0.95) -> float:
    """The time that this part of them does not exceed."""
    ranked = sorted(times)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def search(watch: Stopwatch, _doctor: UUID, _turn: int) -> None:
    """Typing, a facet, a chip taken off, the map, the selection."""
    page = watch.page
    page.goto("/")
    page.locator("#q").press_sequentially("orth")
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    more = "#suggestions [data-said]"
    page.locator("#q").press("Escape")
    watch.time("une lettre de plus, les suggestions", lambda: page.keyboard.press("o"), more)
    page.goto("/?q=fresnes")
    facet = page.locator(".facets a:not([aria-current])").first
    watch.time("cocher une facette", facet.click, ".facets a[aria-current=true]")
    chip = page.locator("#results .chip a").last
    gone = "#results:not(:has(.facets a[aria-current=true]))"
    watch.time("retirer une étiquette", chip.click, gone)
    page.goto("/?q=pharmacie")
    button = page.get_by_role("button", name="Carte", exact=True)
    watch.time("ouvrir la carte", button.click, "#map-said", "sur la carte")
    pick = page.locator(".choose .pick:not(.on)").first
    watch.time("sélectionner une fiche", pick.click, ".choose .pick.on")
    page.locator(".choose .pick.on").first.click()
    expect(page.locator(".choose .pick.on")).to_have_count(0)
    button.click()  # the page remembers an open map: the next round would find it so
    expect(page.locator("#map-panel")).to_be_hidden()


def call(watch: Stopwatch, _doctor: UUID, turn: int) -> None:
    """A call from its number to its appointment, by keyboard; then one taken up and given up."""
    page = watch.page
    begin(watch, f"06 99 00 {turn:02} 34")
    none = "De quoi la personne"
    watch.time("appel : aucun signe", lambda: page.keyboard.press("0"), "#call h1", none)
    for answer in list(NEED.values()):
        page.get_by_role("radio", name=answer).first.check()
    go_on = page.get_by_role("button", name="Continuer")
    watch.time(
        "appel : propositions", lambda: go_on.press("Enter"), "#call h1", "Créneaux proposés"
    )
    watch.time("appel : retenir", lambda: page.keyboard.press("1"), "#call h1", "Créneau retenu")
    page.get_by_label("Nom de la personne").fill("Vauquelin")
    given = page.get_by_label("Prénom")
    given.fill("Eudoxie")
    watch.time("appel : confirmer", lambda: given.press("Enter"), "#call h1", "confirmé")
    begin(watch, f"06 99 01 {turn:02} 34")
    number = page.url.split("/")[-2]
    page.goto("/secretariat")
    resume: Locator = page.locator(f"#resume-{number}")
    watch.time("reprendre un appel", resume.click, "#call h1", "Un de ces signes")
    page.goto("/secretariat")
    page.get_by_label("Numéro où rappeler").fill("06")
    give_up = page.locator(f"#abandon-{number}")
    watch.time("abandonner un appel", give_up.click, f".desk:not(:has(#abandon-{number}))")
    begin(watch, f"06 99 02 {turn:02} 34")
    watch.time("appel : un signe, le 15", lambda: page.keyboard.press("1"), "h1", "Transférez")


def begin(watch: Stopwatch, number: str) -> None:
    """The number and the commune of a call."""
    page = watch.page
    page.goto("/secretariat")
    page.get_by_label("Numéro où rappeler").fill(number)
    commune = page.get_by_label("Commune où se trouve")
    commune.fill("Fresnes")
    watch.time(
        "appel : numéro et commune", lambda: commune.press("Enter"), "#call h1", "Un de ces signes"
    )


def agenda(watch: Stopwatch, doctor: UUID, _turn: int) -> None:
    """What a doctor does on their agenda."""
    page = watch.page
    page.goto(f"/agenda/{doctor}")
    give = page.get_by_role("link", name="Donner du temps", exact=True)
    watch.time("agenda : donner du temps", give.click, "h1", "Donner")


WALKS: Sequence[Callable[[Stopwatch, UUID, int], None]] = (search, call, agenda)
