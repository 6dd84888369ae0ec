"""What an import by itself refuses where a person watching would decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from directory.base.errors import InputRefusedError
from directory.register import Register
from importers.outcome import Run


@dataclass(frozen=True)
class Unattended:
    """Nobody watches: a changed layout is refused, and so is losing too much at once."""

    max_removed: float
    """Share of the rows in force that may leave."""


def check_losses(register: Register, runs: Sequence[Run[Any]], unattended: Unattended) -> None:
    """Refuse every listing of a source when one would lose too many of its rows in force.

    A delta loses only what it names: its silence ends nothing.
    """
    for run in runs if not runs[0].report.partial else ():
        known = register.published(run.report.source)
        if known is not None and run.report.removed > unattended.max_removed * known.rows:
            problem = InputRefusedError(
                f"{run.report.title} : {run.report.removed} lignes sur {known.rows} en vigueur "
                f"seraient retirées (au plus {unattended.max_removed * 100:.0f} % sans un humain). Rien "
                "n'est publié : vérifiez le fichier, puis importez-le par « recours import ».",
                source=run.report.source,
                run=run.report.run,
            )
            for one in runs:
                one.refuse(problem.detail)
            raise problem
