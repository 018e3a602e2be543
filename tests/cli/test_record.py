"""`hipcv record` as its user meets it: real processes, real signals, a filmed patient as camera."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hipcv.cli.record import reps_settings, select_takes, size_of
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.guide.session import Take
from hipcv.video.file import VideoFile
from hipcv.video.recorder import Recording
from tests.cli.recording_runs import SAMPLES, TEXT, hipcv, pictures_recorded
from tests.errors import assert_plain_error, reported


@pytest.mark.model
def test_a_played_clip_is_recorded_whole_and_gives_the_result_of_the_clip(tmp_path, sample_trial):
    clip = SAMPLES / "clean_left.mp4"
    done = hipcv("record", "--camera", clip, *TEXT, "--out", "out", "--json", cwd=tmp_path)
    recorded = json.loads(done.stdout)["sides"]["left"]
    analysed = sample_trial("clean_left.mp4").sides[Side.LEFT]

    assert recorded["rotation_deg"] == pytest.approx(analysed.rotation_deg, abs=0.5)
    assert recorded["findings"] == list(analysed.findings)
    assert abs(pictures_recorded(tmp_path) - len(list(VideoFile(clip)))) <= 1


@pytest.mark.parametrize(
    ("fault", "fact"),
    [("absent", "--camera"), ("closed", "opened"), ("garbage", "usable picture")],
)
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


def test_without_a_terminal_the_safety_questions_need_yes(tmp_path):
    done = hipcv("record", "--no-window", cwd=tmp_path, stdin=subprocess.DEVNULL)

    assert (done.returncode, "--yes" in done.stderr) == (2, True)


def test_a_window_without_a_display_is_refused_with_what_to_do(tmp_path):
    done = hipcv("record", "--window", "--yes", cwd=tmp_path,
                 env={"DISPLAY": "", "WAYLAND_DISPLAY": ""})  # fmt: skip

    assert (done.returncode, "--no-window" in done.stderr) == (2, True)


def test_a_file_that_is_not_there_is_named(tmp_path):
    done = hipcv("record", *TEXT, "--camera", "absent.mp4", cwd=tmp_path)

    assert done.returncode == 2
    assert_plain_error(reported(done.stderr), "absent.mp4: ")


def test_a_file_that_is_no_clip_ends_with_3(tmp_path):
    (tmp_path / "notes.mp4").write_text("no clip")
    done = hipcv("record", *TEXT, "--camera", "notes.mp4", cwd=tmp_path)

    assert (done.returncode, "Traceback" in done.stderr) == (3, False)


def test_an_earlier_result_is_not_overwritten(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "result.json").write_text("{}")
    done = hipcv("record", *TEXT, "--out", "out", cwd=tmp_path)

    assert (done.returncode, "--force" in done.stderr) == (2, True)


def test_cameras_are_listed(tmp_path):
    assert hipcv("cameras", cwd=tmp_path).stdout == "  0  Film\n"


def test_cameras_as_json(tmp_path):
    document = json.loads(hipcv("cameras", "--json", cwd=tmp_path).stdout)

    assert document["cameras"] == [{"number": 0, "name": "Film"}]


def test_no_camera_ends_with_6(tmp_path):
    assert hipcv("cameras", cwd=tmp_path, fault="absent").returncode == 6


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
