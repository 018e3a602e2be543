"""Reassessment of a stored result with corrections, from its evidence and without its video."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Final

from hipcv.core.assessment import Provenance, Reassessed, Trial, assess_sides
from hipcv.core.clip_info import ClipInfo
from hipcv.core.closeup import Closeup, KeyFrames
from hipcv.core.correction import CorrectionJson, overrides_of
from hipcv.core.errors import BadRequest
from hipcv.core.issues import LEFT_UNREAD, Issue
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion, measure
from hipcv.core.options import AnalysisOptions
from hipcv.core.overrides import apply_overrides, key_frames_missing
from hipcv.core.phases import Phases, find_leg_phases, key_frames
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol, settings
from hipcv.core.quality import clip_issues
from hipcv.files import atomic_path
from hipcv.language import _
from hipcv.pipeline import METHOD, refine_plateaus
from hipcv.result_schema import seal_like
from hipcv.results.document import (
    EVIDENCE,
    RESULT,
    JsonObject,
    answers_of,
    build_document,
    folder_of,
    person_of,
    protocol_of,
    read_document,
    recorded_of,
    size_change_of,
)
from hipcv.store.archive import load_evidence, save_evidence
from hipcv.version import __version__

_PROVENANCE: Final = ("hipcv", "models", "command", "method")


@dataclass(frozen=True, slots=True, eq=False)
class StoredResult:
    """A result as read from its folder."""

    document: JsonObject  # without corrections
    track: PoseTrack
    closeups: Mapping[Side, Closeup]

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that were assessed."""
        return tuple(side for side in Side if self.document["sides"].get(side.value) is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Reassessment:
    """The result of the same clip with corrections."""

    trial: Trial
    motions: Mapping[Side, Motion]
    document: JsonObject  # without corrections equal to the stored one


def load(result: Path) -> StoredResult:
    """Return a stored result, given its folder or the `result.json` in it.

    Raises:
        InvalidTrack: a file is missing, damaged, or of another version.
    """
    folder = folder_of(result)
    track, closeups = load_evidence(folder / EVIDENCE)
    return StoredResult(read_document(folder / RESULT), track, closeups)


_START: Final = re.compile(r" --start-s=(\d+\.?\d*) ")

Refine = Callable[[Sequence[KeyFrames]], Mapping[Side, Closeup]]
"""Takes the closer look at other key frames than those of the stored closeups."""


def cached_refine(clip: Path, stored: StoredResult, cache: Path) -> Refine:
    """Return a `Refine` that reads the clip, and reads each set of frames only once.

    Args:
        clip: the video file.
        stored: its result.
        cache: folder for the closeups.
    """

    def refine(plans: Sequence[KeyFrames]) -> Mapping[Side, Closeup]:
        frames = [(plan.side.value, plan.index.tolist(), plan.window.tolist()) for plan in plans]
        path = cache / f"{hashlib.sha256(json.dumps(frames).encode()).hexdigest()[:16]}.npz"
        if path.exists():
            return load_evidence(path)[1]
        model = next(iter(stored.closeups.values())).model
        options = replace(reading_options(stored.document), model=model)
        closeups = refine_plateaus(clip, stored.track, plans, options)
        with atomic_path(path) as part:
            save_evidence(part, stored.track, closeups)
        return closeups

    return refine


def reading_options(document: JsonObject) -> AnalysisOptions:
    """Return the options with which the clip of a result is read, and pictures of it are drawn."""
    return AnalysisOptions(
        mirrored=document["clip"]["mirrored"],
        start_s=_start_s(document),
        blur_face=document.get("face_blurred", False),
    )


def _start_s(document: JsonObject) -> float:
    """Return the seconds that were left out at the beginning of a clip."""
    match = _START.search(document["provenance"]["command"])
    return float(match[1]) if match else 0.0


def reassess(
    stored: StoredResult,
    corrections: Sequence[CorrectionJson] = (),
    refine: Refine | None = None,
    *,
    protocol: MeasurementProtocol | None = None,
) -> Reassessment:
    """Measure and assess a stored result again.

    Args:
        stored: the result.
        corrections: in the order in which they were made; see `core.correction`.
        refine: called where a start or plateau was set outside the stored closeups and the outline
            was not tracked; None: such a span is read from landmarks, which widens the interval.
        protocol: settings in place of the stored ones.

    Raises:
        BadRequest: a correction is malformed or cannot be applied.
    """
    for correction in corrections:
        if correction.get("side") not in [side.value for side in stored.sides]:
            raise BadRequest(_("This leg was not measured, so nothing of it can be corrected."))
    track, protocol = stored.track, protocol or protocol_of(stored.document)
    phases = find_leg_phases(track, protocol)

    def measured(side: Side, closeup: Closeup | None) -> Motion:
        overrides = overrides_of(corrections, side)
        return measure(track, closeup, side, protocol, phases=phases, overrides=overrides)

    motions = {side: measured(side, stored.closeups.get(side)) for side in stored.sides}
    if refine and (plans := _missing_key_frames(stored, phases, motions)):
        closeups = {**stored.closeups, **refine(plans)}
        motions = {side: measured(side, _with_flow(stored, closeups.get(side))) for side in motions}
    person = person_of(stored.document)
    external_asked = stored.document.get("external_asked", False)
    clip = _clip(stored.document)
    trial = Trial(
        clip=clip,
        sides=assess_sides(motions, person, external_asked=external_asked, clip=clip),
        issues=_clip_issues(stored, protocol),
        protocol=protocol,
        provenance=_provenance(stored.document["provenance"], protocol),
        timing={},
        person=person,
        answers=answers_of(stored.document),
        external_asked=external_asked,
        face_blurred=stored.document.get("face_blurred", False),
    )
    document = seal_like(stored.document, build_document(trial, timing=False))
    return Reassessment(trial, motions, document)


def changed_protocol(stored: StoredResult, changes: Mapping[str, float]) -> MeasurementProtocol:
    """Return the settings of a stored result with some of them changed.

    Raises:
        InvalidProtocol: a name is unknown, or a value is refused.
    """
    return MeasurementProtocol.from_values({**asdict(protocol_of(stored.document)), **changes})


def _provenance(stored: JsonObject, protocol: MeasurementProtocol) -> Provenance:
    """Return the stored provenance, with the present version where it or a setting is another."""
    then, now = set(stored["protocol"]), {setting.name for setting in settings()}
    fields_then = {name: stored[name] for name in _PROVENANCE}
    is_same = protocol == protocol_of({"provenance": stored})
    if is_same and (stored["hipcv"], stored["method"], then) == (__version__, METHOD, now):
        return Provenance(**fields_then)
    reassessed = Reassessed(
        hipcv=__version__,
        method=METHOD,
        settings_dropped=tuple(sorted(then - now)),
        settings_added=tuple(sorted(now - then)),
    )
    return Provenance(**fields_then, reassessed=reassessed)


def _missing_key_frames(
    stored: StoredResult, phases: Mapping[Side, Phases], motions: Mapping[Side, Motion]
) -> list[KeyFrames]:
    """Return the key frames that the corrections need and the stored closeups lack.

    A plateau is read from masks only where the outline was not tracked.
    """
    plans = []
    for side, closeup in stored.closeups.items():
        if side not in motions:
            continue
        motion = motions[side]
        if key_frames_missing(closeup, motion.overrides, _without_outline(motion)):
            corrected = apply_overrides(phases[side], motion.overrides, motion.protocol)
            plans.append(key_frames(corrected, side, motion.protocol))
    return plans


def _without_outline(motion: Motion) -> list[int]:
    """Return the repetitions that neither the outline nor points placed by hand measure."""
    return [
        number
        for number, plateau in enumerate(motion.plateaus)
        if not plateau.by_outline and number not in motion.overrides.plateau
    ]


def _with_flow(stored: StoredResult, closeup: Closeup | None) -> Closeup | None:
    """Return a closeup with the stored motion of its regions, where it has none of its own."""
    if closeup is None or closeup.motion is not None or closeup.side not in stored.closeups:
        return closeup
    return replace(closeup, motion=stored.closeups[closeup.side].motion)


def _clip(document: JsonObject) -> ClipInfo:
    """Return the clip's metadata with the numbers as stored."""
    matrix = document["provenance"]["display_matrix"]
    values = {
        **document["clip"],
        "display_matrix": tuple(tuple(row) for row in matrix),
        "recorded": recorded_of(document),
        "size_change": size_change_of(document),
    }
    present = [field.name for field in fields(ClipInfo) if field.name in values]
    return ClipInfo(**{name: values[name] for name in present})


def _clip_issues(stored: StoredResult, protocol: MeasurementProtocol) -> tuple[Issue, ...]:
    """Return the issues of the whole clip with values as stored; no correction changes them."""
    issues = clip_issues(_clip(stored.document), stored.track, protocol)
    codes = {issue.code for issue in issues} | {LEFT_UNREAD}
    return tuple(
        Issue(
            side=Side(entry["side"]) if entry["side"] else None,
            **{name: entry[name] for name in ("code", "severity", "value", "limit", "unit")},
        )
        for entry in stored.document["issues"]
        if entry["code"] in codes or not stored.sides
    )
