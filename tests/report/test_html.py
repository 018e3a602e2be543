import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import wording
from hipcv.report.html import render
from hipcv.report.stills import Still
from hipcv.report.summary import summarise
from tests.builders import CLIP, assessment, refused, trial

STILLS = (Still("Start position", "at 0.4 s", b"\xff\xd8 jpeg"),)
COMMAND = "hipcv analyze seated.mp4 --side left"


def page(result, **changes):
    parts = {"chart_svg": "<svg/>", "stills": STILLS, "command": COMMAND}
    return render(result, summarise(result), **{**parts, **changes})


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words = []

    def handle_data(self, data):
        self.words.append(data.strip())


def text(html):
    reader = _Text()
    reader.feed(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    return "\n".join(word for word in reader.words if word).replace("\u2060", "") + "\n"


@pytest.mark.parametrize("name", ["one_side", "both_sides", "not_measured", "not_counted"])
def test_the_words_of_the_report_stay_as_they_are(name, request, golden):
    written = text(page(request.getfixturevalue(name)))

    assert written == golden(f"{name}_report.txt", written)


def test_the_report_needs_no_network(one_side):
    sources = re.findall(r"(?:src|href)=\"(.{5})|url\(|@import|<script", page(one_side))

    assert set(sources) == {"data:"}


def test_the_report_forbids_itself_to_load_anything(one_side):
    assert "default-src 'none'" in page(one_side)


def test_a_name_from_outside_cannot_become_markup():
    from dataclasses import replace

    result = trial(assessment(), clip=replace(CLIP, name="<script>alert(1)</script>.mp4"))

    assert "<script>" not in page(result)


def test_the_exact_command_is_there(one_side):
    assert f"<code>{COMMAND}</code>" in page(one_side)


def test_settings_that_were_changed_are_named():
    written = page(trial(assessment(), protocol=MeasurementProtocol(target_deg=40)))

    assert all(part in written for part in ("target_deg = 40", "default 45"))


def test_a_refused_clip_claims_no_position(one_side, not_measured):
    claims = [
        " ".join(page(result).split()).count("Position: ") for result in (one_side, not_measured)
    ]

    assert claims == [1, 0]


def test_a_refused_clip_shows_no_gauge_no_exercises_and_no_chart(not_measured):
    written = page(not_measured)

    assert not any(part in written for part in ('class="gauge"', "exercises that", "over time"))


def test_a_side_that_does_not_count_shows_its_curve_and_repetitions_but_no_gauge(not_counted):
    written = page(not_counted)

    assert 'class="gauge"' not in written
    assert all(part in written for part in ('class="out"', "Rotation over time", "Repeat the test"))


def test_a_side_that_does_not_count_has_numbers_in_its_repetitions_alone(not_counted):
    before_the_reasons = text(page(not_counted)).split("Repetition 1")[0]

    assert not re.search(r"\d°", before_the_reasons)


def test_a_side_at_the_target_gets_no_exercises():
    assert "exercises that" not in page(trial(assessment(rotation_deg=44.0)))


def test_a_refused_side_is_reported_next_to_the_measured_one():
    gone = Issue("low_visibility", "refuse", Side.RIGHT)
    written = text(page(trial(assessment(), refused(Side.RIGHT, gone))))

    assert "Not everything was measured" in written


@pytest.mark.parametrize("name", ["one_side", "not_measured"])
def test_the_disclaimer_is_in_every_report(name, request):
    assert wording.DISCLAIMER in text(page(request.getfixturevalue(name)))


def test_without_stills_and_chart_the_report_still_stands(one_side):
    assert "What was seen" not in page(one_side, stills=(), chart_svg="")


@pytest.mark.parametrize("method", [3, 5])
def test_each_of_the_three_angles_is_defined(one_side, method):
    result = replace(one_side, provenance=replace(one_side.provenance, method=method))
    defined = [f"{name.capitalize()}: " for name in wording.ANGLES.values()]

    written = text(page(result))
    assert [written.count(words) for words in defined] == [1, 1, 1]


def test_a_result_of_an_earlier_method_is_described_by_that_method(one_side):
    earlier = replace(one_side, provenance=replace(one_side.provenance, method=3))

    pages = [text(page(trial)) for trial in (one_side, earlier)]

    assert ["Second reading:" in written for written in pages] == [True, False]
