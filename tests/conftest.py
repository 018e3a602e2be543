"""Settings of every test, golden files, and the trials that renderers are tested on.

After an intended change of a golden file run `HIPCV_UPDATE_GOLDEN=1 pytest tests/report`, and read
the diff.
"""

import os
import pickle
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from hipcv.core.assessment import Assessment
from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.results import document
from tests import schema_check
from tests.builders import HIKE, assessment, motion, rep, trial

# No deadline: a slow machine is not a defect. No database: a failure is replayed by its printed
# seed, not by what another run left behind.
settings.register_profile("hipcv", deadline=None, database=None, print_blob=True)
settings.load_profile("hipcv")

# Before any test, or module of the package, imports it by name.
document.build_document = schema_check.checked(document.build_document)

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = Path(__file__).parents[1] / "sample_videos"


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory):
    """Folder of what is made once by all workers; a `FileLock` serialises its making."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def sample_analysis(shared_folder):
    """Return the analysis of a sample clip, without a video, by the clip's file name."""

    def analysis_of(name):
        from hipcv.core.options import AnalysisOptions
        from hipcv.pipeline import analyze

        path = shared_folder / f"{name}.pickle"
        with FileLock(f"{path}.lock"):
            if not path.exists():
                analysis = analyze(SAMPLES / name, AnalysisOptions(overlay=False))
                path.write_bytes(pickle.dumps(analysis))
        return pickle.loads(path.read_bytes())

    return analysis_of


@pytest.fixture(scope="session")
def sample_trial(sample_analysis):
    """Return the trial of a sample clip by the clip's file name."""
    return lambda name: sample_analysis(name).trial


@pytest.fixture
def golden():
    """Return the text of a golden file; with HIPCV_UPDATE_GOLDEN set, store the new text first."""

    def stored(name, text):
        path = GOLDEN / name
        if os.environ.get("HIPCV_UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        return path.read_text(encoding="utf-8")

    return stored


@pytest.fixture
def one_side():
    """Three repetitions of the left leg: one flagged, one clean, one that does not count."""
    invalid = Finding("pelvic_hike", 11.0, 10.0, "deg", 6.1, "invalid")
    reps = (rep(findings=(HIKE,)), rep(36.2, begins_s=3.0), rep(41.9, begins_s=5.2))
    reps = (*reps[:2], rep(41.9, begins_s=5.2, obliquity_deg=11.0, findings=(invalid,)))
    oblique = Issue("view_oblique", "warn", None, 15.2, 12.0, "deg")
    return trial(assessment(reps=reps, clean_deg=31.0), issues=[oblique])


@pytest.fixture
def both_sides():
    """A left side below the target, a right side that reaches it."""
    return trial(assessment(), assessment(Side.RIGHT, 48.2))


@pytest.fixture
def not_measured():
    """A clip that was refused, and dark besides."""
    return trial(issues=[Issue("legs_out_of_frame", "refuse"), Issue("low_light", "warn")])


@pytest.fixture
def not_counted():
    """A right leg whose hip lifted in one repetition, and that was not held in the other."""
    lifted = Finding("pelvic_hike", 11.3, 3.5, "deg", 1.4, "invalid")
    reps = (rep(51.0, clean_deg=26.9, findings=(lifted,)), rep(40.0, begins_s=3.0, held=False))
    return trial(Assessment(side=Side.RIGHT, start_tilt_deg=-2.1, reps=reps))


@pytest.fixture
def motions():
    """The curves that go with `one_side`."""
    return {Side.LEFT: motion(Side.LEFT, (34.8, 36.2, 41.9))}
