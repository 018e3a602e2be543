"""Stored analyses reassessed with their corrections, cached for the clip page."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import numpy as np

from hipcv.core.answers import Answers
from hipcv.core.arrays import Floats
from hipcv.core.closeup import Closeup, KeyFrames
from hipcv.core.correction import ANALYSIS_KINDS
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.person import Person
from hipcv.language import _
from hipcv.results.document import with_person
from hipcv.results.reassess import (
    Reassessment,
    Refine,
    StoredResult,
    cached_refine,
    load,
    reassess,
)
from hipcv.store.files import FileStore
from hipcv.store.models import Analysis, Clip, CorrectionRow, JsonObject
from hipcv.store.records import Records

CACHE_SIZE: Final = 8
MAX_CONCURRENT: Final = 2

LOOKS: Final = "looks"
"""Folder of an analysis for closeups made for corrections."""


@dataclass(frozen=True, slots=True, eq=False)
class CurrentAnalysis:
    """One analysis, as stored and with its active corrections."""

    stored: StoredResult
    reassessed: Reassessment


_Key = tuple[str, int, tuple[Person, Answers]]
"""Analysis, its version, and the person's age, sex and answers."""


@dataclass(slots=True)
class AnalysisCache:
    """Loads and reassesses analyses, few at a time: each takes memory and may load a model."""

    records: Records
    files: FileStore
    _entries: "OrderedDict[_Key, Future[CurrentAnalysis]]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _slots: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MAX_CONCURRENT))

    def get(self, clip: Clip, analysis: Analysis) -> CurrentAnalysis:
        """Return an analysis with its active corrections.

        Raises:
            InvalidTrack: its files are damaged.
        """
        noted = self._noted(clip)
        key = analysis.id, analysis.version, noted
        with self._lock:  # concurrent requests for the same analysis wait for one load
            missing = key not in self._entries
            entry = self._entries.setdefault(key, Future())
            self._entries.move_to_end(key)
            while len(self._entries) > CACHE_SIZE:
                self._entries.popitem(last=False)
        if missing:
            try:
                active = active_corrections(self.records.corrections(analysis.id))
                entry.set_result(self._load(clip, analysis, active, noted))
            except BaseException as error:
                self.discard([analysis.id])
                entry.set_exception(error)
                raise
        return entry.result()

    def corrected_document(
        self, clip: Clip, analysis: Analysis, corrections: Sequence[JsonObject]
    ) -> JsonObject | None:
        """Return the result under these corrections; None if there are none.

        Raises:
            BadRequest: one of them cannot be carried out.
        """
        if not corrections:
            return None
        loaded = self._load(clip, analysis, corrections, self._noted(clip))
        return dict(loaded.reassessed.document)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait until fewer than `MAX_CONCURRENT` analyses are being loaded."""
        with self._slots:
            yield

    def closer_look(self, clip: Clip, analysis: Analysis) -> Refine:
        """Return a function that reads frames of the clip beyond those of the stored closeups."""
        folder = self.files.analysis_folder(analysis.id)

        def refine(plans: Sequence[KeyFrames]) -> Mapping[Side, Closeup]:
            path = self.files.clip_path(clip.sha256, clip.suffix)
            return cached_refine(path, load(folder), folder / LOOKS)(plans)

        return refine

    def discard(self, analysis_ids: Sequence[str]) -> None:
        """Remove these analyses from the cache."""
        with self._lock:
            for key in [key for key in self._entries if key[0] in analysis_ids]:
                del self._entries[key]

    def _noted(self, clip: Clip) -> tuple[Person, Answers]:
        """Return the person's age and sex in the records, and the answers after the test."""
        return self.records.person_of(clip), clip.read_answers()

    def _load(
        self,
        clip: Clip,
        analysis: Analysis,
        corrections: Sequence[JsonObject],
        noted: tuple[Person, Answers],
    ) -> CurrentAnalysis:
        with self.slot():
            stored = load(self.files.analysis_folder(analysis.id))
            stored = replace(stored, document=with_person(stored.document, *noted))
            look = self.closer_look(clip, analysis)
            return CurrentAnalysis(stored, reassess(stored, corrections, look))


def active_corrections(corrections: Sequence[CorrectionRow]) -> list[JsonObject]:
    """Return the corrections that `reassess` applies, in their order."""
    return [
        asdict(row) for row in corrections if not row.withdrawn and row.kind not in ANALYSIS_KINDS
    ]


def previous_value(current: CurrentAnalysis, correction: JsonObject) -> JsonObject:
    """Return the value that a correction replaces, in the form of its `after`.

    Args:
        current: the analysis before the correction.
        correction: the correction, as `reassess` takes it.

    Raises:
        BadRequest: there is no such repetition or frame.
    """
    kind, side = correction["kind"], Side(correction["side"])
    if kind == "start":
        start = current.reassessed.motions[side].start
        if start is None:
            return {"span_s": None}
        return {"span_s": [round(at_s, 3) for at_s in start.span_s.closed]}
    if kind == "landmark":
        return _landmarks(current, side, correction["after"])
    rep = _rep(current.reassessed.document, side, correction["rep"])
    if kind == "plateau":
        return {"plateau_s": rep["plateau_s"]}
    if kind == "rep_span":
        return {"start_s": rep["start_s"], "end_s": rep["end_s"]}
    return {"accepted": "rejected" not in rep}


def _rep(document: Mapping[str, Any], side: Side, number: int | None) -> JsonObject:
    for rep in document["sides"][side.value]["reps"]:
        if rep["number"] == number:
            return dict(rep)
    raise BadRequest(_("This repetition does not exist. Load the page again."))


def _landmarks(current: CurrentAnalysis, side: Side, after: JsonObject) -> JsonObject:
    track, frame = current.stored.track, int(after["row"])
    if frame >= len(track.time_s):
        raise BadRequest(_("Say in which frame the points were placed."))
    leg = LEGS[side]
    joints = {"hip_px": leg.hip, "knee_px": leg.knee, "ankle_px": leg.ankle}
    points = {name: _point(track.xy_px[frame, joint]) for name, joint in joints.items()}
    return {"at": after.get("at"), "row": frame, **points}


def _point(xy_px: Floats) -> list[float] | None:
    return [round(float(value), 2) for value in xy_px] if np.isfinite(xy_px).all() else None
