import json
from dataclasses import replace

import pytest

from hipcv.batch import means
from hipcv.batch.outcome import as_line
from hipcv.batch.run import plan_batch
from hipcv.core.errors import BadRequest
from hipcv.core.options import AnalysisOptions
from hipcv.core.protocol import MeasurementProtocol
from tests.batch.conftest import HANGING, Clinic, give_up_hanging_clips


@pytest.fixture(scope="module")
def thirty(tmp_path_factory):
    """Thirty clips, with one of everything that can go wrong, after a first and a second run."""
    clinic = Clinic(tmp_path_factory.mktemp("thirty"))
    for number in range(21):
        clinic.clip(f"P{number:02}_v1_left.mp4")
    clinic.clip("sub folder/ünï refused.mov")
    clinic.clip("unreadable.mp4", b"")
    clinic.clip("crash.mp4")
    clinic.clip("hang.mp4", HANGING)
    clinic.clip("bug.mkv")
    clinic.clip("same.webm", b"P00_v1_left.mp4")
    clinic.clip("no ending", b"\x1a\x45\xdf\xa3")
    (clinic.folder / "folder.mp4").mkdir()
    (clinic.folder / "broken link.mp4").symlink_to("nowhere")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(means, "models_for", lambda *_: {"full": "ab" * 32})
        give_up_hanging_clips(patch)
        clinic.first = clinic.statuses()
        clinic.run_clips()
        clinic.second = clinic.statuses()
    return clinic


def test_every_one_of_thirty_clips_is_answered_for(thirty):
    patients = {name: "measured" for name in thirty.first if name.startswith("P")}

    assert (len(patients), thirty.first) == (
        21,
        patients
        | {
            "broken link.mp4": "unreadable",
            "bug.mkv": "failed",
            "crash.mp4": "crashed",
            "folder.mp4": "not_a_file",
            "hang.mp4": "timed_out",
            "no ending": "measured",
            "same.webm": "duplicate",
            "sub folder/ünï refused.mov": "not_measured",
            "unreadable.mp4": "unreadable",
        },
    )


def test_second_run_starts_no_analysis(thirty):
    assert (thirty.second, thirty.run_clips()) == (thirty.first, [])


def test_nothing_unfinished_is_left_behind(thirty):
    folders = {name.split("/")[0] for name in thirty.tree()}

    assert folders == {"clips", "summary.csv", "summary.html"}


def test_second_run_leaves_every_file_as_it_was(clinic):
    clinic.clip("a.mp4")
    clinic.clip("refused.mp4")
    clinic.batch()
    before = clinic.tree()

    clinic.batch()

    assert clinic.tree() == before


def test_only_a_new_clip_is_analysed(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    clinic.clip("b.mp4")
    clinic.run_clips()

    clinic.batch()

    assert clinic.run_clips() == ["b.mp4"]


def test_clip_that_was_renamed_is_known_by_its_content(clinic):
    clip = clinic.clip("P1_v1_left.mp4")
    clinic.batch()
    clip.rename(clinic.folder / "P1_v1_right.mp4")
    clinic.run_clips()

    answer = clinic.batch().answers[0]

    assert (answer.clip, answer.known, clinic.run_clips()) == ("P1_v1_right.mp4", True, [])


def test_another_protocol_asks_anew_and_keeps_the_earlier_result(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    before = clinic.tree()["clips/a/result.json"]

    answer = clinic.batch(
        options=AnalysisOptions(protocol=replace(MeasurementProtocol(), target_deg=40))
    ).answers[0]

    assert (answer.folder, clinic.tree()["clips/a/result.json"]) == ("clips/a-2", before)


def test_result_that_was_lost_is_made_again(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    (clinic.out / "clips" / "a" / "result.json").unlink()
    clinic.run_clips()

    clinic.batch()

    assert clinic.run_clips() == ["a.mp4"]


@pytest.mark.parametrize(
    ("wish", "analysed"),
    [
        ({}, ["fault.mp4"]),
        ({"retry_failed": True}, ["bug.mp4", "crash.mp4", "fault.mp4", "unreadable.mp4"]),
        ({"force": True}, ["a.mp4", "bug.mp4", "crash.mp4", "fault.mp4", "unreadable.mp4"]),
    ],
    ids=["plain", "retry_failed", "force"],
)
def test_what_failed_is_tried_again_on_request_unless_the_machine_was_at_fault(
    clinic, wish, analysed
):
    for name in ("a.mp4", "bug.mp4", "crash.mp4", "fault.mp4", "unreadable.mp4"):
        clinic.clip(name)
    clinic.batch()
    clinic.run_clips()

    clinic.batch(**wish)

    assert clinic.run_clips() == analysed


def test_forced_result_takes_the_place_of_the_earlier_one(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    (clinic.out / "clips" / "a" / "stale").write_text("")

    clinic.batch(force=True)

    assert sorted(clinic.tree()) == [
        *("clips/a/report.html", "clips/a/result.json"),
        *("summary.csv", "summary.html"),
    ]


def test_equal_clips_are_analysed_once(clinic):
    for name in ("b.mp4", "a.mp4", "c/d.mov"):
        clinic.clip(name, b"the same")

    told = {answer.clip: answer.duplicate_of for answer in clinic.batch().answers}

    assert (told, clinic.run_clips()) == (
        {"a.mp4": "", "b.mp4": "a.mp4", "c/d.mov": "a.mp4"},
        ["a.mp4"],
    )


def test_clips_of_one_name_get_folders_of_their_own(clinic):
    for name in ("a.mp4", "A.mov", "x/y.mp4", "x--y.mp4", "lone.mp4/a.mp4"):
        clinic.clip(name)

    folders = [answer.folder.casefold() for answer in clinic.batch().answers if answer.folder]

    assert len(set(folders)) == 5


def test_folder_that_is_not_ours_is_left_alone(clinic):
    clinic.clip("a.mp4")
    (clinic.out / "clips" / "a").mkdir(parents=True)

    assert clinic.batch().answers[0].folder == "clips/a-2"


@pytest.mark.parametrize("name", ["é" * 120 + ".mp4", "a:b*?.mp4", " . .mp4", "\udcff\udcfe.mp4"])
def test_odd_name_is_analysed_and_told(clinic, name):
    clinic.clip(name, b"content")

    assert clinic.statuses() == {name: "measured"}


def test_result_of_other_content_is_not_taken_for_this_clip(clinic):
    clinic.clip("lost.mp4")

    assert clinic.statuses() == {"lost.mp4": "failed"}


def test_results_within_the_folder_are_not_taken_for_clips(clinic):
    clinic.clip("a.mp4")
    clinic.out = clinic.folder / "results"
    clinic.batch()
    (clinic.out / "clips" / "a" / "annotated.mp4").write_bytes(b"video")

    assert clinic.statuses() == {"a.mp4": "measured"}


def test_plan_writes_nothing(clinic):
    clinic.clip("a.mp4")

    plan_batch(clinic.request(), clinic.watcher)

    assert not clinic.out.exists()


def test_plan_tells_what_is_known(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    clinic.clip("b.mp4")

    plan = plan_batch(clinic.request(), clinic.watcher)

    assert ([job.name for job in plan.jobs], list(plan.answers)) == (["b.mp4"], ["a.mp4"])


def test_folder_without_clips_is_a_mistake(clinic):
    with pytest.raises(BadRequest, match="no clip"):
        clinic.batch()


def test_file_in_place_of_a_folder_is_a_mistake(clinic):
    with pytest.raises(BadRequest, match="not a folder"):
        clinic.batch(folder=clinic.clip("a.mp4"))


def test_line_of_a_clip_can_be_written_as_json(clinic):
    clinic.clip("P1_v1_L \udcff.mp4")

    told = json.loads(json.dumps(as_line(clinic.batch().answers[0])))

    assert told["sides"]["left"]["rotation_deg"] > 0
