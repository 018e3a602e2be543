"""The examples of docs/cluster.md, and clusters whose workers come and go."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from hipcv.batch.cluster import executor
from tests.batch.conftest import COUNTS, DRIVER
from tests.batch.driver import starter
from tests.batch.machines import ROOT
from tests.doc_commands import options_of
from tests.waiting import LIMIT_S, wait_until

pytest.importorskip("distributed", reason="the cluster extra is not installed")

PAGE = ROOT / "docs" / "cluster.md"
PRELOAD = ROOT / "tests" / "batch" / "preload.py"
SBATCH_OPTIONS = {
    "--cpus-per-task",
    "--job-name",
    "--mem-per-cpu",
    "--nodes",
    "--ntasks-per-node",
    "--partition",
    "--signal",
    "--time",
}
"""Options of `sbatch`, as its manual has them."""


def example(heading):
    """Return the first block of code under a heading of the page."""
    text = PAGE.read_text(encoding="utf-8").partition(f"## Example: {heading}")[2]
    return re.search(r"```(?:sh|python)\n(.*?)```", text, re.DOTALL)[1]


def write_program(path, *lines):
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o700)


@pytest.fixture
def surroundings(clinic, tmp_path):
    """Return the environment of an example: `hipcv` has the stub, as Dask's workers have."""
    write_program(tmp_path / "bin" / "hipcv", f'exec {sys.executable} {DRIVER} {clinic.runs} "$@"')
    return {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__WORKER__PRELOAD": str(PRELOAD),
        "DASK_TEMPORARY_DIRECTORY": str(tmp_path),
    }


@pytest.fixture
def run_example(surroundings, tmp_path):
    """Run a command to its end, and end all processes that it left."""
    groups = []

    def run_command(*command):
        with subprocess.Popen(
            command,
            cwd=tmp_path,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        ) as process:
            groups.append(process.pid)
            wait_until(lambda: process.poll() is not None)
            end_groups()
            return process.returncode, process.stdout.read(), process.stderr.read()

    def end_groups():
        while groups:
            with suppress(ProcessLookupError):
                os.killpg(groups.pop(), signal.SIGKILL)

    yield run_command
    end_groups()


def test_example_of_one_machine_gets_its_workers_by_itself(clinic, run_example, tmp_path):
    (tmp_path / "on_this_machine.py").write_text(example("one machine"))
    for number in range(3):
        clinic.clip(f"{number}.mp4")

    words = ["on_this_machine.py", "clips", "--out", "results"]
    code, stdout, stderr = run_example(sys.executable, *words)

    assert (code, COUNTS.findall(stdout)) == (0, ["3"]), stderr


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def ssh_example(surroundings):
    """Return the script of the example of SSH, with two machines that are this one."""
    names = ("PYTHONPATH", "DASK_DISTRIBUTED__WORKER__PRELOAD")
    settings = " ".join(f"{name}={surroundings[name]}" for name in names)
    changes = {
        "/opt/hipcv/.venv/bin/dask": f"env {settings} {sys.executable} -m dask",
        "/srv/clips --out /srv/results": "clips --out results",
        "10.0.0.10": "127.0.0.1",
        "10.0.0.1$n": "127.0.0.1",
        "8786": str(free_port()),
        "for n in 0 1 2 3": "for n in 0 1",
        "worker.log": "worker$n.log",
    }
    script = example("machines with SSH")
    for before, after in changes.items():
        assert before in script, before
        script = script.replace(before, after)
    return script


@pytest.mark.slow
def test_example_of_ssh_gives_each_machine_a_worker(clinic, run_example, surroundings, tmp_path):
    """A shell takes the place of SSH: it does what sshd does with the same words."""
    write_program(tmp_path / "bin" / "ssh", 'shift; exec sh -c "$*"')
    for number in range(4):
        clinic.clip(f"{number}.mp4")

    code, stdout, stderr = run_example("sh", "-c", ssh_example(surroundings))

    assert (code, COUNTS.findall(stdout)) == (0, ["4"]), stderr
    assert len([*tmp_path.glob("worker*.log")]) == 2


@pytest.fixture
def sshd(tmp_path):
    """Provide an SSH server of this user on the loopback, and `ssh` as its client."""
    server = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
    if server is None:
        pytest.skip("openssh-server is not installed")
    keys, port = tmp_path / "keys", free_port()
    keys.mkdir(mode=0o700)
    for name in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name]
        subprocess.run(command, check=True)
    (keys / "user.pub").rename(keys / "authorized")
    options = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": keys / "host",
        "AuthorizedKeysFile": keys / "authorized",
        "PidFile": "none",
        "UsePAM": "no",
        "StrictModes": "no",
    }
    words = [word for option in options.items() for word in ("-o", "=".join(map(str, option)))]
    client = f"-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile={keys / 'hosts'}"
    real = shutil.which("ssh")
    write_program(
        tmp_path / "bin" / "ssh",
        "shift",
        f'exec {real} {client} -i {keys / "user"} -p {port} 127.0.0.1 "cd {tmp_path} && $*"',
    )
    with subprocess.Popen([server, "-D", "-e", "-f", os.devnull, *words]) as process:
        yield
        process.terminate()


@pytest.mark.usefixtures("sshd")
def test_example_of_ssh_runs_with_a_real_server(clinic, run_example, surroundings):
    clinic.clip("a.mp4")

    code, stdout, stderr = run_example("sh", "-c", ssh_example(surroundings))

    assert (code, COUNTS.findall(stdout)) == (0, ["1"]), stderr


def test_script_for_slurm_is_a_script_with_options_that_exist(tmp_path):
    from distributed.cli.dask_scheduler import main as dask_scheduler
    from distributed.cli.dask_worker import main as dask_worker
    from typer.main import get_command

    from hipcv.cli.main import app

    script = example("Slurm")
    (tmp_path / "hipcv.sbatch").write_text(script)
    checked = subprocess.run(["bash", "-n", tmp_path / "hipcv.sbatch"], check=False)
    known = {
        "dask scheduler": options_of(dask_scheduler),
        "dask worker": options_of(dask_worker),
        "hipcv batch": options_of(get_command(app).commands["batch"]),
        "#SBATCH": SBATCH_OPTIONS,
    }

    assert checked.returncode == 0
    for command, options in known.items():
        lines = re.findall(rf"{command} (.*)", script.replace("\\\n", ""))
        used = {word for line in lines for word in re.findall(r"(?<!\S)--[a-z-]+", line)}
        assert used
        assert used <= options, command


@pytest.fixture
def local_cluster(tmp_path):
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=0,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        local_directory=tmp_path,
        preload=[str(PRELOAD)],
    ) as cluster:
        yield cluster


def running_clips(clinic):
    return len(clinic.runs.read_text().splitlines()) if clinic.runs.exists() else 0


@pytest.mark.slow
def test_workers_that_come_and_go_lose_no_clip(clinic, local_cluster):
    for number in range(4):
        clinic.clip(f"{number} gate.mp4")
    local_cluster.adapt(minimum=0, maximum=2, interval="100ms", target_duration="100ms")

    with (
        executor.connect(
            local_cluster.scheduler_address, "full", open_starter=starter(clinic.runs)
        ) as cluster,
        ThreadPoolExecutor() as pool,
    ):
        batch = pool.submit(clinic.statuses, executor=cluster)
        wait_until(lambda: batch.done() or running_clips(clinic) == 2)
        first, second = cluster.client.nthreads()
        cluster.client.retire_workers([first], close_workers=True)
        clinic.runs.with_name("open").touch()
        statuses = batch.result(timeout=LIMIT_S)
        wait_until(lambda: not cluster.client.nthreads())

    assert statuses == {f"{number} gate.mp4": "measured" for number in range(4)}
    assert first != second
