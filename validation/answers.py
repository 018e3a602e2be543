"""What hipcv says of every clip: its command, run once for each clip and kept.

An answer is kept by the clip's content and by hipcv's own source, so that a changed clip or a
changed method is measured again, and nothing else is.
"""

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
Watch = Callable[[ClipTruth], None]

ASKED: Final = frozenset({"wrong_leg"})
"""Kinds of clip that only make sense when the side is asked for."""


def answers(
    clips: Sequence[ClipTruth], kept: Path, jobs: int, watch: Watch | None = None
) -> list[Answer]:
    """The command's JSON for every clip, with `cpu_s` and `exit_code` added.

    Args:
        clips: what to measure.
        kept: folder of earlier answers.
        jobs: how many at once.
        watch: told of each clip once it is done.
    """
    kept.mkdir(parents=True, exist_ok=True)
    method = _method()

    def one(truth: ClipTruth) -> Answer:
        given = _answer(truth, kept, method)
        if watch is not None:
            watch(truth)
        return given

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, clips))


def _answer(truth: ClipTruth, kept: Path, method: bytes) -> Answer:
    options = ["--side", truth.asked_side] if truth.kind in ASKED else []
    asked = hashlib.sha256(method + truth.clip.read_bytes() + " ".join(options).encode())
    path = kept / f"{asked.hexdigest()[:24]}.json"
    if path.exists():
        return dict(json.loads(path.read_text(encoding="utf-8")))
    given = _run(truth.clip, options)
    if given["status"] != "crashed" and _method() == method:  # not changed on the way
        path.write_text(json.dumps(given), encoding="utf-8")
    return given


def _method() -> bytes:
    """What the source of the installed hipcv is."""
    folder = Path(hipcv.__file__).parent
    digest = hashlib.sha256(hipcv.__version__.encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def _run(clip: Path, options: Sequence[str]) -> Answer:
    """Analyse one clip in a process of its own, and see how long it computed."""
    with tempfile.TemporaryDirectory(prefix="validation-") as folder:
        said, command = Path(folder) / "said.json", [sys.executable, "-m", "hipcv", "analyze"]
        command += [str(clip), "--json", "--no-overlay", "--out", f"{folder}/out", *options]
        with said.open("wb") as out, (Path(folder) / "err").open("wb") as err:
            process = subprocess.Popen(command, stdout=out, stderr=err)  # noqa: S603 - our own
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        try:
            given = dict(json.loads(said.read_text(encoding="utf-8")))
        except ValueError:
            given = {"status": "crashed", "issues": []}
    given.setdefault("status", "crashed")
    return given | {"cpu_s": used.ru_utime + used.ru_stime, "exit_code": process.returncode}
