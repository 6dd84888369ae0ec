"""No count that points at somebody.

Threshold of five: below it, a count of people in a small territory may be somebody's. Where a
group's total is known, one masked count could be subtracted: the next smallest is masked with it,
until what is masked adds up to the threshold.
"""

from collections.abc import Sequence
from dataclasses import replace

from orientation.indicators.model import Figure

SMALLEST_SHOWN = 5


def mask_small(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The same figures, those of fewer than five people masked, and what would give them away."""
    hidden: set[str] = set()
    for group in {figure.group for figure in figures}:
        hidden |= _hidden([figure for figure in figures if figure.group == group])
    return tuple(
        replace(figure, value=None, people=None, masked=True) if figure.code in hidden else figure
        for figure in figures
    )


def _hidden(group: Sequence[Figure]) -> set[str]:
    told = sorted((one for one in group if one.value), key=_rank)
    hidden = [one for one in told if 0 < (one.people or 0) < SMALLEST_SHOWN]
    rest = [one for one in told if one not in hidden]
    while hidden and rest and not _is_safe(hidden):
        hidden.append(rest.pop(0))
    return {one.code for one in hidden}


def _rank(figure: Figure) -> tuple[bool, float, str]:
    """People first, then what counts none, smallest first."""
    return figure.people is None, figure.people or figure.value or 0, figure.code


def _is_safe(hidden: Sequence[Figure]) -> bool:
    return len(hidden) > 1 and sum(one.people or 0 for one in hidden) >= SMALLEST_SHOWN
