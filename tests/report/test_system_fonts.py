"""Fonts of the computer: which of them serves for a character."""

import pytest
from fontTools.ttLib import TTFont

from hipcv.report.pdf import system_fonts
from hipcv.report.pdf.system_fonts import find_font
from tests.report.test_pdf import font_with


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Make a font the only one of the computer; return its path, for a character."""

    def install(character):
        path = font_with(tmp_path, character)
        monkeypatch.setattr(system_fonts, "findSystemFonts", lambda: [str(path)])
        return path

    system_fonts._candidates.cache_clear()
    system_fonts._characters_of.cache_clear()
    yield install
    system_fonts._candidates.cache_clear()
    system_fonts._characters_of.cache_clear()


def change(path, edit):
    with TTFont(path) as font:
        edit(font)
        font.save(path)


def test_font_that_has_a_character_is_found(installed):
    path = installed("膝")

    assert find_font([ord("膝"), ord("關")]) == path


def test_no_font_is_found_for_a_character_that_none_has(installed):
    installed("膝")

    assert find_font([ord("關")]) is None


def test_font_whose_licence_forbids_to_embed_it_is_left_out(installed):
    def forbid(font):
        font["OS/2"].fsType = 2

    change(installed("膝"), forbid)

    assert find_font([ord("膝")]) is None


def test_font_without_outlines_is_left_out(installed):
    def take_outlines(font):
        del font["glyf"], font["loca"]

    change(installed("膝"), take_outlines)

    assert find_font([ord("膝")]) is None


def test_damaged_font_is_left_out(installed):
    installed("膝").write_bytes(b"no font")

    assert find_font([ord("膝")]) is None
