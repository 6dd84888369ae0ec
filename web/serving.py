"""Running the HTTP server: loopback only while there are no accounts, jobs in the background."""

import ipaddress
import socket

import typer
import uvicorn

from directory.base.errors import SettingsError
from directory.base.jobs import JobRunner
from directory.base.settings import Settings
from orientation.tables import base as agenda_base
from web.app import create_app
from web.services import services

STOP_SECONDS = 5
"""How long open connections (live pages) are waited for when the server stops."""


def check_loopback(host: str) -> None:
    """Refuse to listen beyond this machine: without accounts, anybody could read the agenda."""
    try:
        addresses = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError as exc:
        raise SettingsError(f"--host {host} : adresse inconnue ({exc}).") from exc
    if not all(ipaddress.ip_address(str(address)).is_loopback for address in addresses):
        raise SettingsError(
            f"--host {host} : tant que les comptes n'existent pas, Recours n'écoute que sur cette "
            "machine (127.0.0.1, ::1 ou localhost)."
        )


def serve_app(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted; raises SettingsError when the port is taken."""
    listening = _bind(host, port)
    with services(settings) as opened:
        runner = JobRunner(opened.orientation.database, agenda_base.lease, opened.jobs())
        opened.orientation.extend_horizon()
        runner.start()
        config = uvicorn.Config(
            create_app(opened),
            log_config=None,
            access_log=False,  # addresses may carry what a caller said: the app logs its own line
            timeout_graceful_shutdown=STOP_SECONDS,
            server_header=False,
        )
        shown = f"[{host}]" if ":" in host else host
        typer.echo(f"Recours répond sur http://{shown}:{port} (Ctrl-C pour arrêter)")
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            runner.stop()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as exc:
        listening.close()
        raise SettingsError(
            f"Le port {port} est déjà pris sur {host} ; choisissez-en un autre avec --port."
        ) from exc
    return listening
