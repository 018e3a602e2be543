import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hipcv.batch import environment, plan, run
from hipcv.batch.executor import LocalExecutor, StopRequest
from hipcv.batch.plan import BatchRequest
from tests.batch.driver import starter
from tests.waiting import LIMIT_S

if sys.platform == "win32":
    collect_ignore_glob = ["test_*.py"]  # the stub needs POSIX


COUNTS = re.compile(r"(\d+) (?:measured|waiting)")
"""Numbers of measured and waiting clips in a batch's last line."""

HANGING = b"h" * 7777
"""Content of a clip whose analysis hangs: only clips of its size have a short time limit."""


def time_out_hanging_clips_soon(patch):
    patch.setattr(plan, "default_timeout_s", lambda size: 2.0 if size == len(HANGING) else LIMIT_S)


@dataclass
class ProgressRecorder:
    """Records the progress of a batch."""

    lines: list = field(default_factory=list)
    to_do: int = -1

    def clips_found(self, total, to_do): ...

    def planned(self, total, to_do):
        self.to_do = to_do

    def links_followed(self, clips): ...

    def clip_started(self, clip):
        self.lines.append(f"start {clip}")

    def clip_finished(self, outcome):
        self.lines.append(f"{outcome.status} {outcome.clip}")


class Clinic:
    """A folder of clips, its results, and the log of the stub analyses."""

    def __init__(self, root):
        self.folder, self.out, self.runs = root / "clips", root / "results", root / "runs"
        self.folder.mkdir()
        self.progress = ProgressRecorder()

    def clip(self, name, content=None):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(name) if content is None else content)
        return path

    def request(self, **changes):
        return BatchRequest(**{"folder": self.folder, "out": self.out, **changes})

    def batch(self, *, stop=None, workers=2, executor=None, **changes):
        executor = executor or LocalExecutor(workers, starter(self.runs), poll_interval_s=0.01)
        self.progress = ProgressRecorder()
        return run.run_batch(
            self.request(**changes), executor, self.progress, stop or StopRequest()
        )

    def statuses(self, **changes):
        return {outcome.clip: outcome.status for outcome in self.batch(**changes).outcomes}

    def analyzed_clips(self):
        """Return the names of the clips analyzed since the last call."""
        names = self.runs.read_text().splitlines() if self.runs.exists() else []
        self.runs.unlink(missing_ok=True)
        return sorted(names)

    def tree(self):
        """Return the bytes of every file of the results, but the manifest and its lock."""
        files = (path for path in self.out.rglob("*") if path.is_file())
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in files
            if path.stem != "manifest"
        }


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "model_hashes", lambda *_: {"full": "ab" * 32})
    return Clinic(tmp_path)


DRIVER = Path(__file__).with_name("driver.py")
