import re

import pytest

from hipcv.report import terminal


@pytest.mark.parametrize("name", ["one_side", "both_sides", "not_measured", "not_counted"])
def test_the_summary_stays_as_it_is(name, request, golden):
    text = terminal.render(request.getfixturevalue(name), files={"report": "out/report.html"})

    assert text == golden(f"{name}.txt", text)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width, both_sides):
    text = terminal.render(both_sides, width=width)

    assert max(map(len, text.splitlines())) <= width


def test_a_plain_terminal_gets_plain_letters(both_sides):
    assert terminal.render(both_sides, unicode=False).isascii()


def test_piped_output_holds_no_escape_codes(both_sides):
    assert "\x1b" not in terminal.render(both_sides)


def test_colour_changes_no_word(both_sides):
    coloured = terminal.render(both_sides, colour=True)

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == terminal.render(both_sides)


def test_long_paths_are_not_broken(one_side):
    path = "results/" + "very-long-name-" * 10 + "/report.html"

    assert path in terminal.render(one_side, files={"report": path})


def test_a_refused_clip_draws_no_bar(not_measured):
    assert "█" not in terminal.render(not_measured)


def test_lines_do_not_break_at_a_no_break_space():
    page = terminal._Page(width=20, colour=False, unicode=True)
    page.line("aaaa bbbb cc 2.10\u00a0s dddd")

    assert page.text() == "  aaaa bbbb cc\n  2.10\u00a0s dddd\n"
