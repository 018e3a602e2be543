import numpy as np
import pytest

from hipcv import language
from hipcv.report.html import render
from hipcv.report.stills import Still, encode_jpeg
from hipcv.report.summary import summarise
from hipcv.results.stills import load_stills, save_stills
from tests.builders import assessment, trial

JPEG = encode_jpeg(np.full((80, 64, 3), 127, np.uint8))
STILLS = (
    Still("Left: Start position", "This is 0°.", JPEG),
    Still("End range", "34.8° & more <from> the start.", JPEG),
)
DAMAGED = Still("Start position", "", b"\xff\xd8 no picture")


def page(stills):
    measured = trial(assessment())
    return render(measured, summarise(measured), chart_svg="<svg/>", stills=stills, command="")


@pytest.fixture
def save(tmp_path):
    """Writes stills as this version does, and returns the result folder."""

    def save(stills):
        save_stills(tmp_path / "stills", stills)
        return tmp_path

    return save


@pytest.fixture
def save_report(tmp_path):
    """Writes a report with stills inside, as earlier versions did, and returns its folder."""

    def save(text):
        (tmp_path / "report.html").write_text(text, encoding="utf-8")
        return tmp_path

    return save


def test_saved_stills_are_loaded_unchanged(save):
    assert load_stills(save(STILLS)) == STILLS


def test_saved_stills_are_loaded_in_the_language_of_the_reader(save):
    words = {"en": ("End range", "34.8° from the start."), "es": ("Final del recorrido", "34.8°.")}
    still = Still(*words["es"], JPEG, words)

    folder = save([still])

    for code, texts in words.items():
        with language.using(code):
            assert load_stills(folder) == (Still(*texts, JPEG),)


def test_stills_inside_an_earlier_report_are_loaded_unchanged(save_report):
    assert load_stills(save_report(page(STILLS))) == STILLS


def test_still_files_take_precedence_over_the_report(save, save_report):
    save_report(page(STILLS))

    assert load_stills(save(STILLS[:1])) == STILLS[:1]


@pytest.mark.parametrize("text", ["", "no page", page([]), page([])[:900]])
def test_report_without_stills_gives_none(save_report, text):
    assert load_stills(save_report(text)) == ()


def test_folder_without_report_gives_none(tmp_path):
    assert load_stills(tmp_path) == ()


def test_damaged_still_in_a_report_is_left_out(save_report):
    assert load_stills(save_report(page([DAMAGED, STILLS[0]]))) == (STILLS[0],)


def test_damaged_still_file_is_left_out(save):
    assert load_stills(save((DAMAGED, STILLS[0]))) == (STILLS[0],)


def test_missing_still_file_is_left_out(save):
    folder = save(STILLS)
    (folder / "stills" / "1.jpg").unlink()

    assert load_stills(folder) == STILLS[1:]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"file": "1.jpg"}]'])
def test_damaged_list_of_stills_gives_none(save, text):
    folder = save(STILLS)
    (folder / "stills" / "stills.json").write_text(text, encoding="utf-8")

    assert load_stills(folder) == ()


def test_list_of_stills_cannot_name_a_file_elsewhere(save):
    folder = save(STILLS)
    (folder / "secret.jpg").write_bytes(JPEG)
    entry = '[{"file": "../secret.jpg", "title": "", "caption": ""}]'
    (folder / "stills" / "stills.json").write_text(entry, encoding="utf-8")

    assert load_stills(folder) == ()
