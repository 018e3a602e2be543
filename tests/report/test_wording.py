import re

import pytest

from hipcv.core.compensation import finding_codes
from hipcv.core.frame_state import Phase
from hipcv.report import wording
from hipcv.result_schema import DAMAGED
from tests.codes import REFUSALS, WARNINGS


def test_every_issue_has_words():
    assert set(wording.ISSUES) == {*REFUSALS, *WARNINGS, DAMAGED}


def test_every_finding_has_words():
    assert set(wording.FINDINGS) == set(finding_codes())


def test_every_phase_has_a_word():
    assert set(wording.PHASES) == set(Phase.__args__)


@pytest.mark.parametrize("code", [*REFUSALS, *WARNINGS])
def test_an_issue_has_whole_sentences_and_a_remedy(code):
    words = wording.ISSUES[code]

    assert all(part[0].isupper() and part.endswith(".") for part in (words.text, words.remedy))


@pytest.mark.parametrize("code", finding_codes())
def test_a_cue_is_a_whole_sentence(code):
    assert re.fullmatch(r"[A-Z].*\.", wording.FINDINGS[code].cue)


def test_nothing_says_abnormal_or_names_a_disease():
    text = " ".join(str(getattr(wording, name)) for name in dir(wording) if name.isupper())

    assert not re.search(r"abnormal|arthr|impinge|dysplas|patholog|deficit|cheat", text.lower())
