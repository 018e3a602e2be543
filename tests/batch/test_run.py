import hashlib
import json
import math
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from hipcv.batch import contents, discovery, environment, plan, run, summary
from hipcv.batch.discovery import iter_clips
from hipcv.batch.executor import StopRequest
from hipcv.batch.manifest import read_state
from hipcv.batch.run import plan_batch
from hipcv.batch.summary import as_line
from hipcv.core.errors import BadRequest
from hipcv.core.options import AnalysisOptions
from hipcv.core.protocol import MeasurementProtocol
from tests.batch.conftest import HANGING, Clinic, time_out_hanging_clips_soon
from tests.names import HOSTILE, NAMES
from tests.waiting import LIMIT_S, wait_until


@pytest.fixture(scope="module")
def thirty(tmp_path_factory):
    """Thirty clips, one for every kind of failure, after a first and a second run."""
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
        patch.setattr(environment, "model_hashes", lambda *_: {"full": "ab" * 32})
        time_out_hanging_clips_soon(patch)
        clinic.first = clinic.statuses()
        clinic.analyzed_clips()
        clinic.second = clinic.statuses()
    return clinic


def test_every_one_of_thirty_clips_has_an_outcome(thirty):
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
    assert (thirty.second, thirty.analyzed_clips()) == (thirty.first, [])


def test_no_temporary_file_is_left(thirty):
    folders = {name.split("/")[0] for name in thirty.tree()}

    assert folders == {"clips", "reps.csv", "summary.csv", "summary.html"}


def test_second_run_changes_no_file(clinic):
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
    clinic.analyzed_clips()

    clinic.batch()

    assert clinic.analyzed_clips() == ["b.mp4"]


def test_renamed_clip_is_recognised_by_its_content(clinic):
    clip = clinic.clip("P1_v1_left.mp4")
    clinic.batch()
    clip.rename(clinic.folder / "P1_v1_right.mp4")
    clinic.analyzed_clips()

    outcome = clinic.batch().outcomes[0]

    assert (outcome.clip, outcome.from_earlier_run, clinic.analyzed_clips()) == (
        "P1_v1_right.mp4",
        True,
        [],
    )


def test_another_protocol_gets_a_new_folder_and_keeps_the_earlier_result(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    before = clinic.tree()["clips/a/result.json"]

    outcome = clinic.batch(
        options=AnalysisOptions(protocol=replace(MeasurementProtocol(), target_deg=40))
    ).outcomes[0]

    assert (outcome.folder, clinic.tree()["clips/a/result.json"]) == ("clips/a-2", before)


def test_lost_result_is_analysed_again(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    (clinic.out / "clips" / "a" / "result.json").unlink()
    clinic.analyzed_clips()

    clinic.batch()

    assert clinic.analyzed_clips() == ["a.mp4"]


@pytest.mark.parametrize(
    ("options", "analysed"),
    [
        ({}, ["fault.mp4"]),
        ({"retry_failed": True}, ["bug.mp4", "crash.mp4", "fault.mp4", "unreadable.mp4"]),
        ({"force": True}, ["a.mp4", "bug.mp4", "crash.mp4", "fault.mp4", "unreadable.mp4"]),
    ],
    ids=["plain", "retry_failed", "force"],
)
def test_failed_clips_are_retried_on_request_and_environment_faults_always(
    clinic, options, analysed
):
    for name in ("a.mp4", "bug.mp4", "crash.mp4", "fault.mp4", "unreadable.mp4"):
        clinic.clip(name)
    clinic.batch()
    clinic.analyzed_clips()

    clinic.batch(**options)

    assert clinic.analyzed_clips() == analysed


def test_force_replaces_the_earlier_result(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    (clinic.out / "clips" / "a" / "stale").write_text("")

    clinic.batch(force=True)

    assert sorted(clinic.tree()) == [
        *("clips/a/report.html", "clips/a/result.json"),
        *("reps.csv", "summary.csv", "summary.html"),
    ]


def test_equal_clips_are_analysed_once(clinic):
    for name in ("b.mp4", "a.mp4", "c/d.mov"):
        clinic.clip(name, b"the same")

    duplicates = {outcome.clip: outcome.duplicate_of for outcome in clinic.batch().outcomes}

    assert (duplicates, clinic.analyzed_clips()) == (
        {"a.mp4": "", "b.mp4": "a.mp4", "c/d.mov": "a.mp4"},
        ["a.mp4"],
    )


def test_clips_of_one_name_get_distinct_folders(clinic):
    for name in ("a.mp4", "A.mov", "x/y.mp4", "x--y.mp4", "lone.mp4/a.mp4"):
        clinic.clip(name)

    folders = [outcome.folder.casefold() for outcome in clinic.batch().outcomes if outcome.folder]

    assert len(set(folders)) == 5


def test_foreign_folder_is_not_overwritten(clinic):
    clinic.clip("a.mp4")
    (clinic.out / "clips" / "a").mkdir(parents=True)

    assert clinic.batch().outcomes[0].folder == "clips/a-2"


@pytest.mark.parametrize("name", ["é" * 120 + ".mp4", "a:b*?.mp4", " . .mp4", "\udcff\udcfe.mp4"])
def test_clip_with_an_unusual_name_is_analysed(clinic, name):
    clinic.clip(name, b"content")

    assert clinic.statuses() == {name: "measured"}


def test_names_of_any_script_and_length_are_analysed(clinic):
    names = [f"{stem}.mp4" for key, stem in (NAMES | HOSTILE).items() if key != "hidden"]
    for name in names:
        clinic.clip(name)
    outcomes = clinic.batch().outcomes

    assert {one.clip: one.status for one in outcomes} == dict.fromkeys(names, "measured")
    assert all(len(Path(one.folder).name.encode()) <= 255 for one in outcomes)


def test_missing_result_of_an_analysis_is_a_failure(clinic):
    clinic.clip("lost.mp4")

    assert clinic.statuses() == {"lost.mp4": "failed"}


def test_results_within_the_folder_are_not_clips(clinic):
    clinic.clip("a.mp4")
    clinic.out = clinic.folder / "results"
    clinic.batch()
    (clinic.out / "clips" / "a" / "annotated.mp4").write_bytes(b"video")

    assert clinic.statuses() == {"a.mp4": "measured"}


def test_plan_writes_nothing(clinic):
    clinic.clip("a.mp4")

    plan_batch(clinic.request(), clinic.progress)

    assert not clinic.out.exists()


def test_plan_separates_new_clips_from_earlier_outcomes(clinic):
    clinic.clip("a.mp4")
    clinic.batch()
    clinic.clip("b.mp4")

    planned = plan_batch(clinic.request(), clinic.progress)

    statuses = [outcome.status for outcome in planned.outcomes.values()]
    assert ([job.name for job in planned.jobs], statuses) == (["b.mp4"], ["measured", "waiting"])


def test_folder_without_clips_is_a_bad_request(clinic):
    with pytest.raises(BadRequest, match="no clip"):
        clinic.batch()


def test_file_in_place_of_a_folder_is_a_bad_request(clinic):
    with pytest.raises(BadRequest, match="not a folder"):
        clinic.batch(folder=clinic.clip("a.mp4"))


def test_clip_that_is_not_counted_has_a_status_of_its_own_and_no_number(clinic):
    clinic.clip("cheated.mp4")

    assert clinic.statuses() == {"cheated.mp4": "not_counted"}
    assert clinic.batch().failed == ()
    summary = (clinic.out / "summary.csv").read_text(encoding="utf-8")
    assert ("51.0" in summary, "pelvic_hike" in summary) == (False, True)
    assert "not counted: hip lift" in (clinic.out / "summary.html").read_text(encoding="utf-8")


def test_clip_that_is_not_counted_is_not_analysed_again(clinic):
    clinic.clip("cheated.mp4")
    clinic.batch()
    clinic.analyzed_clips()

    clinic.batch(retry_failed=True)

    assert clinic.analyzed_clips() == []


def test_line_of_a_clip_is_valid_json(clinic):
    clinic.clip("P1_v1_L \udcff.mp4")

    line = json.loads(json.dumps(as_line(clinic.batch().outcomes[0])))

    assert line["sides"]["left"]["rotation_deg"] > 0


def test_first_analysis_begins_while_clips_are_being_found(clinic, monkeypatch):
    for name in "abc":
        clinic.clip(f"{name}.mp4")

    def found_slowly(folder, excluded):
        first, second, third = iter_clips(folder, excluded)
        yield first
        time.sleep(0.1)  # the time for planning is over after the second clip
        yield second
        assert clinic.progress.lines[:1] == ["start a.mp4"]
        yield third

    monkeypatch.setattr(plan, "iter_clips", found_slowly)
    monkeypatch.setattr(run, "PLANNED_FIRST_S", 0)

    assert set(clinic.statuses().values()) == {"measured"}


def test_new_clip_is_read_whole_by_its_analysis_alone(clinic, monkeypatch):
    clip = clinic.clip("a.mp4")
    monkeypatch.setattr(contents, "sha256_of", None)
    monkeypatch.setattr(run, "sha256_of", None)

    clinic.batch()

    fingerprint = read_state(clinic.out).fingerprints["a.mp4"]
    assert fingerprint.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()


def test_known_result_is_not_read_again_while_its_files_are_untouched(clinic, monkeypatch):
    clinic.clip("a.mp4")
    before = clinic.batch().outcomes[0]
    monkeypatch.setattr(plan, "read_result", None)

    assert clinic.batch().outcomes[0] == replace(before, from_earlier_run=True)


def test_manifest_of_an_earlier_version_is_completed_as_its_clips_are_met(clinic, monkeypatch):
    clinic.clip("a.mp4")
    before = clinic.batch().outcomes[0]
    path = clinic.out / "manifest.ndjson"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    added = ("result", "files", "ends")
    old = [{key: line[key] for key in line if key not in added} for line in lines]
    path.write_text("".join(json.dumps(line) + "\n" for line in old))
    clinic.analyzed_clips()

    clinic.batch()
    monkeypatch.setattr(plan, "read_result", None)

    assert (clinic.batch().outcomes[0].result, clinic.analyzed_clips()) == (before.result, [])


def test_clip_that_changes_while_it_is_analysed_is_a_failure(clinic):
    clip = clinic.clip("gate.mp4")

    with ThreadPoolExecutor() as pool:
        statuses = pool.submit(clinic.statuses)
        wait_until(clinic.runs.exists)
        clip.write_bytes(b"more of it")
        clinic.runs.with_name("open").touch()

        assert statuses.result(LIMIT_S) == {"gate.mp4": "failed"}


def clips_of(page):
    return re.findall(r'<th scope="row"[^>]*>(?:<a [^>]*>)?([^<]*)', page.read_text())


@pytest.fixture
def two_rows_a_page(monkeypatch):
    monkeypatch.setattr(summary, "ROWS_PER_PAGE", 2)


def test_summary_has_pages_that_lead_to_one_another(clinic, two_rows_a_page):
    for number in range(5):
        clinic.clip(f"{number}.mp4")
    html = clinic.batch().summary_html

    names = re.findall(r'<a href="(summary[^"]*)"', html.read_text())

    assert names == ["summary-2.html", "summary-3.html"] * 2
    assert [clips_of(clinic.out / name) for name in ("summary.html", *names[:2])] == [
        ["0.mp4", "1.mp4"],
        ["2.mp4", "3.mp4"],
        ["4.mp4"],
    ]


def test_first_page_has_the_counts_of_all(clinic, two_rows_a_page):
    for name in ("a.mp4", "b.mp4", "crash.mp4"):
        clinic.clip(name)

    page = clinic.batch().summary_html.read_text()

    assert re.findall(r'class="total (\w+)">.*?</span> (\d+)', page) == [
        ("measured", "2"),
        ("crashed", "1"),
    ]


def test_worst_come_first_on_request(clinic):
    for name in ("1.mp4", "2.mp4", "3.mp4", "crash.mp4", "refused.mp4"):
        clinic.clip(name)
    result = clinic.batch(worst_first=True)

    angles = {
        outcome.clip: outcome.result["sides"]["left"]["result_deg"]
        for outcome in result.outcomes[:3]
    }

    assert clips_of(result.summary_html) == [
        *("crash.mp4", "refused.mp4"),
        *sorted(angles, key=angles.get),
    ]


def test_pages_of_a_larger_batch_are_removed(clinic, two_rows_a_page):
    clips = [clinic.clip(f"{number}.mp4") for number in range(3)]
    clinic.batch()
    clips[0].unlink()

    clinic.batch()

    assert [path.name for path in clinic.out.glob("summary*.html")] == ["summary.html"]


def test_page_of_which_nothing_changed_is_not_written_again(clinic, two_rows_a_page):
    for number in range(4):
        clinic.clip(f"{number}.mp4")
    clinic.batch()
    before = [
        path.stat().st_ino for path in (clinic.out / "summary-2.html", clinic.out / "summary.csv")
    ]

    clinic.batch()

    assert [
        path.stat().st_ino for path in (clinic.out / "summary-2.html", clinic.out / "summary.csv")
    ] == before


def test_summary_is_there_while_clips_are_analysed(clinic, monkeypatch):
    monkeypatch.setattr(summary, "REFRESH_S", -1)
    monkeypatch.setattr(summary, "REFRESH_SHARE", math.inf)
    clinic.clip("a.mp4")
    clinic.clip("b gate.mp4")

    with ThreadPoolExecutor() as pool:
        result = pool.submit(clinic.batch, workers=1)
        wait_until(lambda: len(clinic.progress.lines) == 3)  # b has started
        table, page = ((clinic.out / name).read_text() for name in (summary.CSV, summary.HTML))
        clinic.runs.with_name("open").touch()
        result.result(LIMIT_S)

    rows = re.findall(r'<tr class="(\w+)"', page)
    assert (rows, "a.mp4" in table, "b gate.mp4" in table) == (["measured", "waiting"], True, True)


def test_clip_that_was_touched_is_read_once(clinic, monkeypatch):
    clip = clinic.clip("a.mp4")
    clinic.batch()
    os.utime(clip, ns=(5, 5))
    clinic.batch()
    monkeypatch.setattr(contents, "hash_of_ends", None)

    assert clinic.batch().outcomes[0].from_earlier_run


def test_failure_of_a_clip_that_was_still_copied_is_not_recorded(clinic):
    clip = clinic.clip("gate unreadable.mp4", b"beginning")

    with ThreadPoolExecutor() as pool:
        statuses = pool.submit(clinic.statuses)
        wait_until(clinic.runs.exists)
        clip.write_bytes(b"beginning and end")
        clinic.runs.with_name("open").touch()
        assert statuses.result(LIMIT_S) == {clip.name: "unreadable"}

    clinic.analyzed_clips()
    clinic.batch()
    assert clinic.analyzed_clips() == [clip.name]


@pytest.fixture
def watch(clinic, monkeypatch):
    """Watch the folder in another thread; returns the stop request and the result to come."""
    monkeypatch.setattr(discovery, "WATCH_INTERVAL_S", 0.05)
    stop = StopRequest()
    with ThreadPoolExecutor() as pool:
        yield stop, pool.submit(clinic.batch, stop=stop, watch=True)
        stop.request()


def test_watched_folder_goes_on_as_clips_arrive(clinic, watch):
    stop, result = watch
    clinic.clip("a.mp4")
    wait_until(lambda: "measured a.mp4" in clinic.progress.lines)
    clinic.clip("b.mp4")
    wait_until(lambda: "measured b.mp4" in clinic.progress.lines)
    stop.request()

    assert [outcome.status for outcome in result.result(LIMIT_S).outcomes] == ["measured"] * 2
    assert not result.result().interrupted


def test_clip_that_is_still_copied_is_not_read(clinic, monkeypatch):
    monkeypatch.setattr(discovery, "WATCH_INTERVAL_S", 0)
    clip = clinic.clip("a.mp4", b"1")
    clips = discovery.watch_clips(clinic.folder, clinic.out)
    looks = []
    for size in range(2, 6):
        looks += [next(clips) for _ in range(3)]
        clip.write_bytes(b"1" * size)
    found = next(filter(None, clips))

    assert (set(looks) <= {None}, found.size_bytes) == (True, 5)


def test_clip_that_changes_while_it_is_watched_is_analysed_again(clinic, watch):
    stop, result = watch
    clinic.clip("a.mp4", b"first")
    wait_until(lambda: "measured a.mp4" in clinic.progress.lines)
    clinic.clip("a.mp4", b"the second one")
    wait_until(lambda: clinic.progress.lines.count("measured a.mp4") == 2)
    stop.request()
    page = result.result(LIMIT_S).summary_html.read_text()

    assert re.findall(r'data-status="(\w+)" aria-pressed="true">[^<]*<b>(\d+)', page) == [
        ("measured", "1")
    ]


def test_second_watcher_of_a_folder_is_refused(clinic, watch):
    clinic.clip("a.mp4")
    wait_until(lambda: "measured a.mp4" in clinic.progress.lines)

    with pytest.raises(BadRequest, match="watches"):
        clinic.batch(watch=True, out=clinic.out.with_name("elsewhere"))
