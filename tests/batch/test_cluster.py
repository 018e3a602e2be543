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

from hipcv.batch import environment, manifest
from hipcv.batch.cluster import dispatcher, executor, task
from hipcv.batch.cluster.executor import task_key
from hipcv.batch.cluster.task import ClusterTask, WorkerContext, execute
from hipcv.batch.job import Job
from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.core.options import AnalysisOptions
from tests.batch.conftest import (
    COUNTS,
    DRIVER,
    HANGING,
    time_out_hanging_clips_soon,
)
from tests.batch.driver import starter
from tests.batch.machines import Machines
from tests.batch.test_executor import acquire
from tests.errors import assert_plain_error, raises_plain
from tests.waiting import LIMIT_S, read_until, wait_until

pytest.importorskip("distributed", reason="the cluster extra is not installed")

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
PROC = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="needs Linux's /proc")


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """Provide a scheduler with two workers, for tests that leave them alive."""
    machines = Machines(tmp_path_factory.mktemp("machines"))
    try:
        yield machines.scheduler().worker("one").worker("two")
    finally:
        machines.end()


@pytest.fixture
def own_machines(tmp_path):
    """Provide machines for a test that kills some of them."""
    machines = Machines(tmp_path)
    yield machines
    machines.end()


@pytest.fixture
def connect(clinic):
    """Return the executor on some machines, with the stub analysis."""
    with ExitStack() as open_connections:

        def connect_stub(machines, **changes):
            changes = {"open_starter": starter(clinic.runs), **changes}
            connection = executor.connect(str(machines.file), "full", **changes)
            return open_connections.enter_context(connection)

        yield connect_stub


@pytest.fixture
def start(clinic):
    """Start `hipcv batch --scheduler` on the folder."""
    processes = []

    def start_process(machines, *words):
        command = [sys.executable, DRIVER, clinic.runs, "batch", clinic.folder]
        command += ["--out", clinic.out, "--scheduler", machines.file, *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        processes.append(process)
        return process

    yield start_process
    for process in processes:
        process.kill()
        process.communicate()


def finish(process):
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    return process.returncode, stdout.decode(), stderr.decode()


def run_counts(clinic):
    """Return how often each clip was analyzed so far."""
    return Counter(clinic.runs.read_text().splitlines() if clinic.runs.exists() else [])


def event_count(clinic, event):
    """Return how often the manifest records an event so far."""
    path = clinic.out / "manifest.ndjson"
    return path.read_text().count(f'"{event}"') if path.exists() else 0


@pytest.fixture
def unshared(clinic, tmp_path, monkeypatch):
    """Provide the folder of clips under a path that differs on the workers."""
    monkeypatch.chdir(tmp_path)
    clinic.folder = Path("/proc/self/cwd/clips")
    return clinic


def test_cluster_results_equal_local_ones(clinic, connect, machines):
    for name in (
        "P1_v1_left.mp4",
        "ünï \udcff.mp4",
        "sub/refused.mp4",
        "unreadable.mp4",
        "bug.mp4",
    ):
        clinic.clip(name)
    local = clinic.statuses(), clinic.tree()
    shutil.rmtree(clinic.out)

    remote = clinic.statuses(executor=connect(machines)), clinic.tree()

    assert remote == local


def test_second_run_starts_no_analysis(clinic, connect, machines):
    clinic.clip("a.mp4")
    clinic.batch(executor=connect(machines))
    clinic.analyzed_clips()

    clinic.batch()

    assert clinic.analyzed_clips() == []


def test_crash_and_hang_of_a_clip_leave_the_workers_alive(clinic, connect, machines, monkeypatch):
    time_out_hanging_clips_soon(monkeypatch)
    clinic.clip("a hang.mp4", HANGING)
    for name in ("b crash.mp4", "c.mp4", "d.mp4"):
        clinic.clip(name)
    cluster = connect(machines)
    before = set(cluster.client.nthreads())

    statuses = clinic.statuses(executor=cluster)
    acquire(clinic.runs.with_name("held"))

    assert (statuses, set(cluster.client.nthreads())) == (
        {
            "a hang.mp4": "timed_out",
            "b crash.mp4": "crashed",
            "c.mp4": "measured",
            "d.mp4": "measured",
        },
        before,
    )


def test_clip_that_fails_on_a_warm_worker_costs_that_clip_alone(
    clinic, connect, machines, monkeypatch
):
    time_out_hanging_clips_soon(monkeypatch)
    names = [f"{number}.mp4" for number in range(5)]
    for name in (*names, "5 crash.mp4", "6 leak.mp4", "8.mp4", "9.mp4"):
        clinic.clip(name)
    clinic.clip("7 hang.mp4", HANGING)
    pool = connect(machines, open_starter=starter(clinic.runs, "pool"))

    statuses = clinic.statuses(executor=pool)

    failed = {name: status for name, status in statuses.items() if status != "measured"}
    assert failed == {"5 crash.mp4": "crashed", "7 hang.mp4": "timed_out"}


def test_warm_process_of_a_worker_serves_several_clips(clinic, connect, machines):
    for number in range(6):
        clinic.clip(f"{number}.mp4")

    clinic.batch(executor=connect(machines, open_starter=starter(clinic.runs, "pool")))

    lines = clinic.runs.with_name("processes").read_text().splitlines()
    assert len({line.split()[0] for line in lines}) <= 2  # one on each worker


@pytest.fixture
def sent(monkeypatch):
    """Record the names of the files of each result that a worker sent."""
    received, write = [], dispatcher._write_files

    def record(files, job):
        received.append(sorted(files))
        write(files, job)

    monkeypatch.setattr(dispatcher, "_write_files", record)
    return received


def test_worker_that_sees_the_folder_of_results_writes_there_itself(
    clinic, connect, machines, sent
):
    clinic.clip("a.mp4")
    clinic.clip("b refused.mp4")

    statuses = clinic.statuses(executor=connect(machines))

    assert (statuses["a.mp4"], statuses["b refused.mp4"]) == ("measured", "not_measured")
    assert sent == [[], []]


@PROC
def test_result_is_sent_where_the_worker_does_not_see_the_folder(unshared, connect, machines, sent):
    unshared.clip("a.mp4")
    unshared.out = Path("/proc/self/cwd/results")

    statuses = unshared.statuses(executor=connect(machines))

    assert statuses == {"a.mp4": "measured"}
    assert sent == [["report.html", "result.json"]]


def test_result_that_a_worker_wrote_elsewhere_is_sent_at_the_second_attempt(  # noqa: PLR0917
    clinic, connect, machines, sent, monkeypatch
):
    monkeypatch.setattr(dispatcher, "_take_written", lambda _submitted: False)
    clinic.clip("a.mp4")

    statuses = clinic.statuses(executor=connect(machines))

    assert (statuses, run_counts(clinic)) == ({"a.mp4": "measured"}, {"a.mp4": 2})
    assert sent == [["report.html", "result.json"]]


def test_worker_of_another_user_does_not_write_to_the_folder_of_results(tmp_path, monkeypatch):
    (tmp_path / "result").mkdir()
    (tmp_path / "of the batch").mkdir()
    monkeypatch.setattr(task, "_user", lambda: -1)

    written = task._write_result(tmp_path / "result", str(tmp_path / "of the batch"))

    assert (written, [*(tmp_path / "of the batch").iterdir()]) == (False, [])


def test_name_of_a_task_has_the_number_of_its_clip_and_no_name(
    clinic, connect, machines, monkeypatch
):
    keys = []
    monkeypatch.setattr(
        executor, "task_key", lambda number: keys.append(task_key(number)) or keys[-1]
    )
    for name in ("P1_v1_left.mp4", "P2_v1_left.mp4"):
        clinic.clip(name)

    clinic.batch(executor=connect(machines))

    numbers = [int(re.fullmatch(r"hipcv-(\d{6})-[0-9a-f]{12}", key)[1]) for key in keys]
    clips = {manifest.find_clip(clinic.out, number) for number in numbers}
    assert clips == {"P1_v1_left.mp4", "P2_v1_left.mp4"}


@PROC
def test_clip_missing_on_the_workers_is_sent(unshared, connect, machines):
    unshared.clip("a.mp4")
    unshared.clip("b refused.mp4")

    assert unshared.statuses(executor=connect(machines)) == {
        "a.mp4": "measured",
        "b refused.mp4": "not_measured",
    }


@PROC
def test_clip_is_sent_where_the_path_holds_another(unshared, connect, machines):
    unshared.clip("a.mp4", b"this")
    for name in ("one", "two"):
        (machines.root / name / "clips").mkdir()
        (machines.root / name / "clips" / "a.mp4").write_bytes(b"that")

    outcome = unshared.batch(executor=connect(machines)).outcomes[0]

    assert outcome.result["clip"]["sha256"] == sha256(b"this").hexdigest()


@PROC
def test_no_file_of_a_clip_stays_on_a_worker(unshared, connect, machines):
    unshared.clip("a.mp4")
    unshared.clip("crash.mp4")

    unshared.batch(executor=connect(machines))

    assert [path for path in machines.root.rglob("*") if path.name.startswith("hipcv-")] == []


@PROC
def test_clip_too_large_to_be_sent_fails(unshared, connect, machines, monkeypatch):
    monkeypatch.setattr(dispatcher, "SENT_CLIP_MAX_BYTES", 3)
    unshared.clip("a.mp4", b"four")

    outcome = unshared.batch(executor=connect(machines)).outcomes[0]

    assert outcome.status == "failed"
    assert_plain_error(outcome.text, "a.mp4", "0 MB", "--scheduler")


def test_disk_fault_of_a_worker_is_an_environment_fault_that_names_it(clinic, tmp_path):
    clip = clinic.clip("a.mp4")
    here = environment.current_environment("full")
    job = Job(
        "a.mp4", clip, sha256(b"a.mp4").hexdigest(), "k", "clips/a", tmp_path, 9, AnalysisOptions()
    )
    context = WorkerContext("tcp://10.0.0.7:1", tmp_path / "missing", lambda: None, lambda: True)

    done = execute(ClusterTask.from_job(job, here, starter(clinic.runs), "run"), context)

    assert (done.outcome.exit_code, "worker tcp://10.0.0.7:1" in done.outcome.text) == (6, True)


@pytest.mark.slow
def test_clip_of_a_killed_worker_is_analysed_by_another(clinic, connect, own_machines):
    own_machines.scheduler().worker("one").worker("two")
    for number in range(4):
        clinic.clip(f"{number} gate.mp4")
    cluster = connect(own_machines)
    cluster.client.wait_for_workers(2)

    with ThreadPoolExecutor() as pool:
        batch = pool.submit(clinic.statuses, executor=cluster)
        wait_until(lambda: run_counts(clinic).total() >= 2)
        own_machines.kill("one")
        clinic.runs.with_name("open").touch()
        statuses = batch.result(timeout=LIMIT_S)

    assert (set(statuses.values()), run_counts(clinic).total()) == ({"measured"}, 5)


@pytest.mark.slow
def test_clip_that_kills_three_workers_fails(clinic, connect, own_machines):
    own_machines.scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    for name in ("one", "two", "three", "four"):
        own_machines.worker(name)
    clinic.clip("a killer.mp4")
    clinic.clip("b.mp4")
    cluster = connect(own_machines)
    cluster.client.wait_for_workers(4)

    killer, other = clinic.batch(executor=cluster).outcomes

    assert (killer.status, other.status) == ("failed", "measured")
    assert_plain_error(killer.text, "a killer.mp4", "3 workers", "--retry-failed")


@pytest.mark.slow
def test_killed_batch_resumes_and_its_analyses_end(clinic, start, machines):
    clinic.clip("a.mp4")
    clinic.clip("b hang.mp4")
    process = start(machines)
    wait_until(lambda: event_count(clinic, "ended") == 1)
    wait_until(clinic.runs.with_name("held").exists)

    process.kill()
    process.wait()
    acquire(clinic.runs.with_name("held"))
    (clinic.folder / "b hang.mp4").unlink()
    clinic.analyzed_clips()

    assert (finish(start(machines))[0], clinic.analyzed_clips()) == (0, [])


def task_count(cluster):
    """Return the number of tasks of all batches that the scheduler has."""
    return cluster.client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))


def test_interrupted_batch_finishes_running_clips_and_starts_no_other(
    clinic, connect, start, machines
):
    for number in range(6):
        clinic.clip(f"{number} gate.mp4")
    observer = connect(machines)
    process = start(machines)
    wait_until(lambda: run_counts(clinic).total() == 2)
    wait_until(lambda: event_count(clinic, "started") == 2)

    process.send_signal(signal.SIGINT)
    stderr = read_until(process.stderr, b"stopping").decode()
    wait_until(lambda: task_count(observer) == 2)
    clinic.runs.with_name("open").touch()

    code, stdout, _ = finish(process)
    assert (code, COUNTS.findall(stdout), "stopping" in stderr) == (130, ["2", "4"], True)


@pytest.mark.slow
def test_second_interrupt_requeues_running_clips(clinic, start, machines):
    clinic.clip("hang.mp4")
    process = start(machines)
    wait_until(lambda: event_count(clinic, "started") == 1)

    process.send_signal(signal.SIGINT)
    read_until(process.stderr, b"stopping")
    process.send_signal(signal.SIGTERM)

    code, _, _ = finish(process)
    acquire(clinic.runs.with_name("held"))
    lines = (clinic.out / "manifest.ndjson").read_text().splitlines()
    assert (code, json.loads(lines[-1])["event"]) == (130, "put_back")


@pytest.mark.slow
def test_death_of_the_scheduler_is_an_environment_fault(clinic, connect, own_machines):
    own_machines.scheduler().worker("one")
    clinic.clip("gate.mp4")
    cluster = connect(own_machines)

    with ThreadPoolExecutor() as pool:
        batch = pool.submit(clinic.batch, executor=cluster)
        wait_until(lambda: run_counts(clinic).total() == 1)
        own_machines.kill("scheduler")

        with raises_plain(EnvironmentFault, "tcp://127"):
            batch.result(timeout=LIMIT_S)


def test_worker_with_another_method_is_refused_by_name(clinic, connect, machines, monkeypatch):
    here = environment.current_environment("full")
    monkeypatch.setattr(
        executor, "current_environment", lambda _: replace(here, method=here.method + 1)
    )

    with raises_plain(
        EnvironmentFault, "worker tcp://127", f"method {here.method}", here.method + 1
    ):
        connect(machines)


def test_incompatible_worker_that_joins_later_is_refused(clinic, connect, machines):
    clinic.clip("a.mp4")
    cluster = connect(machines)
    other = replace(cluster.environment, models={"full": "cd" * 32})

    with raises_plain(EnvironmentFault, "worker tcp://127", "full pose model"):
        clinic.batch(executor=replace(cluster, environment=other))


def test_scheduler_with_another_hipcv_is_refused(clinic, connect, machines, monkeypatch):
    monkeypatch.setattr("hipcv.batch.environment.__version__", "99")

    with raises_plain(EnvironmentFault, "scheduler tcp://127", "hipcv", "99"):
        connect(machines)


def test_worker_without_hipcv_is_refused_by_name(clinic, connect, own_machines, tmp_path):
    preload = tmp_path / "without.py"
    preload.write_text("import sys\nsys.modules['hipcv'] = None\n")
    own_machines.preload = preload
    own_machines.scheduler().worker("one")

    with raises_plain(EnvironmentFault, "worker tcp://127", "hipcv"):
        connect(own_machines)


def test_scheduler_without_workers_is_an_environment_fault(clinic, connect, own_machines):
    own_machines.scheduler()

    with raises_plain(EnvironmentFault, "no workers"):
        connect(own_machines, first_worker_timeout_s=0.1)


def test_unreachable_scheduler_is_an_environment_fault(monkeypatch):
    monkeypatch.setattr(executor, "_CONNECT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"

    with (
        raises_plain(EnvironmentFault, address),
        executor.connect(address, "full"),
    ):
        pass


def test_missing_certificate_is_an_environment_fault():
    with (
        raises_plain(EnvironmentFault, "tls://127.0.0.1:1", "certificate"),
        executor.connect("tls://127.0.0.1:1", "full"),
    ):
        pass


@pytest.mark.parametrize("scheduler", ["nowhere", "no/such/file.json", str(SAMPLE.parent)])
def test_neither_address_nor_file_is_a_bad_request(scheduler):
    with (
        raises_plain(BadRequest, f"--scheduler {scheduler}", "tcp://"),
        executor.connect(scheduler, "full"),
    ):
        pass


def test_file_of_no_scheduler_is_a_bad_request(tmp_path):
    (tmp_path / "other.json").write_text("{}")

    with (
        pytest.raises(BadRequest, match=r"other\.json: "),
        executor.connect(str(tmp_path / "other.json"), "full"),
    ):
        pass


def test_missing_dask_is_an_environment_fault_with_a_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with (
        raises_plain(EnvironmentFault, "hipcv[cluster]"),
        executor.connect("tcp://127.0.0.1:1", "full"),
    ):
        pass


def test_max_jobs_limits_the_clips_at_once(clinic, connect, machines):
    for number in range(4):
        clinic.clip(f"{number}.mp4")
    cluster = connect(machines, max_jobs=1)

    clinic.batch(executor=cluster)

    kinds = [line.split()[0] for line in clinic.progress.lines]
    assert kinds == ["start", "measured"] * 4
