"""Every list that a coordinator can fill: the ETP form and the mappings that ship."""

from importers.etp.importer import IMPORTER as ETP
from importers.etp.template import etp_template
from importers.registry import mappings
from importers.table.mapping import load_mapping
from importers.table.template import mapping_template
from importers.template import Template


def templates() -> dict[str, Template]:
    """Templates by name, in alphabetical order."""
    found = [mapping_template(load_mapping(path)[0]) for path in mappings().values()]
    found.append(etp_template(ETP.card))
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}
