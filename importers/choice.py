"""Which importer a command means, and which files when it names none."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from directory.base.errors import InputRefusedError, UsageError
from importers.contract import Importer
from importers.etp.importer import IMPORTER as ETP
from importers.etp.importer import with_mapping
from importers.inputs import SourceFile
from importers.registry import TABLE, cards, mappings, source
from importers.table.importer import TableImporter, open_table


def choose_importer(
    name: str, mapping: str | Path | None, files: Sequence[SourceFile]
) -> Importer[Any]:
    """The importer of a source; a table needs a mapping, named, given, or told by its columns."""
    if name == TABLE:
        return _choose_table(mapping, files)
    if mapping is not None and name == ETP.card.name:
        return with_mapping(Path(mapping))
    if mapping is not None:
        raise UsageError("--mapping ne s'emploie qu'avec les sources « table » et « etp ».")
    if name not in cards():
        raise InputRefusedError(f"Source « {name} » inconnue. Sources : {', '.join(cards())}.")
    return source(name)


def default_files(importer: Importer[Any]) -> list[str | Path]:
    """What to read when no file is named: the shipped one, else the published addresses."""
    if shipped := importer.shipped():
        return [shipped]
    if importer.card.url:
        return [importer.card.url, *importer.card.also]
    raise UsageError(f"Indiquez le fichier à importer pour « {importer.card.title} ».")


def _choose_table(mapping: str | Path | None, files: Sequence[SourceFile]) -> TableImporter:
    known = mappings()
    if mapping is not None:
        return open_table(known.get(str(mapping), Path(mapping)))
    shipped = [open_table(path) for path in known.values()]
    fitting = [one for one in shipped if files and one.fits(files[0])]
    if len(fitting) == 1:
        return fitting[0]
    problem = InputRefusedError if files else UsageError
    raise problem(
        "Indiquez la correspondance des colonnes : --mapping FICHIER.toml, ou l'une de celles "
        f"fournies : {', '.join(known)}."
    )
