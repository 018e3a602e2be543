"""Records as JSON for the pages, with the state of the job queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from hipcv.core.errors import InvalidTrack, NotFound
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.side_result import SideResult, lift_deg, quality_of, reached_deg, result_of
from hipcv.language import _
from hipcv.report import not_counted
from hipcv.report.answers import describe_answers
from hipcv.report.comparison import VisitSide, compare_side_results, compare_visits
from hipcv.report.course import advise_next_test
from hipcv.report.gauge_geometry import typical_from_start
from hipcv.report.goniometer import describe_reading
from hipcv.report.recording_time import state_recording_time
from hipcv.report.stored import translated, translated_issue
from hipcv.result_schema import unreadable_result
from hipcv.results.document import check_files, recorded_of
from hipcv.results.stills import load_stills
from hipcv.store.history import counting_analyses
from hipcv.store.lists import ListQuery, Page
from hipcv.store.models import (
    Analysis,
    Clip,
    JsonObject,
    ListedAnalysis,
    ListedClip,
    ListedPatient,
    Note,
    Patient,
    Visit,
)
from hipcv.store.results import ClipResult
from hipcv.web.answers_before import answers_before
from hipcv.web.duplicates import elsewhere
from hipcv.web.state import AppState
from hipcv.web.uploads import Received

ROWS: Final = 25
"""Rows of each list on one page of the desk."""


@dataclass(frozen=True, slots=True)
class ClipContext:
    """One clip with its visit, patient and current analysis."""

    clip: Clip
    visit: Visit | None
    patient: Patient | None
    analysis: Analysis | None


def clip_context(state: AppState, clip: Clip) -> ClipContext:
    """Fetch the visit, patient and current analysis of a clip."""
    visit = state.records.visit(clip.visit_id) if clip.visit_id else None
    patient = state.records.patient(visit.patient_id) if visit else None
    analysis = state.records.analysis(clip.analysis_id) if clip.analysis_id else None
    return ClipContext(clip, visit, patient, analysis and _checked(state, analysis))


def _checked(state: AppState, analysis: Analysis) -> Analysis:
    """Return an analysis, as a refusal where a file of its result was altered or is another's."""
    try:
        check_files(state.files.analysis_folder(analysis.id))
    except InvalidTrack:
        return replace(analysis, automatic=unreadable_result(), corrected=None)
    return analysis


def analysed_clip(state: AppState, clip_id: str) -> tuple[ClipContext, Analysis]:
    """Fetch a clip that has an analysis.

    Raises:
        NotFound: it has none, or there is no such clip.
    """
    context = clip_context(state, state.records.clip(clip_id))
    if context.analysis is None:
        raise NotFound(_("This clip has not been analysed yet."))
    return context, context.analysis


def result_context(state: AppState, analysis_id: str) -> tuple[ClipContext, Analysis]:
    """Fetch a result, the present or an earlier one of its clip.

    Raises:
        NotFound: there is no such result.
    """
    analysis = state.records.analysis(analysis_id)
    context = clip_context(state, state.records.clip(analysis.clip_id))
    return context, _checked(state, analysis)


def overview(state: AppState, wanted: ListQuery, clips: int = 1, patients: int = 1) -> JsonObject:
    """Return a page of patients, one of clips waiting for review, and clips under way."""
    records, today = state.records, wanted.today
    working, working_total = records.clips_under_way(Page(1, ROWS))
    waiting, waiting_total = records.clips_to_review(wanted, Page(clips, ROWS))
    listed, patients_total = records.patients_listed(wanted, Page(patients, ROWS))
    by_visit: dict[str, list[ListedClip]] = {}
    for row in records.clips_of_patients([row.patient.id for row in listed]):
        by_visit.setdefault(row.clip.visit_id or "", []).append(row)
    return {
        "rows": ROWS,
        "patients": [_patient_row(row, by_visit, today) for row in listed],
        "patients_total": patients_total,
        "due_total": records.count_due(today),
        "waiting": [clip_row(state, row) for row in waiting],
        "waiting_total": waiting_total,
        "working": [clip_row(state, row) for row in working],
        "working_total": working_total,
    }


def clip_row(state: AppState, context: ClipContext | ListedClip) -> JsonObject:
    """Return one row of a list of clips."""
    clip, patient, analysis = context.clip, context.patient, context.analysis
    doing, share = state.jobs.progress(clip.id) or ("", 0.0)
    answers = clip.read_answers()
    return {
        **plain(asdict(clip)),
        "said": said_of(clip, analysis),
        "external_always": state.jobs.options.external,  # whatever the clip itself asks for
        "patient": patient and {"id": patient.id, "pseudonym": patient.pseudonym},
        "on": context.visit and context.visit.on.isoformat(),
        "doing": doing,
        "share": share,
        "status": analysis and analysis.status,
        "quality": analysis and quality_of(analysis.document),
        "sides": side_results(analysis.document if analysis else None),
        "measured": (document := state.jobs.document(clip.id)) and side_results(document),
        "answered": describe_answers(answers),
        "hurt": answers.hurt,
    }


def received(state: AppState, upload: Received) -> JsonObject:
    """Return what became of an upload: the clip, its visit, and where else the recording is."""
    context = clip_context(state, upload.clip)
    return {
        "clip": upload.clip.id,
        "already": upload.already,
        "patient": context.patient and context.patient.pseudonym,
        "on": context.visit and context.visit.on.isoformat(),
        "elsewhere": elsewhere(state, upload.clip),
    }


def said_of(clip: Clip, analysis: Analysis | ListedAnalysis | None) -> str:
    """Return why nothing was measured, in the present language where the result has the reason."""
    if clip.state == "refused" and analysis is not None:
        for issue in analysis.document["issues"]:
            if issue["severity"] == "refuse":
                return str(translated_issue(issue)["text"])
    return _(clip.said)


def clip_view(state: AppState, clip_id: str) -> JsonObject:
    """Return one clip with its result, without curves."""
    context = clip_context(state, state.records.clip(clip_id))
    analysis = context.analysis
    return {
        "clip": clip_row(state, context) | {"elsewhere": elsewhere(state, context.clip)},
        "patient": context.patient and plain(asdict(context.patient)),
        "visit": context.visit and plain(asdict(context.visit)),
        "analysis": analysis and analysis_view(state, analysis),
        "ended_signature": _ended_signature(state, context),
        "moved": _last_move(state, context.clip),
        "last_visit": _last_visit(state, context),
        "notes": _notes_view(state, context),
        "answers_before": _answers_before(state, context),
    }


def _notes_view(state: AppState, context: ClipContext) -> JsonObject:
    """Return the notes on a clip, and those on its visit."""
    subjects = {"clip": context.clip.id, "visit": context.clip.visit_id or ""}
    notes = state.records.notes(subjects.values())
    return {name: note_rows(notes[subject_id]) for name, subject_id in subjects.items()}


def note_rows(notes: Iterable[Note]) -> list[JsonObject]:
    """Return notes as JSON; `reading` is the sentence on a goniometer's, "" of others."""
    return [plain(asdict(note)) | {"reading": describe_reading(note.payload)} for note in notes]


def _answers_before(state: AppState, context: ClipContext) -> JsonObject | None:
    """Return what the patient said after the test at the visit before; None without any."""
    if context.visit is None:
        return None
    sides = context.analysis.document["sides"] if context.analysis else {}
    measured = [side for side, result in sides.items() if result is not None]
    return answers_before(state.records, context.visit, measured)


def neighbours(state: AppState, clip_id: str, wanted: ListQuery, name: str) -> JsonObject:
    """Return the neighbours of a clip in the list of its patient, or of those to review.

    A clip without a patient is looked for among those to review.
    """
    context = clip_context(state, state.records.clip(clip_id))
    if name == "patient" and context.patient is not None:
        found = state.records.neighbours_of_patient(clip_id, context.patient.id)
        return {"list": "patient", "patient": context.patient.pseudonym, **asdict(found)}
    return {"list": "waiting", **asdict(state.records.neighbours_in_review(clip_id, wanted))}


def _last_visit(state: AppState, context: ClipContext) -> JsonObject:
    """Return, by side, the last result before the visit of a clip, and the change since then.

    A side whose earlier visits have no result has the last that is not counted; one that was never
    tested before is absent.
    """
    if context.visit is None or context.patient is None:
        return {}
    clips, today = _clips_by_visit(state, context.patient), context.visit.on
    rows: list[JsonObject] = [
        {"on": visit.on.isoformat(), "sides": _visit_sides(clips.get(visit.id, []))}
        for visit in state.records.visits(context.patient.id)
        if visit.on < today
    ]
    found: JsonObject = {}
    for side in Side:
        name = side.value
        tested = [(row["on"], row["sides"][name]) for row in rows if name in row["sides"]]
        for on, result in [*tested[-1:], *_results(name, rows)[-1:]]:
            change = _change_since(state, result, context.analysis, side)
            found[name] = result | {"on": on, "change": change}
    return found


def _change_since(
    state: AppState, earlier: JsonObject, analysis: Analysis | None, side: Side
) -> JsonObject | None:
    """Compare a side of a result with one of an earlier visit; None where one has no number."""
    if analysis is None or earlier["result_deg"] is None:
        return None
    signed = analysis.signed_by is not None
    now = VisitSide.of(analysis.document["sides"].get(side.value), signed=signed)
    return None if now is None else compare_visits(_visit_side(earlier), now, _protocol(state))


def _clips_by_visit(state: AppState, patient: Patient) -> dict[str, list[ListedClip]]:
    by_visit: dict[str, list[ListedClip]] = {}
    for listed in state.records.clips_of_patients([patient.id]):
        by_visit.setdefault(listed.clip.visit_id or "", []).append(listed)
    return by_visit


def results_view(state: AppState, clip: Clip) -> JsonObject:
    """Return every stored result of a clip, newest first, as it stands with its corrections."""
    return {"results": [_result_row(clip, one) for one in state.records.results(clip)]}


def _result_row(clip: Clip, stored: ClipResult) -> JsonObject:
    analysis, document = stored.analysis, stored.analysis.document
    return {
        "id": analysis.id,
        "current": analysis.id == clip.analysis_id,
        "made_at": analysis.made_at.isoformat(),
        "method": analysis.method,
        "hipcv": document["provenance"]["hipcv"],
        "options": stored.options,
        "asked_by": stored.asked_by,
        "corrected": analysis.corrected is not None,
        "sides": {
            side: result and result | {"counted": _counted(document["sides"][side])}
            for side, result in side_results(document).items()
        },
        "said": said_of(clip, analysis) if document["status"] == "not_measured" else "",
    }


def _counted(side: JsonObject) -> list[int]:
    """Return how many repetitions count, and how many there are."""
    return [sum(rep["valid"] for rep in side["reps"]), len(side["reps"])]


def _ended_signature(state: AppState, context: ClipContext) -> JsonObject | None:
    """Return whose signature was taken off, and by which change; None for a signed result."""
    if context.analysis is not None and context.analysis.signed_by is not None:
        return None
    ended = state.records.ended_signature(context.clip)
    return None if ended is None else dict(plain(asdict(ended)))


def _last_move(state: AppState, clip: Clip) -> JsonObject | None:
    """Return from where a clip was moved last, which can be undone; None where it was not."""
    move = state.records.last_move(clip.id)
    if move is None:
        return None
    row: JsonObject = {"by": move.who, "at": move.at.isoformat(), "patient": None, "on": None}
    visit_id = move.detail["visit"][0]
    if visit_id is None:
        return row
    try:
        visit = state.records.visit(visit_id)
    except NotFound:  # erased since
        return None
    patient = state.records.patient(visit.patient_id)
    return row | {"patient": patient.pseudonym, "on": visit.on.isoformat()}


def analysis_view(state: AppState, analysis: Analysis) -> JsonObject:
    """Return one analysis with every correction, including withdrawn ones."""
    stills = load_stills(state.files.analysis_folder(analysis.id))
    recorded = recorded_of(analysis.document)
    return {
        **plain(asdict(analysis)),
        "automatic": translated(analysis.automatic),
        "corrected": analysis.corrected and translated(analysis.corrected),
        "status": analysis.status,
        "recorded": state_recording_time(recorded),
        "recorded_on": recorded and recorded.at.date().isoformat(),
        "results": {
            "automatic": side_results(analysis.automatic),
            "current": side_results(analysis.document),
        },
        "corrections": [plain(asdict(row)) for row in state.records.corrections(analysis.id)],
        "stills": [
            {
                "url": f"/media/{analysis.id}/still/{number}.jpg",
                "title": still.title,
                "caption": still.caption,
            }
            for number, still in enumerate(stills)
        ],
    }


def patient_view(state: AppState, patient: Patient) -> JsonObject:
    """Return one patient with all visits and the change between them."""
    protocol = _protocol(state)
    person = patient.person_on(date.today())  # noqa: DTZ011 - in the user's time zone
    by_visit = _clips_by_visit(state, patient)
    of_patient = state.records.visits(patient.id)
    clip_ids = [listed.clip.id for clips in by_visit.values() for listed in clips]
    notes = state.records.notes([*(visit.id for visit in of_patient), *clip_ids])
    visits = []
    for visit in of_patient:
        clips = by_visit.get(visit.id, [])
        row = plain(asdict(visit)) | {"notes": note_rows(notes[visit.id])}
        row["clips"] = [
            clip_row(state, listed) | {"notes": note_rows(notes[listed.clip.id])}
            for listed in clips
        ]
        visits.append(row | {"sides": _visit_sides(clips)})
    return {
        "patient": plain(asdict(patient)) | {"age_now": person.age_years},
        "visits": visits,
        "difference": _difference(visits, protocol),
        "next_test": _next_test(visits, protocol),
        "limits": {
            "target_deg": protocol.target_deg,
            "typical_deg": typical_from_start(protocol, None, is_minor=person.is_minor),
        },
        "change": {side.value: _change(side.value, visits, protocol) for side in Side},
        "trend": {side.value: _trend(side.value, visits) for side in Side},
        "not_counted": {side.value: _not_counted(side.value, visits) for side in Side},
    }


def _visit_sides(listed: Iterable[ListedClip]) -> JsonObject:
    """Return the result that counts for each measured side of a visit."""
    analyses = [clip.analysis for clip in listed if clip.analysis is not None]
    return {
        side: side_results(analysis.document)[side]
        | {
            "signed": analysis.signed_by is not None,
            "analysis_id": analysis.id,
            "yaw_deg": analysis.document["sides"][side].get("yaw_deg"),
        }
        for side, analysis in counting_analyses(analyses).items()
    }


def side_results(document: JsonObject | None) -> JsonObject:
    """Return the result of each side; None where a side was not measured.

    A side of which no repetition counts has no number, and `why`.
    """
    sides = (document or {}).get("sides", {})
    return {side.value: _side_result(sides.get(side.value)) for side in Side}


def _side_result(side: JsonObject | None) -> JsonObject | None:
    result = result_of(side)
    if side is None or (result is None and side.get("status") != "not_counted"):
        return None
    return {
        "status": side.get("status"),
        "result_deg": result and result.result_deg,
        "interval_deg": result and result.interval_deg,
        "lift_deg": lift_deg(side),
        "basis": result and result.basis,
        "provisional": result is not None and result.provisional,
        "category": side.get("category"),
        "why": not_counted.reason(side),
        "reached_deg": reached_deg(side) if result is None else None,
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON data in which dates and times are ISO 8601 strings."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _patient_row(
    listed: ListedPatient, by_visit: Mapping[str, list[ListedClip]], today: date
) -> JsonObject:
    patient = listed.patient
    rows = [
        {"on": visit.on.isoformat(), "sides": _visit_sides(by_visit.get(visit.id, []))}
        for visit in listed.visits
    ]
    return {
        "id": patient.id,
        "pseudonym": patient.pseudonym,
        "due": patient.keep_until is not None and patient.keep_until < today,
        "keep_until": patient.keep_until and patient.keep_until.isoformat(),
        "last_visit": rows[-1]["on"] if rows else None,
        "trend": {side.value: _trend(side.value, rows) for side in Side},
        "not_counted": {side.value: _not_counted(side.value, rows) for side in Side},
    }


def _trend(side: str, visits: Sequence[JsonObject]) -> list[list[Any]]:
    """Return date, angle, interval limits and marks of every visit with a result of the side."""
    return [
        [on, result["result_deg"], *(result["interval_deg"] or [None, None]), _marks(result)]
        for on, result in _results(side, visits)
    ]


def _marks(result: JsonObject) -> list[str]:
    """Return what makes a result less certain."""
    marks = {
        "provisional": result["provisional"],
        "not_signed_off": not result["signed"],
        "hip_lift_taken_off": result["basis"] == "pelvis_relative",
    }
    return [mark for mark, applies in marks.items() if applies]


def _not_counted(side: str, visits: Sequence[JsonObject]) -> list[list[str]]:
    """Return date and reason of every visit at which no repetition of the side counts."""
    return [
        [visit["on"], result["why"]]
        for visit in visits
        if (result := visit["sides"].get(side)) and result["result_deg"] is None
    ]


def _results(side: str, visits: Sequence[JsonObject]) -> list[tuple[str, JsonObject]]:
    """Return date and result of every visit with a result of the side."""
    return [
        (visit["on"], result)
        for visit in visits
        if (result := visit["sides"].get(side)) and result["result_deg"] is not None
    ]


def _change(
    side: str, visits: Sequence[JsonObject], protocol: MeasurementProtocol
) -> JsonObject | None:
    """Compare the last two visits with a result of the side; None if there are fewer."""
    last_two = _results(side, visits)[-2:]
    if len(last_two) < 2:  # noqa: PLR2004 - a pair
        return None
    (before_on, before), (after_on, after) = last_two
    change = compare_visits(_visit_side(before), _visit_side(after), protocol)
    return {"from": before_on, "to": after_on, **change}


def _visit_side(result: JsonObject) -> VisitSide:
    return VisitSide(
        SideResult(
            result["result_deg"], result["interval_deg"], result["basis"], result["provisional"]
        ),
        signed=result["signed"],
        yaw_deg=result["yaw_deg"],
    )


def _difference(visits: Sequence[JsonObject], protocol: MeasurementProtocol) -> JsonObject | None:
    """Compare left and right at the last visit with a result of both, in words."""
    left, right = (dict(_results(side.value, visits)) for side in (Side.LEFT, Side.RIGHT))
    both = [on for on in left if on in right]
    if not both:
        return None
    pair = _visit_side(left[both[-1]]), _visit_side(right[both[-1]])
    oblique = any(abs(side.yaw_deg or 0) > protocol.oblique_yaw_deg for side in pair)
    text = compare_side_results(pair[0].result, pair[1].result, protocol, oblique=oblique)
    return {"on": both[-1], "text": text}


def _next_test(visits: Sequence[JsonObject], protocol: MeasurementProtocol) -> str | None:
    """Return when to test again after the last visit with a result, in words."""
    days = [on for side in Side for on, _result in _results(side.value, visits)]
    return advise_next_test(date.fromisoformat(max(days)), protocol) if days else None


def _protocol(state: AppState) -> MeasurementProtocol:
    return state.settings.options.protocol
