"""Runs every command and every export, and writes what could be observed of them from outside.

commands.py FOLDER [--namespace] runs in FOLDER, which is empty. It prints, as JSON, `exit_codes` by
command line, `analyses` (how many results the desk made), `readable` (files and folders that others
could read at any time), `process_list` (the command lines of all processes), `sockets` (the calls
of Python's socket library), and `packets` that were sent to anything but this machine. The last
needs a network namespace of its own (`unshare -rn`), in which every packet to any address passes
`lo`; elsewhere it is null.
"""

import fcntl
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

CLIP = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
HOOKS = Path(__file__).with_name("hooks")
PATIENT = "Marie Dupont"
REVIEW = "review"
HIPCV = (sys.executable, "-m", "hipcv")
QUICK = ("--model", "lite", "--no-overlay")
DNS_PORT = 53
UPLOAD_LIMIT_S = 300
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING, ETH_P_ALL = 0x8914, 0x1, 0x40, 0x0003


class Observer:
    """Notes what another user of the machine could see, until it is closed."""

    def __init__(self, folder):
        self.folder, self.readable, self.process_list = folder, set(), set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self):
        self._stop.set()
        self._thread.join()
        self._look()

    def _run(self):
        while not self._stop.wait(0.05):
            self._look()

    def _paths(self):
        for parent, folders, files in os.walk(self.folder):  # what vanishes meanwhile is left out
            yield from (Path(parent, name) for name in [*folders, *files])

    def _look(self):
        for path in self._paths():
            with suppress(FileNotFoundError):
                if path.lstat().st_mode & 0o077 and not path.is_symlink():
                    self.readable.add(path.relative_to(self.folder).as_posix())
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = process.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                self.process_list.add(words)


class PacketLog:
    """Notes the destination of every packet that is not for this machine, and all of DNS."""

    def __init__(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            flags = struct.pack("16sh14x", b"lo", IFF_UP | IFF_RUNNING)
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, flags)
        for version in ("-4", "-6"):
            subprocess.run(["ip", version, "route", "add", "default", "dev", "lo"], check=False)
        self.packets = set()
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            packet = self._socket.recv(65535)
            if packet[0] >> 4 == 4:
                size, address = (
                    4 * (packet[0] & 15),
                    socket.inet_ntop(socket.AF_INET, packet[16:20]),
                )
                here = address.startswith("127.")
            else:
                size, address = 40, socket.inet_ntop(socket.AF_INET6, packet[24:40])
                here = address == "::1"
            port = int.from_bytes(packet[size + 2 : size + 4])
            if not here or port == DNS_PORT:
                self.packets.add(f"{address} port {port}: {packet[size:]!r}")


def main(folder: Path):
    os.umask(0)
    os.chdir(folder)
    log = folder.parent / "sockets"
    log.touch()
    os.environ |= {
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "HIPCV_DATA_DIR": str(folder / "records"),
        "PYTHONPATH": str(HOOKS),
        "HIPCV_SOCKET_LOG": str(log),
    }
    for name in ("tmp", "clinic", "there"):  # folders that exist: of the user, with their mode
        (folder / name).mkdir(mode=0o700)
    shutil.copyfile(CLIP, folder / "clinic" / f"{PATIENT}.mp4")
    (folder / "clinic" / f"{PATIENT}.mp4").chmod(0o600)
    packets = PacketLog() if "--namespace" in sys.argv else None
    observer = Observer(folder)
    exit_codes = {" ".join(words): run(words) for words in command_lines()}
    exit_codes[REVIEW] = review(folder)
    observer.close()
    return {
        "exit_codes": exit_codes,
        "analyses": len([*(folder / "records" / "analyses").glob("*/proxy.mp4")]),
        "readable": sorted(observer.readable),
        "process_list": sorted(observer.process_list),
        "packets": packets and sorted(packets.packets),
        "sockets": [json.loads(line) for line in log.read_text().splitlines()],
    }


def command_lines():
    """Yield the words of every command but `review`, in an order in which each has its input."""
    from hipcv.results.formats import FORMATS

    yield "analyze", str(CLIP), "--out", "there", "--blur-face", "--model", "lite", "--explain"
    yield "analyze", str(CLIP), "--out", "filed", "--as", "P-017", *QUICK
    yield "batch", "clinic", "--out", "batch", "--workers", "1", *QUICK
    yield "record", "--camera", str(CLIP), "--no-window", "--yes", "--out", "recorded", *QUICK
    yield ("demo",)
    yield "report", "there", "--out", "drawn/report.html"
    for name in FORMATS:
        yield "export", "there", "--to", name, "--out", f"exports/{name}", "--patient", "P-017"
    yield "history", "P-017"
    yield "compare", "there", "filed"
    yield "reproduce", "filed", "--clip", str(CLIP)
    yield ("protocol",)
    yield "models", "list"
    yield "models", "verify"
    yield ("cameras",)
    yield ("doctor",)
    yield ("doctor", "--archive", "records")
    yield ("audit",)
    yield "validate", "--template", "--out", "study"
    yield "backup", "desk.zip"
    yield "restore", "desk.zip", "--data-dir", "restored"
    yield "purge", "P-017", "--yes", "--why", "asked"


def run(words):
    done = subprocess.run([*HIPCV, *words], capture_output=True, check=False)
    sys.stderr.write(f"{' '.join(words)}: {done.returncode}\n{done.stderr.decode()}\n")
    return done.returncode


def review(folder):
    """Open the desk as its user's browser does, upload a clip, and end it; return its exit code.

    Clips from a phone are allowed, and no code for one is opened.
    """
    command = [*HIPCV, REVIEW, "--no-browser", "--phone"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as desk:
        try:
            link = next(word for word in desk.stdout.readline().decode().split() if "://" in word)
            upload(link)
            results = folder / "records" / "analyses"
            ends_s = time.monotonic() + UPLOAD_LIMIT_S
            while not any(results.glob("*/proxy.mp4")) and time.monotonic() < ends_s:
                time.sleep(0.1)
        finally:
            desk.send_signal(signal.SIGINT)
        return desk.wait()


def upload(link):
    """Upload the clip under the name of a patient, with the key that the first page holds."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(cookies)
    page, origin = browser.open(link).read().decode(), link.partition("/?")[0]
    name = urllib.parse.quote(f"{PATIENT}.mp4")
    browser.open(
        urllib.request.Request(
            f"{origin}/api/uploads?name={name}",
            data=CLIP.read_bytes(),
            method="PUT",
            headers={
                "origin": origin,
                "x-hipcv-page-key": re.search(r'data-page-key="([^"]+)"', page)[1],
            },
        )
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]).resolve())))
