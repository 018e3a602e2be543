import subprocess
import sys
import threading

from hipcv import background
from hipcv.batch import worker


def test_worker_runs_the_hipcv_command():
    words = [sys.executable, "-m", "hipcv.batch.worker", "--version"]

    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.read().startswith(b"hipcv ")


def test_worker_uses_one_thread(monkeypatch):
    monkeypatch.setattr(background, "_SINGLE_THREADED", threading.Event())
    monkeypatch.setattr(worker, "end_with_parent", lambda: None)
    monkeypatch.setattr("runpy.run_module", lambda *_args, **_kw: None)

    worker.main()

    assert background.is_single_threaded()
