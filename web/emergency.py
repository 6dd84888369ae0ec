"""« Passer au 15 » is never blocked: the screen comes within two seconds, stored or not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from directory.base.logs import get_logger

log = get_logger(__name__)

T = TypeVar("T")

WAIT_SECONDS = 2.0
"""How long a person may wait for the store before the screen of the 15 comes without it."""

_POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="passer-au-15")


def store_in_time(work: Callable[[], T]) -> T | None:
    """What `work` stored, or None when it failed or is still under way: it then goes on alone."""
    future = _POOL.submit(work)
    try:
        return future.result(timeout=WAIT_SECONDS)
    except TimeoutError:
        log.warning("transfer to 15 shown before it is stored", seconds=WAIT_SECONDS)
    except Exception as error:  # whatever the store says, the screen of the 15 comes
        log.error("transfer to 15 could not be stored", error=type(error).__name__)
    return None
