"""What every command needs: the settings, and a document on stdout."""

import sys
from typing import Annotated, Any

import orjson
import typer
from pydantic import ValidationError

from directory.base.errors import SettingsError
from directory.base.logs import configure_logs
from directory.base.settings import Settings

AsJson = Annotated[
    bool, typer.Option("--json", help="Un seul document JSON sur la sortie standard.")
]


def read_settings(**changes: Any) -> Settings:
    """Settings of this process; SettingsError names what is wrong. Logs follow from there."""
    try:
        settings = Settings(**changes)
    except ValidationError as exc:
        wrong = " ; ".join(
            f"RECOURS_{str(one['loc'][0]).upper()} = {one['input']!r}" for one in exc.errors()
        )
        raise SettingsError(f"{wrong} : valeur refusée (voir docs/reglages.md).") from exc
    configure_logs(settings.log_format)
    return settings


def print_json(document: Any) -> None:
    """One document on stdout, and nothing else there."""
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.buffer.flush()
