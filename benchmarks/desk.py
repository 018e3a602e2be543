"""Server CPU and SQL queries of the pages of a desk with many patients.

    python benchmarks/desk.py [--patients 500] [--clips 4]

Fills a desk of 500 patients with 4 clips each from one stored result, without an analysis: in
SQLite, and in Postgres where a server is installed. Prints for each page, with the answers that it
loads, the processor time of the server, as the median of five, and the number of queries, and
the same number at a tenth of the patients. Exit code 1 if a page takes longer than `LIMIT_S`, or
needs more queries for more patients.
"""

import argparse
import itertools
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parent.parent))

from fastapi.testclient import TestClient

from hipcv.core.landmarks import Side
from hipcv.web.app import create_app
from hipcv.web.security import PAGE_KEY_HEADER
from hipcv.web.state import AppState, Settings, open_app_state
from tests.clips import numbered_pictures, write_clip
from tests.desk_of_many import counted_queries, fill, pages
from tests.store import postgres
from tests.web import stub

LIMIT_S: Final = 0.3
ROUNDS: Final = 5
BASE: Final = "http://127.0.0.1:8000"

Figures = dict[str, tuple[float, int]]
"""Processor time in seconds and number of queries, by page."""


def figures(folder: Path, database: str, patients: int, clips: int) -> Figures:
    """Fill a desk in a new folder and measure its pages."""
    with open_app_state(Settings(folder=folder, database=database)) as state:
        stored = _stored_result(folder.with_name(f"{folder.name}-result"))
        template = json.loads((stored / "result.json").read_text(encoding="utf-8"))
        ids = (str(uuid4()) for _ in itertools.count())
        began_s = time.perf_counter()
        patient_ids = fill(
            state.records, patients=patients, clips=clips, template=template, analysis_ids=ids
        )
        print(f"  {patients} patients filled in {time.perf_counter() - began_s:.0f} s", flush=True)
        return _measure(state, stored, patient_ids[0])


def _stored_result(folder: Path) -> Path:
    """Return a folder with a whole result of a drawn leg."""
    folder.mkdir()
    clip = folder / "30.mp4"
    write_clip(clip, numbered_pictures(3))
    stub.write(clip, folder / "result", Side.LEFT)
    shutil.copyfile(clip, folder / "result" / "proxy.mp4")
    return folder / "result"


def _measure(state: AppState, stored: Path, patient_id: str) -> Figures:
    clip = state.records.clips_of_patients([patient_id])[0]
    assert clip.analysis is not None
    shutil.copytree(stored, state.files.analysis_folder(clip.analysis.id))
    found: Figures = {}
    with TestClient(create_app(state), BASE, headers={"origin": BASE}) as client:
        session = state.auth.sessions.begin("")
        client.cookies.set("hipcv", session.cookie)
        client.headers[PAGE_KEY_HEADER] = session.page_key
        for name, paths in pages(patient_id, clip.clip.id).items():
            found[name] = _cost(state, client, paths)
    return found


def _cost(state: AppState, client: Any, paths: tuple[str, ...]) -> tuple[float, int]:  # noqa: ANN401
    cpu_s: list[float] = []
    queries: list[int] = []
    for _round in range(ROUNDS):
        with counted_queries(state.records) as statements:
            began_s = time.process_time()
            for path in paths:
                response = client.get(path)
                assert response.status_code == 200, (path, response.text)
            cpu_s.append(time.process_time() - began_s)
            queries.append(len(statements))
    return statistics.median(cpu_s), min(queries)  # the job queue may ask in between


def databases(stack: ExitStack) -> Iterator[tuple[str, list[str]]]:
    """Yield each kind of database with two addresses, of a small and of a large desk."""
    yield "SQLite", ["", ""]
    folder = postgres.binaries()
    if folder is None:
        print("Postgres: no server is installed, so it was left out")
        return
    import psycopg

    server = stack.enter_context(postgres.server(folder))
    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("small", "large"):
            connection.execute(f"CREATE SCHEMA {name}")
    yield "Postgres", [f"{server}&options=-csearch_path%3D{name}" for name in ("small", "large")]


def main() -> None:
    parser = argparse.ArgumentParser(description="Server CPU and queries of the desk's pages.")
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--clips", type=int, default=4, help="of each patient")
    arguments = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        for kind, addresses in databases(stack):
            print(kind)
            counts = (max(arguments.patients // 10, 1), arguments.patients)
            few, many = (
                figures(Path(name) / f"{kind}-{count}", address, count, arguments.clips)
                for count, address in zip(counts, addresses, strict=True)
            )
            for page, (cpu_s, queries) in many.items():
                print(
                    f"  {page:15} {cpu_s * 1000:6.0f} ms, {queries:3} queries; "
                    f"with {counts[0]} patients {few[page][0] * 1000:6.0f} ms, {few[page][1]:3}"
                )
                good &= cpu_s <= LIMIT_S and queries <= few[page][1]
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
