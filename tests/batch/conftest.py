import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hipcv.batch import means, plan, run
from hipcv.batch.executor import Stop
from hipcv.batch.local import Local
from tests.batch.driver import stub_command
from tests.waiting import LIMIT_S

if sys.platform == "win32":
    collect_ignore_glob = ["test_*.py"]  # the stub is made of what Windows lacks


HANGING = b"h" * 7777
"""Content of a clip whose analysis hangs: only clips of its size are given up soon."""


def give_up_hanging_clips(patch):
    patch.setattr(plan, "default_timeout_s", lambda size: 2.0 if size == len(HANGING) else LIMIT_S)


@dataclass
class Watcher:
    """Remembers what it is told."""

    lines: list = field(default_factory=list)
    to_do: int = -1

    def reading(self, done, total): ...

    def planned(self, total, to_do):
        self.to_do = to_do

    def started(self, clip):
        self.lines.append(f"start {clip}")

    def answered(self, answer):
        self.lines.append(f"{answer.status} {answer.clip}")


class Clinic:
    """A folder of clips, its results, and what was run for them."""

    def __init__(self, root):
        self.folder, self.out, self.runs = root / "clips", root / "results", root / "runs"
        self.folder.mkdir()
        self.watcher = Watcher()

    def clip(self, name, content=None):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(name) if content is None else content)
        return path

    def request(self, **changes):
        return run.Request(**{"folder": self.folder, "out": self.out, **changes})

    def batch(self, *, stop=None, workers=2, executor=None, **changes):
        executor = executor or Local(workers, stub_command(self.runs), glance_s=0.01)
        self.watcher = Watcher()
        return run.run_batch(self.request(**changes), executor, self.watcher, stop or Stop())

    def statuses(self, **changes):
        return {answer.clip: answer.status for answer in self.batch(**changes).answers}

    def run_clips(self):
        """Names of the clips that were given to an analysis, and a clean slate."""
        names = self.runs.read_text().splitlines() if self.runs.exists() else []
        self.runs.unlink(missing_ok=True)
        return sorted(names)

    def tree(self):
        """Every file of the results with its bytes, but the manifest."""
        files = (path for path in self.out.rglob("*") if path.is_file())
        made = {path.relative_to(self.out).as_posix(): path.read_bytes() for path in files}
        made.pop("manifest.ndjson", None)
        return made


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    monkeypatch.setattr(means, "models_for", lambda *_: {"full": "ab" * 32})
    return Clinic(tmp_path)


DRIVER = Path(__file__).with_name("driver.py")
