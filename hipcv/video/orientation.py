"""Display matrix: turn and mirror of a stored picture before it is shown."""

from typing import Final

import numpy as np

from hipcv.core.interfaces import Picture

Matrix = tuple[tuple[int, int], tuple[int, int]]

AS_STORED: Final[Matrix] = ((1, 0), (0, 1))
FIXED_POINT_ONE: Final = 65536
TOLERANCE: Final = 0.02


def display_matrix(raw: bytes) -> Matrix | None:
    """Read the 2×2 part of a container's display matrix: one of eight turns and flips, or None.

    `raw` is nine little-endian 32-bit integers, row by row.
    """
    turn = np.frombuffer(raw, dtype="<i4").reshape(3, 3)[:2, :2] / FIXED_POINT_ONE
    (a, b), (c, d) = np.rint(turn).astype(int).tolist()
    matrix: Matrix = ((a, b), (c, d))
    straight = bool(np.allclose(turn, matrix, atol=TOLERANCE))
    crosswise = (abs(a), abs(d)) == (0, 0) and (abs(b), abs(c)) == (1, 1)
    lengthwise = (abs(a), abs(d)) == (1, 1) and (abs(b), abs(c)) == (0, 0)
    return matrix if straight and (crosswise or lengthwise) else None


def is_reflection(matrix: Matrix) -> bool:
    """Return True if the matrix mirrors the picture."""
    (a, b), (c, d) = matrix
    return a * d - b * c < 0


def upright(picture: Picture, matrix: Matrix, *, mirrored: bool) -> Picture:
    """Turn a stored picture into the displayed one.

    Convention:
        A pixel at (x, y) goes to (a x + c y, b x + d y): with ((0, -1), (1, 0)) what lies to the
        right in the file is shown at the top, a quarter turn counter-clockwise as displayed.

    A mirror image is flipped back after the turn. The result is contiguous.
    """
    (a, b), (c, d) = matrix
    step_x, step_y = a, d
    if a == 0:
        picture = picture.transpose(1, 0, 2)
        step_x, step_y = c, b
    if mirrored:
        step_x = -step_x
    return np.ascontiguousarray(picture[::step_y, ::step_x])
