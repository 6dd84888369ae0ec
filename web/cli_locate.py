"""`recours locate`: addresses put on the map by the national geocoder."""

from typing import Annotated, Any

import typer
from rich.console import Console

from directory.base.errors import UsageError
from web.cli_base import AsJson, print_json, read_settings

NO_GEOCODER = (
    "Aucun géocodeur n'est réglé : les adresses sans position restent au point de leur commune. "
    "Pour les situer, donnez RECOURS_GEOCODER_URL=https://data.geopf.fr/geocodage, "
    "puis relancez `recours locate`."
)


def locate(
    limit: Annotated[
        int | None, typer.Option(min=1, help="Au plus ce nombre d'adresses, les autres plus tard.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Situer les adresses sans position avec le géocodeur national, chacune une seule fois."""
    from directory.indexing import rebuild_index
    from directory.locating.geocoder import Geocoder
    from directory.locating.run import locate as locate_all
    from web.progress import count_progress
    from web.services import services

    settings = read_settings()
    if not settings.geocoder_url:
        raise UsageError(NO_GEOCODER)
    with (
        services(settings) as opened,
        Geocoder(settings.geocoder_url, per_second=settings.geocoder_per_second) as geocoder,
        count_progress("Adresses", quiet=as_json) as progress,
    ):
        report = locate_all(
            opened.register,
            opened.communes,
            geocoder,
            now=opened.clock(),
            min_score=settings.geocoder_min_score,
            limit=limit,
            progress=progress,
        )
        if report.located:
            rebuild_index(opened.register, opened.engine, opened.communes)
    if as_json:
        print_json(report.as_dict())
    else:
        _show(report.as_dict())


_PRECISIONS = {"address": "à l'adresse", "street": "à la rue"}


def _show(report: dict[str, Any]) -> None:
    console = Console()
    console.print(
        f"{report['asked']} adresses demandées : {report['located']} situées, "
        f"{report['refused']} non situées, {report['unanswered']} sans réponse."
    )
    for precision, number in report["precisions"].items():
        console.print(f"  {_PRECISIONS.get(precision, precision)} : {number}")
    for reason, number in report["reasons"].items():
        console.print(f"  {reason} : {number}")
    if report["pending"]:
        console.print(f"{report['pending']} adresses attendent : relancez `recours locate`.")
    if report["refused"]:
        console.print("Une adresse non située reste au point de sa commune, et le dit.")
