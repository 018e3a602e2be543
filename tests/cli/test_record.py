"""`hipcv record` with a filmed patient as camera; whole recordings are real processes."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import cv2_enumerate_cameras
import pytest
from typer.testing import CliRunner

from hipcv import concurrent_analysis
from hipcv.cli.main import app
from hipcv.cli.record import reps_settings, select_takes, size_of
from hipcv.concurrent_analysis import ConcurrentAnalysis
from hipcv.core.errors import BadRequest, CameraUnavailable, ResultExists, UnreadableVideo
from hipcv.core.landmarks import Side
from hipcv.guide import session
from hipcv.guide.session import Take
from hipcv.video.file import VideoFile
from hipcv.video.recorder import Recording
from tests.cli.recording_runs import SAMPLES, TEXT, hipcv, pictures_recorded
from tests.errors import assert_plain_error, reported

FILM = SimpleNamespace(index=0, name="Film", path="film")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in this process, in an empty folder, on a machine with these cameras."""
    monkeypatch.chdir(tmp_path)

    def invoke(*words, devices=(FILM,)):
        monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda *_: list(devices))
        return CliRunner().invoke(app, list(words))

    return invoke


@pytest.mark.model
def test_a_played_clip_is_recorded_whole_and_gives_the_result_of_the_clip(tmp_path, sample_trial):
    clip = SAMPLES / "clean_left.mp4"
    done = hipcv("record", "--camera", clip, *TEXT, "--out", "out", "--json", cwd=tmp_path)
    recorded = json.loads(done.stdout)["sides"]["left"]
    analysed = sample_trial("clean_left.mp4").sides[Side.LEFT]

    assert recorded["rotation_deg"] == pytest.approx(analysed.rotation_deg, abs=0.5)
    assert recorded["findings"] == list(analysed.findings)
    assert abs(pictures_recorded(tmp_path) - len(list(VideoFile(clip)))) <= 1


@pytest.mark.parametrize(("fault", "fact"), [("closed", "opened"), ("garbage", "usable picture")])
def test_a_camera_that_gives_nothing_ends_with_6_and_a_remedy(tmp_path, fault, fact):
    done = hipcv("record", *TEXT, "--out", "out", cwd=tmp_path, fault=fault)

    assert done.returncode == 6
    assert_plain_error(reported(done.stderr), fact)


@pytest.mark.model
def test_a_camera_that_hangs_in_a_repetition_ends_with_6_and_a_playable_file(tmp_path):
    done = hipcv("record", *TEXT, "--out", "out", cwd=tmp_path, fault="hangs")

    named = "out/recording.mp4" in done.stderr
    assert (done.returncode, named, "Traceback" in done.stderr) == (6, True, False)
    assert pictures_recorded(tmp_path) > 15


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on a file's size")
def test_a_full_disk_ends_with_6_and_a_playable_file(tmp_path):
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    done = hipcv("record", *TEXT, "--out", "out", cwd=tmp_path, preexec_fn=limit)

    assert done.returncode == 6
    assert_plain_error(reported(done.stderr), "recording.mp4", "--out")
    assert pictures_recorded(tmp_path) > 5


def test_without_a_terminal_the_safety_questions_need_yes(run):
    done = run("record", "--no-window")

    assert isinstance(done.exception, BadRequest)
    assert_plain_error(done.exception, "--yes")


def test_a_window_without_a_display_is_refused_with_what_to_do(run, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    done = run("record", "--window", "--yes")

    assert isinstance(done.exception, BadRequest)
    assert_plain_error(done.exception, "--no-window")


def test_a_file_that_is_not_there_is_named(run):
    done = run("record", *TEXT, "--camera", "absent.mp4")

    assert isinstance(done.exception, BadRequest)
    assert_plain_error(done.exception, "absent.mp4: ")


def test_a_file_that_is_no_clip_is_named(run):
    Path("notes.mp4").write_text("no clip")
    done = run("record", *TEXT, "--camera", "notes.mp4")

    assert isinstance(done.exception, UnreadableVideo)
    assert_plain_error(done.exception, "notes.mp4: ")


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        (("", []), False),
        (("", ["--external"]), True),
        (("[analyze]\nexternal = true", []), True),
        (("[analyze]\nexternal = true", ["--no-external"]), False),
    ],
)
def test_external_rotation_is_asked_of_the_person_and_of_the_analysis(
    run, monkeypatch, settings, asked
):
    file, words = settings
    plans, analysed = [], []

    class NoAnalysis(ConcurrentAnalysis):
        def __init__(self, options):
            super().__init__(options)
            analysed.append(options)

        def prepare(self):
            """Load no model."""

    def no_session(source, plan, *_, **__):
        source.close()
        plans.append(plan)
        return []

    monkeypatch.setattr(concurrent_analysis, "ConcurrentAnalysis", NoAnalysis)
    monkeypatch.setattr(session, "record", no_session)
    Path("hipcv.toml").write_text(file)
    run("record", *TEXT, "--camera", str(SAMPLES / "clean_left.mp4"), *words)

    assert (
        [plan.external for plan in plans] == [options.external for options in analysed] == [asked]
    )


def test_an_earlier_result_is_not_overwritten(run):
    Path("out").mkdir()
    Path("out", "result.json").write_text("{}")
    done = run("record", *TEXT, "--out", "out")

    assert isinstance(done.exception, ResultExists)
    assert_plain_error(done.exception, "--force")


def test_without_a_camera_recording_ends_with_a_remedy(run):
    done = run("record", *TEXT, "--out", "out", devices=())

    assert isinstance(done.exception, CameraUnavailable)
    assert_plain_error(done.exception, "--camera")


def test_cameras_are_listed(run):
    assert run("cameras").stdout == "  0  Film\n"


def test_cameras_as_json(run):
    document = json.loads(run("cameras", "--json").stdout)

    assert document["cameras"] == [{"number": 0, "name": "Film"}]


def test_no_camera_ends_with_6(run):
    assert run("cameras", devices=()).exit_code == 6


@pytest.mark.parametrize("text", ["720", "1280x", "axb", "0x720", "1280x720x3"])
def test_a_malformed_size_is_refused(text):
    with pytest.raises(BadRequest, match="1280x720"):
        size_of(text)


def test_a_size_is_width_and_height():
    assert size_of("1920x1080") == (1920, 1080)


def test_the_practice_repetition_is_one_more_than_is_measured():
    assert reps_settings(2) == ["reps_wanted=2", "practice_from_reps=3"]


LEFT_DONE = Take(Recording(Path("a.mp4"), 300, 10.0), (Side.LEFT,), (Side.RIGHT,))
RIGHT_DONE = Take(Recording(Path("b.mp4"), 300, 10.0), (Side.RIGHT,))
NONE_DONE = Take(Recording(Path("c.mp4"), 30, 1.0), (), (Side.LEFT,))


@pytest.mark.parametrize(
    ("takes", "sides", "chosen"),
    [
        ([], (), []),
        ([RIGHT_DONE], (), [(RIGHT_DONE, None)]),
        ([RIGHT_DONE], (Side.RIGHT,), [(RIGHT_DONE, Side.RIGHT)]),
        ([RIGHT_DONE], (Side.LEFT, Side.RIGHT), [(RIGHT_DONE, None)]),
        (
            [LEFT_DONE, RIGHT_DONE],
            (Side.LEFT, Side.RIGHT),
            [(LEFT_DONE, Side.LEFT), (RIGHT_DONE, Side.RIGHT)],
        ),
        ([NONE_DONE, RIGHT_DONE], (), [(RIGHT_DONE, Side.RIGHT)]),
    ],
)
def test_each_leg_is_measured_in_the_recording_that_holds_all_of_it(takes, sides, chosen):
    assert select_takes(takes, sides) == chosen
