"""The guide says of every indicator what the code says, and of no other."""

import re
from pathlib import Path

from orientation.indicators.catalogue import INDICATORS
from orientation.indicators.outside import OUTSIDE

GUIDE = Path(__file__).parents[3] / "docs" / "indicateurs.md"
ENTRY = re.compile(
    r"^### `(?P<code>[^`]+)` : (?P<title>.+)\n\n(?P<definition>.+)\n\n"
    r"- Unité : (?P<unit>.+)\.\n- Source : (?P<source>.+)$",
    re.MULTILINE,
)


def test_every_definition_is_in_the_guide_word_for_word() -> None:
    written = [found.groupdict() for found in ENTRY.finditer(GUIDE.read_text(encoding="utf-8"))]
    told = [
        {
            "code": one.code,
            "title": one.title,
            "definition": one.definition,
            "unit": one.unit,
            "source": one.source,
        }
        for one in (*INDICATORS, *OUTSIDE)
    ]
    assert written == told


def test_codes_are_said_once() -> None:
    codes = [one.code for one in (*INDICATORS, *OUTSIDE)]
    assert len(set(codes)) == len(codes)
