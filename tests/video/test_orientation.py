import numpy as np
import pytest

from hipcv.video.orientation import display_matrix, is_reflection, upright
from tests.clips import (
    ANTITRANSPOSED,
    AS_STORED,
    MIRRORED,
    TRANSPOSED,
    TURNED_90,
    TURNED_180,
    TURNED_270,
    UPSIDE_DOWN_MIRRORED,
    stored_for,
)

TURNS = [AS_STORED, TURNED_90, TURNED_180, TURNED_270]
REFLECTIONS = [MIRRORED, UPSIDE_DOWN_MIRRORED, TRANSPOSED, ANTITRANSPOSED]
PICTURE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)


def raw(a, b, c, d) -> bytes:
    one = 65536
    nine = [a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30]
    return np.array([round(n) for n in nine], "<i4").tobytes()


@pytest.mark.parametrize(
    ("matrix", "displayed"),
    [
        (TURNED_90, np.rot90(PICTURE, 1)),
        (TURNED_180, np.rot90(PICTURE, 2)),
        (TURNED_270, np.rot90(PICTURE, -1)),
        (MIRRORED, PICTURE[:, ::-1]),
    ],
)
def test_a_tagged_picture_is_shown_as_players_show_it(matrix, displayed):
    np.testing.assert_array_equal(upright(PICTURE, matrix, mirrored=False), displayed)


@pytest.mark.parametrize("matrix", TURNS + REFLECTIONS)
def test_all_eight_turns_and_flips_are_undone(matrix):
    displayed = upright(stored_for(PICTURE, matrix), matrix, mirrored=False)

    np.testing.assert_array_equal(displayed, PICTURE)


@pytest.mark.parametrize("matrix", TURNS + REFLECTIONS)
def test_a_declared_mirror_image_is_flipped_as_displayed(matrix):
    displayed = upright(stored_for(PICTURE, matrix), matrix, mirrored=True)

    np.testing.assert_array_equal(displayed, PICTURE[:, ::-1])


@pytest.mark.parametrize("matrix", TURNS)
def test_a_turn_is_no_reflection(matrix):
    assert not is_reflection(matrix)


@pytest.mark.parametrize("matrix", REFLECTIONS)
def test_a_flip_is_a_reflection(matrix):
    assert is_reflection(matrix)


def test_a_matrix_is_read_row_by_row():
    assert display_matrix(raw(0, -1, 1, 0)) == TURNED_90


@pytest.mark.parametrize(
    "entries", [(0.7, 0.7, -0.7, 0.7), (2, 0, 0, 2), (1, 1, 0, 1), (1, 0, 0, 0), (0.9, 0, 0, 0.9)]
)
def test_a_slanted_or_stretched_display_is_not_accepted(entries):
    assert display_matrix(raw(*entries)) is None
