"""Policies side by side over several seeds: means, spreads, who wins, and tables in French."""

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bench.simulated.policies import SHIPPED

Runs = Sequence[Mapping[str, float]]
"""The figures of one policy, seed after seed."""

BOUND = "borne"


class Aim(NamedTuple):
    """A figure to improve: `better` is 1 when more is better, -1 when less is.

    Means closer than `tolerance` are equal, and the next aim decides.
    """

    key: str
    better: int
    tolerance: float


OBJECTIVE = (
    Aim("as_asked_48h", 1, 0.01),
    Aim("visits_48h", 1, 0.02),
    Aim("own_48h", 1, 0.05),
    Aim("gini", -1, 0.01),
    Aim("seen_24h", 1, 0.02),
    Aim("travel_km", -1, 0.1),
)
"""What a good policy is, most important first (docs/decisions/0022-window.md)."""


class Column(NamedTuple):
    """A column of the tables; a share is written in percent."""

    title: str
    key: str
    is_share: bool = True
    digits: int = 1


COLUMNS = (
    Column("vus ≤ 24 h", "seen_24h"),
    Column("vus ≤ 48 h", "seen_48h"),
    Column("comme demandé ≤ 48 h", "as_asked_48h"),
    Column("vus en tout", "seen_at_last"),
    Column("dans le délai demandé", "delay_met"),
    Column("mode demandé", "mode_asked"),
    Column("visites ≤ 48 h", "visits_48h"),
    Column("visites refusées", "visits_refused"),
    Column("son MT ≤ 48 h", "own_48h"),
    Column("trajet (km)", "travel_km", is_share=False, digits=2),
    Column("Gini", "gini", is_share=False, digits=3),
    Column("sans MT ≤ 48 h", "without_mt_48h"),
)


def mean(runs: Runs, key: str) -> float:
    """The mean of a figure over the seeds."""
    return statistics.fmean(run[key] for run in runs)


def spread(runs: Runs, key: str) -> float:
    """The standard deviation of a figure over the seeds, 0 for one seed."""
    return statistics.stdev(run[key] for run in runs) if len(runs) > 1 else 0.0


def best(policies: Mapping[str, Runs]) -> list[str]:
    """The policies that `OBJECTIVE` cannot tell from the best one."""
    left = list(policies)
    for aim in OBJECTIVE:
        reached = {name: aim.better * mean(policies[name], aim.key) for name in left}
        top = max(reached.values())
        left = [name for name in left if reached[name] >= top - aim.tolerance]
    return left


def table(policies: Mapping[str, Runs], bound: Runs) -> str:
    """Markdown: a line per policy, then the bound; mean ± standard deviation over the seeds."""
    titles = ["politique", *(column.title for column in COLUMNS), "vus ≤ 48 h, contre recours"]
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)]]
    shipped = policies[SHIPPED]
    for name, runs in policies.items():
        against = "" if name == SHIPPED else _against(runs, shipped)
        lines.append([name, *(_cell(runs, column) for column in COLUMNS), against])
    lines.append([BOUND, *(_cell(bound, column) for column in COLUMNS), ""])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(runs: Runs, column: Column) -> str:
    if column.key not in runs[0]:
        return "–"
    scale, unit = (100, " %") if column.is_share else (1, "")
    middle, around = (
        f"{scale * told:.{column.digits}f}".replace(".", ",")
        for told in (mean(runs, column.key), spread(runs, column.key))
    )
    return f"{middle}{unit}" if len(runs) == 1 else f"{middle} ± {around}{unit}"


def _against(runs: Runs, shipped: Runs) -> str:
    """« +1,2 pt (3/3) »: the mean difference, and in how many seeds it is in that direction."""
    gaps = [
        100 * (one["seen_48h"] - other["seen_48h"])
        for one, other in zip(runs, shipped, strict=True)
    ]
    middle = statistics.fmean(gaps)
    same = sum(gap * middle > 0 for gap in gaps)
    return f"{middle:+.1f} pt ({same}/{len(gaps)})".replace(".", ",")
