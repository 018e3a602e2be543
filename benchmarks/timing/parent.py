"""One run of a batch's own process, without any analysis.

    python parent.py prepare|new|known|first FOLDER CLIPS

`prepare`: write the document of a real result to the folder, for the others. `new`: an executor
answers for each clip at once, with a result of real size. `first`: as far as the first clip.
`known`: an earlier run has answered for all clips; its manifest and results are made beforehand,
and not timed, nor is the first summary of them. Prints JSON. Clips are of distinct sizes and
without content, and nothing is flushed to the disk.
"""

import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hipcv.batch import environment, run
from hipcv.batch.executor import Ended, Event, Started, StopRequest, Waiting
from hipcv.batch.job import Job
from hipcv.batch.manifest import NAME
from hipcv.batch.outcome import JobOutcome, state_of_files
from hipcv.batch.plan import BatchRequest
from hipcv.core.options import AnalysisOptions
from hipcv.files import make_new_files_private
from hipcv.results import document
from hipcv.results.write import analyze_while_preloading

SAMPLE: Final = Path(__file__).resolve().parents[2] / "sample_videos" / "clean_left.mp4"
DOCUMENT: Final = "document.json"
FILES: Final = ("angles.csv", "handout.html", "report.html")
"""Files of a result beside its document."""

LINKS_MAX: Final = 10_000
"""Results whose files are links to the same ones: a file system has a limit."""


class Instant:
    """An executor that answers for each clip at once."""

    needs_sha256 = False

    def __init__(self, written: dict[str, Any]) -> None:
        self.document = written
        self.first_s = 0.0
        self.only_first = False

    def run(
        self,
        jobs: Iterable[Job | None],
        _stop: StopRequest,
        wait: Callable[[float], None] = time.sleep,
    ) -> Generator[Event]:
        """Answer for jobs in their order; see `Executor`."""
        waiting = Waiting(jobs)
        while True:
            job = next(waiting, None)
            if job is None:
                if waiting.exhausted:
                    return
                wait(0.05)
                continue
            self.first_s = self.first_s or time.perf_counter()
            if self.only_first:
                return
            yield Started(job)
            self.write(job.result, job.clip)
            yield Ended(job, JobOutcome("measured", exit_code=0))

    def write(self, folder: Path, clip: Path) -> str:
        """Write a result and return the SHA-256 of its clip."""
        sha256 = hashlib.sha256(clip.read_bytes()).hexdigest()
        clip_info = self.document["clip"] | {"sha256": sha256, "name": clip.name}
        folder.mkdir(parents=True)
        text = document.dumps(self.document | {"clip": clip_info})
        (folder / document.RESULT).write_text(text, encoding="utf-8")
        for name in FILES:
            (folder / name).write_bytes(b"content")
        return sha256


class Unseen:
    """A receiver of progress that shows nothing."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_: None


def write_clips(folder: Path, count: int) -> None:
    """Write clips of distinct sizes, which take no room on the disk."""
    folder.mkdir(parents=True)
    for number in range(count):
        with (folder / f"P{number:06}_2024-05-03_left.mp4").open("wb") as clip:
            clip.truncate(number + 1)


def copy_answers(root: Path, count: int) -> None:
    """Give the answer of the first clip of a batch to as many others, as an earlier run would."""
    out, key = root / "out", run.Planner(BatchRequest(root / "clips", root / "out")).key
    lines = [json.loads(line) for line in (out / NAME).read_text().splitlines()]
    found = next(line for line in lines if line["event"] == "found")
    ended = next(line for line in lines if line["event"] == "ended")
    source = first = out / ended["folder"]
    assert ended["files"] == state_of_files(first)
    write_clips(root / "all", count)
    with (out / NAME).open("a", encoding="ascii") as manifest:
        for number, clip in enumerate(sorted((root / "all").iterdir())):
            folder, state = out / "clips" / clip.stem, clip.stat()
            sha256 = hashlib.sha256(clip.read_bytes()).hexdigest()
            if folder != first:
                copy = shutil.copy2 if number % LINKS_MAX == 1 else os.link
                folder.mkdir()
                for file in source.iterdir():
                    copy(file, folder / file.name)
                source = folder
            same = {"clip": clip.name, "at": datetime.now(UTC).isoformat()}
            size = {"size_bytes": state.st_size, "mtime_ns": state.st_mtime_ns, "sha256": sha256}
            end = {"key": key(sha256), "folder": f"clips/{clip.stem}"}
            manifest.write(json.dumps(found | same | size) + "\n")
            manifest.write(json.dumps(ended | same | end) + "\n")


def peak_mb() -> float:
    """Return the most memory this program held, without what its parent held at the fork."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1e3


def timed(request: BatchRequest, executor: Instant) -> dict[str, Any]:
    """Run a batch and return its cost."""
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    result = run.run_batch(request, executor, Unseen(), StopRequest())
    return {
        "clips": len(result.outcomes),
        "measured": result.outcomes.count_by_status()["measured"],
        "cpu_s": time.process_time() - began_cpu_s,
        "wall_s": time.perf_counter() - began_s,
        "first_s": executor.first_s - began_s,
        "peak_mb": peak_mb(),
    }


def prepare(root: Path) -> None:
    """Write the document of a real result."""
    trial = analyze_while_preloading(SAMPLE, AnalysisOptions(overlay=False)).trial
    written = document.build_document(trial, timing=False)
    (root / DOCUMENT).write_text(json.dumps(written), encoding="utf-8")


def run_anew(kind: str, root: Path) -> None:
    """Replace this program by another run of it, whose memory is that of the batch alone."""
    os.execv(sys.executable, [sys.executable, __file__, kind, str(root), "0"])  # noqa: S606


def main() -> None:
    kind, root, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    make_new_files_private()
    environment.model_hashes = lambda *_: {"full": "ab" * 32}
    os.fsync = lambda _descriptor: None
    if kind == "prepare":
        prepare(root)
        return
    executor = Instant(json.loads((root / DOCUMENT).read_text(encoding="utf-8")))
    folder = root / "all"
    if kind == "known":
        write_clips(root / "clips", 1)
        timed(BatchRequest(root / "clips", root / "out"), executor)
        copy_answers(root, count)
        timed(BatchRequest(folder, root / "out"), executor)  # writes the summary
        run_anew("again", root)
    elif kind in {"new", "first"}:
        write_clips(folder, count)
        run_anew("begin" if kind == "first" else "again", root)
    executor.only_first = kind == "begin"
    print(json.dumps(timed(BatchRequest(folder, root / "out"), executor)))


if __name__ == "__main__":
    main()
