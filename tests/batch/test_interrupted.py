"""Batches that are killed or asked to stop, each a process."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.batch.conftest import COUNTS, DRIVER
from tests.batch.driver import DEFAULT
from tests.batch.test_executor import acquire
from tests.waiting import LIMIT_S, read_until, wait_until

KILLS = 10


@pytest.fixture
def start(clinic):
    """Start `hipcv batch` on the folder, with the stub analysis."""
    processes = []

    def start_process(*words, kind=DEFAULT):
        command = [sys.executable, DRIVER, clinic.runs, "batch", clinic.folder]
        command += ["--out", clinic.out, "--workers", "2", *words]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "STARTER": kind},
        )
        processes.append(process)
        return process

    yield start_process
    for process in processes:
        process.kill()
        process.communicate()


def finish(process):
    stdout, _ = process.communicate(timeout=LIMIT_S)
    return process.returncode, stdout


@pytest.mark.slow
@pytest.mark.parametrize("kind", [DEFAULT, pytest.param("pool", marks=pytest.mark.slow)])
def test_results_after_ten_kills_equal_those_of_an_undisturbed_run(clinic, start, kind):
    for number in range(5):
        clinic.clip(f"P{number}_v1_left slow.mp4")
    clinic.clip("P0_v1_left slow.mov")
    clinic.clip("refused.mp4")
    clinic.clip("crash.mp4")
    assert finish(start("--workers", "8"))[0] == 5
    undisturbed = clinic.tree()
    clinic.out.rename(clinic.out.with_name("undisturbed"))
    moments = random.Random(5)

    for _ in range(KILLS):
        process = start(kind=kind)
        wait_until((clinic.out / "manifest.ndjson").exists)
        time.sleep(0.2 + moments.uniform(0, 0.5))
        process.kill()
        process.wait()

    assert (finish(start(kind=kind))[0], clinic.tree()) == (5, undisturbed)


def test_killed_batch_loses_only_the_running_clips(clinic, start):
    for name in ("a.mp4", "b.mp4", "hang.mp4"):
        clinic.clip(name)
    process = start("--workers", "1")
    wait_until(clinic.runs.with_name("held").exists)
    process.kill()
    process.wait()
    acquire(clinic.runs.with_name("held"))
    (clinic.folder / "hang.mp4").unlink()
    clinic.analyzed_clips()

    assert (finish(start())[0], clinic.analyzed_clips()) == (0, [])


def test_killed_batch_ends_its_analyses_and_their_children(clinic, start):
    clinic.clip("hang.mp4")
    process = start()
    wait_until(clinic.runs.with_name("held").exists)

    process.kill()

    acquire(clinic.runs.with_name("held"))


def test_interrupted_batch_finishes_running_clips_and_starts_no_other(clinic, start):
    for number in range(6):
        clinic.clip(f"{number} gate.mp4")
    process = start()
    wait_until(lambda: clinic.runs.exists() and len(clinic.runs.read_text().splitlines()) == 2)

    process.send_signal(signal.SIGINT)
    read_until(process.stderr, "stopping")
    clinic.runs.with_name("open").touch()

    code, stdout = finish(process)
    assert (code, COUNTS.findall(stdout)) == (130, ["2", "4"])


def test_second_interrupt_requeues_running_clips(clinic, start):
    clinic.clip("hang.mp4")
    process = start()
    wait_until(clinic.runs.with_name("held").exists)

    process.send_signal(signal.SIGINT)
    read_until(process.stderr, "stopping")
    process.send_signal(signal.SIGTERM)

    code, _ = finish(process)
    lines = (clinic.out / "manifest.ndjson").read_text().splitlines()
    assert (code, json.loads(lines[-1])["event"]) == (130, "put_back")


def test_json_output_is_one_line_per_clip_and_nothing_else(clinic, start):
    for name in ("P1_v1_left.mp4", "crash.mp4", "ünï.mp4"):
        clinic.clip(name)
    (clinic.folder / "folder.mp4").mkdir()

    _, stdout = finish(start("--json"))

    lines = [json.loads(line) for line in stdout.splitlines()]
    assert {line["path"]: line["status"] for line in lines} == {
        "P1_v1_left.mp4": "measured",
        "crash.mp4": "crashed",
        "folder.mp4": "not_a_file",
        "ünï.mp4": "measured",
    }


def test_ctrl_c_ends_a_watcher_cleanly(clinic, start):
    clinic.clip("a.mp4")
    process = start("--watch")
    wait_until((clinic.out / "clips" / "a" / "result.json").exists)

    process.send_signal(signal.SIGINT)

    code, stdout = finish(process)
    assert (code, COUNTS.findall(stdout)) == (0, ["1"])
