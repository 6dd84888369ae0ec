"""The guide says of every indicator what the code says, and of no other."""

import re
from pathlib import Path

from orientation.indicators.catalogue import INDICATORS
from orientation.indicators.model import Indicator
from orientation.indicators.outside import OUTSIDE, OutsideIndicator

GUIDE = Path(__file__).parents[3] / "docs" / "indicateurs.md"
EVERY: tuple[Indicator | OutsideIndicator, ...] = (*INDICATORS, *OUTSIDE)
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
        for one in EVERY
    ]
    assert written == told


def test_codes_are_said_once() -> None:
    codes = [one.code for one in EVERY]
    assert len(set(codes)) == len(codes)
