import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipcv.core.errors import BadRequest
from hipcv.core.text import LINE_BREAKS, escape, is_unsafe, mask, normal_form, refuse_unsafe
from tests.errors import raises_plain

ESCAPE, BELL, OVERRIDE = "\x1b[31m", "\a", "\u202e"


@pytest.mark.parametrize(
    "text",
    [
        "douleur\u00a0: légère",  # no-break space
        "l\u202f’aine\u202f?",  # narrow no-break space
        "می\u200cخواهم",  # zero-width non-joiner
        "क्\u200dष",  # zero-width joiner
        "👩\u200d⚕️ 👍🏽",
        "\u200fעברית\u200e",  # direction marks, which turn nothing
        "O\u00adBrien",  # soft hyphen
        "\ue000",  # private use, as some systems draw their own signs
    ],
)
def test_text_of_any_script_is_taken(text):
    assert refuse_unsafe("notes", text) == text


@pytest.mark.parametrize(
    "text", ["a\x1b[0m", "a\ab", "a\0b", "\x9b31m", "\u202egpj", "\u2066a", "\ud800"]
)
def test_control_signs_and_changes_of_direction_are_refused(text):
    with raises_plain(BadRequest, "notes"):
        refuse_unsafe("notes", text, LINE_BREAKS)


def test_line_breaks_are_allowed_in_a_text_of_several_lines_alone():
    assert (is_unsafe("a\n\tb", LINE_BREAKS), is_unsafe("a\nb")) == (False, True)


def test_control_signs_are_shown_by_their_numbers():
    assert escape(f"a{BELL}{OVERRIDE}\n{ESCAPE}") == r"a\u0007\u202e\u000a\u001b[31m"


@given(st.text())
def test_escaped_json_has_the_same_value(text):
    document = json.dumps(text, ensure_ascii=False)

    assert json.loads(escape(document)) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("P-017", "p-017"),
        ("Zoé", unicodedata.normalize("NFD", "ZOÉ")),
        ("Ｐ１７", "P17"),
        ("straße 1", "STRASSE  1"),
        ("P\u00a017", "P 17"),
    ],
)
def test_texts_that_read_alike_have_one_normal_form(one, other):
    assert normal_form(one) == normal_form(other)


@given(st.text())
def test_normal_form_is_its_own_normal_form(text):
    assert normal_form(normal_form(text)) == normal_form(text)


@pytest.mark.parametrize(
    ("text", "word", "masked"),
    [
        ("for P-017, again", "p-017", "for X, again"),
        ("P-0171 and AP-017", "P-017", "P-0171 and AP-017"),
        (unicodedata.normalize("NFD", "wie Zoé sagt"), "ZOÉ", "wie X sagt"),
        ("Anna\u00a0 Berg kam", "anna berg", "X kam"),
        ("aus STRASSE 1.", "straße 1", "aus X."),
        ("nobody", "P-017", "nobody"),
    ],
)
def test_word_is_masked_in_every_form_that_reads_alike(text, word, masked):
    assert mask(text, word, "X") == masked


@given(st.text(), st.sampled_from(["P-017", "Zoé"]))
def test_text_without_the_word_stays(text, word):
    if normal_form(word) not in normal_form(text):
        assert mask(text, word, "X") == text
