import json
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hipcv.batch import environment, executor, run, warm
from hipcv.batch.cluster import executor as dask_executor
from hipcv.batch.filename_pattern import NameFields
from hipcv.batch.outcome import ClipOutcome
from hipcv.cli.batch_screen import Bar, Lines, text_line
from hipcv.cli.main import app
from hipcv.core.protocol import MeasurementProtocol
from tests.batch.driver import starter
from tests.batch.stub import ERROR
from tests.errors import assert_plain_error
from tests.records import not_counted

SAMPLES = Path(__file__).parents[2] / "sample_videos"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stub needs POSIX")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder whose clips a stub answers for, with nothing else on this machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(environment, "model_hashes", lambda *_: {"full": "ab" * 32})
    monkeypatch.setattr(
        executor,
        "LocalExecutor",
        partial(
            executor.LocalExecutor, open_starter=starter(tmp_path / "runs"), poll_interval_s=0.01
        ),
    )
    (tmp_path / "clips").mkdir()
    return tmp_path / "clips"


def put(folder, *names):
    for name in names:
        (folder / name).write_bytes(name.encode())


def hipcv(*words):
    return CliRunner().invoke(app, ["batch", "clips", *words])


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["good.mp4"], 0),
        (["good.mp4", "refused.mp4"], 0),
        (["good.mp4", "unreadable.mp4"], 5),
        (["crash.mp4"], 5),
    ],
)
def test_exit_code_is_5_if_some_clips_failed(folder, names, code):
    put(folder, *names)

    assert hipcv().exit_code == code


@pytest.mark.parametrize(("scheduler", "code"), [("nowhere", 2), ("tcp://127.0.0.1:1", 6)])
def test_malformed_scheduler_and_unreachable_scheduler_have_different_exit_codes(
    folder, scheduler, code, monkeypatch
):
    pytest.importorskip("distributed", reason="the cluster extra is not installed")
    monkeypatch.setattr("hipcv.batch.cluster.executor._CONNECT_S", 0.2)
    put(folder, "good.mp4")

    assert hipcv("--scheduler", scheduler).exception.exit_code == code


def test_failed_clips_are_listed_with_their_reason(folder):
    put(folder, "good.mp4", "unreadable.mp4")

    listed = hipcv().stdout.partition("Failed:\n")[2].splitlines()[0]
    assert listed.lower().split() == ERROR.format("unreadable.mp4", "unreadable").split()


def test_path_of_the_summary_is_the_last_line(folder):
    put(folder, "good.mp4")

    last = hipcv().stdout.splitlines()[-1]

    assert last == f"Summary: {Path('hipcv-results/batch/clips/summary.html')}"


def test_each_clip_has_its_line(folder):
    put(folder, "P1_v1_left.mp4", "refused.mp4")

    measured, refused = sorted(hipcv("--workers", "1").stdout.splitlines()[1:3])
    assert measured.split() == ["measured", "P1_v1_left.mp4", "left", "6.3°"]
    assert refused.split()[:3] == ["not", "measured", "refused.mp4"]


@pytest.mark.parametrize(("unicode", "angle"), [(True, "−6.2°"), (False, "-6.2 deg")])
def test_angle_of_a_clip_is_written_as_the_output_can_encode_it(unicode, angle):
    document = {"sides": {"left": {"rotation_deg": -6.2}, "right": None}, "issues": []}
    outcome = ClipOutcome("a–b.mp4", NameFields(), "measured", result=document)

    line = text_line(outcome, unicode=unicode)

    assert line.split("  ")[-2:] == ["a–b.mp4", f"left {angle}"]


def test_line_of_a_clip_that_is_not_counted_says_why_without_a_number():
    result = {"sides": {"left": not_counted(), "right": None}, "issues": []}
    outcome = ClipOutcome("a.mp4", NameFields(), "not_counted", result=result)

    line = text_line(outcome, unicode=True)

    assert line == "not counted   a.mp4  left not counted: hip lift"


def test_clips_known_from_an_earlier_run_are_not_listed_again(folder):
    put(folder, "good.mp4")
    hipcv()

    planned, summary, *_ = hipcv().stdout.splitlines()
    assert (re.findall(r"\d+", planned), re.findall(r"\d+", summary)) == (["1", "0"], ["1", "1"])


def test_dry_run_shows_the_fields_of_the_names_and_does_nothing(folder, tmp_path):
    put(folder, "P1_v2_R.mp4", "other.mp4")

    first, second, last = hipcv("--dry-run").stdout.splitlines()

    assert first.split()[:4] == ["P1_v2_R.mp4", "P1", "v2", "right"]
    assert second.split()[:4] == ["other.mp4", "-", "-", "-"]
    assert re.findall(r"\d+", last) == ["2", "2"]
    assert not (tmp_path / "runs").exists()


def test_dry_run_as_json_has_one_line_for_each_clip(folder):
    put(folder, "P1_v2_R.mp4", "other.mp4")

    lines = [json.loads(line) for line in hipcv("--dry-run", "--json").stdout.splitlines()]

    assert [(line["patient"], line["status"]) for line in lines] == [
        ("P1", "waiting"),
        (None, "waiting"),
    ]


def test_pattern_of_the_settings_file_is_used(folder, tmp_path):
    put(folder, "7.mp4")
    (tmp_path / "hipcv.toml").write_text("[batch]\npattern = '(?P<patient>\\d+)'")

    assert hipcv("--dry-run").stdout.startswith("7.mp4\t7  -  -\t")


def test_settings_of_the_folder_reach_every_clip(folder, tmp_path, monkeypatch):
    put(folder, "a.mp4")
    (tmp_path / "hipcv.toml").write_text("[protocol]\ntarget_deg = 40\n[analyze]\noverlay = false")
    asked = []
    monkeypatch.setattr(
        run, "run_batch", lambda request, *_: asked.append(request.options) or 1 / 0
    )

    hipcv("--model", "lite")

    assert [(o.protocol, o.overlay, o.model) for o in asked] == [
        (MeasurementProtocol(target_deg=40), False, "lite")
    ]


def test_bar_shows_what_runs_and_how_quickly():
    progress = {}

    class Rich:
        def add_task(self, _words, **_):
            return 0

        def reset(self, _task, **fields):
            progress.update(fields)

        update = reset

    bar = Bar(Lines(as_json=True, quiet=True), Rich())
    bar.clips_found(3, 3)
    bar.planned(3, 3)
    for clip in ("a.mp4", "b.mp4", "c.mp4"):
        bar.clip_started(clip)
    bar.clip_finished(ClipOutcome("b.mp4", NameFields(), "measured"))

    assert (progress["description"], progress["completed"], progress["total"]) == (
        "a.mp4, c.mp4",
        1,
        3,
    )


@pytest.mark.model
def test_real_clips_are_measured_or_reported_unreadable(tmp_path):
    clips = tmp_path / "clips"
    clips.mkdir()
    shutil.copy(SAMPLES / "clean_left.mp4", clips / "ünï left.mov")
    (clips / "empty.mp4").write_bytes(b"")
    words = ["batch", clips, "--out", tmp_path / "out", "--no-overlay", "--json"]

    done = subprocess.run(
        [sys.executable, "-m", "hipcv", *words], capture_output=True, check=False, encoding="utf-8"
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, {line["path"]: line["status"] for line in lines}) == (
        5,
        {"ünï left.mov": "measured", "empty.mp4": "unreadable"},
    )


@pytest.mark.parametrize("words", [[], ["--json"], ["--dry-run"]])
def test_clips_outside_the_folder_are_named(folder, tmp_path, words):
    put(folder, "own.mp4")
    (tmp_path / "elsewhere").mkdir()
    put(tmp_path / "elsewhere", "a.mp4", "b.mp4")
    (folder / "linked.mp4").symlink_to(tmp_path / "elsewhere" / "a.mp4")
    (folder / "day").symlink_to(tmp_path / "elsewhere")
    stderr = hipcv(*words).stderr

    assert [name for name in ("linked.mp4", "day/b.mp4", "own.mp4") if name in stderr] == [
        "linked.mp4",
        "day/b.mp4",
    ]


def test_link_within_the_folder_is_not_mentioned(folder):
    put(folder, "own.mp4")
    (folder / "again.mp4").symlink_to(folder / "own.mp4")

    assert "outside" not in hipcv("--dry-run").stderr


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_progress_of_every_stage_is_told_on_stderr_without_a_terminal(folder, words, monkeypatch):
    monkeypatch.setattr("hipcv.cli.batch_screen._NOTE_INTERVAL_S", 0)
    put(folder, "a.mp4", "bb.mp4")

    done = hipcv("--workers", "1", *words)

    notes = [line for line in done.stderr.splitlines() if "analys" in line]
    assert notes == [
        "1 clip so far, 1 to analyse",
        "2 clips so far, 2 to analyse",
        "1 of 2 analysed",
        "2 of 2 analysed",
    ]
    assert not [line for line in done.stdout.splitlines() if "so far" in line or " of 2" in line]


def test_clip_of_a_task_is_named_by_the_number_in_the_name_of_the_task(folder):
    put(folder, "a.mp4", "b.mp4")
    hipcv()
    put(folder, "a c.mp4")
    hipcv()

    clips = {
        number: hipcv("--task", task).output
        for number, task in enumerate(["1", "hipcv-000002", "hipcv-000003-0123456789ab"], 1)
    }

    assert clips == {1: "a.mp4\n", 2: "b.mp4\n", 3: "a c.mp4\n"}


@pytest.mark.parametrize("task", ["hipcv-000002", "P1_v1_left", "0"])
def test_task_without_a_clip_is_wrong_usage(folder, task):
    put(folder, "a.mp4")
    hipcv()

    assert_plain_error(str(hipcv("--task", task).exception), task, "results")


@pytest.mark.parametrize(("start", "code"), [("spawn", 0), ("threads", 2)])
def test_way_of_starting_processes_can_be_set(folder, start, code, monkeypatch):
    chosen = []
    stub = starter(folder.parent / "runs")
    monkeypatch.setattr(warm, "WarmWorkers", lambda *, fork: chosen.append(fork) or stub())
    (folder.parent / "hipcv.toml").write_text(f"[batch]\nstart = '{start}'")
    put(folder, "a.mp4")

    done = hipcv()

    assert getattr(done.exception, "exit_code", done.exit_code) == code
    assert chosen == [False] * (code == 0)


@pytest.mark.parametrize(("start", "keywords"), [("spawn", {"fork": False}), ("fork", {})])
def test_way_of_starting_processes_holds_on_a_cluster(folder, start, keywords, monkeypatch):
    chosen = []

    def connect(_scheduler, _model, *, open_starter=warm.WarmWorkers, **_others):
        chosen.append(getattr(open_starter, "keywords", {}))
        return nullcontext(executor.LocalExecutor(1))

    monkeypatch.setattr(dask_executor, "connect", connect)
    (folder.parent / "hipcv.toml").write_text(f"[batch]\nstart = '{start}'")
    put(folder, "a.mp4")

    assert (hipcv("--scheduler", "tcp://127.0.0.1:1").exit_code, chosen) == (0, [keywords])
