import numpy as np
import pytest

from hipcv.report.html import render
from hipcv.report.kept_stills import kept
from hipcv.report.stills import Still, encode_jpeg
from hipcv.report.summary import summarise
from tests.builders import assessment, trial

JPEG = encode_jpeg(np.full((80, 64, 3), 127, np.uint8))
STILLS = [
    Still("Left: Start position", "This is 0°.", JPEG),
    Still("End range", "34.8° & more <from> the start.", JPEG),
]


def page(stills):
    told = trial(assessment())
    return render(told, summarise(told), chart_svg="<svg/>", stills=stills, command="")


def test_the_pictures_of_a_report_come_back_as_they_were():
    assert list(kept(page(STILLS))) == STILLS


@pytest.mark.parametrize("text", ["", "no page", page([]), page([])[:900]])
def test_a_page_without_pictures_gives_none(text):
    assert kept(text) == ()


def test_a_damaged_picture_is_left_out():
    damaged = Still("Start position", "", b"\xff\xd8 no picture")

    assert list(kept(page([damaged, STILLS[0]]))) == [STILLS[0]]
