import json
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from hipcv.batch import means, run
from hipcv.batch.cluster import dispatcher, executor
from hipcv.batch.cluster.task import Bench, Errand, carry_out
from hipcv.batch.executor import Stop
from hipcv.batch.job import Job
from hipcv.batch.local import Local
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.options import AnalysisOptions
from tests.batch.conftest import DRIVER, HANGING, Watcher, give_up_hanging_clips
from tests.batch.driver import stub_command
from tests.batch.machines import Machines
from tests.batch.test_local import acquire
from tests.waiting import LIMIT_S, read_until, wait_until

pytest.importorskip("distributed", reason="the cluster extra is not installed")

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
PROC = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs Linux's /proc")
TIMING = re.compile(rb'"timing": {[^}]*}')


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """A scheduler with two workers, for tests that leave them alive."""
    made = Machines(tmp_path_factory.mktemp("machines"))
    try:
        yield made.scheduler().worker("one").worker("two")
    finally:
        made.end()


@pytest.fixture
def own_machines(tmp_path):
    """Machines for a test that kills some of them."""
    made = Machines(tmp_path)
    yield made
    made.end()


@pytest.fixture
def connect(clinic):
    """Gives the executor on some machines, with the stub in place of the analysis."""
    with ExitStack() as open_connections:

        def begin(machines, **changes):
            command = stub_command(clinic.runs)
            made = executor.connected(str(machines.file), "full", command=command, **changes)
            return open_connections.enter_context(made)

        yield begin


@pytest.fixture
def begin(clinic):
    """Starts `hipcv batch --scheduler` on the folder."""
    begun = []

    def start(machines, *words):
        command = [sys.executable, DRIVER, clinic.runs, "batch", clinic.folder]
        command += ["--out", clinic.out, "--scheduler", machines.file, *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def told(process):
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    return process.returncode, stdout.decode(), stderr.decode()


def ran(clinic):
    """How often each clip was given to an analysis so far."""
    return Counter(clinic.runs.read_text().splitlines() if clinic.runs.exists() else [])


def noted(clinic, event):
    """How often the manifest tells of an event so far."""
    path = clinic.out / "manifest.ndjson"
    return path.read_text().count(f'"{event}"') if path.exists() else 0


@pytest.fixture
def unseen(clinic, tmp_path, monkeypatch):
    """The folder of clips under a path that leads workers somewhere else."""
    monkeypatch.chdir(tmp_path)
    clinic.folder = Path("/proc/self/cwd/clips")
    return clinic


def test_results_are_those_of_this_machine(clinic, connect, machines):
    for name in (
        "P1_v1_left.mp4",
        "ünï \udcff.mp4",
        "sub/refused.mp4",
        "unreadable.mp4",
        "bug.mp4",
    ):
        clinic.clip(name)
    here = clinic.statuses(), clinic.tree()
    shutil.rmtree(clinic.out)

    there = clinic.statuses(executor=connect(machines)), clinic.tree()

    assert there == here


def test_second_run_starts_no_analysis(clinic, connect, machines):
    clinic.clip("a.mp4")
    clinic.batch(executor=connect(machines))
    clinic.run_clips()

    clinic.batch()

    assert clinic.run_clips() == []


def test_crash_and_hang_of_a_clip_take_no_worker_with_them(clinic, connect, machines, monkeypatch):
    give_up_hanging_clips(monkeypatch)
    clinic.clip("a hang.mp4", HANGING)
    for name in ("b crash.mp4", "c.mp4", "d.mp4"):
        clinic.clip(name)
    place = connect(machines)
    before = set(place.client.nthreads())

    statuses = clinic.statuses(executor=place)
    acquire(clinic.runs.with_name("held"))

    assert (statuses, set(place.client.nthreads())) == (
        {
            "a hang.mp4": "timed_out",
            "b crash.mp4": "crashed",
            "c.mp4": "measured",
            "d.mp4": "measured",
        },
        before,
    )


@PROC
def test_clip_that_no_worker_sees_is_sent_along(unseen, connect, machines):
    unseen.clip("a.mp4")
    unseen.clip("b refused.mp4")

    assert unseen.statuses(executor=connect(machines)) == {
        "a.mp4": "measured",
        "b refused.mp4": "not_measured",
    }


@PROC
def test_clip_is_sent_along_where_another_stands_in_its_place(unseen, connect, machines):
    unseen.clip("a.mp4", b"this")
    for name in ("one", "two"):
        (machines.root / name / "clips").mkdir()
        (machines.root / name / "clips" / "a.mp4").write_bytes(b"that")

    answer = unseen.batch(executor=connect(machines)).answers[0]

    assert answer.result["clip"]["sha256"] == sha256(b"this").hexdigest()


@PROC
def test_nothing_of_a_clip_stays_on_a_worker(unseen, connect, machines):
    unseen.clip("a.mp4")
    unseen.clip("crash.mp4")

    unseen.batch(executor=connect(machines))

    assert [path for path in machines.root.rglob("*") if path.name.startswith("hipcv-")] == []


@PROC
def test_clip_that_is_too_large_to_be_sent_is_refused(unseen, connect, machines, monkeypatch):
    monkeypatch.setattr(dispatcher, "LARGEST_SENT_BYTES", 3)
    unseen.clip("a.mp4", b"four")

    answer = unseen.batch(executor=connect(machines)).answers[0]

    assert (answer.status, "too large to be sent" in answer.text) == ("failed", True)


def test_worker_with_a_full_disk_is_told_of_and_tried_again(clinic, tmp_path):
    clip = clinic.clip("a.mp4")
    ours = means.means_here("full")
    job = Job(
        "a.mp4", clip, sha256(b"a.mp4").hexdigest(), "k", "clips/a", tmp_path, 9, AnalysisOptions()
    )
    bench = Bench("tcp://10.0.0.7:1", tmp_path / "no room", lambda: None, lambda: True)

    done = carry_out(Errand.of(job, ours, stub_command(clinic.runs)), bench)

    assert (done.outcome.exit_code, "worker tcp://10.0.0.7:1" in done.outcome.text) == (6, True)


def test_clip_whose_worker_was_killed_is_done_elsewhere(clinic, connect, own_machines):
    own_machines.scheduler().worker("one").worker("two")
    for number in range(4):
        clinic.clip(f"{number} gate.mp4")
    place = connect(own_machines)
    place.client.wait_for_workers(2)

    with ThreadPoolExecutor() as pool:
        batch = pool.submit(clinic.statuses, executor=place)
        wait_until(lambda: ran(clinic).total() >= 2)
        own_machines.kill("one")
        clinic.runs.with_name("open").touch()
        statuses = batch.result(timeout=LIMIT_S)

    assert (set(statuses.values()), ran(clinic).total()) == ({"measured"}, 5)


def test_clip_that_kills_every_worker_is_given_up(clinic, connect, own_machines):
    own_machines.scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    for name in ("one", "two", "three", "four"):
        own_machines.worker(name)
    clinic.clip("a killer.mp4")
    clinic.clip("b.mp4")
    place = connect(own_machines)
    place.client.wait_for_workers(4)

    answers = clinic.batch(executor=place).answers

    assert [(answer.status, answer.text[:33]) for answer in answers] == [
        ("failed", "a killer.mp4: given up, for 3 wor"),
        ("measured", ""),
    ]


def test_batch_that_was_killed_goes_on_and_its_analyses_end(clinic, begin, machines):
    clinic.clip("a.mp4")
    clinic.clip("b hang.mp4")
    process = begin(machines)
    wait_until(lambda: noted(clinic, "ended") == 1)
    wait_until(clinic.runs.with_name("held").exists)

    process.kill()
    process.wait()
    acquire(clinic.runs.with_name("held"))
    (clinic.folder / "b hang.mp4").unlink()
    clinic.run_clips()

    assert (told(begin(machines))[0], clinic.run_clips()) == (0, [])


def test_interrupted_batch_ends_what_runs_and_begins_no_other(clinic, begin, machines):
    for number in range(6):
        clinic.clip(f"{number} gate.mp4")
    process = begin(machines)
    wait_until(lambda: ran(clinic).total() == 2)
    wait_until(lambda: noted(clinic, "started") == 2)

    process.send_signal(signal.SIGINT)
    stderr = read_until(process.stderr, b"stopping").decode()
    clinic.runs.with_name("open").touch()

    code, stdout, _ = told(process)
    assert (code, "2 measured, 4 waiting" in stdout, "stopping" in stderr) == (130, True, True)


def test_interrupted_twice_the_batch_puts_back_what_does_not_end(clinic, begin, machines):
    clinic.clip("hang.mp4")
    process = begin(machines)
    wait_until(lambda: noted(clinic, "started") == 1)

    process.send_signal(signal.SIGINT)
    read_until(process.stderr, b"stopping")
    process.send_signal(signal.SIGTERM)

    code, _, _ = told(process)
    acquire(clinic.runs.with_name("held"))
    lines = (clinic.out / "manifest.ndjson").read_text().splitlines()
    assert (code, json.loads(lines[-1])["event"]) == (130, "put_back")


def test_scheduler_that_dies_ends_the_batch_with_a_plain_word(clinic, connect, own_machines):
    own_machines.scheduler().worker("one")
    clinic.clip("gate.mp4")
    place = connect(own_machines)

    with ThreadPoolExecutor() as pool:
        batch = pool.submit(clinic.batch, executor=place)
        wait_until(lambda: ran(clinic).total() == 1)
        own_machines.kill("scheduler")

        with pytest.raises(EnvironmentFault, match="no longer answers"):
            batch.result(timeout=LIMIT_S)


def test_worker_with_another_method_is_refused_by_name(clinic, connect, machines, monkeypatch):
    ours = means.means_here("full")
    monkeypatch.setattr(executor, "means_here", lambda _: replace(ours, method=ours.method + 1))

    with pytest.raises(EnvironmentFault, match=r"worker tcp://127.*: it has method \d+ in place"):
        connect(machines)


def test_worker_that_comes_later_is_refused_as_well(clinic, connect, machines):
    clinic.clip("a.mp4")
    place = connect(machines)
    other = replace(place.means, models={"full": "cd" * 32})

    with pytest.raises(EnvironmentFault, match=r"worker tcp://127.*another full pose model"):
        clinic.batch(executor=replace(place, means=other))


def test_scheduler_with_another_hipcv_is_refused(clinic, connect, machines, monkeypatch):
    monkeypatch.setattr("hipcv.__version__", "99")

    with pytest.raises(EnvironmentFault, match=r"scheduler tcp://127.*in place of 99"):
        connect(machines)


def test_worker_without_hipcv_is_refused_by_name(clinic, connect, own_machines, tmp_path):
    preload = tmp_path / "without.py"
    preload.write_text("import sys\nsys.modules['hipcv'] = None\n")
    own_machines.preload = preload
    own_machines.scheduler().worker("one")

    with pytest.raises(EnvironmentFault, match=r"worker tcp://127.*: hipcv cannot be used there"):
        connect(own_machines)


def test_scheduler_without_workers_is_told_of(clinic, connect, own_machines):
    own_machines.scheduler()

    with pytest.raises(EnvironmentFault, match="has no workers"):
        connect(own_machines, first_worker_s=0.1)


def test_scheduler_that_cannot_be_reached_is_told_of(monkeypatch):
    monkeypatch.setattr(executor, "_CONNECT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"

    with (
        pytest.raises(EnvironmentFault, match="no Dask scheduler answers"),
        executor.connected(address, "full"),
    ):
        pass


def test_missing_certificate_is_told_of():
    with (
        pytest.raises(EnvironmentFault, match="no certificate for TLS"),
        executor.connected("tls://127.0.0.1:1", "full"),
    ):
        pass


@pytest.mark.parametrize("scheduler", ["nowhere", "no/such/file.json", str(SAMPLE.parent)])
def test_what_is_neither_address_nor_file_is_a_mistake(scheduler):
    with (
        pytest.raises(BadRequest, match="neither an address"),
        executor.connected(scheduler, "full"),
    ):
        pass


def test_file_of_something_else_is_a_mistake(tmp_path):
    (tmp_path / "other.json").write_text("{}")

    with (
        pytest.raises(BadRequest, match="not the file of a Dask scheduler"),
        executor.connected(str(tmp_path / "other.json"), "full"),
    ):
        pass


def test_without_dask_the_user_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with (
        pytest.raises(EnvironmentFault, match=r"hipcv\[cluster\]"),
        executor.connected("tcp://127.0.0.1:1", "full"),
    ):
        pass


def test_no_more_clips_are_there_at_once_than_asked_for(clinic, connect, machines):
    for number in range(4):
        clinic.clip(f"{number}.mp4")
    place = connect(machines, at_once=1)

    clinic.batch(executor=place)

    kinds = [line.split()[0] for line in clinic.watcher.lines]
    assert kinds == ["start", "measured"] * 4


@pytest.mark.model
def test_real_analysis_gives_the_same_files_on_a_worker(tmp_path):
    machines = Machines(tmp_path, preload=None)
    (tmp_path / "clips").mkdir()
    shutil.copy(SAMPLE, tmp_path / "clips" / "a.mp4")
    request = run.Request(tmp_path / "clips", tmp_path / "here")
    try:
        machines.scheduler().worker("one", nanny=True)
        run.run_batch(request, Local(1), Watcher(), Stop())
        with executor.connected(str(machines.file), "full") as place:
            run.run_batch(replace(request, out=tmp_path / "there"), place, Watcher(), Stop())
    finally:
        machines.end()

    assert files(tmp_path / "there") == files(tmp_path / "here")


def files(out):
    """Every file of the results, but the manifest, and the time an analysis took."""
    paths = [path for path in out.rglob("*") if path.is_file() and path.suffix != ".ndjson"]
    made = {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}
    return {name: TIMING.sub(b"", content) for name, content in made.items()}
