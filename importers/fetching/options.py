"""How to reach the sources: what the settings say of networks, proxies, mirrors and patience."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from directory.base.errors import SettingsError
from directory.base.settings import Settings

FOLDER = "fetched"
"""Where downloads are kept, in the data folder."""

MEGABYTE = 1 << 20


def rest(seconds: float) -> None:
    """Wait before another try."""
    time.sleep(seconds)


@dataclass(frozen=True)
class FetchOptions:
    """What holds for every call. Seconds and bytes; `pause` is replaced by tests."""

    folder: Path
    mirrors: Mapping[str, str] = field(default_factory=dict)
    proxy: str = ""
    ca: str = ""
    private: bool = False
    cache_bytes: int = 6000 * MEGABYTE
    attempts: int = 5
    read_seconds: float = 60
    """How long a silent server is waited for."""
    slow_seconds: float = 60
    """How long a server may stay below `slow_bytes` a second."""
    slow_bytes: int = 4096
    longest_wait: float = 120
    """The longest `Retry-After` that is obeyed here and now."""
    pause: Callable[[float], None] = rest


def fetch_options(settings: Settings) -> FetchOptions:
    """Options of an installation; raises SettingsError naming the setting that cannot be used."""
    if settings.fetch_ca and not Path(settings.fetch_ca).is_file():
        raise SettingsError(f"RECOURS_FETCH_CA : {settings.fetch_ca} est introuvable.")
    return FetchOptions(
        folder=settings.data_dir / FOLDER,
        mirrors=read_mirrors(settings.fetch_mirrors),
        proxy=settings.fetch_proxy,
        ca=settings.fetch_ca,
        private=settings.fetch_private,
        cache_bytes=settings.fetch_cache_mb * MEGABYTE,
    )


def read_mirrors(told: str) -> dict[str, str]:
    """`www.data.gouv.fr=https://miroir.exemple.fr/dg` by host; several, separated by spaces."""
    mirrors = {}
    for one in told.replace(",", " ").split():
        host, _, base = one.partition("=")
        parts = urlsplit(base)
        if not host or parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(
                f"RECOURS_FETCH_MIRRORS : « {one} » se lit hôte=https://miroir "
                "(plusieurs : séparés par des espaces)."
            )
        mirrors[host.lower()] = base.rstrip("/")
    return mirrors
