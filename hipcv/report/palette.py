"""Colours that colour-blind eyes and black-and-white prints tell apart (Okabe–Ito)."""

from typing import Final

INK: Final = "#1f2933"
MUTED: Final = "#616e7c"
BLUE: Final = "#0072b2"
SKY: Final = "#56b4e9"
ORANGE: Final = "#e69f00"
YELLOW: Final = "#f0e442"
GREEN: Final = "#009e73"
VERMILLION: Final = "#d55e00"
WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
PALE: Final = "#e4e7eb"


def bgr(colour: str) -> tuple[int, int, int]:
    """Return a hex colour in the channel order of pictures."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return blue, green, red
