"""Une période de premier recours, inventée puis rejouée par plusieurs politiques.

    python -m bench.simulation --seed 1 --days 28 [--seeds 3] [--scenario hiver] [--policies all]
    python -m bench.simulation --seed 1 --days 3 --store
    python -m bench.simulation --hypotheses

`--json` écrit un objet : `seeds`, `days`, puis `scenarios`, où chaque scénario porte `policies`
(par politique, un objet de mesures par graine), `bound` (par graine) et `best` (les politiques que
l'objectif ne distingue pas de la meilleure). Mesures d'une politique :

- `calls`, et comment ils finissent, en nombre : `seen` (vus), `no_show` (absents), `declined`
  (propositions refusées), `too_late` (toutes trop tardives), `nothing` (aucune proposition) ;
- `seen_24h`, `seen_48h`, `seen_at_last` : parts des appels vus en 24 h, en 48 h, en tout ;
- `as_asked_48h` : part des appels vus en 48 h dans le mode demandé ;
- `own_calls`, `own_48h` : appels de qui a son médecin traitant dans l'équipe, part vue par lui
  en 48 h ;
- `delay_met` : part des appels vus dans le délai demandé ;
- `mode_asked` : part des rendez-vous donnés dans le mode demandé ; `wait_hours` : attente médiane ;
- `home_calls` : appels de qui ne peut pas se déplacer ; `visits_48h` : part visitée en 48 h ;
  `visits_refused` : part à qui aucune visite n'a été offerte à temps, faute de créneau ;
- `travel_km` : kilomètres à vol d'oiseau par rendez-vous, vidéo comptée 0 ;
- `gini` : inégalité des rendez-vous rapportés à la capacité déclarée, de 0 (égaux) à 1 ;
- `without_mt_calls`, `without_mt_48h`, `without_mt_accepting` : appels de qui n'a pas de médecin
  traitant, part vue en 48 h, part placée chez un médecin qui prend de nouveaux patients.

`bound` n'a que `seen_24h`, `seen_48h`, `visits_48h` et `travel_km` (docs/simulation.md).
"""

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.simulated.bound import clairvoyant
from bench.simulated.calls import make_calls
from bench.simulated.comparison import best, table
from bench.simulated.figures import figures
from bench.simulated.hypotheses import SCENARIOS, TABLE, rate
from bench.simulated.policies import SHIPPED, choosers, routed, shipped_policy
from bench.simulated.replay import replay
from bench.simulated.store import choices, replay_in_store
from bench.simulated.world import build_world
from directory.base.logs import configure_logs

MOST_DAYS = 366


@dataclass
class Results:
    """The figures of one scenario: by policy, seed after seed, and the bound's."""

    policies: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    bound: list[dict[str, float]] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; tables or JSON on the output, progress on the error output."""
    options = _parser().parse_args(arguments)
    if options.hypotheses:
        print(hypotheses())
        return 0
    configure_logs(level=logging.WARNING)
    names = [options.scenario] if options.scenario else list(SCENARIOS)
    seeds = range(options.seed, options.seed + options.seeds)
    if options.store:
        agreed = [_compare_with_store(name, seed, options.days) for name in names for seed in seeds]
        return 0 if all(agreed) else 1
    found = {
        name: simulate(
            name, seeds, options.days, options.patience, orders=options.policies == "all"
        )
        for name in names
    }
    print(_as_json(found, seeds, options.days) if options.json else _as_tables(found))
    return 0


def simulate(
    scenario: str, seeds: Sequence[int], days: int, patience: float, *, orders: bool
) -> Results:
    """Every policy on the same calls, seed after seed; `patience` is in hours."""
    results = Results()
    for seed in seeds:
        world = build_world(scenario, seed, days)
        calls = make_calls(world, scenario, seed, patience)
        _tell(f"{scenario}, graine {seed} : {len(calls)} appels en {days} jours")
        for name, choose in choosers(seed, orders=orders).items():
            told = figures(world, replay(world, calls, choose))
            results.policies.setdefault(name, []).append(told)
        results.bound.append(clairvoyant(world, calls))
    return results


def hypotheses() -> str:
    """Every constant of the world with its source, as a Markdown table."""
    lines = ["| constante | valeur | source |", "| --- | ---: | --- |"]
    for known in TABLE.values():
        value = f"{known.value:.6g}".replace(".", ",")
        lines.append(f"| {known.label} | {value} | {known.source} |")
    return "\n".join(lines)


def _compare_with_store(scenario: str, seed: int, days: int) -> bool:
    """Replay the shipped policy in memory and in a store, and say whether both chose the same."""
    world = build_world(scenario, seed, days)
    calls = make_calls(world, scenario, seed)
    _tell(f"{scenario}, graine {seed} : {len(calls)} appels dans un agenda réel")
    in_memory = replay(world, calls, routed(shipped_policy()))
    with tempfile.TemporaryDirectory() as folder:
        in_store = replay_in_store(world, calls, Path(folder))
    same = choices(in_memory) == choices(in_store)
    told = "mêmes choix" if same else "choix différents"
    print(f"{scenario}, graine {seed}, {days} jours, {len(calls)} appels : {told}")
    return same


def _as_tables(found: dict[str, Results]) -> str:
    return "\n\n".join(
        f"### {name} ({SCENARIOS[name].label})\n\n{table(results.policies, results.bound)}\n\n"
        f"Retenues par l'objectif : {', '.join(best(results.policies))}."
        for name, results in found.items()
    )


def _as_json(found: dict[str, Results], seeds: Sequence[int], days: int) -> str:
    scenarios = {
        name: {
            "policies": results.policies,
            "bound": results.bound,
            "best": best(results.policies),
        }
        for name, results in found.items()
    }
    told = {"seeds": list(seeds), "days": days, "scenarios": scenarios}
    return json.dumps(told, ensure_ascii=False, indent=2)


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.simulation",
        description=f"Rejoue des appels inventés par la politique livrée (« {SHIPPED} »), par "
        "d'autres, et par une borne qui connaît tous les appels.",
    )
    parser.add_argument("--seed", type=int, default=1, help="première graine (1)")
    parser.add_argument("--seeds", type=_count, default=1, help="combien de graines (1)")
    parser.add_argument("--days", type=_days, default=28, help="combien de jours (28)")
    parser.add_argument("--scenario", choices=SCENARIOS, help="un seul scénario ; tous sinon")
    parser.add_argument(
        "--policies",
        choices=("base", "all"),
        default="base",
        help="all : compare aussi d'autres ordres des critères",
    )
    parser.add_argument(
        "--patience",
        type=_count,
        default=int(rate("patience_hours")),
        help="heures d'attente au-delà desquelles la personne va ailleurs (72)",
    )
    parser.add_argument("--json", action="store_true", help="écrit du JSON au lieu de tableaux")
    parser.add_argument(
        "--store",
        action="store_true",
        help="rejoue la politique livrée dans un agenda réel (SQLite) et compare les choix",
    )
    parser.add_argument("--hypotheses", action="store_true", help="écrit les constantes du monde")
    return parser


def _count(told: str) -> int:
    number = int(told)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{told} : au moins 1")
    return number


def _days(told: str) -> int:
    number = _count(told)
    if number > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{told} jours : {MOST_DAYS} au plus")
    return number


if __name__ == "__main__":
    raise SystemExit(main())
