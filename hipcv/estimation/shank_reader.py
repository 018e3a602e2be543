"""Reading of both shanks, frame by frame: templates, tracking, and masks that check the track.

Frames wait until a leg has a template, which is made from masks of a still moment; then the leg is
tracked through the waiting frames and on. At every plateau a few frames are remembered, and masks
of them are registered as an independent reading.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np

from hipcv.background import BackgroundWorker
from hipcv.core.arrays import Bools, Floats
from hipcv.core.geometry import rotate
from hipcv.core.interfaces import Frame, Mask, MaskEstimator
from hipcv.core.kinematics import shank_length_px, shank_tilt_deg
from hipcv.core.landmarks import LANDMARK_COUNT, LEGS, Side
from hipcv.core.outline import Outline, Strip, rows_of, shank_turn_deg
from hipcv.core.pose import Pose, PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.shank_track import PATCHES, ShankTrack
from hipcv.core.shank_tracker import ShankReading, ShankTracker, shank_track
from hipcv.core.smoothing import runs_of
from hipcv.core.trace import TraceCallback
from hipcv.estimation.refinement import MaskOutlines
from hipcv.estimation.silhouette import trace_edges

TEMPLATE_FRAMES: Final = 6
"""Frames of the still start that a template is made from."""

PROVISIONAL_S: Final = 0.8
"""A leg that has not been still for so long is tracked by the template of a single frame, until a
still moment comes."""

STILL_LANDMARKS: Final = 3
"""Fewest frames of a still moment whose landmarks were estimated."""

TEMPLATE_SHARE: Final = 0.5
"""Share of a patch's rows and sides in which a template must have an edge."""

WAITING_BYTES: Final = 64 * 1024 * 1024
WAITING_MIN: Final = 6
"""Memory of waiting pictures, and how many may wait at least."""

CHECK_FRAMES: Final = 2
"""Frames of a plateau that are read by masks as well."""

CHECK_BAND_DEG: Final = 3.0
"""Frames within this of a repetition's largest turn belong to its end range."""

CHECK_SPACING_S: Final = 0.1
CHECK_FROM_DEG: Final = 5.0
"""Turn from the template, and from the lowest since the last repetition, above which one may be
under way."""

RETURNED_SHARE: Final = 0.5
"""A repetition has ended below this share of its largest turn."""

MOVING_DEG_S: Final = 15.0
"""Speed above which a shank moves."""

LIVE_ROWS: Final = 120
"""Frames whose readings stay in memory while a camera is read."""

RECOVER_S: Final = 0.1
"""Time without a reading after which a mask is tried, then after twice as long, and so on."""

DOUBT_SPACING_S: Final = 0.5
"""Least time between two checks of doubtful readings by masks."""

LOST_S: Final = 1.0
"""A leg that is lost for so long before it ever turned gets a new template."""

TURNED_DEG: Final = 10.0

KNEE_ACROSS_SHANKS: Final = 0.4
KNEE_ALONG_SHANKS: Final = 0.9
CONTRADICTED_S: Final = 0.4
"""A shorter contradiction is the landmarks' error, of a leg that was covered for a moment."""

TURN_OFF_DEG: Final = 35.0
"""A tracked shank further from the landmarks is not the patient's."""


@dataclass(slots=True, eq=False)
class FrameLandmarks:
    """Landmarks of the person in one frame, estimated at most once and only where needed.

    Once a later frame has come they can no longer be estimated: a tracker of poses takes frames in
    time order.
    """

    frame: Frame
    begin: Callable[[], Future[Pose]]
    has_passed: bool = False
    _future: Future[Pose] | None = None  # None: not estimated

    @property
    def is_sampled(self) -> bool:
        """True if landmarks were estimated, or soon are."""
        return self._future is not None

    @property
    def is_person(self) -> bool:
        """True if landmarks were estimated, and there is a person."""
        return self.is_sampled and bool(np.isfinite(self.get().xy_px).all())

    def sample(self) -> None:
        """Estimate the landmarks, in the background where there is one."""
        if self._future is None and not self.has_passed:
            self._future = self.begin()

    def get(self) -> Pose:
        """Return the pose; unseen without a person, or where it was not estimated in time."""
        self.sample()
        return self._future.result() if self._future else Pose.unseen(self.frame.time_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """Frame that waits for a template."""

    row: int
    frame: Frame
    landmarks: FrameLandmarks


@dataclass(frozen=True, slots=True, eq=False)
class _Beginning:
    """Template of some legs that is being made."""

    legs: Sequence["_Leg"]
    still: bool
    example: "Future[_Example | None]"


_Example = tuple[Frame, Mask]
"""Frame of a still moment, with the mask of the person."""


@dataclass(slots=True, eq=False)
class _EndRange:
    """Frames near the end range of the repetition under way, at most `CHECK_FRAMES`.

    A repetition is under way once the turn rises: what is left of the last one is its descent.
    """

    lowest_deg: float = 0.0  # turn since the last repetition
    peak_deg: float = 0.0
    spacing_s: float = CHECK_SPACING_S
    frames: list[tuple[Frame, float]] = field(default_factory=list)  # with the turn

    def add(self, frame: Frame, turn_deg: float) -> None:
        """Remember a frame if it is near the end range and not close to the last one."""
        self.lowest_deg = max(0.0, min(self.lowest_deg, turn_deg))
        if turn_deg <= self.lowest_deg + CHECK_FROM_DEG:
            return
        self.peak_deg = max(self.peak_deg, turn_deg)
        low = self.peak_deg - CHECK_BAND_DEG
        self.frames = [item for item in self.frames if item[1] >= low]
        if turn_deg < low:
            return
        if self.frames and frame.time_s - self.frames[-1][0].time_s < self.spacing_s:
            return
        self.frames.append((frame, turn_deg))
        if len(self.frames) > CHECK_FRAMES:
            self.frames = self.frames[::2]
            self.spacing_s *= 2


@dataclass(slots=True, eq=False)
class _Leg:
    """State of one leg."""

    side: Side
    outlines: MaskOutlines
    tracker: ShankTracker | None = None
    is_still_template: bool = False  # False until one of a still moment exists
    offset_deg: float = 0.0  # added to the template's turns, to continue an earlier template
    readings: dict[int, ShankReading] = field(default_factory=dict)  # by row
    end_range: _EndRange = field(default_factory=_EndRange)
    largest_deg: float = 0.0  # turn from the template
    last_s: float = -np.inf  # of the latest reading
    speed_deg_s: float = 0.0
    recover_after_s: float = 0.0  # time without a reading after which a mask is tried
    doubt_checked_s: float = -np.inf  # of the latest doubtful reading that a mask checked

    def read(self, row: int, frame: Frame, landmarks: FrameLandmarks) -> ShankReading | None:
        """Track the shank into one frame."""
        assert self.tracker is not None
        trace = partial(trace_edges, frame.bgr, template=self.tracker.template)
        reading = self.tracker.track(frame.time_s, trace, partial(self._locate, landmarks))
        return self._record(row, frame, reading)

    def fitted(self, outline: Outline | None) -> ShankReading | None:
        """Return the shank in an outline by a mask; None where it does not fit."""
        assert self.tracker is not None
        return None if outline is None else self.tracker.fitted(outline)

    def resume(self, row: int, frame: Frame, reading: ShankReading) -> None:
        """Take the shank up again in a frame from a reading by a mask."""
        assert self.tracker is not None
        self.tracker.resume(frame.time_s, reading)
        self._record(row, frame, reading)

    def _record(self, row: int, frame: Frame, reading: ShankReading | None) -> ShankReading | None:
        assert self.tracker is not None
        if reading is None:
            self.speed_deg_s = 0.0
            return None
        self.speed_deg_s = self.tracker.speed_deg_s
        self.last_s, self.recover_after_s = frame.time_s, RECOVER_S
        self.largest_deg = max(self.largest_deg, abs(self.turned_deg(reading)))
        self.readings[row] = reading.shifted(self.offset_deg)
        return reading

    def turned_deg(self, reading: ShankReading) -> float:
        """Return the internal turn of a reading from the template."""
        assert self.tracker is not None
        turn_deg = reading.mean_deg - self.tracker.template.strip.turn_deg
        return LEGS[self.side].internal_sign * turn_deg

    def _locate(self, landmarks: FrameLandmarks) -> Strip | None:
        assert self.tracker is not None
        strip = strip_of(landmarks.get(), self.side, self.tracker.template.strip.shank_px)
        if strip is None:
            return None
        return Strip(strip.knee_px, strip.turn_deg - self.offset_deg, strip.shank_px)


def strip_of(pose: Pose, side: Side, shank_px: float) -> Strip | None:
    """Return the strip along a pose's landmarks; None where the leg was not detected."""
    knee, ankle = pose.xy_px[LEGS[side].knee], pose.xy_px[LEGS[side].ankle]
    if not np.isfinite(knee + ankle).all():
        return None
    return Strip(knee, float(shank_turn_deg(knee, ankle)), shank_px)


class ShankReader:
    """Reader of both shanks of one person, fed in time order."""

    def __init__(
        self,
        masks: MaskEstimator,
        protocol: MeasurementProtocol,
        *,
        model: str,
        on_start: Callable[[Frame, Mask, Floats], None] | None = None,
        trace: TraceCallback | None = None,
        live: BackgroundWorker | None = None,
    ) -> None:
        """Set up the reader.

        Args:
            masks: estimator of the templates and checks.
            protocol: the limits of a still moment.
            model: name of the estimator's model, for the record.
            on_start: called with a frame of each still moment that a template was made from, its
                mask and the pose (33, 2).
            trace: called with every mask that was read.
            live: makes the templates, so that no frame waits for one; frames before it are not
                tracked, and no end range is read by masks. None: everything in its order.
        """
        self._masks = masks
        self._live = live
        self._beginning: _Beginning | None = None  # live alone
        self._protocol = protocol
        self._on_start = on_start
        self._legs = {side: _Leg(side, MaskOutlines(side, model, trace)) for side in Side}
        self._waiting: deque[_Waiting] = deque()
        self._sampled: FrameLandmarks | None = None  # latest
        self._latest_px = np.full((LANDMARK_COUNT, 2), np.nan)  # of the person, before that
        self._spacing_s = 0.0  # least time between waiting frames, once memory is short

    @property
    def is_waiting(self) -> bool:
        """True while a leg has no template."""
        return any(leg.tracker is None for leg in self._legs.values())

    @property
    def _is_settled(self) -> bool:
        """True once every leg has a template of a still moment."""
        return all(leg.is_still_template for leg in self._legs.values())

    @property
    def is_moving(self) -> bool:
        """True while a shank moves, or is lost."""
        return any(abs(leg.speed_deg_s) > MOVING_DEG_S for leg in self._legs.values())

    def outlines(self, side: Side) -> MaskOutlines:
        """Return the outlines by masks of one leg."""
        return self._legs[side].outlines

    def add(self, row: int, frame: Frame, landmarks: FrameLandmarks) -> None:
        """Read the next frame; its landmarks may have been estimated already."""
        if landmarks.is_sampled:
            self._sampled = landmarks
        self._adopt_finished()
        for leg in self._legs.values():
            if leg.tracker is not None:
                self._track(leg, row, frame, landmarks)
        if not self._is_settled:
            self._wait(_Waiting(row, frame, landmarks))

    def reading(self, side: Side, row: int) -> ShankReading | None:
        """Return what was read of one leg in one frame, of the latest `LIVE_ROWS` if live."""
        return self._legs[side].readings.get(row)

    def finish(self) -> None:
        """Read what waits: the clip has ended."""
        for leg in self._legs.values():
            if leg.tracker is None:
                self._make([leg], self._waiting_with_pose()[-1:], still=False)
            self._check(leg)
        self._waiting.clear()

    def shanks(self, track: PoseTrack) -> dict[Side, ShankTrack]:
        """Return the tracked shanks, without readings that the patient's landmarks contradict.

        The landmarks, (T,), tell where the patient is, and that there is one.
        """
        return {side: _shank_track(leg, track) for side, leg in self._legs.items() if leg.readings}

    @property
    def _person_px(self) -> Floats:
        """(33, 2) latest landmarks of the person; NaN if nobody was ever detected."""
        if self._sampled is not None and self._sampled.is_person:
            self._latest_px = self._sampled.get().xy_px
        return self._latest_px

    # --- tracking

    def _track(self, leg: _Leg, row: int, frame: Frame, landmarks: FrameLandmarks) -> None:
        reading = leg.read(row, frame, landmarks)
        if reading is None and not self._live:
            reading = self._recover(leg, row, frame)
        elif reading is not None and not self._live:
            reading = self._checked(leg, row, frame, reading)
        if reading is None:
            if frame.time_s - leg.last_s > LOST_S and leg.largest_deg < TURNED_DEG:
                self._forget(leg)
            return
        if self._live:
            leg.readings.pop(row - LIVE_ROWS, None)
            return
        turned_deg = leg.turned_deg(reading)
        leg.end_range.add(frame, turned_deg)
        if turned_deg < RETURNED_SHARE * leg.end_range.peak_deg:
            self._check(leg)
            leg.end_range.lowest_deg = turned_deg

    def _recover(self, leg: _Leg, row: int, frame: Frame) -> ShankReading | None:
        """Take a lost leg up again by a mask, tried at growing intervals."""
        lost_s = frame.time_s - leg.last_s
        if lost_s < leg.recover_after_s:
            return None
        leg.recover_after_s = lost_s + max(RECOVER_S, lost_s)
        by_mask = self._read_mask(leg, frame)
        if by_mask is not None:
            leg.resume(row, frame, by_mask)
        return by_mask

    def _checked(self, leg: _Leg, row: int, frame: Frame, reading: ShankReading) -> ShankReading:
        """Return a reading, or that of a mask where it was doubtful and the mask disagrees."""
        if not reading.is_doubtful or frame.time_s - leg.doubt_checked_s < DOUBT_SPACING_S:
            return reading
        leg.doubt_checked_s = frame.time_s
        by_mask = self._read_mask(leg, frame)
        limit_deg = self._protocol.witness_limit_deg
        if by_mask is None or abs(by_mask.mean_deg - reading.mean_deg) <= limit_deg:
            return reading
        leg.resume(row, frame, by_mask)
        return by_mask

    def _read_mask(self, leg: _Leg, frame: Frame) -> ShankReading | None:
        """Read the shank by the mask of one frame, which does not check the plateau with others."""
        pose, mask = self._masks.estimate_with_mask(frame, self._person_px)
        return leg.fitted(leg.outlines.outline(frame, pose, mask))

    def _forget(self, leg: _Leg) -> None:
        """Drop a template that no longer fits, with all that was read by it."""
        if self._beginning and leg in self._beginning.legs:
            return
        leg.tracker, leg.is_still_template, leg.offset_deg = None, False, 0.0
        leg.readings.clear()
        leg.outlines.clear_start()

    def _check(self, leg: _Leg) -> None:
        """Read the end range of the repetition that ended by masks."""
        for frame, _ in leg.end_range.frames:
            self._add_mask(leg, frame)
        leg.end_range = _EndRange()

    def _add_mask(self, leg: _Leg, frame: Frame) -> None:
        """Add a leg's outline by the mask of one frame."""
        pose, mask = self._masks.estimate_with_mask(frame, self._person_px)
        leg.outlines.add(frame, pose, mask, at_start=False)

    # --- templates

    def _wait(self, waiting: _Waiting) -> None:
        """Let a frame wait, and make the templates that are due."""
        passed_s = waiting.frame.time_s - self._waiting[-1].frame.time_s if self._waiting else 1.0
        if passed_s < self._spacing_s and not waiting.landmarks.is_sampled:
            return
        self._waiting.append(waiting)
        self._thin()
        if waiting.landmarks.is_sampled:
            self._make_templates()
        longest_s = PROVISIONAL_S if self.is_waiting else self._protocol.still_s
        while waiting.frame.time_s - self._waiting[0].frame.time_s > longest_s + 1e-9:
            self._waiting.popleft()
        if self._is_settled:
            self._waiting.clear()

    def _thin(self) -> None:
        """Drop every other waiting frame once they take too much memory."""
        if len(self._waiting) <= WAITING_MIN:
            return
        if sum(w.frame.bgr.nbytes for w in self._waiting) <= WAITING_BYTES:
            return
        first, last = self._waiting[0].frame.time_s, self._waiting[-1].frame.time_s
        self._spacing_s = 1.5 * (last - first) / (len(self._waiting) - 1)
        self._waiting = deque(list(self._waiting)[::2])

    def _make_templates(self) -> None:
        """Make the templates of the legs that are still, or have not been for too long."""
        legs = [leg for leg in self._legs.values() if not leg.is_still_template]
        window, held = self._latest_window(), self._held_picture()
        still = [leg for leg in legs if self._is_still(leg, window)]
        if still:
            self._make(still, _spread(window, TEMPLATE_FRAMES), still=True)
        elif held:
            rested = [leg for leg in legs if self._is_still(leg, held, landmarks=len(held))]
            self._make(rested, held[:1], still=True)
        first_s, last_s = self._waiting[0].frame.time_s, self._waiting[-1].frame.time_s
        if last_s - first_s >= PROVISIONAL_S:
            moving = [leg for leg in legs if leg.tracker is None]
            self._make(moving, self._waiting_with_pose()[-1:], still=False)

    def _is_still(
        self, leg: _Leg, window: Sequence[_Waiting], landmarks: int = STILL_LANDMARKS
    ) -> bool:
        """Return True if the landmarks of a shank, and its outline if tracked, show no motion."""
        band_deg = self._protocol.still_band_deg
        turns = [leg.readings[w.row].mean_deg for w in window if w.row in leg.readings]
        if turns and np.ptp(turns) >= band_deg:
            return False
        tilts = [
            float(shank_tilt_deg(w.landmarks.get().xy_px, leg.side))
            for w in window
            if w.landmarks.is_person
        ]
        return len(tilts) >= landmarks and float(np.ptp(tilts)) < band_deg

    def _held_picture(self) -> list[_Waiting]:
        """Return the last two waiting pictures if the first stood for a still time; else none.

        Recorders of screens and calls drop pictures that do not change.
        """
        latest = list(self._waiting)[-2:]
        stood_s = latest[-1].frame.time_s - latest[0].frame.time_s
        return latest if stood_s >= self._protocol.still_s else []

    def _latest_window(self) -> list[_Waiting]:
        """Return the waiting frames of the latest still time; empty if fewer wait."""
        last_s, still_s = self._waiting[-1].frame.time_s, self._protocol.still_s
        if last_s - self._waiting[0].frame.time_s < still_s - 1e-9:
            return []
        return [w for w in self._waiting if last_s - w.frame.time_s <= still_s + 1e-9]

    def _waiting_with_pose(self) -> list[_Waiting]:
        return [w for w in self._waiting if w.landmarks.is_person]

    def _make(self, legs: Sequence[_Leg], window: Sequence[_Waiting], *, still: bool) -> None:
        """Make templates of some legs from masks of a few frames, and track what waited."""
        if not (legs and window) or self._beginning:
            return
        frames = [waiting.frame for waiting in window]
        collect = partial(self._collect, legs, frames, self._person_px)
        if self._live:
            self._beginning = _Beginning(legs, still, self._live.submit(collect))
        else:
            self._adopt(legs, collect(), still=still)

    def _collect(
        self, legs: Sequence[_Leg], frames: Sequence[Frame], person_px: Floats
    ) -> _Example | None:
        """Collect the outlines of some legs by masks; return one of the frames and its mask."""
        for leg in legs:
            leg.outlines.clear_start()
        example: _Example | None = None
        for index, frame in enumerate(frames):
            pose, mask = self._masks.estimate_with_mask(frame, person_px)
            for leg in legs:
                leg.outlines.add(frame, pose, mask, at_start=True)
            if mask is not None and index <= len(frames) // 2:
                example = (frame, mask)
        return example

    def _adopt_finished(self) -> None:
        """Begin to track the legs whose template has been made in the background."""
        beginning = self._beginning
        if beginning and beginning.example.done():
            self._beginning = None
            self._adopt(beginning.legs, beginning.example.result(), still=beginning.still)

    def _adopt(self, legs: Sequence[_Leg], example: _Example | None, *, still: bool) -> None:
        """Track some legs by the outlines that were collected."""
        for leg in legs:
            self._set_template(leg, still=still)
        if self._on_start and example is not None:
            self._on_start(*example, legs[0].outlines.start_px())

    def _set_template(self, leg: _Leg, *, still: bool) -> None:
        template = leg.outlines.template()
        if template is None or not _is_complete(template):
            return
        was_tracked = leg.tracker is not None
        if was_tracked:
            leg.offset_deg = self._continued_offset_deg(leg, template)
        leg.tracker, leg.is_still_template = ShankTracker(template), still
        if not (was_tracked or self._live):
            for waiting in self._waiting:
                if leg.tracker is not None:
                    self._track(leg, waiting.row, waiting.frame, waiting.landmarks)

    def _continued_offset_deg(self, leg: _Leg, template: Outline) -> float:
        """Return what a new template's turn lacks of the turn that was tracked by the last one."""
        turns = [
            leg.readings[w.row].mean_deg for w in self._latest_window() if w.row in leg.readings
        ]
        return float(np.median(turns)) - template.strip.turn_deg if turns else leg.offset_deg


def _is_complete(template: Outline) -> bool:
    """Return True if every patch of a template has edges enough to be registered."""
    return all(
        np.isfinite(template.edges[rows_of(patch)]).mean() >= TEMPLATE_SHARE for patch in PATCHES
    )


def _spread(window: Sequence[_Waiting], count: int) -> list[_Waiting]:
    """Return at most `count` of the frames, evenly spread."""
    rows = np.unique(np.linspace(0, len(window) - 1, count).round().astype(int))
    return [window[row] for row in rows]


def _shank_track(leg: _Leg, track: PoseTrack) -> ShankTrack:
    """Return a leg's readings as arrays, without those that the landmarks (T,) contradict."""
    shank = shank_track([leg.readings.get(row) for row in range(len(track.time_s))], leg.side)
    visible = np.isfinite(shank_tilt_deg(track.xy_px, leg.side))
    bad = ~visible | _lasting(~_agrees_with_landmarks(shank, track, leg.side), track.time_s)
    for values in (shank.tilt_deg, shank.knee_px, shank.residual):
        values[bad] = np.nan
    return shank


def _lasting(flag: Bools, time_s: Floats) -> Bools:
    """Return (T,) True in runs of True that last for `CONTRADICTED_S`."""
    lasting = np.zeros(len(flag), dtype=bool)
    for first, last in runs_of(flag):
        lasting[first : last + 1] = time_s[last] - time_s[first] >= CONTRADICTED_S
    return lasting


def _agrees_with_landmarks(shank: ShankTrack, track: PoseTrack, side: Side) -> Bools:
    """Return (T,) True where the tracked shank lies on the patient's leg."""
    length_px = shank_length_px(track.xy_px, side)
    if not np.isfinite(length_px).any():
        return np.zeros(len(length_px), dtype=bool)
    usual_px = float(np.nanmedian(length_px))
    return lies_on_leg(shank.mean_deg, shank.knee_px, track.xy_px, side, shank_px=usual_px)


def lies_on_leg(
    tilt_deg: Floats, knee_px: Floats, xy_px: Floats, side: Side, *, shank_px: float
) -> Bools:
    """Return (...) True where a shank with this tilt and knee agrees with landmarks (..., 33, 2).

    The knee's landmark slides along the shank, so it may be further off along it than across.
    `shank_px` is the length of the shank.
    """
    off = (xy_px[..., LEGS[side].knee, :] - knee_px) / shank_px
    across_along = rotate(off, -LEGS[side].internal_sign * tilt_deg)
    across, along = across_along[..., 0], across_along[..., 1]
    off_deg = np.abs(tilt_deg - shank_tilt_deg(xy_px, side))
    near = (np.abs(across) < KNEE_ACROSS_SHANKS) & (np.abs(along) < KNEE_ALONG_SHANKS)
    return np.asarray(near & (off_deg < TURN_OFF_DEG))
