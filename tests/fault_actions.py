"""Actions that write, for `tests.faults`: folders, results, the manifest of a batch, the store."""

import json
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from hipcv import folders
from hipcv.batch import manifest, summary
from hipcv.batch.job import Job
from hipcv.batch.outcome import JobOutcome
from hipcv.core.options import AnalysisOptions
from hipcv.files import PART, write_atomic
from hipcv.results import checksums, document
from hipcv.results.output import Output, check_free
from hipcv.results.parts import earlier_files
from hipcv.store.files import FileStore
from tests.batch.summaries import write_summary
from tests.stored_results import measured_folder

OWN = {"notes.txt": b"mine", "more/take.mp4": b"mine"}


def read(folder):
    """Return the files of a folder, but unfinished ones and locks, by path."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: content for name, content in found.items() if ".hipcv-" not in name}


def put(folder, content):
    for name, text in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)


class NewResult:
    """A result written where there was none."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(dir=os.environ["TMPDIR"]))
        self.old = self._result("old", 30.0)
        self.new = self._result("new", 40.0)
        self.before = {}

    def _result(self, name, angle_deg):
        folder = measured_folder(self.root / name, angle_deg)
        checksums.save(folder)
        return read(folder)

    def prepare(self, folder):
        put(folder / "results" / "clip", self.before)

    def act(self, folder):
        target = folder / "results" / "clip"
        with folders.reserved(target, earlier_files):
            check_free(Output(target, force=True))
            with folders.new_content(target, earlier_files) as part:
                put(part, self.new)

    def check(self, folder):
        target = folder / "results" / "clip"
        self._check(target, recovered=False)
        with folders.reserved(target, earlier_files):
            self._check(target, recovered=True)
        self.act(folder)
        assert read(folder / "results") == {
            f"clip/{name}": content for name, content in self._after().items()
        }
        assert not [path for path in folder.rglob("*") if path.name.startswith(PART)]
        assert not checksums.find_faults(target)
        document.read_document(target / document.RESULT)

    def _check(self, target, *, recovered):
        del recovered
        assert read(target) in ({}, self.before, self._after()), sorted(read(target))

    def _after(self):
        return self.new | {name: text for name, text in self.before.items() if name in OWN}


class Result(NewResult):
    """A result that replaces another, with files of the user's own."""

    def __init__(self):
        super().__init__()
        self.before = self.old | OWN

    def _check(self, target, *, recovered):
        del recovered
        assert read(target) in (self.before, self._after()), sorted(read(target))


class ResultWithoutExchange(Result):
    """The same where the system exchanges no folders: the next run finishes it."""

    def __init__(self):
        super().__init__()
        folders._swap = lambda: None

    def _check(self, target, *, recovered):
        if recovered:
            super()._check(target, recovered=True)


class BatchFiles:
    """The manifest of a batch and its summary."""

    def prepare(self, folder):
        with manifest.open_manifest(folder / "out") as opened:
            opened.record_job("started", self._job(folder, 0))
            opened.record_ended(self._job(folder, 0), JobOutcome("measured"))
        write_summary([], folder / "out", AnalysisOptions())
        (folder / "out" / summary.CSV).write_text("old")

    def act(self, folder):
        with manifest.open_manifest(folder / "out") as opened:
            for number in range(1, 4):
                opened.record_job("started", self._job(folder, number))
                opened.record_ended(self._job(folder, number), JobOutcome("measured"))
            write_atomic(folder / "out" / summary.CSV, "new")

    def check(self, folder):
        assert (folder / "out" / summary.CSV).read_text() in {"old", "new"}
        statuses = [one.status for one in manifest.read_state(folder / "out").records.values()]
        assert statuses in [
            ["measured"] * number + ["waiting"] * started
            for number in range(1, 5)
            for started in (0, 1)
        ], statuses
        self.act(folder)
        lines = (folder / "out" / manifest.NAME).read_text().splitlines()
        assert all(json.loads(line) for line in lines)
        assert sorted(path.name for path in (folder / "out").iterdir()) == [
            manifest.LOCK, manifest.NAME, document.REP_TABLE, summary.CSV, summary.HTML,
        ]  # fmt: skip

    def _job(self, folder, number):
        return Job(f"{number}.mp4", folder, "", str(number), f"clips/{number}", folder, 1.0,
                   AnalysisOptions())  # fmt: skip


class StoredClip:
    """A clip that is moved into the store, its session, and an analysis that is deleted."""

    content = b"clip" * 1000
    analysis_id = "0" * 32

    def prepare(self, folder):
        files = FileStore(folder)
        (files.incoming_folder() / "a.mp4").write_bytes(self.content)
        put(files.analysis_folder(self.analysis_id), {"result.json": b"{}", "a": b"a"})

    def act(self, folder):
        files = FileStore(folder)
        sha256 = files.add_clip(files.incoming_folder() / "a.mp4")
        write_atomic(files.session_path(sha256), "session")
        files.delete_analysis(self.analysis_id)

    def check(self, folder):
        files = FileStore(folder)
        for path in (folder / "clips").rglob("*.mp4"):
            assert path.read_bytes() == self.content
        for path in (folder / "clips").rglob("*.session.json"):
            assert path.read_text() == "session"
        analysis = files.analysis_folder(self.analysis_id)
        assert not analysis.exists() or len(list(analysis.iterdir())) == 2
        files.discard_incoming()
        shutil.rmtree(folder / "clips", ignore_errors=True)
        with suppress(FileNotFoundError):
            self.prepare(folder)
        self.act(folder)
        assert not [path for path in folder.rglob("*") if PART in path.name or ".gone" in path.name]


ACTIONS = {
    "new result": NewResult,
    "result": Result,
    "result without exchange": ResultWithoutExchange,
    "batch": BatchFiles,
    "store": StoredClip,
}
