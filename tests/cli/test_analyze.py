import json
import threading
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from typer.testing import CliRunner

from hipcv import pipeline
from hipcv.cli import analyze
from hipcv.cli.analyze import FILES
from hipcv.cli.isolation import Isolation
from hipcv.cli.main import app
from hipcv.core.errors import UnreadableVideo
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol, settings
from hipcv.report.debug.collector import TraceCollector
from hipcv.results import write as writer
from hipcv.results.document import RESULT
from hipcv.results.output import Output, Written
from tests import builders
from tests.errors import assert_plain_error

MEASURED = builders.trial(builders.assessment())
REFUSED = builders.trial(issues=[Issue("no_person", "refuse")])


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Every request and output that the analysis is called with; clips named bad*, none* fail."""
    calls = []

    def analyze(path, options, progress, trace=None):
        if path.stem.startswith("bad"):
            raise UnreadableVideo(f"{path.name}: not a video. Re-save it as MP4.")
        if path.stem.startswith("bug"):
            raise ZeroDivisionError("division by zero")
        refused = path.stem.startswith("none")
        call = SimpleNamespace(path=path, options=options, progress=progress, trace=trace)
        calls.append(call)
        return SimpleNamespace(trial=REFUSED if refused else MEASURED)

    def write(_path, _analysis, output, _progress):
        calls[-1].output = output
        names = "report", "handout", "result", "table", "rep_table", "chart", "evidence"
        return Written(video=None, **{name: output.folder / name for name in names})

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline, "analyze", analyze)
    monkeypatch.setattr(writer, "write", write)
    return calls


def hipcv(*words):
    return CliRunner().invoke(app, ["analyze", *words])


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("clips", "code"),
    [
        (["good.mp4"], 0),
        (["none.mp4"], 4),
        (["bad.mp4"], 3),
        (["bug.mp4"], 1),
        (["good.mp4", "none.mp4"], 4),
        (["none.mp4", "bad.mp4", "good.mp4"], 3),
        (["bug.mp4", "bad.mp4"], 1),
    ],
)
def test_exit_code_is_the_worst_of_all_clips(clips, code):
    assert hipcv(*clips).exit_code == code


def test_one_bad_clip_does_not_stop_the_others(asked):
    hipcv("bad.mp4", "good.mp4", "bug.mp4", "also-good.mp4")

    assert [call.path.name for call in asked] == ["good.mp4", "also-good.mp4"]


@pytest.mark.usefixtures("asked")
def test_one_clip_gives_one_json_object():
    assert json.loads(hipcv("good.mp4", "--json").stdout)["status"] == "measured"


@pytest.mark.usefixtures("asked")
def test_several_clips_give_one_json_list_in_their_order():
    entries = json.loads(hipcv("good.mp4", "bad.mp4", "none.mp4", "--json").stdout)

    assert [entry["status"] for entry in entries] == ["measured", "failed", "not_measured"]


def test_every_path_of_a_result_has_a_label():
    assert set(FILES) == {field.name for field in fields(Written)} - {"names"}


@pytest.mark.usefixtures("asked")
def test_failure_is_a_json_document_too():
    document = json.loads(hipcv("bad.mp4", "--json").stdout)

    assert (document["exit_code"], document["clip"]["name"]) == (3, "bad.mp4")


@pytest.mark.usefixtures("asked")
def test_failure_is_printed_on_stderr_only():
    done = hipcv("bad.mp4")

    assert (done.stdout, done.stderr.startswith("hipcv: ")) == ("", True)
    assert_plain_error(done.stderr, "bad.mp4")


@pytest.mark.usefixtures("asked")
def test_internal_error_names_the_clip():
    assert "bug.mp4" in hipcv("bug.mp4").stderr


@pytest.mark.usefixtures("asked")
def test_summary_names_the_report():
    assert str(Path("hipcv-results", "good", "report")) in hipcv("good.mp4").stdout


@pytest.mark.usefixtures("asked")
def test_quiet_prints_only_the_path_of_the_report():
    report = Path("hipcv-results", "good", "report")

    assert hipcv("good.mp4", "--quiet").stdout == f"{report}\n"


@pytest.mark.usefixtures("asked")
def test_piped_summary_is_plain_text():
    assert "\x1b" not in hipcv("good.mp4").stdout


def test_piped_run_shows_no_progress(asked):
    hipcv("good.mp4")

    assert asked[0].progress is None


def test_flags_reach_the_analysis(asked):
    hipcv("x.mp4", "--side", "right", "--mirrored", "--start-s", "1.5", "--model", "lite")

    assert asked[0].options == AnalysisOptions(Side.RIGHT, mirrored=True, start_s=1.5, model="lite")


def test_flags_reach_the_output(asked):
    hipcv("x.mp4", "--out", "o", "--force")

    assert asked[0].output == Output(Path("o"), force=True, explain=None)


@pytest.mark.usefixtures("asked")
def test_processes_are_started_before_the_threads_of_the_progress_bar(monkeypatch):
    """A fork of a process with other threads may never go on."""
    begun = []

    @contextmanager
    def bar(**_):
        begun.append("bar")
        yield None

    monkeypatch.setattr(analyze, "progress_bar", bar)
    monkeypatch.setattr(Isolation, "start", lambda _: begun.append(threading.active_count()))
    threads = threading.active_count()
    hipcv("x.mp4")

    assert begun == [threads, threads, "bar"]


def test_flags_about_pictures_reach_the_analysis(asked):
    hipcv("x.mp4", "--no-overlay", "--blur-face")

    assert asked[0].options == AnalysisOptions(overlay=False, blur_face=True)


def test_collector_of_the_analysis_is_the_one_that_is_drawn(asked):
    hipcv("x.mp4", "--explain")

    watched, explained = asked[0].trace, asked[0].output.explain
    assert isinstance(watched, TraceCollector) and watched is explained  # noqa: PT018 - one fact


def test_no_collector_is_used_by_default(asked):
    hipcv("x.mp4")

    assert asked[0].trace is None


def test_flag_beats_the_folders_settings(asked):
    Path("hipcv.toml").write_text('[analyze]\nmodel = "lite"\noverlay = false', encoding="utf-8")

    hipcv("x.mp4", "--overlay")

    assert (asked[0].options.model, asked[0].options.overlay) == ("lite", True)


def test_protocol_setting_reaches_the_analysis(asked):
    hipcv("x.mp4", "--set", "target_deg=40", "--set", "reps_wanted=2")

    assert asked[0].options.protocol == MeasurementProtocol(target_deg=40, reps_wanted=2)


def test_clip_that_begins_with_a_dash_can_be_named(asked):
    hipcv("--", "-x.mp4")

    assert asked[0].path == Path("-x.mp4")


@pytest.mark.usefixtures("asked")
def test_earlier_result_is_not_overwritten_without_force():
    folder = Path("hipcv-results", "x")
    folder.mkdir(parents=True)
    (folder / RESULT).touch()

    assert hipcv("x.mp4").exit_code == 2


any_options = st.builds(
    AnalysisOptions,
    side=st.sampled_from([None, *Side]),
    mirrored=st.booleans(),
    start_s=st.floats(0, 1e6),
    model=st.sampled_from(["lite", "full", "heavy"]),
    protocol=st.fixed_dictionaries(
        {}, optional={s.name: st.floats(s.low, s.high) for s in settings()}
    ).map(MeasurementProtocol.from_values),
    overlay=st.booleans(),
    blur_face=st.booleans(),
    person=st.builds(
        Person,
        age_years=st.none() | st.integers(0, 120),
        sex=st.sampled_from([None, "female", "male"]),
    ),
)


@settings_of_hypothesis(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(options=any_options)
def test_every_option_survives_the_command_line(options, asked):
    asked.clear()

    hipcv("x.mp4", *options.to_argv())

    assert asked[0].options == options
