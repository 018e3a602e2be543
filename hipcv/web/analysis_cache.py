"""Stored analyses, read with their corrections: what the clip page draws and what it corrects."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.closeup import Closeup, KeyFrames
from hipcv.core.correction import ANALYSIS_KINDS
from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import LEGS, Side
from hipcv.results.reassess import Look, Reassessed, Stored, load, looker, reassess
from hipcv.store.files import FileStore
from hipcv.store.models import Analysis, Clip, Correction, JsonObject
from hipcv.store.records import Records

KEPT: Final = 8
"""So many readings are remembered: twenty pages of one clip cost one."""

AT_ONCE: Final = 2

LOOKS: Final = "looks"
"""Folder of an analysis for what was looked at later."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One analysis as it stands."""

    stored: Stored
    now: Reassessed


@dataclass(slots=True)
class Readings:
    """Reads analyses, few at a time: each takes memory, and a closer look a model."""

    records: Records
    files: FileStore
    _kept: OrderedDict[tuple[str, int], Reading] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _making: dict[tuple[str, int], threading.Lock] = field(default_factory=dict)
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))

    def of(self, clip: Clip, analysis: Analysis) -> Reading:
        """An analysis with the corrections that hold.

        Raises:
            InvalidTrack: its files are damaged.
        """
        key = analysis.id, analysis.version
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:  # who asks for the same waits, and finds it
            if (known := self._known(key)) is not None:
                return known
            try:
                reading = self._read(clip, analysis, held(self.records.corrections(analysis.id)))
            finally:
                with self._lock:
                    self._making.pop(key, None)
            self._keep(key, reading)
            return reading

    def corrected(
        self, clip: Clip, analysis: Analysis, corrections: Sequence[JsonObject]
    ) -> JsonObject | None:
        """The result under these corrections; None where there are none.

        Raises:
            BadRequest: one of them cannot be carried out.
        """
        if not corrections:
            return None
        return dict(self._read(clip, analysis, corrections).now.document)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn: what is read takes memory."""
        with self._turns:
            yield

    def look(self, clip: Clip, analysis: Analysis) -> Look:
        """A closer look at the clip itself, for what was marked beyond the frames known."""
        folder = self.files.analysis_folder(analysis.id)

        def look(plans: Sequence[KeyFrames]) -> Mapping[Side, Closeup]:
            known = looker(
                self.files.clip_path(clip.sha256, clip.suffix), load(folder), folder / LOOKS
            )
            return known(plans)

        return look

    def forget(self, analysis_ids: Sequence[str]) -> None:
        """Let go of what is remembered of these."""
        with self._lock:
            for key in [key for key in self._kept if key[0] in analysis_ids]:
                del self._kept[key]

    def _known(self, key: tuple[str, int]) -> Reading | None:
        with self._lock:
            if key in self._kept:
                self._making.pop(key, None)
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[str, int], reading: Reading) -> None:
        with self._lock:
            self._kept[key] = reading
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def _read(self, clip: Clip, analysis: Analysis, corrections: Sequence[JsonObject]) -> Reading:
        with self.turn():
            stored = load(self.files.analysis_folder(analysis.id))
            look = self.look(clip, analysis)
            return Reading(stored, reassess(stored, corrections, look))


def held(corrections: Sequence[Correction]) -> list[JsonObject]:
    """The corrections that hold, as `reassess` takes them, in their order."""
    return [
        asdict(each)
        for each in corrections
        if not each.withdrawn and each.kind not in ANALYSIS_KINDS
    ]


def before(reading: Reading, put_right: JsonObject) -> JsonObject:
    """What stood there until now, in the words of a correction of this kind.

    Args:
        reading: the analysis until now.
        put_right: the correction, as `reassess` takes it.

    Raises:
        BadRequest: there is no such repetition or frame.
    """
    kind, side = put_right["kind"], Side(put_right["side"])
    if kind == "start":
        start = reading.now.motions[side].start
        return {"span_s": None if start is None else _seconds(start.span_s.closed)}
    if kind == "landmark":
        return _landmarks(reading, side, put_right["after"])
    told = _rep(reading.now.document, side, put_right["rep"])
    if kind == "plateau":
        return {"plateau_s": told["plateau_s"]}
    if kind == "rep_span":
        return {"start_s": told["start_s"], "end_s": told["end_s"]}
    return {"accepted": "rejected" not in told}


def _rep(document: Mapping[str, Any], side: Side, number: int | None) -> JsonObject:
    for told in document["sides"][side.value]["reps"]:
        if told["number"] == number:
            return dict(told)
    raise BadRequest("This repetition does not exist. Load the page again.")


def _landmarks(reading: Reading, side: Side, after: JsonObject) -> JsonObject:
    track, row = reading.stored.track, int(after["row"])
    if row >= len(track.time_s):
        raise BadRequest("Say in which frame the points were placed.")
    points = _leg(track.xy_px[row], side)
    return {"at": after.get("at"), "row": row, **points}


def _leg(xy_px: Floats, side: Side) -> JsonObject:
    leg = LEGS[side]
    places = {"hip_px": leg.hip, "knee_px": leg.knee, "ankle_px": leg.ankle}
    return {name: _point(xy_px[row]) for name, row in places.items()}


def _point(xy_px: Floats) -> list[float] | None:
    return [round(float(value), 2) for value in xy_px] if np.isfinite(xy_px).all() else None


def _seconds(span_s: Sequence[float]) -> list[float]:
    return [round(moment, 3) for moment in span_s]
