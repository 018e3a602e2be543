"""A stored result again, from its evidence and without its video, with corrections by hand."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hipcv.core.assessment import Provenance, Trial, assess
from hipcv.core.clip_info import Clip
from hipcv.core.closeup import Closeup, KeyFrames
from hipcv.core.correction import CorrectionJson, overrides_of
from hipcv.core.errors import BadRequest, InvalidTrack
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.measure import Motion, measure
from hipcv.core.options import AnalysisOptions
from hipcv.core.overrides import Overrides, apply_overrides, key_frames_missing
from hipcv.core.phases import Phases, find_leg_phases, key_frames
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.quality import clip_issues, nothing_tested
from hipcv.pipeline import refine_plateaus
from hipcv.results import document
from hipcv.results.options import EVIDENCE, RESULT
from hipcv.store.archive import load_evidence, save_evidence


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A result as it lies in its folder."""

    document: Mapping[str, Any]  # as the machine made it
    track: PoseTrack
    closeups: Mapping[Side, Closeup]

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that were assessed."""
        told = self.document["sides"]
        return tuple(side for side in Side if told.get(side.value) is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Reassessed:
    """The same clip, read with corrections."""

    trial: Trial
    motions: Mapping[Side, Motion]
    document: Mapping[str, Any]  # the result again; without corrections, equal to the stored one


def load(result: Path) -> Stored:
    """Read a stored result.

    Args:
        result: its folder, or the `result.json` in it.

    Raises:
        InvalidTrack: a file is missing, damaged, or of another version.
    """
    folder = result if result.is_dir() else result.parent
    track, closeups = load_evidence(folder / EVIDENCE)
    return Stored(_document(folder / RESULT), track, closeups)


Look = Callable[[Sequence[KeyFrames]], Mapping[Side, Closeup]]
"""Looks closely at other frames than those of the stored closeups."""


def looker(clip: Path, stored: Stored, kept: Path) -> Look:
    """A `Look` at the clip itself, which keeps what it saw: the same frames cost once.

    Args:
        clip: the file.
        stored: its result.
        kept: folder for what was seen.
    """

    def look(plans: Sequence[KeyFrames]) -> Mapping[Side, Closeup]:
        frames = [(plan.side.value, plan.index.tolist(), plan.window.tolist()) for plan in plans]
        path = kept / f"{hashlib.sha256(json.dumps(frames).encode()).hexdigest()[:16]}.npz"
        if path.exists():
            return load_evidence(path)[1]
        model = next(iter(stored.closeups.values())).model
        told = stored.document["clip"]
        options = AnalysisOptions(mirrored=told["mirrored"], model=model)
        seen = refine_plateaus(clip, stored.track, plans, options)
        kept.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=kept) as part:
            save_evidence(Path(part) / path.name, stored.track, seen)
            (Path(part) / path.name).replace(path)
        return seen

    return look


def reassess(
    stored: Stored, corrections: Sequence[CorrectionJson] = (), look: Look | None = None
) -> Reassessed:
    """Measure and assess again.

    Args:
        stored: the result.
        corrections: in the order in which they were made; see `core.correction`.
        look: where a start or plateau was marked beyond the frames that were looked at closely;
            None: such a stretch is read from landmarks, which is said and widens the interval.

    Raises:
        BadRequest: a correction cannot be understood or carried out.
    """
    for correction in corrections:
        if correction.get("side") not in [side.value for side in stored.sides]:
            raise BadRequest("This leg was not measured, so nothing of it can be corrected.")
    protocol = _protocol(stored.document)
    overrides = {side: overrides_of(corrections, side) for side in stored.sides}
    closeups = dict(stored.closeups)
    legs = find_leg_phases(stored.track, protocol)
    plans = _further(stored, legs, overrides, protocol) if look else []
    if look and plans:
        closeups |= look(plans)
    motions = {
        side: measure(
            stored.track,
            closeups.get(side),
            side,
            protocol,
            phases=legs,
            overrides=overrides[side],
        )
        for side in stored.sides
    }
    made = stored.document["provenance"]
    trial = Trial(
        clip=_clip(stored.document),
        sides={side: assess(motion) for side, motion in motions.items()},
        issues=_clip_issues(stored, legs, protocol),
        protocol=protocol,
        provenance=Provenance(made["hipcv"], made["models"], made["command"], made["method"]),
        timing={},
    )
    return Reassessed(trial, motions, document.document(trial, timing=False))


def _further(
    stored: Stored,
    legs: Mapping[Side, Phases],
    overrides: Mapping[Side, Overrides],
    protocol: MeasurementProtocol,
) -> list[KeyFrames]:
    """Frames to be looked at that the stored closeups lack, for what was marked."""
    lacking = [
        side
        for side, closeup in stored.closeups.items()
        if side in overrides and key_frames_missing(closeup, overrides[side])
    ]
    return [
        key_frames(apply_overrides(legs[side], overrides[side], protocol), side, protocol)
        for side in lacking
    ]


def _document(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidTrack(
            f"{path.name}: the stored result cannot be read. Analyse the clip again."
        ) from error
    if not isinstance(told, dict) or told.get("schema") != document.SCHEMA:
        raise InvalidTrack(f"{path.name}: no result of hipcv. Name a folder that holds one.")
    return told


def _protocol(document: Mapping[str, Any]) -> MeasurementProtocol:
    return MeasurementProtocol(**document["provenance"]["protocol"])


def _clip(document: Mapping[str, Any]) -> Clip:
    """The clip's account, with its numbers as they were told."""
    told = dict(document["clip"])
    matrix = document["provenance"]["display_matrix"]
    told["display_matrix"] = tuple(tuple(row) for row in matrix)
    return Clip(**{known.name: told[known.name] for known in fields(Clip)})


def _clip_issues(
    stored: Stored, legs: Mapping[Side, Phases], protocol: MeasurementProtocol
) -> tuple[Issue, ...]:
    """Those of the whole clip, which no correction changes, with their values as they were told."""
    found = clip_issues(_clip(stored.document), stored.track, protocol)
    if not stored.sides:
        found += nothing_tested(stored.track, legs, protocol)
    codes = {issue.code for issue in found}
    return tuple(
        Issue(
            code=told["code"],
            severity=told["severity"],
            side=Side(told["side"]) if told["side"] else None,
            value=told["value"],
            limit=told["limit"],
            unit=told["unit"],
        )
        for told in stored.document["issues"]
        if told["code"] in codes
    )
