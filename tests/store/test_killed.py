"""A process killed during a change leaves the records unchanged."""

import signal
import subprocess
import sys

import pytest

from tests.records import visited

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")

KILLED = """
import os, sys
sys.path.insert(0, {root!r})
from hipcv.store import audit
from hipcv.store.records import Records
from tests.records import document, new_clip, rejection

def die(*_, **__):  # the rows of the change are written, its audit is not
    sys.stdout.write("written")
    sys.stdout.flush()
    os.kill(os.getpid(), 9)

records = Records.open({url!r})
audit.append = die
{change}
"""

CHANGES = {
    "correction": (
        "records.correct({analysis!r}, rejection(document(1.0)), version=1, why='w', by='AB')"
    ),
    "sign-off": "records.sign({analysis!r}, version=1, by='AB')",
    "upload": "records.add_clip(new_clip(content='another'), by='AB')",
    "analysis": "records.add_analysis({clip!r}, document(1.0), 3, by='desk')",
    "erasure": "records.purge_patient({patient!r}, by='AB', why='asked')",
}


def everything(records, analysis):
    clips = records.clips()
    return (
        records.patients(),
        clips,
        [records.analyses(clip.id) for clip in clips],
        records.corrections(analysis.id),
        records.audit(),
        records.erased_files(),
    )


@pytest.fixture
def analysis(records):
    return visited(records)


@pytest.fixture
def kill(records, url, analysis, pytestconfig):
    """A function that runs a change in a process killed during it; returns stdout and exit code."""
    patient = records.patients()[0].id

    def do(what):
        change = CHANGES[what].format(analysis=analysis.id, clip=analysis.clip_id, patient=patient)
        code = KILLED.format(root=str(pytestconfig.rootpath), url=url, change=change)
        words = [sys.executable, "-c", code]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
        return ended.stdout, ended.returncode

    return do


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGES)
def test_killed_process_leaves_no_partial_change(records, analysis, kill, what):
    before = everything(records, analysis)

    ended = kill(what)

    after = everything(records, analysis)
    assert (ended, after) == (("written", -signal.SIGKILL), before)


def test_records_can_be_written_after_a_killed_process(records, analysis, kill):
    kill("sign-off")

    assert records.sign(analysis.id, version=1, by="KM").signed_by == "KM"
