"""Raise every refusal with three clips, and measure how far valid clips are from it.

    python -m validation.refusals [FOLDER ...] [--out docs/refusals.md]

Each FOLDER holds valid clips; the default is the sample clips and the shared clips next to the
repository. Clips that show standing or external rotation are no valid ones. The exit status is 1
if a clip is not refused as it must be, or a valid one is refused.
"""

import argparse
import hashlib
import json
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np

import hipcv
from hipcv.core import quality
from hipcv.core.assessment import assess
from hipcv.core.camera_motion import largest_camera_shift_px
from hipcv.core.errors import ChangedWhileRead
from hipcv.core.geometry import signed_angle_deg
from hipcv.core.issues import REFUSALS
from hipcv.core.kinematics import mid_hips_px, mid_shoulders_px
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.overrides import Overrides
from hipcv.core.phases import posture_change
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.scene_cut import jump_sizes
from hipcv.pipeline import METHOD, Analysis, analyze
from hipcv.video.file import VideoFile
from validation.answers import method_digest
from validation.paths import RENDERED_TESTS, ROOT, SAMPLES
from validation.refused_clips import (
    RefusedClip,
    blank_from,
    cropped,
    joined_with,
    looped,
    mirrored,
    of_bases,
    panned,
    part,
    plain,
    resting,
    reversed_,
    scratching,
    smaller,
    squeezed,
    thinned,
    turned,
    twinned,
    unchanged,
    zoomed_from,
)

CACHE: Final = ROOT / "build" / "refusals"
RENDERED: Final = ROOT / "build" / "truth" / "refuse"

P: Final = MeasurementProtocol()


@dataclass(frozen=True, slots=True)
class Quantity:
    """Quantity that decides a refusal: a clip is refused where it lies beyond the limit."""

    code: str
    name: str
    unit: str
    limit: float
    refused: Literal["above", "below"]
    read: Callable[[Analysis], float]

    @property
    def key(self) -> str:
        """Name among all quantities."""
        return f"{self.code}: {self.name}"

    def margin(self, value: float) -> float:
        """Return how far a value is on the side that is not refused; negative: refused."""
        return self.limit - value if self.refused == "above" else value - self.limit


def _usual(analysis: Analysis) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(np.nanmedian(analysis.track.xy_px, axis=0))


def _trunk_lean_deg(analysis: Analysis) -> float:
    usual = _usual(analysis)
    trunk = mid_shoulders_px(usual) - mid_hips_px(usual)
    return abs(float(signed_angle_deg(np.array([0.0, -1.0]), trunk)))


def _feet_share(analysis: Analysis) -> float:
    track, usual = analysis.track, _usual(analysis)
    margins = [max(quality.foot_margin_share(usual, side, track.size_px) for side in Side)]
    for side, phases in analysis.phases.items():
        if phases.internal:
            margins.append(quality.smallest_foot_margin(track, phases, side))
    return min(margins)


def _inward_deg(analysis: Analysis) -> float:
    peaks = [phases.internal_peak_deg for phases in analysis.phases.values()]
    return max((peak for peak in peaks if np.isfinite(peak)), default=float("nan"))


def _leg_visibility(analysis: Analysis) -> float:
    tested = [side for side in Side if analysis.phases[side].internal]
    visibilities = [quality.leg_visibility(analysis.track, side) for side in tested or Side]
    return min(visibilities) if tested else max(visibilities)


def _still_s(analysis: Analysis) -> float:
    times = analysis.track.time_s
    starts = [times[p.start] for p in analysis.phases.values() if len(p.start)]
    return max((float(start[-1] - start[0]) for start in starts), default=0.0)


def _camera_shift(analysis: Analysis) -> float:
    shifts = [
        largest_camera_shift_px(closeup.motion) / closeup.shank_px
        for closeup in analysis.closeups.values()
        if closeup.motion is not None
    ]
    return max(shifts, default=float("nan"))


def _jump(analysis: Analysis) -> float:
    shares = [
        size / limit for jumps, limit in jump_sizes(analysis.track, P) for _at_s, size in jumps
    ]
    return max(shares, default=0.0)


def _alike(analysis: Analysis) -> float:
    left, right = (analysis.phases[side] for side in Side)
    return quality.alike_share(left, right)


def _accepted(analysis: Analysis) -> float:
    reps = [rep for side in analysis.trial.sides.values() for rep in side.reps]
    return float(sum(rep.rejected is None for rep in reps))


def _posture(analysis: Analysis) -> float:
    return float(np.nanmax(posture_change(analysis.track, P)))


QUANTITIES: Final = (
    Quantity("no_person", "frames that show a person", "share", quality.PERSON_MIN_SHARE, "below",
             lambda a: quality.visible_share(a.trial.clip, a.track)),
    Quantity("legs_out_of_frame", "margin at the feet", "share of the picture",
             P.edge_margin_share, "below", _feet_share),
    Quantity("side_view", "offset of the knees from the hips", "shank lengths",
             P.side_view_shift_ratio, "above", lambda a: quality.knee_offset_ratio(_usual(a))),
    Quantity("side_view", "width of the shoulders", "trunk lengths", P.side_view_shoulder_ratio,
             "below", lambda a: quality.shoulder_width_ratio(_usual(a))),
    Quantity("not_seated", "knee below the hip", "shank lengths", P.standing_thigh_ratio, "above",
             lambda a: quality.thigh_drop_ratio(_usual(a))),
    Quantity("posture_changed", "hips or thighs away from usual", "of what is another posture",
             1.0, "above", _posture),
    Quantity("both_legs_moved", "other leg's turn at the same time", "share", quality.ALIKE_SHARE,
             "above", _alike),
    Quantity("sideways_picture", "trunk against the vertical", "deg", quality.SIDEWAYS_DEG, "above",
             _trunk_lean_deg),
    Quantity("no_movement", "largest inward rotation", "deg", P.movement_min_deg, "below",
             _inward_deg),
    Quantity("external_rotation", "largest inward rotation", "deg", P.movement_min_deg, "below",
             _inward_deg),
    Quantity("low_visibility", "frames that show the patient", "share", P.seen_share, "below",
             lambda a: quality.visible_share(a.trial.clip, a.track)),
    Quantity("low_visibility", "visibility of knee and ankle", "0..1", P.visibility_min, "below",
             _leg_visibility),
    Quantity("too_short", "length", "s", P.duration_min_s, "below",
             lambda a: a.trial.clip.duration_s),
    Quantity("too_short", "pictures", "", P.frames_min, "below",
             lambda a: float(a.trial.clip.frames)),
    Quantity("too_short", "still start", "s", 0.0, "below", _still_s),
    Quantity("unstable_camera", "movement of the background", "shank lengths",
             P.unstable_camera_ratio, "above", _camera_shift),
    Quantity("damaged", "damaged or missing pictures", "share", P.damaged_share, "above",
             lambda a: quality.damaged_share(a.trial.clip)),
    Quantity("all_rejected", "repetitions not set aside by hand", "", 0.5, "below", _accepted),
    Quantity("scene_cut", "jump of the person's size or position", "of what is a cut", 1.0, "above",
             _jump),
)  # fmt: skip

CLIPS: Final[Mapping[str, tuple[RefusedClip, ...]]] = {
    "no_person": (
        RefusedClip("empty_room", "framing/nobody", looped(2.5)),
        RefusedClip("black", "clean_left", plain(0)),
        RefusedClip("white", "clean_left", plain(235)),
    ),
    "legs_out_of_frame": (
        RefusedClip("feet_below", "framing/feet_cropped", looped(2.5)),
        RefusedClip("cropped_clean_left", "clean_left", cropped(-0.1)),
        RefusedClip("cropped_portrait_right", "portrait_right", cropped(-0.1)),
    ),
    "side_view": (
        RefusedClip("squeezed_clean_left", "clean_left", squeezed(0.5)),
        RefusedClip("squeezed_hip_lift_left", "hip_lift_left", squeezed(0.5)),
        RefusedClip("yaw_78", str(RENDERED / "side_view_yaw78_R35"), unchanged()),
    ),
    "not_seated": (
        RefusedClip("standing", "standing", unchanged()),
        RefusedClip("standing_mirrored", "standing", mirrored()),
        RefusedClip("standing_near", "framing/standing", looped(2.5)),
    ),
    "posture_changed": (
        RefusedClip("stands_up", str(RENDERED / "stands_up_man"), unchanged()),
        RefusedClip("sits_down", str(RENDERED / "sits_down_woman"), unchanged()),
        RefusedClip("sits_down_again", str(RENDERED / "stands_up_man"), reversed_()),
    ),
    "both_legs_moved": of_bases("twinned", twinned()),
    "sideways_picture": (
        RefusedClip("turned_90", "clean_left", turned(cv2.ROTATE_90_CLOCKWISE)),
        RefusedClip("turned_180", "hip_lift_left", turned(cv2.ROTATE_180)),
        RefusedClip("turned_270", "portrait_right", turned(cv2.ROTATE_90_COUNTERCLOCKWISE)),
    ),
    "no_movement": of_bases("resting", resting(3.0)),
    "external_rotation": (
        RefusedClip("external_left", "external_left", unchanged()),
        RefusedClip("external_right", "external_left", mirrored()),
        RefusedClip("external_small", "external_left", smaller(0.7)),
    ),
    "low_visibility": (
        RefusedClip("black_between", "clean_left", blank_from(40, 62)),
        RefusedClip("black_for_longer", "hip_lift_left", blank_from(30, 66)),
        RefusedClip("black_before_the_end", "portrait_right", blank_from(62, 80)),
    ),
    "too_short": (
        RefusedClip("one_second", "clean_left", part(20, 52)),
        RefusedClip("few_pictures", "hip_lift_left", thinned(6), rate_hz=5.0),
        RefusedClip("less_than_a_second", "portrait_right", part(30, 56)),
    ),
    "unstable_camera": of_bases("panned", panned(0.6)),
    "damaged": (
        RefusedClip("scratched_early", "clean_left", unchanged(), damage=scratching(0.45)),
        RefusedClip("scratched_midway", "hip_lift_left", unchanged(), damage=scratching(0.4)),
        RefusedClip("scratched_late", "portrait_right", unchanged(), damage=scratching(0.5)),
    ),
    "all_rejected": of_bases("set_aside", unchanged()),
    "scene_cut": (
        RefusedClip("joined", "clean_left", joined_with("portrait_right")),
        RefusedClip("zoomed_early", "hip_lift_left", zoomed_from(20, 0.4)),
        RefusedClip("zoomed_late", "portrait_right", zoomed_from(60, 0.3)),
    ),
}
"""Clips that raise each refusal, three or more a code."""


def write_more(path: Path) -> None:
    """Append to a file, as a copy under way does."""
    with path.open("ab") as file:
        file.write(bytes(4096))


def cut_off(path: Path) -> None:
    """Cut the end of a file."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def replace_file(path: Path) -> None:
    """Put another file in the place of a file."""
    other = path.with_suffix(".new")
    other.write_bytes((SAMPLES / "hip_lift_left.mp4").read_bytes())
    other.replace(path)


CHANGES: Final[Mapping[str, Callable[[Path], None]]] = {
    "appended": write_more, "cut off": cut_off, "replaced": replace_file,
}  # fmt: skip
"""Changes of a clip's file while it is read."""


def is_refused_when(change: Callable[[Path], None], folder: Path) -> bool:
    """Return True if a clip that changes while it is read is refused for that."""
    path = folder / "growing.mp4"
    path.write_bytes((SAMPLES / "clean_left.mp4").read_bytes())
    try:
        for frame in VideoFile(path):
            if frame.index == 0:
                thread = threading.Thread(target=change, args=(path,))
                thread.start()
                thread.join()
    except ChangedWhileRead:
        return True
    return False


@dataclass(frozen=True, slots=True)
class Reading:
    """Quantities of one clip, by key, and the codes that it was refused for."""

    name: str
    values: Mapping[str, float]
    refusals: tuple[str, ...]


def read(path: Path, *, reject: bool = False) -> Reading:
    """Analyze a clip; `reject` sets aside every repetition by hand."""
    source = method_digest() + Path(__file__).read_bytes()
    content = source + path.read_bytes() + bytes([reject])
    stored = CACHE / f"{hashlib.sha256(content).hexdigest()[:24]}.json"
    if not stored.exists():
        analysis = _rejected(analyze(path)) if reject else analyze(path)
        values = {q.key: _value(q, analysis) for q in QUANTITIES}
        codes = [issue.code for issue in analysis.trial.refusals]
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(json.dumps({"values": values, "refusals": codes}), encoding="utf-8")
    document = json.loads(stored.read_text(encoding="utf-8"))
    return Reading(path.stem, document["values"], tuple(document["refusals"]))


def _value(quantity: Quantity, analysis: Analysis) -> float:
    """Return a quantity; NaN where the clip shows no person to read it from."""
    if analysis.track.visible.any() or quantity.code in {"no_person", "too_short", "damaged"}:
        return quantity.read(analysis)
    return float("nan")


def _rejected(analysis: Analysis) -> Analysis:
    """Return the analysis with every repetition set aside by hand."""
    sides = {}
    for side, motion in analysis.motions.items():
        overrides = Overrides(rejected=dict.fromkeys(range(len(motion.reps)), "by hand"))
        again = measure(analysis.track, analysis.closeups.get(side), side, P, overrides=overrides)
        sides[side] = assess(again)
    return replace(analysis, trial=replace(analysis.trial, sides=sides))


def refused_readings(folder: Path, codes: Sequence[str]) -> Iterator[tuple[str, Reading]]:
    """Make the clips of some codes and read them, but for those whose rendered base is absent."""
    for code in codes:
        clips = CLIPS[code]
        for clip in clips:
            if (SAMPLES / f"{clip.base}.mp4").exists():
                path = folder / f"{clip.name}.mp4"
                path = path if path.exists() else clip.write(folder)
                _print(f"{code}: {clip.name}")
                yield code, read(path, reject=code == "all_rejected")


def valid_clips(folders: Sequence[Path]) -> list[Path]:
    """Return the clips that must not be refused."""
    clips = [path for folder in folders for path in sorted(folder.glob("*.mp4"))]
    return [path for path in clips if not _must_be_refused(path)]


def _must_be_refused(path: Path) -> bool:
    return "_x_" in path.stem or path.stem in {"external_left", "standing"}


def table(refused: Sequence[tuple[str, Reading]], valid: Sequence[Reading]) -> list[str]:
    """Return the rows of the page's table."""
    rows = []
    for quantity in QUANTITIES:
        clips = [
            f"{reading.name} {_number(value)}"
            for code, reading in refused
            if code == quantity.code
            and np.isfinite(value := reading.values[quantity.key])
            and (quantity.margin(value) <= 0 or _is_only(quantity))
        ]
        margins = {r.name: quantity.margin(r.values[quantity.key]) for r in valid}
        finite = {name: margin for name, margin in margins.items() if np.isfinite(margin)}
        nearest = min(finite, key=lambda name: finite[name])
        value = next(r.values[quantity.key] for r in valid if r.name == nearest)
        sign = ">" if quantity.refused == "above" else "<"
        limit = f"{sign} {_number(quantity.limit)} {quantity.unit}" if quantity.limit else "none"
        rows.append(
            f"| `{quantity.code}` | {quantity.name} | {limit.strip()} | {', '.join(clips) or '–'} "
            f"| {nearest} {_number(value)} | {_number(finite[nearest])} |"
        )
    return rows


def _is_only(quantity: Quantity) -> bool:
    return sum(other.code == quantity.code for other in QUANTITIES) == 1


def _number(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "–"


PAGE: Final = """# Refusals

What refuses a clip, three clips that are refused for it, and how far the valid clips are from the
limit. Written by `make refusals`; do not edit. Limits are those of
[docs/protocol.md](protocol.md); what each code means is in
[docs/measurement.md](measurement.md).

hipcv {version}, method {method}. {refused} clips must be refused, and {right} of them are, for the
reason named; {valid} clips are valid, and {wrong} of them are refused. The clips are made of the
sample clips by `validation/refused_clips.py`, but for those who stand up, sit down or are seen from
the side, which are rendered (`validation/README.md`). The valid ones are
rendered too, and those of real people spread more.

| code | what decides | refused | clips that are refused | nearest valid clip | margin |
| --- | --- | --- | --- | --- | --- |
{rows}
| `changed_while_read` | changed device, inode, size or time of the file | any | {changed} | – | – |

A clip is judged from coarse to fine, and only the first refusal is reported, so a clip may lie
beyond other limits as well. `external_rotation` is reported where the leg turned outwards by
{external} degrees or more and never inwards. `low_visibility` is reported, too, where
the trunk seems to lie while the shanks hang: head and shoulders are hidden.
"""


def write_page(
    path: Path, refused: Sequence[tuple[str, Reading]], valid: Sequence[Reading], changed: str
) -> bool:
    """Write the page; return True if every clip is judged as it must be."""
    right = [reading.name for code, reading in refused if code in reading.refusals]
    wrong = [reading.name for reading in valid if reading.refusals]
    text = PAGE.format(
        version=hipcv.__version__, method=METHOD, refused=len(refused), right=len(right),
        valid=len(valid), wrong=len(wrong), rows="\n".join(table(refused, valid)),
        changed=changed, external=f"{P.external_min_deg:g}",
    )  # fmt: skip
    path.write_text(text, encoding="utf-8")
    for code, reading in refused:
        if code not in reading.refusals:
            _print(f"{reading.name}: refused for {reading.refusals or 'nothing'}, not {code}")
    for name in wrong:
        _print(f"{name}: a valid clip is refused")
    return len(right) == len(refused) and not wrong


def _print(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """Make the clips, read them and write the page."""
    parser = argparse.ArgumentParser(description="Raise every refusal and write its page.")
    default = [SAMPLES, *RENDERED_TESTS]
    parser.add_argument("folders", nargs="*", type=Path, default=default)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "refusals.md")
    parser.add_argument("--only", choices=REFUSALS, help="read the clips of one code alone")
    arguments = parser.parse_args()
    if arguments.only:
        for _code, reading in refused_readings(CACHE / "clips", [arguments.only]):
            _print(f"{reading.name}: {', '.join(reading.refusals) or 'not refused'}")
        return
    with tempfile.TemporaryDirectory(prefix="refusals-") as folder:
        raised = {name: is_refused_when(c, Path(folder)) for name, c in CHANGES.items()}
        changed = [name for name, is_raised in raised.items() if is_raised]
        refused = list(refused_readings(CACHE / "clips", REFUSALS))
    valid = [read(path) for path in valid_clips(arguments.folders)]
    done = write_page(arguments.out, refused, valid, ", ".join(changed))
    sys.exit(0 if done and len(changed) == len(CHANGES) else 1)


if __name__ == "__main__":
    main()
