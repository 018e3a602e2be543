"""One value in a table for other programs."""

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet would run."""


def cell(value: object) -> str:
    """Its text: empty where it is absent, two decimals, and never a formula."""
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{value:.2f}"
    text = " ".join(value) if isinstance(value, tuple) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
