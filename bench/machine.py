"""On what a measure was taken, in French, as the documents say it."""

import os
import platform
from datetime import datetime

import psutil

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)


def say_machine() -> str:
    """Cores, memory, Python, day and present load."""
    now = datetime.now().astimezone()
    memory = round(psutil.virtual_memory().total / 1e9)
    load = f"{os.getloadavg()[0]:.1f}".replace(".", ",")
    return (
        f"{os.cpu_count()} cœurs {platform.machine()}, {memory} Go, "
        f"Python {platform.python_version()}, le {now.day} {_MONTHS[now.month - 1]} {now.year}, "
        f"charge {load}"
    )
