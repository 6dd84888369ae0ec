"""Every measured claim: `make bench`, or one of them by its name.

python -m bench [--quick]
python -m bench score|search|engines|pages|rivals|imports|matching|links|updating [options]
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

PARTS: Mapping[str, tuple[str, Sequence[str]]] = {
    "score": (
        "la bonne fiche est-elle la première, sur deux moteurs",
        ("--rows", "3000", "--per-class", "22"),
    ),
    "search": (
        "construction de l'index et dix formes de question",
        ("--rows", "20000", "--rounds", "50"),
    ),
    "engines": ("les deux moteurs côte à côte", ("--rows", "3000", "--rounds", "30")),
    "pages": ("moteur, API et page HTML, et la mémoire du serveur", ("--rounds", "30")),
    "interactions": ("d'une touche à ce que la page montre", ("--rounds", "3")),
    "suggest": ("suggestions pendant la frappe", ("--rows", "3000")),
    "rivals": (
        "à côté de SQLite FTS5 avec Datasette et de Tantivy nu",
        ("--rows", "20000", "--rounds", "30"),
    ),
    "proposals": (
        "propositions sur un agenda plein",
        ("--slots", "2000", "--needs", "50", "--doctors", "8", "--booked", "60"),
    ),
    "reservations": ("réservations par seconde, à côté de la base nue", ("--each", "30")),
    "audited": ("ce que le journal scellé coûte à une réservation", ("--each", "60")),
    "simulation": ("une saison simulée de premier recours, plusieurs politiques", ("--days", "3")),
    "activities": ("activités FINESS, en flux", ("--rows", "20000")),
    "locating": ("adresses situées, notre part du temps", ("--rows", "2000")),
    "updating": ("mise à jour du territoire : la première, puis rien de nouveau", ()),
    "imports": ("lecture des fichiers nationaux", ()),
}
"""What `make bench` runs, in order: what it measures, and its options when in a hurry."""

NOT_QUICK = "imports"
"""Minutes long, whatever its options."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one measure with its options, or all of them one after the other."""
    told = list(sys.argv[1:] if arguments is None else arguments)
    if told and told[0] in PARTS:
        return run(told[0], told[1:])
    quick: bool = _parser().parse_args(told).quick
    chosen = [name for name in PARTS if not (quick and name == NOT_QUICK)]
    return max([run(name, PARTS[name][1] if quick else ()) for name in chosen])


def run(name: str, options: Sequence[str]) -> int:
    """Run one measure with its options; its exit status."""
    print(f"\n== {name} : {PARTS[name][0]}", flush=True)
    try:
        # Under its own name: a measure may start processes that must find its functions again.
        measure = import_module(f"bench.{name}")
    except ModuleNotFoundError as exc:
        print(f"{exc.name} n'est pas installé : `pip install {exc.name}`, puis recommencez.")
        return 1
    status: int = measure.main(options)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Les mesures publiées dans docs/mesures.md et docs/recherche.md.",
        epilog="mesures (chacune a son --help) :\n"
        + "\n".join(f"  {name:<14}{said}" for name, (said, _) in PARTS.items())
        + "\n\nà part : python -m bench.matching, python -m bench.links",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", nargs="?", choices=tuple(PARTS), metavar="MESURE", help="une seule")
    parser.add_argument("--quick", action="store_true", help="petites tailles, sans les imports")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
