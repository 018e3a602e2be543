import json
import math
import subprocess
import sys
import threading

import pytest

from hipcv import background
from hipcv.batch import worker
from hipcv.core.options import AnalysisOptions

ORDER = {
    "clip": "a.mp4",
    "folder": "result",
    "options": AnalysisOptions().to_dict(),
    "growing": False,
}
LINE = json.dumps(ORDER).encode() + b"\n"


def test_unreadable_clip_ends_with_code_and_text_of_the_error(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"no video")
    argv = [sys.executable, "-m", "hipcv.batch.worker"]

    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    ) as process:
        process.stdin.write(LINE)
        process.stdin.flush()
        text = json.loads(process.stdout.read())["text"]

    assert (process.returncode, text.startswith("a.mp4: ")) == (3, True)


@pytest.mark.parametrize(("flags", "single"), [(["--single-thread"], True), ([], False)])
def test_worker_uses_one_thread_where_asked_to(monkeypatch, flags, single):
    monkeypatch.setattr(background, "_SINGLE_THREADED", threading.Event())
    monkeypatch.setenv(background.OPENCV_THREADS, "2")
    for name, value in (
        ("read_order_line", LINE),
        ("end_with_parent", None),
        ("make_new_files_private", None),
    ):
        monkeypatch.setattr(worker, name, lambda value=value: value)
    monkeypatch.setattr(worker, "_analyze", lambda *_: 0)
    monkeypatch.setattr(sys, "argv", ["worker", *flags])

    worker.main()

    assert background.is_single_threaded() == single


@pytest.mark.parametrize(
    ("stage", "share", "total"),
    [
        ("following the patient", 0.5, 0.35),
        ("following the patient", math.nan, 0.0),
        ("drawing the annotated video", 0.5, 0.8),
        ("preparing the video", 1.0, 1.0),
    ],
)
def test_progress_file_holds_the_share_of_the_whole(tmp_path, stage, share, total):
    worker.ProgressFile(tmp_path / "progress")(stage, share)

    assert json.loads((tmp_path / "progress").read_text()) == {"doing": stage, "share": total}
