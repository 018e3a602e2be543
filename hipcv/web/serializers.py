"""Records as the pages get them: plain JSON, with the state of the work beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from hipcv.core.errors import NotFound
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.comparison import compare_visits, format_side_difference
from hipcv.report.kept_stills import kept
from hipcv.report.stills import Still
from hipcv.store.models import Analysis, Clip, JsonObject, Patient, Visit
from hipcv.web.state import Desk

UNDER_WAY: Final = ("waiting", "analysing")


@dataclass(frozen=True, slots=True)
class Seen:
    """One clip with what belongs to it."""

    clip: Clip
    visit: Visit | None
    patient: Patient | None
    analysis: Analysis | None


def seen(desk: Desk, clip: Clip) -> Seen:
    """A clip with its visit, patient and the analysis that counts."""
    visit = desk.records.visit(clip.visit_id) if clip.visit_id else None
    patient = desk.records.patient(visit.patient_id) if visit else None
    analysis = desk.records.analysis(clip.analysis_id) if clip.analysis_id else None
    return Seen(clip, visit, patient, analysis)


def desk_view(desk: Desk) -> JsonObject:
    """The first page: patients, what waits for a look, what is being worked on."""
    patients = desk.records.patients()
    visits = {patient.id: desk.records.visits(patient.id) for patient in patients}
    whose = {visit.id: (visit, patient) for patient in patients for visit in visits[patient.id]}
    clips = [_seen_of(desk, clip, whose) for clip in desk.records.clips()]
    by_visit: dict[str, list[Seen]] = {}
    for each in clips:
        by_visit.setdefault(each.clip.visit_id or "", []).append(each)
    working = [each for each in clips if each.clip.state in UNDER_WAY]
    waiting = [each for each in clips if each.clip.state not in UNDER_WAY and not _signed(each)]
    return {
        "patients": [_patient_row(patient, visits[patient.id], by_visit) for patient in patients],
        "waiting": [clip_row(desk, each) for each in sorted(waiting, key=_urgency)],
        "working": [clip_row(desk, each) for each in working],
    }


def clip_row(desk: Desk, each: Seen) -> JsonObject:
    """One line of a list of clips."""
    clip, analysis = each.clip, each.analysis
    doing, share = desk.jobs.progress(clip.id) or ("", 0.0)
    return {
        **plain(asdict(clip)),
        "patient": each.patient and {"id": each.patient.id, "pseudonym": each.patient.pseudonym},
        "on": each.visit and each.visit.on.isoformat(),
        "doing": doing,
        "share": share,
        "status": analysis and analysis.status,
        "quality": analysis and _quality(analysis.document),
        "sides": sides_of(analysis),
    }


def clip_view(desk: Desk, each: Seen) -> JsonObject:
    """All of one clip but its curves."""
    analysis = each.analysis
    return {
        "clip": clip_row(desk, each),
        "patient": each.patient and plain(asdict(each.patient)),
        "visit": each.visit and plain(asdict(each.visit)),
        "analysis": analysis and analysis_view(desk, analysis),
    }


def analysis_view(desk: Desk, analysis: Analysis) -> JsonObject:
    """One analysis with every correction, those withdrawn among them."""
    return {
        **plain(asdict(analysis)),
        "status": analysis.status,
        "corrections": [plain(asdict(each)) for each in desk.records.corrections(analysis.id)],
        "stills": [
            {
                "url": f"/media/{analysis.id}/still/{number}.jpg",
                "title": still.title,
                "caption": still.caption,
            }
            for number, still in enumerate(stills(desk, analysis.id))
        ],
    }


def stills(desk: Desk, analysis_id: str) -> tuple[Still, ...]:
    """The report's pictures."""
    try:
        page = (desk.files.analysis_folder(analysis_id) / "report.html").read_text(encoding="utf-8")
    except OSError:
        return ()
    return kept(page)


def patient_view(desk: Desk, patient: Patient) -> JsonObject:
    """One patient over time."""
    visits = sorted(desk.records.visits(patient.id), key=lambda visit: visit.on)
    clips = {
        visit.id: [seen(desk, clip) for clip in desk.records.clips(visit_id=visit.id)]
        for visit in visits
    }
    told = [
        {
            **plain(asdict(visit)),
            "clips": [clip_row(desk, each) for each in clips[visit.id]],
            "sides": visit_sides(clips[visit.id]),
        }
        for visit in visits
    ]
    return {
        "patient": plain(asdict(patient)),
        "visits": told,
        "difference": _difference(desk, told),
        "limits": _limits(desk),
        "change": {side.value: _change(desk, side.value, told) for side in Side},
        "trend": {side.value: _trend(side.value, told) for side in Side},
    }


def visit_sides(clips: Iterable[Seen]) -> JsonObject:
    """What counts for each side of a visit: the latest signed clip, or else the latest."""
    told: JsonObject = {}
    ordered = sorted(clips, key=lambda each: (_signed(each), each.clip.added_at))
    for each in ordered:
        for side, read in sides_of(each.analysis).items():
            if read is not None:
                told[side] = read | {"signed": _signed(each), "clip_id": each.clip.id}
    return told


def sides_of(analysis: Analysis | None) -> JsonObject:
    """The number of each measured side; None where there is none."""
    told: JsonObject = dict.fromkeys([side.value for side in Side])
    for side, read in (analysis.document["sides"] if analysis else {}).items():
        if read is not None and read["rotation_deg"] is not None:
            names = ("rotation_deg", "interval_deg", "category")
            told[side] = {name: read.get(name) for name in names}
    return told


def plain(told: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The same with days and times as text."""
    if isinstance(told, dict):
        return {name: plain(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [plain(value) for value in told]
    return told.isoformat() if isinstance(told, date | datetime) else told


def current(desk: Desk, clip_id: str) -> tuple[Seen, Analysis]:
    """A clip that has an analysis.

    Raises:
        NotFound: it has none, or there is no such clip.
    """
    each = seen(desk, desk.records.clip(clip_id))
    if each.analysis is None:
        raise NotFound("This clip has not been analysed yet.")
    return each, each.analysis


def _seen_of(desk: Desk, clip: Clip, whose: Mapping[str, tuple[Visit, Patient]]) -> Seen:
    """The same as `seen`, where visits and patients were read already."""
    visit, patient = whose.get(clip.visit_id or "", (None, None))
    analysis = desk.records.analysis(clip.analysis_id) if clip.analysis_id else None
    return Seen(clip, visit, patient, analysis)


def _patient_row(
    patient: Patient, visits: Sequence[Visit], by_visit: Mapping[str, list[Seen]]
) -> JsonObject:
    told = [
        {"on": visit.on.isoformat(), "sides": visit_sides(by_visit.get(visit.id, []))}
        for visit in visits
    ]
    return {
        "id": patient.id,
        "pseudonym": patient.pseudonym,
        "last_visit": told[-1]["on"] if told else None,
        "trend": {side.value: _trend(side.value, told) for side in Side},
    }


def _trend(side: str, visits: Sequence[JsonObject]) -> list[list[Any]]:
    """Date, angle and its limits, visit by visit."""
    return [
        [visit["on"], read["rotation_deg"], *(read["interval_deg"] or [None, None])]
        for visit in visits
        if (read := visit["sides"].get(side))
    ]


def _change(desk: Desk, side: str, visits: Sequence[JsonObject]) -> JsonObject | None:
    """The last visit against the one before, in numbers and words; None before there are two."""
    read = [visit for visit in visits if visit["sides"].get(side)]
    if len(read) < 2:  # noqa: PLR2004 - it takes two
        return None
    earlier, later = (visit["sides"][side]["rotation_deg"] for visit in read[-2:])
    return {
        "from": read[-2]["on"],
        "to": read[-1]["on"],
        **compare_visits(earlier, later, _protocol(desk)),
    }


def _difference(desk: Desk, visits: Sequence[JsonObject]) -> JsonObject | None:
    """Left against right at the last visit that has both, in words."""
    both = [visit for visit in visits if all(visit["sides"].get(side.value) for side in Side)]
    if not both:
        return None
    read = [both[-1]["sides"][side.value] for side in (Side.LEFT, Side.RIGHT)]
    left_deg, right_deg = (side["rotation_deg"] for side in read)
    intervals = [side["interval_deg"] for side in read]
    text = format_side_difference(left_deg, right_deg, intervals, _protocol(desk))
    return {"on": both[-1]["on"], "text": text}


def _limits(desk: Desk) -> JsonObject:
    """What angles are held against."""
    protocol = _protocol(desk)
    typical_deg = [protocol.typical_low_deg, protocol.typical_high_deg]
    return {"target_deg": protocol.target_deg, "typical_deg": typical_deg}


def _protocol(desk: Desk) -> MeasurementProtocol:
    return desk.settings.options.protocol


def _signed(each: Seen) -> bool:
    return each.analysis is not None and each.analysis.signed_by is not None


def _quality(document: JsonObject) -> float | None:
    read = [side["quality"] for side in document["sides"].values() if side is not None]
    known = [value for value in read if value is not None]
    return min(known, default=None)


def _urgency(each: Seen) -> tuple[float, datetime]:
    """Worst quality first; what could not be measured at all before everything else."""
    quality = _quality(each.analysis.document) if each.analysis else None
    return (-1.0 if quality is None else quality), each.clip.added_at
