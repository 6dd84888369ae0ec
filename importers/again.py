"""What need not be shaped again: rows that come back word for word."""

from typing import Any

from directory.staging import Staging
from importers.contract import Context, Importer, Pours
from importers.outcome import Sink


def look_back(
    importer: Importer[Any], sink: Sink[Any], context: Context, way: str, *, reread: bool
) -> None:
    """Have rows known word for word passed over, where the source can.

    An extract also dates what it confirms, and `reread` asks for it: both look at every row.
    """
    if context.everywhere and isinstance(importer, Pours) and isinstance(sink, Staging):
        context.way = way
        context.known_rows = None if reread or context.partial else sink.known_rows()
