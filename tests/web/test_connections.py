"""Connections that send no whole request: closed in time, and never in the way of others."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from hipcv.web.connections import Waiting, protocol_class
from hipcv.web.serve import _Server
from tests.waiting import LIMIT_S, wait_until
from tests.web.test_server import DRIVER, ROOT

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"


async def hello(scope, receive, send):
    """Respond to any request."""
    del scope, receive
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def listening(waiting, head_s=0.3):
    """Serve `hello` under limits; yield the address."""
    config = uvicorn.Config(hello, http=protocol_class(waiting, head_s), log_level="error",
                            lifespan="off", timeout_keep_alive=30)  # fmt: skip
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve([listener]))
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        await task


async def connect(address, sent=b""):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(sent)
    await writer.drain()
    return reader, writer


async def closed(reader):
    """Wait until the server closes a connection; return what it sent before."""
    try:
        return await asyncio.wait_for(reader.read(), LIMIT_S)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("sent", [b"", b"G", HEAD], ids=["silent", "a sign", "half a head"])
def test_head_that_does_not_arrive_closes_the_connection(sent):
    async def run():
        async with listening(Waiting()) as address:
            reader, writer = await connect(address, sent)
            answer = await closed(reader)
            writer.close()
            return answer

    assert asyncio.run(run()) == b""


def test_head_that_arrives_sign_by_sign_closes_the_connection():
    async def run():
        async with listening(Waiting()) as address:
            reader, writer = await connect(address)
            closing = asyncio.create_task(closed(reader))
            while not closing.done():
                writer.write(b"G")
                await asyncio.sleep(0.05)
            writer.close()
            return closing.result()

    assert asyncio.run(run()) == b""


def test_second_head_that_does_not_arrive_closes_the_connection():
    async def run():
        async with listening(Waiting()) as address:
            reader, writer = await connect(address, HEAD + b"\r\n" + HEAD)
            answer = await closed(reader)
            writer.close()
            return answer.count(b"200 OK")

    assert asyncio.run(run()) == 1


def test_several_requests_on_one_connection_are_answered():
    async def run():
        async with listening(Waiting()) as address:
            reader, writer = await connect(address)
            for _ in range(4):
                writer.write(HEAD + b"\r\n")
                await reader.readuntil(b"ok")
                await asyncio.sleep(0.15)  # together longer than one head may take
            writer.close()

    asyncio.run(run())


def test_oldest_waiting_connection_is_closed_for_a_new_one():
    async def run():
        async with listening(Waiting(per_address=3), head_s=LIMIT_S) as address:
            lines = [await connect(address, b"G") for _ in range(4)]
            answer = await closed(lines[0][0])
            last = lines[-1]
            last[1].write(HEAD[1:] + b"\r\n")
            answer += await last[0].readuntil(b"ok")
            for _, writer in lines:
                writer.close()
            return answer

    assert b"200 OK" in asyncio.run(run())


class Line:
    """A connection that waits, without a network."""

    def __init__(self, address):
        self.address, self.open = address, True

    def abort(self):
        self.open = False


def test_many_connections_of_one_address_leave_those_of_others():
    waiting = Waiting(per_address=3)
    other = Line("10.0.0.2")
    waiting.add(other)
    lines = [Line("10.0.0.1") for _ in range(50)]
    for line in lines:
        waiting.add(line)

    assert (other.open, sum(line.open for line in lines)) == (True, 3)


def test_waiting_connections_of_all_addresses_are_limited():
    waiting = Waiting(per_address=3, in_all=20)
    lines = [Line(f"10.0.0.{n}") for n in range(100)]
    for line in lines:
        waiting.add(line)

    assert [line.open for line in lines] == [False] * 80 + [True] * 20


@contextmanager
def serving(command, log):
    """Serve by a command that logs to a file; yield the base of its addresses, and the link."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, text=True, env=env
        )
        try:
            link = process.stdout.readline().strip()
            yield link.partition("/?")[0], link
        finally:
            process.terminate()
            process.wait(LIMIT_S)
            process.stdout.close()


def address_of(base):
    parts = urlsplit(base)
    return parts.hostname, parts.port


@pytest.mark.skipif(sys.platform == "win32", reason="open files as POSIX has them")
def test_hundreds_of_half_open_requests_do_not_stop_the_app(tmp_path):
    """Open more than the app could have files, as 1,300 did, and ask for a page meanwhile."""
    command = f"ulimit -n 256; exec {sys.executable} {DRIVER} {tmp_path / 'd'} {tmp_path / 'runs'}"
    with serving(["sh", "-c", command], tmp_path / "errors") as (base, link):
        with ExitStack() as lines:
            statuses = []
            for number in range(700):
                line = lines.enter_context(socket.create_connection(address_of(base), 30))
                line.sendall(HEAD if number % 2 else b"")
                if number % 100 == 99:
                    statuses.append(httpx.get(f"{base}/signin", timeout=LIMIT_S).status_code)
        opened = httpx.get(link, timeout=LIMIT_S).text
    logged = (tmp_path / "errors").read_text()

    assert statuses == [200] * 7
    assert re.search("data-page-key", opened)
    assert logged.count("\n") < 5, logged


@pytest.mark.slow
def test_malformed_requests_do_not_fill_the_log(tmp_path):
    command = [sys.executable, str(DRIVER), str(tmp_path / "d"), str(tmp_path / "runs")]
    with serving(command, tmp_path / "errors") as (base, _link):
        for _ in range(50):
            with socket.create_connection(address_of(base), 30) as line:
                line.sendall(b"\x00\x01\r\n\r\n")
                wait_until(lambda line=line: b"400" in line.recv(4096))

    assert (tmp_path / "errors").read_text().count("\n") < 5


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
def test_tls_that_is_not_agreed_upon_closes_the_connection(tmp_path, monkeypatch):
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
              "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]  # fmt: skip
    subprocess.run(making, check=True, capture_output=True)
    monkeypatch.setattr("hipcv.web.http_server.HEAD_S", 0.3)
    files = {"ssl_certfile": tmp_path / "cert", "ssl_keyfile": tmp_path / "key"}
    config = uvicorn.Config(hello, log_level="error", lifespan="off", **files)

    async def run():
        server = _Server(config, lambda: None)
        listener = socket.create_server(("127.0.0.1", 0))
        task = asyncio.create_task(server.serve([listener]))
        reader, writer = await connect(listener.getsockname(), b"\x16")
        answer = await closed(reader)
        writer.close()
        server.should_exit = True
        await task
        return answer

    assert asyncio.run(run()) == b""
