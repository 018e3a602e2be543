"""A result is filed in the records as an upload of its clip would be."""

import json
import os
from dataclasses import replace
from datetime import date

import pytest

from hipcv.core.answers import Answers
from hipcv.core.errors import EnvironmentFault
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.files import sha256_of
from hipcv.video.file import VideoFile
from tests.clips import number_in, numbered_pictures, write_clip
from tests.stored_results import measured_folder

pytest.importorskip("sqlalchemy", reason='records need `pip install "hipcv[app]"`')

from hipcv.results.filing import Desk, ResultFiles, day_of, file_result
from hipcv.store.files import FileStore
from hipcv.store.history import measurements
from hipcv.store.records import Records

NOBODY = Person()


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir()
    records = Records.open(f"sqlite:///{folder / 'hipcv.sqlite3'}")
    yield Desk(records, FileStore(folder), "KM")
    records.close()


@pytest.fixture
def result(tmp_path):
    """A clip with the folder of its result."""
    folder = measured_folder(tmp_path / "result", 34.0, 36.0, 35.0)
    clip = write_clip(tmp_path / "Clip.MP4", numbered_pictures(3))
    names = tuple(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    return ResultFiles(
        clip, folder, names, AnalysisOptions(side=Side.LEFT, mirrored=True, external=True)
    )


def edit(result, **changes):
    """Change the stored document."""
    path = result.folder / "result.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def clip_of(desk, filed):
    (clip,) = desk.records.clips(visit_id=filed.visit.id)
    return clip


def test_new_name_becomes_a_patient_and_that_is_known(desk, result):
    filed = file_result(desk, "anna", result, given=NOBODY)

    assert (filed.patient.pseudonym, filed.is_new) == ("anna", True)


def test_known_name_keeps_its_patient(desk, result):
    patient = desk.records.add_patient("anna", by="KM")

    filed = file_result(desk, "anna", result, given=NOBODY)

    assert (filed.patient.id, filed.is_new) == (patient.id, False)


def test_measurement_of_the_visit_is_that_of_the_result(desk, result):
    filed = file_result(desk, "anna", result, given=NOBODY)

    (visit,) = measurements(desk.records, filed.patient.id)["left"]
    document = json.loads((result.folder / "result.json").read_text())
    assert visit.result.result_deg == document["sides"]["left"]["result_deg"]


def test_clip_is_stored_with_how_it_was_analysed_and_never_waits(desk, result):
    clip = clip_of(desk, file_result(desk, "anna", result, given=NOBODY))

    assert (clip.name, clip.suffix, clip.side) == ("Clip.MP4", ".mp4", "left")
    assert (clip.mirrored, clip.external) == (True, True)
    assert (clip.state, clip.sha256) == ("ready", sha256_of(result.clip))
    assert sha256_of(desk.files.clip_path(clip.sha256, clip.suffix)) == clip.sha256


def test_every_file_of_the_result_is_copied_and_the_video_for_browsers_added(desk, result):
    clip = clip_of(desk, file_result(desk, "anna", result, given=NOBODY))

    folder = desk.files.analysis_folder(clip.analysis_id)
    stored = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert stored == {*result.names, "proxy.mp4"}


def test_video_for_browsers_begins_where_the_analysis_did(desk, result):
    later = replace(result, options=AnalysisOptions(start_s=0.05))
    clip = clip_of(desk, file_result(desk, "anna", later, given=NOBODY))

    video = VideoFile(desk.files.analysis_folder(clip.analysis_id) / "proxy.mp4")
    assert [number_in(frame.bgr) for frame in video] == [3]


def test_clip_and_result_of_the_user_stay_as_they_are(desk, result):
    before = {path: path.read_bytes() for path in (result.clip, *result.folder.glob("*.*"))}
    mode = result.clip.stat().st_mode

    file_result(desk, "anna", result, given=NOBODY)

    assert {path: path.read_bytes() for path in before} == before
    assert result.clip.stat().st_mode == mode


def test_nothing_is_left_among_the_uploads(desk, result):
    file_result(desk, "anna", result, given=NOBODY)

    assert list(desk.files.incoming_folder().iterdir()) == []


def test_same_clip_twice_is_one_clip_with_the_later_result(desk, result):
    file_result(desk, "anna", result, given=NOBODY)
    filed = file_result(desk, "anna", result, given=NOBODY)

    clip = clip_of(desk, filed)
    assert clip.analysis_id == desk.records.analyses(clip.id)[0].id


def test_answers_of_the_result_stand_with_the_clip(desk, result):
    answers = Answers(3, "left groin", "stretch")
    edit(result, answers=answers.to_dict())

    clip = clip_of(desk, file_result(desk, "anna", result, given=NOBODY))

    assert Answers.from_dict(clip.answers) == answers


def test_stated_age_is_noted_with_the_day_of_the_test(desk, result):
    filed = file_result(desk, "anna", result, given=Person(34))

    assert (filed.patient.age_years, filed.patient.age_noted_on) == (34, filed.visit.on)


def test_stated_sex_leaves_the_age_as_it_was_noted(desk, result):
    patient = desk.records.add_patient("anna", by="KM")
    noted = {"age_years": 34, "age_noted_on": date(2020, 3, 1)}
    desk.records.change_patient(patient.id, noted, by="KM")

    filed = file_result(desk, "anna", result, given=Person(sex="female"))

    now = filed.patient
    assert (now.age_years, now.age_noted_on, now.sex) == (34, date(2020, 3, 1), "female")


def test_visit_is_of_the_day_of_the_recording(desk, result):
    clip = json.loads((result.folder / "result.json").read_text())["clip"]
    recorded = {"recorded_at": "2026-03-01T12:00:00+00:00", "recorded_at_source": "container"}
    edit(result, clip=clip | recorded)

    assert file_result(desk, "anna", result, given=NOBODY).visit.on == date(2026, 3, 1)


def test_result_without_a_recording_time_is_of_today(result):
    today = date.today()  # noqa: DTZ011 - in the user's time zone

    document = json.loads((result.folder / "result.json").read_text())
    assert (day_of(document) - today).days in (0, 1)  # at midnight


def test_stored_clip_has_the_date_of_the_file(desk, result):
    recorded_ns = 1_600_000_000 * 10**9
    os.utime(result.clip, ns=(recorded_ns, recorded_ns))

    clip = clip_of(desk, file_result(desk, "anna", result, given=NOBODY))

    assert desk.files.clip_path(clip.sha256, clip.suffix).stat().st_mtime_ns == recorded_ns


def test_live_display_of_a_guided_test_goes_with_its_clip(desk, result):
    session = json.dumps({"recording": result.clip.name})
    result.clip.with_name("session.json").write_text(session)

    clip = clip_of(desk, file_result(desk, "anna", result, given=NOBODY))

    assert desk.files.session_path(clip.sha256).read_text() == session


@pytest.mark.parametrize(
    "session",
    ["", "[1]", '{"recording": 1}', "[" * 100_000],
    ids=["empty", "list", "number", "deep"],
)
def test_damaged_record_of_the_session_is_left_out(desk, result, session):
    result.clip.with_name("session.json").write_text(session)

    clip = clip_of(desk, file_result(desk, "anna", result, given=NOBODY))

    assert not desk.files.session_path(clip.sha256).exists()


def test_file_that_cannot_be_read_leaves_no_trace(desk, result):
    (result.folder / "report.html").unlink()

    with pytest.raises(EnvironmentFault, match=r"Clip\.MP4: the result could not be copied"):
        file_result(desk, "anna", result, given=NOBODY)

    assert (desk.records.patients(), list(desk.files.incoming_folder().iterdir())) == ([], [])


def test_clip_that_cannot_be_copied_leaves_no_patient(desk, result, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileStore, "add_clip", fail)
    with pytest.raises(EnvironmentFault, match="No space left"):
        file_result(desk, "anna", result, given=NOBODY)

    assert (desk.records.patients(), list(desk.files.incoming_folder().iterdir())) == ([], [])


def test_result_that_cannot_be_recorded_leaves_no_files(desk, result, monkeypatch):
    def fail(*_, **__):
        raise EnvironmentFault("The records cannot be reached.")

    monkeypatch.setattr(Records, "add_analysed_clip", fail)
    with pytest.raises(EnvironmentFault):
        file_result(desk, "anna", result, given=NOBODY)

    assert list(desk.files.analysis_folder("0" * 32).parent.iterdir()) == []
