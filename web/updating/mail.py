"""The mail to the coordinator: only when something waits for them, and not the same each night."""

from datetime import timedelta

from directory.updates import updates
from orientation.coordinator_mail import write_to_coordinator
from web.services import Services
from web.updating.model import UpdateReport

REPEAT_DAYS = 7
"""What still waits is said again after a week."""


def tell_coordinator(opened: Services, report: UpdateReport) -> bool:
    """Write what waits to the coordinator, and send it; whether a mail was written."""
    if not (report.needs and opened.settings.coordinator_mail and opened.settings.mail_url):
        return False
    if _was_told(opened, report):
        return False
    write_to_coordinator(
        opened.orientation.context,
        f"Recours {opened.territory.short_name} : une mise à jour vous demande",
        _text(report),
    )
    opened.orientation.send_notices()
    return True


def _was_told(opened: Services, report: UpdateReport) -> bool:
    """Whether these very needs went out less than a week ago."""
    since = opened.clock() - timedelta(days=REPEAT_DAYS)
    for one in updates(opened.register.database, limit=100):
        if one.report.get("mailed"):
            return one.started_at >= since and one.report.get("needs") == report.needs
        if one.report and one.report.get("needs") == []:
            return False  # it was well again in between
    return False


def _text(report: UpdateReport) -> str:
    needs = "\n\n".join(f"- {one}" for one in report.needs)
    return (
        f"La mise à jour n° {report.number} de l'annuaire a besoin de quelqu'un.\n\n{needs}\n\n"
        "L'annuaire répond avec les dernières bonnes données. Le détail est sur la page Données "
        "(/donnees) et par « recours update --status ».\n"
    )
