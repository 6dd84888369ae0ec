"""Running the HTTP server: where it may listen, jobs in the background."""

import ipaddress
import socket

import typer
import uvicorn

from directory.base.errors import SettingsError
from directory.base.jobs import JobRunner
from directory.base.settings import Settings
from orientation.tables import base as agenda_base
from web.app import create_app
from web.services import Services, services

STOP_SECONDS = 5
"""How long open connections (live pages) are waited for when the server stops."""


def check_listening(settings: Settings, host: str) -> None:
    """Refuse to listen beyond this machine in the demonstration, or without a public address.

    People's cookies and patients' names travel by https: `RECOURS_PUBLIC_URL` says who does it.
    """
    if is_loopback(host):
        return
    if settings.demo:
        raise SettingsError(
            f"--host {host} : la démonstration, ouverte à qui la joint, n'écoute que sur cette "
            "machine (127.0.0.1, ::1 ou localhost)."
        )
    if not settings.public_url.startswith("https://"):
        raise SettingsError(
            f"--host {host} : au-delà de cette machine, un serveur frontal doit servir Recours en "
            "https ; donnez son adresse dans RECOURS_PUBLIC_URL (voir docs/comptes.md)."
        )


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is this machine alone; raises SettingsError if unknown."""
    try:
        addresses = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError as exc:
        raise SettingsError(f"--host {host} : adresse inconnue ({exc}).") from exc
    return all(ipaddress.ip_address(str(address)).is_loopback for address in addresses)


def check_accounts(opened: Services, host: str) -> None:
    """No demonstration over real accounts, and no network without an account to close it to."""
    has_accounts = opened.accounts.any_account()
    if opened.settings.demo and has_accounts:
        raise SettingsError(
            f"Le dossier {opened.settings.data_dir} a des comptes : la démonstration, qui ouvre "
            "tout, ne s'y mélange pas. Indiquez un autre dossier (RECOURS_DATA_DIR)."
        )
    if not has_accounts and not is_loopback(host):
        raise SettingsError(
            f"--host {host} : créez d'abord un compte de coordination "
            "(recours account create --role coordinator)."
        )


def serve_app(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted; raises SettingsError when the port is taken."""
    with _bind(host, port) as listening, services(settings) as opened:
        check_accounts(opened, host)
        runner = JobRunner(opened.orientation.database, agenda_base.lease, opened.jobs())
        opened.orientation.extend_horizon()
        runner.start()
        config = uvicorn.Config(
            create_app(opened),
            log_config=None,
            access_log=False,  # addresses may carry what a caller said: the app logs its own line
            timeout_graceful_shutdown=STOP_SECONDS,
            server_header=False,
            proxy_headers=False,  # web/proxies.py believes the front servers of the settings alone
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
