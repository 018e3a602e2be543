"""The server as a process: killed, with slow clients, and with many of them."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.clips import numbered_pictures, write_clip
from tests.waiting import LIMIT_S, wait_until
from tests.web.conftest import LONG_TIMES_S
from tests.web.stub import running

DRIVER = Path(__file__).with_name("driver.py")
ROOT = DRIVER.parents[2]

if sys.platform == "win32":
    pytest.skip("processes are killed as Windows cannot", allow_module_level=True)


class Server:
    """The app in a subprocess that can be killed and restarted."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "desk"
        self.process = None
        self.clients = []
        self.base = ""

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, str(DRIVER), str(self.data), str(self.folder / "runs")],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
        link = self.process.stdout.readline().strip()
        self.base = link.partition("/?")[0]
        client = httpx.Client(base_url=self.base, headers={"origin": self.base}, timeout=LIMIT_S)
        self.clients.append(client)
        page = client.get(link).text
        client.headers["x-hipcv-page-key"] = re.search(r'data-page-key="([^"]+)"', page)[1]
        return client

    def kill(self):
        """Kill the process."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def close(self):
        """Interrupt the process, as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(LIMIT_S)
        self.process.stdout.close()

    @property
    def address(self):
        host, _, port = self.base.removeprefix("http://").partition(":")
        return host, int(port)


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    yield server
    for client in server.clients:
        client.close()
    if server.process and server.process.poll() is None:
        server.kill()


def clip(folder, name="30.mp4"):
    path = folder / name
    write_clip(path, numbered_pictures(3), LONG_TIMES_S if "long" in name else None)
    return path.read_bytes() + name.encode()


def upload(client, folder, name="30.mp4", **fields):
    answer = client.put("/api/uploads", params={"name": name, **fields}, content=clip(folder, name))
    return answer.json()["clip"]


def wait(client, clip_id, *states):
    def view():
        return client.get(f"/api/clips/{clip_id}").json()

    wait_until(lambda: view()["clip"]["state"] in states)
    return view()


def rejected(view, rep=0, by="AB"):
    return {
        "version": view["analysis"]["version"],
        "kind": "rep",
        "side": "left",
        "rep": rep,
        "after": {"accepted": False},
        "why": "hidden",
        "by": by,
    }


@contextmanager
def half_sent(server, client, sent=b"x" * 200_000, declared=10_000_000):
    """Open a connection with an incomplete upload."""
    cookie = client.cookies["hipcv"]
    head = (
        f"PUT /api/uploads?name=a.mp4 HTTP/1.1\r\nHost: {server.base.removeprefix('http://')}\r\n"
        f"Origin: {server.base}\r\nCookie: hipcv={cookie}\r\n"
        f"X-Hipcv-Page-Key: {client.headers['x-hipcv-page-key']}\r\n"
        f"Content-Length: {declared}\r\n\r\n"
    )
    with socket.create_connection(server.address, timeout=LIMIT_S) as line:
        line.sendall(head.encode() + sent)
        yield line


def status(line):
    return int(line.recv(4096).split(b" ", 2)[1])


def under_way(server):
    return [path for path in (server.data / "incoming").iterdir() if path.stat().st_size]


def test_link_starts_a_session(server):
    assert server.start().get("/api/desk").status_code == 200


def test_server_listens_on_loopback(server):
    server.start()

    assert server.base.startswith("http://127.0.0.1:")


def test_stalled_body_is_refused(server):
    client = server.start()

    with half_sent(server, client) as line:
        assert status(line) == 408


@pytest.mark.slow
def test_slow_body_is_refused(server):
    client = server.start()
    with half_sent(server, client, sent=b"x") as line:
        over = threading.Event()

        def trickle():
            while not over.wait(0.2):
                try:
                    line.sendall(b"x")
                except OSError:
                    return

        thread = threading.Thread(target=trickle)
        thread.start()
        code = status(line)
        over.set()
        thread.join()

    assert code == 408


def test_refused_body_leaves_no_file(server):
    client = server.start()
    with half_sent(server, client) as line:
        status(line)

    wait_until(lambda: not [*(server.data / "incoming").iterdir()])


def test_disconnected_upload_leaves_no_file(server):
    client = server.start()
    with half_sent(server, client):
        wait_until(lambda: [*(server.data / "incoming").iterdir()])

    wait_until(lambda: not [*(server.data / "incoming").iterdir()])


def test_slow_bodies_do_not_block_other_requests(server):
    client = server.start()
    with half_sent(server, client), half_sent(server, client), half_sent(server, client):
        assert client.get("/api/desk").status_code == 200


@pytest.mark.slow
def test_upload_interrupted_by_a_kill_leaves_nothing(server):
    client = server.start()
    with half_sent(server, client, sent=b"x" * 3_000_000):
        wait_until(partial(under_way, server))
        server.kill()
    client = server.start()

    left = [*(server.data / "incoming").iterdir(), *client.get("/api/desk").json()["working"]]
    assert not left


def test_analysis_interrupted_by_a_kill_is_done_at_the_next_start(server, tmp_path):
    client = server.start()
    clip_id = upload(client, tmp_path, "gate-30.mp4")
    wait(client, clip_id, "analysing")
    server.kill()
    (tmp_path / "open").touch()
    client = server.start()

    assert wait(client, clip_id, "ready", "failed")["clip"]["state"] == "ready"


@pytest.mark.slow
def test_queue_of_long_and_short_clips_is_done_once_after_a_kill(server, tmp_path):
    client = server.start()
    ids = [upload(client, tmp_path, "gate-long-30.mp4")]
    ids += [upload(client, tmp_path, f"gate-{number}.mp4") for number in range(30, 35)]
    wait_until(lambda: len(lines_of(tmp_path / "runs")) == 2)  # the long one, and a short one
    server.kill()
    (tmp_path / "open").touch()
    client = server.start()

    assert [wait(client, clip_id, "ready", "failed")["clip"]["state"] for clip_id in ids] == [
        "ready"
    ] * 6
    assert len(lines_of(tmp_path / "runs")) == 2 + 6
    assert len([*(server.data / "analyses").iterdir()]) == 6


def lines_of(path):
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.slow
def test_analysis_interrupted_by_a_kill_leaves_no_partial_result(server, tmp_path):
    client = server.start()
    clip_id = upload(client, tmp_path, "gate-30.mp4")
    wait(client, clip_id, "analysing")
    server.kill()
    (tmp_path / "open").touch()
    client = server.start()
    view = wait(client, clip_id, "ready")

    stored = [path.name for path in (server.data / "analyses").iterdir()]
    assert stored == [view["analysis"]["id"]]


def test_analysis_ends_with_the_server(server, tmp_path):
    client = server.start()
    wait(client, upload(client, tmp_path, "gate-30.mp4"), "analysing")
    wait_until((tmp_path / "runs").exists)
    server.kill()

    wait_until(lambda: not running(tmp_path / "runs"))


@pytest.mark.parametrize(
    "delay_s",
    [0.05, *(pytest.param(delay_s, marks=pytest.mark.slow) for delay_s in (0.0, 0.15, 0.3))],
)
def test_correction_interrupted_by_a_kill_is_whole_or_absent(server, tmp_path, delay_s):
    client = server.start()
    clip_id = upload(client, tmp_path)
    view = wait(client, clip_id, "ready")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(
            client.post, f"/api/analyses/{view['analysis']['id']}/corrections", json=rejected(view)
        )
        time.sleep(delay_s)
        server.kill()
        asked.exception(timeout=LIMIT_S)
    client = server.start()
    now = client.get(f"/api/clips/{clip_id}").json()["analysis"]

    assert (now["version"], len(now["corrections"]), now["corrected"] is not None) in [
        (1, 0, False),
        (2, 1, True),
    ]


@pytest.mark.slow
def test_audit_is_whole_after_a_kill(server, tmp_path):
    client = server.start()
    view = wait(client, upload(client, tmp_path), "ready")
    client.post(f"/api/analyses/{view['analysis']['id']}/corrections", json=rejected(view))
    server.kill()

    assert server.start().get("/api/audit/check").json()["audit"] == []


def test_one_of_two_concurrent_corrections_is_refused(server, tmp_path):
    client = server.start()
    view = wait(client, upload(client, tmp_path), "ready")
    path = f"/api/analyses/{view['analysis']['id']}/corrections"
    with ThreadPoolExecutor(2) as pool:
        responses = [pool.submit(client.post, path, json=rejected(view, n, f"{n}")) for n in (0, 1)]
        statuses = sorted(response.result().status_code for response in responses)

    assert statuses == [200, 409]


def test_second_app_on_the_folder_is_refused(server):
    server.start()
    second = subprocess.run(
        [sys.executable, str(DRIVER), str(server.data), str(server.folder / "runs")],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        check=False,
        timeout=LIMIT_S,
    )

    assert "EnvironmentFault" in second.stderr


def test_app_closes_while_pages_listen_for_events(server):
    client = server.start()
    with client.stream("GET", "/api/events") as stream:
        next(stream.iter_lines())
        server.close()

    assert server.process.returncode == 0


def test_pages_get_every_state_of_a_clip(server, tmp_path):
    client = server.start()
    states = set()
    with client.stream("GET", "/api/events") as stream:
        lines = stream.iter_lines()
        next(lines)
        clip_id = upload(client, tmp_path)
        for line in lines:
            if line.startswith("data: {") and "state" in line:
                event = json.loads(line.removeprefix("data: "))
                states.add(event["state"])
                if event["state"] == "ready":
                    break

    assert (event["id"], states) == (clip_id, {"waiting", "analysing", "ready"})


@pytest.mark.slow
def test_many_concurrent_uploads_are_all_accepted(server, tmp_path):
    client = server.start()
    contents = {f"{n}.mp4": clip(tmp_path, f"{n}.mp4") for n in range(20, 32)}
    with ThreadPoolExecutor(12) as pool:
        answers = [
            pool.submit(client.put, "/api/uploads", params={"name": name}, content=content)
            for name, content in contents.items()
        ]
        statuses = {answer.result().status_code for answer in answers}

    assert statuses == {201}


def test_database_is_whole_after_a_kill(server, tmp_path):
    client = server.start()
    upload(client, tmp_path, "gate-30.mp4")
    server.kill()
    with sqlite3.connect(server.data / "hipcv.sqlite3") as records:
        check = records.execute("PRAGMA integrity_check").fetchone()

    assert check == ("ok",)
