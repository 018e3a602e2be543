"""Instructions: the words of the test wherever a person reads them, and one hold time."""

import re
from pathlib import Path

import pytest

from hipcv.core.protocol import MeasurementProtocol
from hipcv.guide import prompts
from hipcv.report import wording

ROOT = Path(__file__).parents[1]
TEXTS = [
    *(ROOT / "hipcv").rglob("*.py"),
    *(ROOT / "hipcv").rglob("*.html"),
    *(ROOT / "hipcv").rglob("*.jinja"),
    *(path for path in (ROOT / "hipcv").rglob("*.js") if "vendor" not in path.parts),
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "notebooks").glob("*.ipynb"),
]
QUOTED_IN = {"CHANGELOG.md", "source.md"}

AMBIGUOUS = re.compile(
    r"(turn|twist|rotate)s? (your|the|one)( \{?\w+\}?)? (foot|feet|toes)\b"
    r"|hands? (are )?under (your|the|both|my)? ?thighs?"
    r"|under (your|the) thighs?\b"
    r"|as far as it goes",
    re.IGNORECASE,
)
HOLD_TIME = re.compile(
    r"(hold|held)\b[^.|;]{0,40}?\bfor (a|one|two|three|\d+) (s|seconds?)\b", re.IGNORECASE
)


def joined(path):
    """The text of a file, with string literals that were broken over lines put together."""
    return re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_instruction_can_be_read_as_toes_outwards_or_hands_under_the_thighs(path):
    found = [] if path.name in QUOTED_IN else AMBIGUOUS.findall(joined(path))

    assert not found


def test_a_broken_literal_is_put_together(tmp_path):
    path = tmp_path / "words.py"
    path.write_text('("Turn your "\n    "foot out")')

    assert AMBIGUOUS.search(joined(path))


@pytest.mark.parametrize("name", ["README.md", "docs/recording.md"])
def test_the_hold_time_in_the_pages_is_that_of_the_protocol(name):
    hold_s = f"{MeasurementProtocol().guide_hold_s:g}"
    times = {match[1] for match in HOLD_TIME.findall((ROOT / name).read_text(encoding="utf-8"))}

    assert times == {hold_s}


def test_the_hold_time_in_the_texts_comes_from_the_protocol_alone():
    hold_s = MeasurementProtocol().guide_hold_s
    texts = [
        wording.set_up(),
        *(text for words in wording.ISSUES.values() for text in (words.text, words.remedy)),
        *(text for words in wording.FINDINGS.values() for text in (words.cue, words.live_cue)),
    ]
    times = {match.group() for text in texts for match in HOLD_TIME.finditer(text)}

    assert times
    assert all(time.endswith(f"for {hold_s:g} seconds") for time in times)


@pytest.mark.parametrize(
    "words", ["out to the side", "as far as you can", "without lifting", "weight off your hands"]
)
def test_the_set_up_is_in_the_words_of_the_test(words):
    assert words in wording.set_up()


def test_a_tick_never_stands_for_what_is_only_asked():
    assert not {text.lower() for text in prompts.RULES.values()} & {
        text.lower() for text in prompts.ASKED
    }


def test_what_is_only_asked_is_asked_while_the_person_sits_still():
    assert all(text.lower() in prompts.STILL_MORE.lower() for text in prompts.ASKED)
