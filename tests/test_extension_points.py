"""A compensation that is registered once appears everywhere; see docs/contributing.md.

New formats, estimators and pages: tests/results/test_formats.py, tests/estimation/
test_estimators.py, tests/web/test_security.py.
"""

import json
import subprocess
import sys

import pytest

ADDED = """
import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from hipcv.core import compensation
from hipcv.core.channels import Channel
from hipcv.core.compensation import Compensation, Limits
from hipcv.report import wording
from hipcv.report.wording import FindingWords

# As in docs/contributing.md: a row of the compensations, and a row of words.
compensation.COMPENSATIONS = (
    *compensation.COMPENSATIONS,
    Compensation(
        "shoulder_shrug", "shrug_ratio", "shank lengths", lambda _rep: Limits(-np.inf, 0.03)
    ),
)
wording.FINDINGS["shoulder_shrug"] = FindingWords(
    "Shoulder shrug", "A shoulder rose", "A shoulder sank",
    "Let both shoulders hang.", "Drop your shoulders",
)

from hipcv.core.assessment import assess
from hipcv.guide import prompts
from hipcv.report import summary
from hipcv.report.charts.strip import strip_rows
from hipcv.report.debug import curves as debug_curves
from hipcv.report.formats.table import angles
from hipcv.results import document
from hipcv.web import curves, ui_text
from tests import builders
from tests.closeups import motion_of

motion = motion_of(30)
rose = Channel(0.1 * motion.rotation_deg / 30, "flow")
motion = replace(motion, channels={**motion.channels, "shrug_ratio": rose})
assessment = assess(motion)
trial = builders.trial(assessment)
view = compensation.RepView(motion, motion.reps[0])
[rep] = document.build_document(trial)["sides"]["left"]["reps"]
print(json.dumps({
    "result": [finding["code"] for finding in rep["findings"]],
    "report": [row.name for row in summary.summarise(trial).sides[0].findings],
    "assessment": assessment.findings,
    "chart": [row.title for row in strip_rows(motion, assessment) if row.beyond.any()],
    "debug limit and noise": debug_curves.limits("shrug_ratio", view),
    "table": angles([motion]).splitlines()[0].split(","),
    "page": list(curves.channels(motion)),
    "page words": ui_text.lexicon()["findings"],
    "page cues": ui_text.lexicon()["cues"],
    "live cue": prompts.cue(SimpleNamespace(cue="shoulder_shrug", side=None)),
}))
"""


@pytest.fixture(scope="module")
def output():
    """Output of each consumer for a compensation that only the two tables know."""
    pytest.importorskip("fastapi")
    done = subprocess.run(
        [sys.executable, "-c", ADDED], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("consumer", "entry"),
    [
        ("result", "shoulder_shrug"),
        ("assessment", "shoulder_shrug"),
        ("report", "Shoulder shrug"),
        ("chart", "Shoulder shrug"),
        ("debug limit and noise", [0.03, 0.015]),
        ("table", "shrug_ratio"),
        ("page", "shrug_ratio"),
        ("page words", "shoulder_shrug"),
        ("page cues", "shoulder_shrug"),
        ("live cue", "Drop your shoulders"),
    ],
)
def test_added_compensation_appears_in(output, consumer, entry):
    assert entry in output[consumer]
