"""Results of `hipcv analyze` for every clip, cached on disk.

The cache key is the content of the clip and the source of hipcv, so that a changed clip or a
changed method is measured again, and nothing else is.
"""

import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import hipcv
from validation.truth import ClipTruth

Answer = dict[str, Any]

SIDE_REQUESTED: Final = frozenset({"wrong_leg"})
"""Kinds of clip that are measured with `--side`."""


def answers(
    clips: Sequence[ClipTruth],
    cache: Path,
    jobs: int,
    on_done: Callable[[ClipTruth], None] | None = None,
) -> list[Answer]:
    """Return the command's JSON for every clip, with `cpu_s`, `exit_code` and `curves` added.

    A curve has, of one side, `frame`, `raw_deg`, `source` and `at_start` of every row of its table.

    Args:
        clips: to measure.
        cache: folder of earlier answers.
        jobs: number of clips measured at once.
        on_done: called with each clip once it is done.
    """
    cache.mkdir(parents=True, exist_ok=True)
    method = method_digest()

    def measure(truth: ClipTruth) -> Answer:
        answer = _answer(truth, cache, method)
        if on_done is not None:
            on_done(truth)
        return answer

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(measure, clips))


def _answer(truth: ClipTruth, cache: Path, method: bytes) -> Answer:
    options = ["--side", truth.asked_side] if truth.kind in SIDE_REQUESTED else []
    key = hashlib.sha256(method + truth.clip.read_bytes() + " ".join(options).encode())
    path = cache / f"{key.hexdigest()[:24]}.json"
    if path.exists():
        return dict(json.loads(path.read_text(encoding="utf-8")))
    answer = _run(truth.clip, options)
    if (
        answer["status"] != "crashed" and method_digest() == method
    ):  # the source did not change meanwhile
        path.write_text(json.dumps(answer), encoding="utf-8")
    return answer


def _curves(table: Path | None) -> dict[str, dict[str, list[Any]]]:
    """Return the curve of every side in a table of angles; none where there is no table."""
    curves: dict[str, dict[str, list[Any]]] = {}
    if table is None:
        return curves
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            columns = ("frame", "raw_deg", "source", "at_start")
            curve = curves.setdefault(row["side"], {name: [] for name in columns})
            curve["frame"].append(int(row["frame"]))
            curve["raw_deg"].append(float(row["rotation_raw_deg"] or "nan"))
            curve["source"].append(row["source"])
            curve["at_start"].append(row["phase"] == "start")
    return curves


def method_digest() -> bytes:
    """Return a hash of the source of the installed hipcv."""
    folder = Path(hipcv.__file__).parent
    digest = hashlib.sha256(hipcv.__version__.encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def _run(clip: Path, options: Sequence[str]) -> Answer:
    """Analyze one clip in a child process and measure its CPU time."""
    with tempfile.TemporaryDirectory(prefix="validation-") as folder:
        stdout, command = Path(folder) / "stdout.json", [sys.executable, "-m", "hipcv", "analyze"]
        command += [str(clip), "--json", "--no-overlay", "--out", f"{folder}/out", *options]
        with stdout.open("wb") as out, (Path(folder) / "err").open("wb") as err:
            process = subprocess.Popen(command, stdout=out, stderr=err)  # noqa: S603 - our own
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        try:
            answer = dict(json.loads(stdout.read_text(encoding="utf-8")))
        except ValueError:
            answer = {"status": "crashed", "issues": []}
        answer["curves"] = _curves(next(Path(folder).rglob("angles.csv"), None))
    answer.setdefault("status", "crashed")
    return answer | {"cpu_s": used.ru_utime + used.ru_stime, "exit_code": process.returncode}
