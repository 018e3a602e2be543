"""Load test of the review app: concurrent uploads and readers, and the server's memory.

    python benchmarks/review_app.py [--clips 50] [--readers 20] [--seconds 20]

Starts `hipcv review` on an empty folder, uploads copies of a sample clip at once while readers
request pages, and goes on reading while clips are analyzed. Prints the status codes, the waiting
time as a multiple of that of a single reader of an idle server, and the memory of the server
against that at rest. Exit code 1 if any status is not 2xx or the memory grew by half.
"""

import argparse
import re
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
MAX_GROWTH: Final = 1.5


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process; NaN without /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024 / 1e6


def sign_in(link: str) -> httpx.Client:
    """Follow the link, which opens the app once; return a client with its session."""
    base = link.partition("/?")[0]
    client = httpx.Client(base_url=base, headers={"Origin": base}, follow_redirects=True)
    (key,) = re.findall(r'data-page-key="([^"]+)"', client.get(link).text)
    client.headers["X-Hipcv-Page-Key"] = key
    return client


class Clients:
    """Concurrent browsers, with the status codes and waiting times of all."""

    def __init__(self, session: httpx.Client) -> None:
        self._session = session
        self.statuses: Counter[int] = Counter()
        self.waits_s: list[float] = []
        self._lock = threading.Lock()

    def client(self) -> httpx.Client:
        """Return one more client in the session."""
        session = self._session
        return httpx.Client(
            base_url=session.base_url, headers=session.headers, cookies=session.cookies, timeout=120
        )

    def read(self, until_s: float) -> None:
        """Request page after page."""
        with closing(self.client()) as client:
            count = 0
            while time.monotonic() < until_s:
                began = time.perf_counter()
                status = client.get(PAGES[count % len(PAGES)]).status_code
                with self._lock:
                    self.waits_s.append(time.perf_counter() - began)
                    self.statuses[status] += 1
                count += 1

    def upload(self, number: int) -> None:
        """Upload one clip with content of its own."""
        content = SAMPLE.read_bytes() + f"clip {number}".encode()
        with closing(self.client()) as client:
            response = client.put("/api/uploads", params={"name": f"{number}.mp4"}, content=content)
        with self._lock:
            self.statuses[response.status_code] += 1


def measure(session: httpx.Client, pid: int, arguments: argparse.Namespace) -> bool:
    """Run the load test and print the figures; return True if they meet the limits."""
    single = Clients(session)
    single.read(time.monotonic() + 3)
    rest_s, rest_mb = statistics.median(single.waits_s), memory_mb(pid)
    busy, peaks_mb = Clients(session), [rest_mb]
    with ThreadPoolExecutor(arguments.clips + arguments.readers) as pool:
        began = time.monotonic()
        readers = [
            pool.submit(busy.read, began + arguments.seconds) for _ in range(arguments.readers)
        ]
        uploads = [pool.submit(busy.upload, number) for number in range(arguments.clips)]
        uploaded_s = 0.0
        while not all(task.done() for task in (*readers, *uploads)):
            peaks_mb.append(memory_mb(pid))
            if not uploaded_s and all(task.done() for task in uploads):
                uploaded_s = time.monotonic() - began
            time.sleep(0.1)
        for task in (*readers, *uploads):
            task.result()
    uploaded_s = uploaded_s or time.monotonic() - began
    wait = statistics.quantiles(busy.waits_s, n=20)[-1] / rest_s
    growth = max(peaks_mb) / rest_mb
    print(f"{arguments.clips} clips uploaded at once, {arguments.readers} readers:")
    print(f"  status codes {dict(busy.statuses)}; all clips uploaded after {uploaded_s:.1f} s")
    print(f"  5 % of the requests waited longer than {wait:.0f} x a single reader ({rest_s:.4f} s)")
    print(f"  memory of the server {max(peaks_mb):.0f} MB, {growth:.2f} x that at rest")
    good = all(200 <= status < 300 for status in busy.statuses)
    return good and not growth > MAX_GROWTH


def main() -> None:
    parser = argparse.ArgumentParser(description="Load test of the review app.")
    parser.add_argument("--clips", type=int, default=50)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-u", "-m", "hipcv", "review", "--no-browser", "--data-dir"]
        server = subprocess.Popen([*command, folder], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            with closing(sign_in(server.stdout.readline().strip())) as session:
                good = measure(session, server.pid, arguments)
        finally:
            server.terminate()
            server.wait(30)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
