import subprocess
import sys
import threading

from hipcv import background
from hipcv.batch import worker


def test_worker_is_the_hipcv_command_while_the_batch_holds_on():
    words = [sys.executable, "-m", "hipcv.batch.worker", "--version"]

    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.read().startswith(b"hipcv ")


def test_a_worker_keeps_to_one_core_since_there_are_as_many_as_cores(monkeypatch):
    monkeypatch.setattr(background, "_SINGLE_THREADED", threading.Event())
    monkeypatch.setattr(worker, "end_with_parent", lambda: None)
    monkeypatch.setattr("runpy.run_module", lambda *_args, **_kw: None)

    worker.main()

    assert background.is_single_threaded()
