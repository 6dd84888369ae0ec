"""Cells of every exported sheet: a spreadsheet shows them as text, whatever they begin with."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet compute a cell (OWASP, « CSV injection »)."""


def safe_cell(text: str) -> str:
    """A cell that stays text: what would be a formula is kept behind an apostrophe."""
    return f"'{text}" if text.lstrip(" \u00a0\u202f").startswith(FORMULA_STARTS) else text
