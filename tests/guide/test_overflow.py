"""Every screen of a guided test, in each language: no words leave the picture or lie on others."""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pytest

from hipcv import language
from hipcv.core.answers import Answers
from hipcv.core.compensation import finding_codes
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.questions import Questions
from hipcv.core.view_model import CUES, NOTICES, QUESTIONS, FramingCheck, Stage
from hipcv.guide import screen
from hipcv.guide.result import SECOND_LINE
from hipcv.report import drawing, personal, wording
from tests.builders import HIKE, assessment, refused, rep, trial
from tests.codes import FRAMING
from tests.guide.test_screen import CHECKS, view_of

SIZES = [(1280, 720), (720, 1280)]
SMALLEST = 14.0  # pixels, where the shorter side has 720
DESCENDING = set("gjpqy,;()¿")
CODES = list(language.NAMES)
ALL_CUES = (None, *CUES, *finding_codes())


@dataclass(frozen=True)
class Words:
    """One line of text on a picture."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float

    def overlaps(self, other):
        return (
            min(self.right, other.right) - max(self.left, other.left) > 1
            and min(self.bottom, other.bottom) - max(self.top, other.top) > 1
        )


@pytest.fixture
def written(monkeypatch):
    """Return a function that gives the lines on a picture which was drawn since."""
    lines, write = [], drawing.write

    def record(picture, text, corner, *, size, colour):
        wide = drawing.text_width(text, size)
        x, y = corner
        below = 0.2 * size if DESCENDING & set(text) else 0.0
        lines.append((picture, Words(text, x, y - 0.75 * size, x + wide, y + below, size)))
        write(picture, text, corner, size=size, colour=colour)

    monkeypatch.setattr(drawing, "write", record)
    return lambda drawn: [line for picture, line in lines if picture is drawn]


def assert_legible(lines, size_px):
    width, height = size_px
    assert lines
    for line in lines:
        assert line.left >= 0, line
        assert line.right <= width, line
        assert line.top >= 0, line
        assert line.bottom <= height, line
        assert line.size >= SMALLEST, line
    for one, other in combinations(lines, 2):
        assert not one.overlaps(other), (one, other)


def frame(size_px):
    return np.full((size_px[1], size_px[0], 3), 127, np.uint8)


def views(size_px):
    """Return a view for every stage, question, advice, correction, cue and notice."""

    def view(stage, side=Side.LEFT, **changes):
        return replace(view_of(stage, size_px=size_px), side=side, **changes)

    stages = (Stage.STILL, Stage.COUNTDOWN, Stage.CHANGEOVER, Stage.FINISHED)
    legs = (*Side, None)
    broken = [(FramingCheck("in_view", good=False, code=code), *CHECKS[1:]) for code in FRAMING]
    return [
        *(view(Stage.SAFETY, question=question) for question in QUESTIONS),
        *(view(Stage.ADVICE, advice=why) for why in ("red_flags", "ask_first", "pain")),
        *(view(Stage.FRAMING, checks=checks) for checks in [CHECKS, *broken]),
        *(view(stage, leg) for stage in stages for leg in legs),
        *(view(stage, leg, sides=()) for stage in stages for leg in legs),
        *(view(stage, notice=notice) for stage in stages for notice in NOTICES),
        *(view(Stage.TURNING, leg, cue=cue) for leg in legs for cue in ALL_CUES),
        *(view(Stage.TURNING, leg, cue=cue, external=True, rep=1) for leg in legs for cue in CUES),
        *(view(Stage.TURNING, leg, angle_source="landmarks", rep=0) for leg in legs),
    ]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size_px", SIZES)
def test_no_words_overflow_while_the_person_is_led_through(code, size_px, written):
    with language.using(code):
        for view in views(size_px):
            assert_legible(written(screen.draw(frame(size_px), view)), size_px)


@pytest.mark.parametrize("keys", ["", "1", "10", "7\r", "\r"])
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size_px", SIZES)
def test_no_words_overflow_in_the_questions_after_the_test(code, size_px, keys, written):
    questions = Questions()
    for key in keys:
        questions = questions.press(key)

    with language.using(code):
        picture = screen.question(frame(size_px), questions)

    assert_legible(written(picture), size_px)


INVALID = replace(HIKE, severity="invalid", value=11.0)
UNCOUNTED = replace(
    assessment(reps=(rep(51.0, findings=(INVALID,), clean_deg=24.3),)),
    rotation_deg=None, result_deg=None, category=None,
)  # fmt: skip
LIFTED = assessment(
    Side.RIGHT, 37.0, result_deg=29.0, result_interval_deg=(22.0, 36.0),
    result_basis="pelvis_relative",
)  # fmt: skip
PROVISIONAL = assessment(provisional=True, category=None)
RESULTS = {
    "one": trial(assessment()),
    "two": trial(assessment(), assessment(Side.RIGHT, 48.2)),
    "far": trial(assessment(rotation_deg=60.0), assessment(Side.RIGHT, 9.0)),
    "uncounted": trial(UNCOUNTED),
    "both uncounted": trial(UNCOUNTED, replace(UNCOUNTED, side=Side.RIGHT)),
    "uncounted and lifted": trial(UNCOUNTED, LIFTED),
    "provisional": trial(PROVISIONAL, replace(PROVISIONAL, side=Side.RIGHT)),
    "one refused": trial(assessment(), refused(Side.RIGHT, Issue("no_movement", "refuse"))),
    "hurt": trial(assessment(), answers=Answers(pain=4)),
    **{
        f"refused: {code}": trial(issues=[Issue(code, "refuse")])
        for code in ("side_view", "external_rotation", "sideways_picture", "low_visibility")
    },
}


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size_px", SIZES)
def test_no_words_overflow_in_a_result(code, size_px, name, written):
    with language.using(code):
        picture = screen.result(size_px, RESULTS[name])

    assert_legible(written(picture), size_px)


CHANGE = "The change of 7.2° is less than the 8.3° by which measurements of the same hip differ."
COURSE = (
    f"Left hip: 30.1° on 20 August 2026, 34.8° on 1 October 2026 and 36.0° today. {CHANGE}",
    f"Right hip: 41.0° on 1 October 2026 and 48.2° on 28 November 2026. {CHANGE}",
    f"Test again in four to six weeks, between 26 December 2026 and 9 January 2027. {CHANGE}",
)


@pytest.mark.parametrize("name", ["one", "two"])
@pytest.mark.parametrize("size_px", SIZES)
def test_the_course_over_weeks_has_room_beside_the_result(size_px, name, written):
    picture = screen.result(size_px, RESULTS[name], COURSE)
    text = " ".join(line.text for line in written(picture))

    assert_legible(written(picture), size_px)
    assert "between 26 December 2026" in text
    assert ("30.1°" in text) or size_px == (720, 1280)


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size_px", SIZES)
def test_what_a_result_means_is_legible_from_afar(code, size_px, name, written):
    with language.using(code):
        lines = written(screen.result(size_px, RESULTS[name]))
        sentences = [side.verdict for side in personal.describe_sides(RESULTS[name])]
        titles = [wording.ISSUES[issue.code].title for issue in RESULTS[name].all_issues]

    second = [line for line in lines if any(line.text in text for text in sentences + titles)]
    assert second
    assert all(line.size >= SECOND_LINE * size_px[1] for line in second), second


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("size_px", SIZES)
def test_no_words_overflow_while_the_recording_is_measured(code, size_px, written):
    with language.using(code):
        picture = screen.analysing(frame(size_px), "following the patient", 0.4, size_px)

    assert_legible(written(picture), size_px)


@pytest.mark.parametrize("letter", "áéíóúñ¿¡ÁÉÍÓÚÑ")
def test_letters_of_every_language_are_drawn(letter):
    drawn = []
    for text in (letter, "\ufffd", "□"):
        picture = np.zeros((80, 80, 3), np.uint8)
        drawing.write(picture, text, (20, 60), size=48, colour="#ffffff")
        drawn.append(picture.tobytes())

    assert drawn[0] not in drawn[1:]
    assert any(drawn[0])
