"""The server as its own process: cut off in the middle, asked slowly, asked by many."""

import json
import os
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

DRIVER = Path(__file__).with_name("driver.py")
ROOT = DRIVER.parents[2]

if sys.platform == "win32":
    pytest.skip("processes are killed as Windows cannot", allow_module_level=True)


class Server:
    """A desk in a process of its own, that can be killed and started again."""

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
        client.get(link)
        return client

    def kill(self):
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def close(self):
        """End it as Ctrl-C does."""
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
    write_clip(path, numbered_pictures(3))
    return path.read_bytes() + name.encode()


def upload(client, folder, name="30.mp4", **said):
    answer = client.put("/api/uploads", params={"name": name, **said}, content=clip(folder, name))
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
    """A line on which an upload has begun and goes no further."""
    cookie = client.cookies["hipcv"]
    head = (
        f"PUT /api/uploads?name=a.mp4 HTTP/1.1\r\nHost: {server.base.removeprefix('http://')}\r\n"
        f"Origin: {server.base}\r\nCookie: hipcv={cookie}\r\nContent-Length: {declared}\r\n\r\n"
    )
    with socket.create_connection(server.address, timeout=LIMIT_S) as line:
        line.sendall(head.encode() + sent)
        yield line


def status(line):
    return int(line.recv(4096).split(b" ", 2)[1])


def under_way(server):
    return [path for path in (server.data / "incoming").iterdir() if path.stat().st_size]


def test_the_link_opens_the_desk(server):
    assert server.start().get("/api/desk").status_code == 200


def test_only_this_machine_reaches_it(server):
    server.start()

    assert server.base.startswith("http://127.0.0.1:")


def test_a_body_that_stops_is_given_up(server):
    client = server.start()

    with half_sent(server, client) as line:
        assert status(line) == 408


def test_a_body_that_trickles_is_given_up(server):
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
        told = status(line)
        over.set()
        thread.join()

    assert told == 408


def test_nothing_stays_of_a_body_that_was_given_up(server):
    client = server.start()
    with half_sent(server, client) as line:
        status(line)

    wait_until(lambda: not [*(server.data / "incoming").iterdir()])


def test_nothing_stays_of_an_upload_that_was_broken_off(server):
    client = server.start()
    with half_sent(server, client):
        wait_until(lambda: [*(server.data / "incoming").iterdir()])

    wait_until(lambda: not [*(server.data / "incoming").iterdir()])


def test_others_are_answered_while_bodies_are_slow(server):
    client = server.start()
    with half_sent(server, client), half_sent(server, client), half_sent(server, client):
        assert client.get("/api/desk").status_code == 200


def test_killed_during_an_upload_nothing_of_it_stays(server):
    client = server.start()
    with half_sent(server, client, sent=b"x" * 3_000_000):
        wait_until(partial(under_way, server))
        server.kill()
    client = server.start()

    left = [*(server.data / "incoming").iterdir(), *client.get("/api/desk").json()["working"]]
    assert not left


def test_killed_during_an_analysis_it_is_done_at_the_next_start(server, tmp_path):
    client = server.start()
    clip_id = upload(client, tmp_path, "gate-30.mp4")
    wait(client, clip_id, "analysing")
    server.kill()
    (tmp_path / "open").touch()
    client = server.start()

    assert wait(client, clip_id, "ready", "failed")["clip"]["state"] == "ready"


def test_killed_during_an_analysis_nothing_half_done_is_kept(server, tmp_path):
    client = server.start()
    clip_id = upload(client, tmp_path, "gate-30.mp4")
    wait(client, clip_id, "analysing")
    server.kill()
    (tmp_path / "open").touch()
    client = server.start()
    view = wait(client, clip_id, "ready")

    kept = [path.name for path in (server.data / "analyses").iterdir()]
    assert kept == [view["analysis"]["id"]]


def test_an_analysis_ends_with_the_server(server, tmp_path):
    client = server.start()
    wait(client, upload(client, tmp_path, "gate-30.mp4"), "analysing")
    wait_until((tmp_path / "runs").exists)
    server.kill()

    wait_until(lambda: not running(tmp_path / "runs"))


def running(word):
    """Processes whose command names this."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(word).encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("delay_s", [0.0, 0.05, 0.15, 0.3])
def test_killed_during_a_correction_it_is_there_whole_or_not_at_all(server, tmp_path, delay_s):
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


def test_after_a_kill_the_audit_is_whole(server, tmp_path):
    client = server.start()
    view = wait(client, upload(client, tmp_path), "ready")
    client.post(f"/api/analyses/{view['analysis']['id']}/corrections", json=rejected(view))
    server.kill()

    assert server.start().get("/api/about").json()["audit"] == []


def test_of_two_who_correct_at_once_one_is_told(server, tmp_path):
    client = server.start()
    view = wait(client, upload(client, tmp_path), "ready")
    path = f"/api/analyses/{view['analysis']['id']}/corrections"
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(client.post, path, json=rejected(view, n, f"{n}")) for n in (0, 1)]
        statuses = sorted(each.result().status_code for each in asked)

    assert statuses == [200, 409]


def test_a_second_desk_on_the_folder_is_refused(server):
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

    assert "another `hipcv review`" in second.stderr


def test_the_desk_closes_though_pages_listen_for_news(server):
    client = server.start()
    with client.stream("GET", "/api/events") as news:
        next(news.iter_lines())
        server.close()

    assert server.process.returncode == 0


def test_pages_hear_what_becomes_of_a_clip(server, tmp_path):
    client = server.start()
    states = set()
    with client.stream("GET", "/api/events") as news:
        lines = news.iter_lines()
        next(lines)
        clip_id = upload(client, tmp_path)
        for line in lines:
            if line.startswith("data: "):
                told = json.loads(line.removeprefix("data: "))
                states.add(told["state"])
                if told["state"] == "ready":
                    break

    assert (told["id"], states) == (clip_id, {"waiting", "analysing", "ready"})


def test_many_clips_at_once_are_all_taken(server, tmp_path):
    client = server.start()
    contents = {f"{n}.mp4": clip(tmp_path, f"{n}.mp4") for n in range(20, 32)}
    with ThreadPoolExecutor(12) as pool:
        answers = [
            pool.submit(client.put, "/api/uploads", params={"name": name}, content=content)
            for name, content in contents.items()
        ]
        statuses = {answer.result().status_code for answer in answers}

    assert statuses == {201}


def test_the_records_of_the_desk_are_whole_after_a_kill(server, tmp_path):
    client = server.start()
    upload(client, tmp_path, "gate-30.mp4")
    server.kill()
    with sqlite3.connect(server.data / "hipcv.sqlite3") as records:
        told = records.execute("PRAGMA integrity_check").fetchone()

    assert told == ("ok",)
