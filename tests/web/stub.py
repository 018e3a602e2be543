"""A stub of the worker: the clip's name decides its result, at once and without a model.

stub.py CLIP RESULT_FOLDER OPTIONS RUNS_FILE [growing]

A clip named `both` shows the other leg as well, with its hip lifted where it is `cheated` too.
The face of one named `blurred` is blurred in the pictures of its result.
A clip named `30` has three repetitions of 30 degrees, with complete evidence, one named `50hz` has
50 frames in a second, and one named `slow` moves at half the speed. Where the clip is
growing, the stub waits until it is finished; one named `lost` is then not measured.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

import numpy as np

from hipcv.batch.worker import MEASURED, end_with_parent, read_finished
from hipcv.core.assessment import Provenance, Trial, assess
from hipcv.core.clip_info import ClipInfo
from hipcv.core.landmarks import LEGS, Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from hipcv.results import document
from hipcv.results.document import EVIDENCE, RESULT
from hipcv.store.archive import save_evidence
from tests.batch.stub import ERROR
from tests.closeups import closeup_of
from tests.tracks import seated_track, swings


def main():
    clip, folder, runs = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[4])
    options = json.loads(sys.argv[3])
    growing = len(sys.argv) > 5
    end_with_parent()
    while growing and not (finished := read_finished()):
        time.sleep(0.01)
    if growing:
        clip, options = finished.clip, finished.options.to_dict()
    with runs.open("a") as file:
        file.write(run_line(clip, options, growing=growing))
    if growing and "lost" in clip.name:
        os._exit(70)
    Path("progress").write_text(json.dumps({"doing": "following the patient", "share": 0.25}))
    if "crash" in clip.name:
        os._exit(70)
    if "unreadable" in clip.name:
        sys.stdout.write(json.dumps({"text": ERROR.format(clip.name, "unreadable")}))
        return 3
    if "gate" in clip.name:
        write(clip, Path("early"), Side.LEFT)
        shutil.copyfile(Path("early") / RESULT, MEASURED)
    while "gate" in clip.name and not runs.with_name("open").exists():
        time.sleep(0.01)
    folder.mkdir(parents=True)
    measured = write(clip, folder, Side(options["side"] or "left"))
    shutil.copyfile(clip, folder / "proxy.mp4")
    return 0 if measured else 4


def run_line(clip, options, *, growing):
    more = " external" * options["external"] + " growing" * growing
    more += " mirrored" * options["mirrored"]
    more += f" from {options['start_s']:g} s" if options["start_s"] else ""
    return f"{clip.name} {options['side']}{more}\n"


def runs(state):
    """Return the lines of the jobs that read a clip to its end."""
    path = state.settings.folder.parent / "runs"
    return path.read_text().splitlines() if path.exists() else []


def running(word):
    """Return the ids of processes with this text in their command line."""
    ids = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(word).encode() in path.read_bytes():
                ids.append(path.parent.name)
        except OSError:
            continue
    return ids


def write(clip, folder, side):
    """Write a result with its evidence, as `hipcv analyze` does, and return True if measured."""
    folder.mkdir(parents=True, exist_ok=True)
    number = re.search(r"\d+", clip.name)
    peak_deg = float(number[0]) if number else 30.0
    rotation_deg = np.zeros(200) if "refused" in clip.name else swings_of(clip.name, peak_deg)
    track, rotations = track_of(clip.name, side, rotation_deg)
    reps = 0 if "refused" in clip.name else 3
    closeups = {
        one: closeup_of(track, one, rotation_deg=[peak_deg] * reps) for one in rotations if reps
    }
    motions = [measure(track, closeups.get(one), one, MeasurementProtocol()) for one in rotations]
    trial = Trial(
        clip=clip_of(clip, track),
        sides={motion.side: assess(motion) for motion in motions},
        issues=(),
        protocol=MeasurementProtocol(),
        provenance=Provenance("0", {"full": "ab" * 32}, "stub", 3),
        timing={},
        face_blurred="blurred" in clip.name,
    )
    save_evidence(folder / EVIDENCE, track, closeups)
    (folder / "report.html").write_text("<style>p{}</style><p>report</p>")
    (folder / "chart.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (folder / RESULT).write_text(document.dumps(document.build_document(trial, timing=False)))
    return trial.status == "measured"


def rate_hz_of(name):
    return 50.0 if "50hz" in name else 30.0


def swings_of(name, peak_deg):
    rise_s = 1.2 if "slow" in name else 0.6
    return swings(peak_deg, peak_deg, peak_deg, rise_s=rise_s, rate_hz=rate_hz_of(name))


def track_of(name, side, rotation_deg):
    """Return the track of a clip, and the rotation of each leg that moves in it."""
    if "both" not in name:
        track = seated_track(rotation_deg, side=side, rate_hz=rate_hz_of(name))
        if "cheated" in name:
            lift_hip(track, side, rotation_deg)
        return track, {side: rotation_deg}
    rest = np.zeros_like(rotation_deg)
    first, second = np.append(rotation_deg, rest), np.append(rest, rotation_deg)
    track = seated_track(first, side=side, other_deg=second)
    if "cheated" in name:
        lift_hip(track, side.other, second)
    return track, {side: first, side.other: second}


def lift_hip(track, side, rotation_deg):
    """Raise the hip along with every swing, by 14° of pelvic tilt: no repetition counts."""
    hip, other = (LEGS[one].hip for one in (side, side.other))
    width_px = abs(track.xy_px[0, hip, 0] - track.xy_px[0, other, 0])
    track.xy_px[:, hip, 1] -= 0.25 * width_px * rotation_deg / rotation_deg.max()


def clip_of(path, track):
    content = path.read_bytes()
    return ClipInfo(
        name=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        duration_s=float(track.time_s[-1]),
        frames=len(track.time_s),
        frame_rate_hz=rate_hz_of(path.name),
        width_px=track.size_px[0],
        height_px=track.size_px[1],
        start_s=0.0,
        frames_declared=len(track.time_s),
        frames_corrupt=0,
        packets_damaged=0,
        largest_gap_s=0.04,
        variable_rate=False,
        codec="h264",
        mirrored=False,
        mirrored_container=False,
        display_matrix=((1, 0), (0, 1)),
    )


if __name__ == "__main__":
    sys.exit(main())
