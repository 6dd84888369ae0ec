"""When an input is refused: too old, too few rows, too many broken ones. Each says what to do."""

from collections.abc import Iterable, Set
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from directory.base.errors import InputRefusedError, RecoursError
from importers.contract import Card
from importers.report import Report

if TYPE_CHECKING:
    from directory.register import PublishedSource

EXTRACT_HINT = "Si c'est voulu et que ce n'est qu'un extrait, ajoutez --partial."
"""What a person at the command line may do about it; a timer may not."""


def check_age(card: Card, named: Iterable[tuple[str, date]], report: Report, today: date) -> None:
    """Refuse files dated after `today`, or older than the card allows (an extract only warns)."""
    for name, day in named:
        if day > today + timedelta(days=1):
            # Even from an extract: rows of the future would forbid every later listing.
            raise InputRefusedError(
                f"{name} : données datées du {day:%d/%m/%Y}, dans le futur. "
                "Vérifiez le fichier et l'horloge de la machine.",
                source=report.source,
            )
        if card.max_age_days and day < today - timedelta(days=card.max_age_days):
            _refuse_or_warn(
                report,
                f"{name} : données du {day:%d/%m/%Y}, plus anciennes que les {card.max_age_days} "
                f"jours admis pour « {card.title} ». {card.stale_advice}".rstrip(),
            )


def check_newer(known: "PublishedSource | None", report: Report) -> None:
    """An older listing never replaces a newer one; an extract is compared row by row instead."""
    if known is None or known.data_date is None or report.data_date is None:
        return
    if report.data_date < known.data_date:
        _refuse_or_warn(
            report,
            f"{_names(report)} : données du {report.data_date:%d/%m/%Y}, plus anciennes que celles "
            f"déjà publiées ({known.data_date:%d/%m/%Y}).",
        )


def check_parts(card: Card, read: Set[str], report: Report) -> None:
    """Refuse a source one of whose listings was not given; an extract only warns."""
    if missing := [part for part in card.parts if part not in read]:
        _refuse_or_warn(
            report,
            f"{_names(report)} : il manque {', '.join(missing)}. « {card.title} » est faite de "
            f"{len(card.parts)} listes, à donner ensemble : les lignes de celle qui manque "
            "passeraient pour supprimées.",
        )


def check_counts(card: Card, report: Report) -> None:
    """What must hold once everything was read: sums, share of broken rows, bounds."""
    if not report.adds_up():
        raise RecoursError(
            f"{report.title} : {report.read} lignes lues, mais {report.kept} + {report.unchanged} "
            f"+ {report.ignored} + {report.quarantined} comptées. Signalez cette erreur."
        )
    check_share(card, report)
    check_bounds(card, report)


def check_share(card: Card, report: Report) -> None:
    """Refuse a file with more broken rows than the card allows, showing the first one."""
    if report.quarantined > card.max_quarantined_share * report.read:
        first = report.examples[0]
        raise InputRefusedError(
            f"{_names(report)} : {report.quarantined} lignes inexploitables sur {report.read} "
            f"(au plus {card.max_quarantined_share:.1%} admises). La première est la ligne "
            f"{first['line']} : {first['reason']} ({first['detail']}). "
            "Vérifiez que c'est le bon fichier, complet.",
            source=report.source,
        )


def check_bounds(card: Card, report: Report) -> None:
    """Refuse a file with fewer or more rows than the card expects; an extract only warns, and so
    does a demonstration, whose territory is all there is."""
    if card.min_rows <= report.read <= card.max_rows:
        return
    few = report.read < card.min_rows
    say = report.warnings.append if few and report.demo else partial(_refuse_or_warn, report)
    say(
        f"{_names(report)} : {report.read} lignes, {'moins' if few else 'plus'} que les "
        f"{card.min_rows if few else card.max_rows} attendues au {'moins' if few else 'plus'} "
        f"pour « {card.title} ».",
    )


def _refuse_or_warn(report: Report, problem: str) -> None:
    if not report.partial:
        raise InputRefusedError(f"{problem} {EXTRACT_HINT}", source=report.source)
    report.warnings.append(problem)


def _names(report: Report) -> str:
    return ", ".join(report.files)
