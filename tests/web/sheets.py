"""Which sheets of a tagged PDF each row of its tables stands on, read from its structure (ISO
32000-2, 14.7): Chromium writes those objects uncompressed."""

import re

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_ROW, _CELL = re.compile(rb"/S\s*/TR\b"), re.compile(rb"/S\s*/TD\b")
_PAGE, _CHILDREN = re.compile(rb"/Pg (\d+) 0 R"), re.compile(rb"/K (\[[^\]]*\]|\d+ 0 R)")
_REFERENCE = re.compile(rb"(\d+) 0 R")


def count_sheets(document: bytes) -> int:
    """How many pages there are to print."""
    return len(re.findall(rb"/Type\s*/Page[^s]", document))


def sheets_of_rows(document: bytes) -> list[set[bytes]]:
    """For each row with a cell that is no header, the pages its content is on."""
    objects = dict(_OBJECT.findall(document))
    rows = [name for name, body in objects.items() if _ROW.search(body)]
    found = []
    for row in rows:
        bodies = [objects[one] for one in _under(objects, row)]
        if any(_CELL.search(body) for body in bodies):
            found.append({page for body in bodies for page in _PAGE.findall(body)})
    return found


def _under(objects: dict[bytes, bytes], name: bytes) -> list[bytes]:
    """An element and all it holds."""
    children = [
        one for told in _CHILDREN.findall(objects[name]) for one in _REFERENCE.findall(told)
    ]
    return [name, *(deep for one in children if one in objects for deep in _under(objects, one))]
