"""Does the therapist's desk stand many at once: uploads, readers, and its memory.

    python benchmarks/desk.py [--clips 50] [--readers 20] [--seconds 20]

Starts `hipcv review` on an empty folder, uploads copies of a sample clip all at once while readers
ask for the desk and its pages, and goes on reading for a while as clips are analysed. Prints what
was answered, how long readers waited as a multiple of one reader on a desk at rest, and how much
memory the server held against its own at rest. Exit code 1 where anything but 2xx was answered or
the memory grew by half.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final

import httpx

SAMPLE: Final = Path(__file__).resolve().parents[1] / "sample_videos" / "clean_left.mp4"
PAGES: Final = ("/", "/api/desk", "/settings", "/api/about", "/static/shared/base.css")
MOST_GROWTH: Final = 1.5


def memory_mb(pid: int) -> float:
    """Resident memory of a process; NaN where the system does not say."""
    try:
        said = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    (line,) = [line for line in said.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024 / 1e6


class Visitors:
    """Everybody at the desk, and what they were answered."""

    def __init__(self, link: str) -> None:
        self._link = link
        self.answers: Counter[int] = Counter()
        self.waits_s: list[float] = []
        self._lock = threading.Lock()

    def client(self) -> httpx.Client:
        """One more browser, signed in."""
        base = self._link.split("/?")[0]
        client = httpx.Client(base_url=base, headers={"Origin": base}, timeout=120)
        client.get(self._link, follow_redirects=True)
        return client

    def read(self, until_s: float) -> None:
        """Ask for page after page."""
        with closing(self.client()) as client:
            turn = 0
            while time.monotonic() < until_s:
                began = time.perf_counter()
                status = client.get(PAGES[turn % len(PAGES)]).status_code
                with self._lock:
                    self.waits_s.append(time.perf_counter() - began)
                    self.answers[status] += 1
                turn += 1

    def upload(self, number: int) -> None:
        """One clip with content of its own."""
        content = SAMPLE.read_bytes() + f"clip {number}".encode()
        with closing(self.client()) as client:
            answer = client.put("/api/uploads", params={"name": f"{number}.mp4"}, content=content)
        with self._lock:
            self.answers[answer.status_code] += 1


def measure(link: str, pid: int, asked: argparse.Namespace) -> bool:
    """Run it and print the figures; whether all is well."""
    alone = Visitors(link)
    alone.read(time.monotonic() + 3)
    rest_s, rest_mb = statistics.median(alone.waits_s), memory_mb(pid)
    busy, peaks_mb = Visitors(link), [rest_mb]
    with ThreadPoolExecutor(asked.clips + asked.readers) as pool:
        began = time.monotonic()
        readers = [pool.submit(busy.read, began + asked.seconds) for _ in range(asked.readers)]
        uploads = [pool.submit(busy.upload, number) for number in range(asked.clips)]
        taken_s = 0.0
        while not all(each.done() for each in (*readers, *uploads)):
            peaks_mb.append(memory_mb(pid))
            if not taken_s and all(each.done() for each in uploads):
                taken_s = time.monotonic() - began
            time.sleep(0.1)
        for each in (*readers, *uploads):
            each.result()
    taken_s = taken_s or time.monotonic() - began
    wait = statistics.quantiles(busy.waits_s, n=20)[-1] / rest_s
    growth = max(peaks_mb) / rest_mb
    print(f"{asked.clips} clips uploaded at once, {asked.readers} readers:")
    print(f"  answers {dict(busy.answers)}; all clips taken after {taken_s:.1f} s")
    print(f"  a reader in twenty waited longer than {wait:.0f} x a lone reader ({rest_s:.4f} s)")
    print(f"  memory of the server {max(peaks_mb):.0f} MB, {growth:.2f} x that at rest")
    good = all(200 <= status < 300 for status in busy.answers)
    return good and not growth > MOST_GROWTH


def main() -> None:
    parser = argparse.ArgumentParser(description="Many at the therapist's desk at once.")
    parser.add_argument("--clips", type=int, default=50)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-u", "-m", "hipcv", "review", "--no-browser", "--data-dir"]
        server = subprocess.Popen([*words, folder], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            good = measure(server.stdout.readline().strip(), server.pid, asked)
        finally:
            server.terminate()
            server.wait(30)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
