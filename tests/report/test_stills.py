from dataclasses import replace

import cv2
import numpy as np
import pytest

from hipcv.report.stills import encode_jpeg, still
from tests.builders import reading


def frame(width=640, height=360):
    return np.full((height, width, 3), 127, dtype=np.uint8)


def test_a_still_is_cut_out_about_the_patient():
    cut = still(frame(), reading(), "")

    assert cut.shape[1] < 400


def test_a_still_without_a_body_is_the_whole_frame():
    lost = replace(reading(), shoulders_px=np.full((2, 2), np.nan))

    assert still(frame(), lost, "").shape == (360, 640, 3)


def test_the_caption_is_written_at_the_foot():
    plain, captioned = still(frame(), reading(), ""), still(frame(), reading(), "Start position")

    assert not np.array_equal(plain[-20:], captioned[-20:])


@pytest.mark.parametrize("height", [360, 1080])
def test_a_still_is_never_larger_than_asked(height):
    coded = encode_jpeg(frame(height=height), height_px=300)

    assert cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR).shape[0] == 300
