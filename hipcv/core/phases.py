"""Still start that defines zero, repetitions and plateaus, from one shank's tilt over time."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from hipcv.core.arrays import Bools, Floats, Ints
from hipcv.core.closeup import START, KeyFrames
from hipcv.core.holds import Swing, held_stretch
from hipcv.core.kinematics import mean_shank_px, mid_hips_px, mid_knees_px, shank_tilt_deg
from hipcv.core.landmarks import Side
from hipcv.core.pose import PoseTrack
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.smoothing import (
    fill_gaps,
    frames_shown,
    running_median,
    runs_of,
    speed,
)
from hipcv.core.span import Span

MIN_TRACKED_SHARE: Final = 0.5
"""Share of the frames in which an outline must be tracked for its angle to be used."""


SEARCHED_ROWS: Final = 256
"""Rows that are searched at a time for the end of a still span."""

RETURN_S: Final = 0.5
"""Time within which no leg returns to rest and turns again: a shorter loss splits no repetition."""

RETURN_SHARE: Final = 0.5
"""Share of the turn by which the landmarks come back where a leg has returned in a longer loss."""

HANGING_DEG: Final = -5.0
"""Tilt of a shank at rest: resting shanks hang 4 to 19 degrees inwards, or straight down."""


@dataclass(frozen=True, eq=False)  # without slots, for its cached properties
class Curve:
    """One shank's tilt in the picture over the clip. T is the number of frames."""

    time_s: Floats  # (T,)
    tilt_deg: Floats  # (T,) as read, short gaps bridged
    smoothed_deg: Floats  # (T,) running median; NaN in another posture
    by_outline: Bools  # (T,) True where the outline was tracked; elsewhere by landmarks
    bridged: Bools  # (T,) True in a short gap that was bridged
    held: Bools  # (T,) True in the usual posture
    picture_longest_s: float = 0.0  # longest time that one picture stands for
    landmarks_deg: Floats | None = None  # (T,) the tilt by landmarks, also where the leg was lost

    @cached_property
    def counts(self) -> Ints:
        """(T,) frames that each picture stands for."""
        return frames_shown(self.time_s, self.picture_longest_s)

    @cached_property
    def frame_s(self) -> float:
        """Median time from one picture to the next."""
        return float(np.median(np.diff(self.time_s)))

    def over_time(self, rows: Ints) -> Ints:
        """Return rows, each as often as its picture counts: for medians over time."""
        return np.repeat(rows, self.counts[rows])

    @classmethod
    def of(cls, track: PoseTrack, side: Side, protocol: MeasurementProtocol) -> "Curve":
        """Return the curve of one side of a track.

        Landmarks stand in until the outline is first tracked, where a mask disagreed with it, and
        throughout where it was tracked in less than half of the frames that follow; a leg that is
        lost in between leaves a gap.
        """
        tilt = shank_tilt_deg(track.xy_px, side)
        by_outline = np.zeros(len(tilt), dtype=bool)
        shank = track.shanks.get(side)
        if shank is not None:
            outline = shank.mean_deg
            first = int(np.argmax(np.isfinite(outline)))
            due = np.isfinite(tilt) & (np.arange(len(tilt)) >= first) & ~shank.rejected
            if np.isfinite(outline[due]).sum() > MIN_TRACKED_SHARE * due.sum():
                tilt = np.where(due, outline, tilt)
                by_outline = due & np.isfinite(outline)
        held = posture_is_usual(track, protocol)
        filled, gap = fill_gaps(tilt, track.time_s, protocol.gap_fill_s)
        longest_s = protocol.picture_longest_s
        calm = _calmed(filled, track.time_s, protocol.median_window_s, longest_s)
        calm = np.where(held, calm, np.nan)
        landmarks = shank_tilt_deg(track.xy_px, side)
        return cls(track.time_s, filled, calm, by_outline, gap, held, longest_s, landmarks)


def _calmed(tilt: Floats, time_s: Floats, window_s: float, picture_longest_s: float) -> Floats:
    """Return the running median, but for a picture that was shown for longer than its window."""
    calm = running_median(tilt, time_s, window_s)
    counts = frames_shown(time_s, picture_longest_s)
    shown_s = counts * float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0 * counts
    return np.where(shown_s > window_s, tilt, calm)


@dataclass(frozen=True, slots=True, eq=False)
class RepFrames:
    """Rows of the track from first to last of one repetition, and those of its plateau."""

    first: int
    last: int
    plateau: Ints
    held: bool = True  # False: the plateau is only what was passed through near the end range


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """Start and repetitions of one side. `start` is empty where there was no still start."""

    curve: Curve
    start: Ints  # rows of the still start
    still: bool  # False: the start is only the steadiest moment
    zero_deg: float  # tilt at the start; NaN where there is none
    internal: tuple[RepFrames, ...]
    external: tuple[RepFrames, ...]

    @property
    def rotation_deg(self) -> Floats:
        """(T,) smoothed tilt against the start."""
        return self.curve.smoothed_deg - self.zero_deg

    @property
    def internal_peak_deg(self) -> float:
        """Rotation exceeded for a fifth of a second in all; NaN where there is no start."""
        return _reached_deg(self.rotation_deg, self.curve.time_s)

    @property
    def external_peak_deg(self) -> float:
        """The same outwards; positive is external."""
        return _reached_deg(-self.rotation_deg, self.curve.time_s)


def find_phases(track: PoseTrack, side: Side, protocol: MeasurementProtocol) -> Phases:
    """Find repetitions about a still start, then use the last still start before the first one."""
    curve = Curve.of(track, side, protocol)
    spans = _still_spans(curve, protocol)
    phases = _about_first(curve, spans, protocol)
    moving = phases.internal or phases.external
    if not (phases.still and moving):
        return phases
    begin = min(rep.first for rep in moving)
    earlier = [
        span
        for span in spans
        if span[-1] <= begin + 1 and not _is_external_hold(span, spans, phases, protocol)
    ]
    return phases_about(curve, earlier[-1], protocol, still=True) if earlier else phases


def _is_external_hold(
    span: Ints, spans: list[Ints], phases: Phases, protocol: MeasurementProtocol
) -> bool:
    """Return True for a still time that is the hold of an external repetition, no rest.

    The shank does not hang there, or it rests where it began after the repetition. An internal
    repetition that follows without a rest in between does not start at such a hold.
    """
    around = [r for r in phases.external if r.first <= span[0] and span[-1] <= r.last]
    if not around:
        return False
    tilt, zero_deg = phases.curve.smoothed_deg, phases.zero_deg
    later_deg = [np.median(tilt[later]) for later in spans if later[0] >= around[0].last]
    returns = any(abs(rest_deg - zero_deg) < protocol.begins_moving_deg for rest_deg in later_deg)
    askew_deg = abs(float(np.median(tilt[span])) - HANGING_DEG)
    return returns or askew_deg > protocol.begins_askew_deg


def start_before(curve: Curve, row: int, protocol: MeasurementProtocol) -> Ints:
    """Return the rows of the last still start that ends before a row; empty if there is none."""
    spans = [span for span in _still_spans(curve, protocol) if span[-1] <= row]
    return _trimmed(spans[-1], curve.time_s, protocol) if spans else np.arange(0)


def find_leg_phases(track: PoseTrack, protocol: MeasurementProtocol) -> dict[Side, Phases]:
    """Return the phases of both legs; neither can be judged without the other."""
    return {side: find_phases(track, side, protocol) for side in Side}


def _about_first(curve: Curve, spans: list[Ints], protocol: MeasurementProtocol) -> Phases:
    """Return phases about the first still time, or about the steadiest early moment.

    Where a clip begins in motion, the first still time may be a held end range, and everything
    would read as external. So a late one counts only if internal rotation follows.
    """
    early = _steadiest(curve, protocol, spans[0][0] if spans else len(curve.time_s) // 2)
    if not spans:
        return phases_about(curve, early, protocol, still=False)
    rest = _rest(curve, spans, protocol)
    phases = phases_about(curve, rest, protocol, still=True)
    late_s = curve.time_s[spans[0][0]] - curve.time_s[0]
    if phases.internal or late_s <= protocol.still_s or rest is not spans[0]:
        return phases
    about_steadiest = phases_about(curve, early, protocol, still=False)
    return about_steadiest if about_steadiest.internal else phases


def _rest(curve: Curve, spans: list[Ints], protocol: MeasurementProtocol) -> Ints:
    """Return the still time that is the rest: the first one, unless that may be a held end range.

    A clip that begins in a repetition begins in motion, or with a shank that is not hanging. Then
    it is the first one that hangs as straight down as any.
    """
    zeros_deg = np.array([np.median(curve.smoothed_deg[span]) for span in spans])
    seen = curve.smoothed_deg[np.isfinite(curve.smoothed_deg)]
    askew_deg = np.abs(zeros_deg - HANGING_DEG)
    begins_moving = abs(seen[0] - zeros_deg[0]) > protocol.begins_moving_deg
    if not (begins_moving or askew_deg[0] > protocol.begins_askew_deg):
        return spans[0]
    return spans[int(np.argmax(askew_deg < askew_deg.min() + protocol.still_band_deg))]


def key_frames(phases: Phases, side: Side, protocol: MeasurementProtocol) -> KeyFrames:
    """Choose frames spread over the still start and over each internal plateau."""
    windows = [(START, phases.start, int(protocol.start_key_frames))]
    windows += [
        (number, rep.plateau, int(protocol.plateau_key_frames))
        for number, rep in enumerate(phases.internal)
    ]
    chosen: dict[int, int] = {}
    for window, rows, count in windows:
        for row in _spread(rows, count):
            chosen.setdefault(int(row), window)
    index = np.array(sorted(chosen), dtype=np.int64)
    return KeyFrames(side, index, np.array([chosen[int(i)] for i in index], dtype=np.int64))


def phases_about(
    curve: Curve, start: Ints, protocol: MeasurementProtocol, *, still: bool
) -> Phases:
    """Return the phases about a given start."""
    if not len(start):
        return Phases(curve, start, still, np.nan, (), ())
    span = _trimmed(start, curve.time_s, protocol)
    zero = float(np.nanmedian(curve.smoothed_deg[curve.over_time(span)]))
    turn = curve.smoothed_deg - zero
    return Phases(
        curve=curve,
        start=span,
        still=still,
        zero_deg=zero,
        internal=_reps(turn, curve, protocol, floor_deg=protocol.movement_min_deg),
        external=_reps(-turn, curve, protocol, floor_deg=protocol.external_min_deg),
    )


def _still_spans(curve: Curve, protocol: MeasurementProtocol) -> list[Ints]:
    """Return the rows of every span in which the shank stays near one angle for long enough."""
    time_s, tilt = curve.time_s, curve.smoothed_deg
    spans: list[Ints] = []
    at = 0
    while at < len(time_s):
        end = int(np.searchsorted(time_s, time_s[at] + protocol.still_s - 1e-9))
        if end >= len(time_s):
            break
        window = tilt[at : end + 1]
        reference = np.median(window)  # NaN where any value is
        if not np.all(np.abs(window - reference) < protocol.still_band_deg):
            at += 1
            continue
        stop = _leaves_at(tilt, end, reference, protocol.still_band_deg)
        spans.append(np.arange(at, stop))
        at = stop
    return spans


def _leaves_at(tilt: Floats, begin: int, reference: float, band_deg: float) -> int:
    """Return the first row from `begin` on that is off a reference by the band or more, or NaN."""
    for first in range(begin, len(tilt), SEARCHED_ROWS):
        outside = ~(np.abs(tilt[first : first + SEARCHED_ROWS] - reference) < band_deg)
        if outside.any():
            return first + int(np.argmax(outside))
    return len(tilt)


def _steadiest(curve: Curve, protocol: MeasurementProtocol, before: int) -> Ints:
    """Return the rows of the steadiest span that ends before a row.

    Empty where even that moves by more than three times the still band.
    """
    time_s, tilt = curve.time_s, curve.smoothed_deg
    best, chosen = 3 * protocol.still_band_deg, np.arange(0)
    for at in range(before):
        end = int(np.searchsorted(time_s, time_s[at] + protocol.still_s - 1e-9))
        if end >= before:
            break
        spread = float(np.ptp(tilt[at : end + 1]))
        if spread < best:
            best, chosen = spread, np.arange(at, end + 1)
    return chosen


def _trimmed(start: Ints, time_s: Floats, protocol: MeasurementProtocol) -> Ints:
    """Return the last seconds of a still span without its ends, where motion may have begun."""
    head_s, tail_s = 0.05, 0.1
    first_s = max(time_s[start[0]] + head_s, time_s[start[-1]] - protocol.start_longest_s)
    last_s = time_s[start[-1]] - tail_s
    inner = start[Span.through(first_s, last_s).contains(time_s[start])]
    return inner if len(inner) >= 3 else start  # noqa: PLR2004 - fewest for a median


def _reached_deg(turn: Floats, time_s: Floats) -> float:
    """Return the turn that was exceeded for 0.2 s in total; NaN where there is none."""
    ordered = np.sort(turn[np.isfinite(turn)])[::-1]
    if not len(ordered):
        return float("nan")
    frame_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else 1.0
    rank = min(max(round(0.2 / frame_s), 1), max(len(ordered) // 50, 1))
    return float(ordered[min(rank, len(ordered)) - 1])


def _reps(
    turn: Floats, curve: Curve, protocol: MeasurementProtocol, *, floor_deg: float
) -> tuple[RepFrames, ...]:
    """Return every span well above rest that lasts, begins in the clip and has a plateau."""
    peak = _reached_deg(turn, curve.time_s)
    if not peak >= floor_deg:
        return ()
    level = max(protocol.rep_floor_deg, protocol.rep_share * peak)
    reps: list[RepFrames] = []
    for first, last in runs_of(_joined(turn > level, turn, curve)):
        brief = curve.time_s[last] - curve.time_s[first] < protocol.rep_min_s
        if brief or first == 0 or not curve.held[first - 1 : last + 2].all():
            continue
        plateau, held = _plateau(turn, curve, (first, last), protocol)
        if not len(plateau):
            continue
        height_deg = _height_deg(turn, curve, (first, last), plateau)
        begin, end = _extent(turn, (first, last), height_deg)
        begin = max(begin, reps[-1].last) if reps else begin
        reps.append(RepFrames(begin, end, plateau, held))
    return tuple(reps)


def _height_deg(turn: Floats, curve: Curve, run: tuple[int, int], plateau: Ints) -> float:
    """Return the median turn of a plateau, of the whole run where the leg was lost in all of it."""
    level_deg = turn[curve.over_time(plateau)]
    if not np.isfinite(level_deg).any():
        level_deg = turn[run[0] : run[1] + 1]
    return float(np.nanmedian(level_deg))


def _joined(high: Bools, turn: Floats, curve: Curve) -> Bools:
    """Return `high` with losses between high rows filled in which the leg did not return."""
    joined, time_s = high.copy(), curve.time_s
    for first, last in runs_of(np.isnan(turn)):
        inside = first > 0 and last < len(high) - 1
        if inside and high[first - 1] and high[last + 1]:
            is_short = time_s[last + 1] - time_s[first - 1] <= RETURN_S
            joined[first : last + 1] = is_short or _stayed(turn, curve, first, last)
    return joined


def _stayed(turn: Floats, curve: Curve, first: int, last: int) -> bool:
    """Return True where the landmarks show that a lost leg remained where it was, in every row.

    They follow a swing by a share of it, so only a return of a good part of the turn counts.
    """
    if curve.landmarks_deg is None or not curve.held[first : last + 1].all():
        return False
    ends = [first - 1, last + 1]
    away_deg = np.abs(curve.landmarks_deg[first : last + 1] - curve.landmarks_deg[ends].mean())
    return bool(np.all(away_deg < RETURN_SHARE * turn[ends].min()))


def _plateau(
    turn: Floats, curve: Curve, run: tuple[int, int], protocol: MeasurementProtocol
) -> tuple[Ints, bool]:
    """Return the rows of a run's plateau, without bridged gaps, and whether it was held.

    Where the leg was lost in nearly all of the hold its rows are all of the hold's: they are to be
    read by masks.
    """
    if protocol.hold_band_deg == 0:
        return _near_end_range(turn, curve, run, protocol), True
    rows = curve.over_time(np.arange(run[0], run[1] + 1))
    frame_s = curve.frame_s
    repeated = np.arange(len(rows)) - np.searchsorted(rows, rows)
    swing = Swing(turn[rows], curve.time_s[rows] + frame_s * repeated, frame_s)
    stretch = held_stretch(swing, protocol)
    if stretch is None:
        return _near_end_range(turn, curve, run, protocol), False
    held = np.unique(rows[stretch.first : stretch.last + 1])
    visible = held[np.isfinite(turn[held]) & ~curve.bridged[held]]
    is_lost = curve.counts[visible].sum() * frame_s < protocol.hold_min_s
    return (held if is_lost and not curve.bridged[held].any() else visible), True


def _near_end_range(
    turn: Floats, curve: Curve, run: tuple[int, int], protocol: MeasurementProtocol
) -> Ints:
    """Return the rows near the end range of a run, the slow ones where there are enough."""
    rows = np.arange(run[0], run[1] + 1)
    end_range = np.nanpercentile(turn[rows], 90)
    near = rows[(turn[rows] > protocol.plateau_share * end_range) & ~curve.bridged[rows]]
    around = slice(max(run[0] - 1, 0), run[1] + 2)  # the speed in a row needs the rows next to it
    speed_deg_s = speed(turn[around], curve.time_s[around])[near - around.start]
    slow = near[np.abs(speed_deg_s) < protocol.plateau_speed_deg_s]
    return slow if len(slow) * curve.frame_s >= 0.15 else near  # noqa: PLR2004 - five frames at 30 Hz


def _extent(turn: Floats, run: tuple[int, int], height: float) -> tuple[int, int]:
    """Return the rows where the curve leaves rest before a run and returns to it after."""
    low_deg = 0.1 * height
    before = (row for row in range(run[0] - 1, -1, -1) if not turn[row] > low_deg)
    after = (row for row in range(run[1] + 1, len(turn)) if not turn[row] > low_deg)
    return next(before, 0), next(after, len(turn) - 1)


def _spread(rows: Ints, count: int) -> Ints:
    """Return at most `count` rows, evenly spread, from the middle of as many equal parts.

    The ends are left out: a plateau's first and last frames contain some of the swing.
    """
    if len(rows) <= count:
        return rows
    return np.asarray(rows[((np.arange(count) + 0.5) * len(rows) / count).astype(int)])


def posture_is_usual(track: PoseTrack, protocol: MeasurementProtocol) -> Bools:
    """Return (T,) True where hips and thighs are near their usual position and slope.

    Standing up from a chair, or sitting down, turns both shanks by 6 to 17 degrees and would read
    as rotation: frames in another posture are never part of a repetition.

    Frames without visible hips or knees count as usual; their absence is reported elsewhere.
    """
    away = posture_change(track, protocol) > 1
    return np.asarray(~away)


def posture_change(track: PoseTrack, protocol: MeasurementProtocol) -> Floats:
    """Return how far hips and thighs are from usual, (T,), as share of what is another posture.

    NaN where neither hips nor knees were visible.
    """
    hips = mid_hips_px(track.xy_px)
    slope_px = (mid_knees_px(track.xy_px) - hips)[:, 1]
    if not np.isfinite(slope_px).any():
        return np.full(len(track.time_s), np.nan)
    shank_px = float(np.nanmedian(mean_shank_px(track.xy_px[track.visible])))
    travel = np.hypot(*(_from_usual(hips[:, axis], track, protocol) for axis in (0, 1))) / shank_px
    change = np.abs(_from_usual(slope_px, track, protocol)) / shank_px
    return np.fmax(travel / protocol.hips_travel_ratio, change / protocol.thigh_change_ratio)


def _from_usual(value: Floats, track: PoseTrack, protocol: MeasurementProtocol) -> Floats:
    """Return the smoothed difference, (T,), from the clip's median."""
    smoothed = running_median(value, track.time_s, protocol.median_window_s)
    return smoothed - np.nanmedian(value)
