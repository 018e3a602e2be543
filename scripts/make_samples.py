"""Copy the sample clips from the rendered ones and write their truth.

    python scripts/make_samples.py RENDERED_CLIPS SCORE_SCRIPT

`RENDERED_CLIPS` holds `dev`, `random` and `both`; the truth is read with the scorer's own
`truth_of_side`, so that samples and score use one definition of a repetition.
"""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

SAMPLES = Path(__file__).resolve().parent.parent / "sample_videos"
NEGLIGIBLE_DEG = 3.0  # smaller movements of pelvis and trunk are not listed
SOURCES = (
    ("clean_left", "dev/dev01_m_avg_front_L35", "one clean repetition of the left leg"),
    ("hip_lift_left", "random/rdev18_hiplift_L29", "the pelvis lifts while the left leg turns"),
    ("portrait_right", "dev/dev02_f_slim_front_R45", "an upright phone picture, right leg"),
    ("both_legs", "both/bothdev02", "three repetitions left, then three right"),
    ("external_left", "dev/dev13_x_external_m_avg_L27", "the wrong way: the foot goes inwards"),
    ("standing", "dev/dev14_x_standing_f_slim", "standing, not seated"),
)
REFUSED_AS = {"external_rotation": "external_rotation", "standing": "not_seated"}
HEAD = """\
# What is true of the sample clips, from the renderer that made them.
# shank_deg and hip_deg: rotation from the still start at the held end, one number a repetition;
# shank_deg is what the camera can see, hip_deg is relative to the pelvis. Internal is positive.
# Rendered by this project from CC0 body data; the clips are given away under CC0 too.
"""


def load_scorer(path: Path) -> ModuleType:
    """Import the scorer from its file."""
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path}: not a Python file")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def side_lines(side: str, reps: list[dict[str, Any]]) -> list[str]:
    """Return the truth of one side as TOML lines."""
    largest = {
        code: round(max((rep["change"][code] for rep in reps), key=abs), 1)
        for code in reps[0]["change"]
    }
    listed = ", ".join(f"{c} = {v}" for c, v in largest.items() if abs(v) > NEGLIGIBLE_DEG)
    return [
        "",
        "[[clip.side]]",
        f'side = "{side}"',
        f"shank_deg = {[round(rep['shank'], 2) for rep in reps]}",
        f"hip_deg = {[round(rep['hip'], 2) for rep in reps]}",
        f"compensations_deg = {{ {listed} }}" if listed else "compensations_deg = {}",
    ]


def clip_lines(name: str, shows: str, truth: dict[str, Any], scorer: ModuleType) -> list[str]:
    """Return the truth of one clip as TOML lines."""
    lines = [
        "",
        "[[clip]]",
        f'file = "{name}.mp4"',
        f'shows = "{shows}"',
        f"size_px = [{truth['width']}, {truth['height']}]",
    ]
    if not truth["valid_test"]:
        return [*lines, f'refused_as = "{REFUSED_AS[truth["kind"]]}"']
    for leg, side in (("L", "left"), ("R", "right")):
        reps = scorer.truth_of_side(truth, leg)
        if reps:
            lines += side_lines(side, reps)
    return lines


def main() -> None:
    """Copy the chosen clips and write `truth.toml`."""
    rendered, scorer = Path(sys.argv[1]), load_scorer(Path(sys.argv[2]))
    lines: list[str] = []
    for name, source, shows in SOURCES:
        shutil.copyfile(rendered / f"{source}.mp4", SAMPLES / f"{name}.mp4")
        truth = json.loads((rendered / f"{source}.truth.json").read_text())
        lines += clip_lines(name, shows, truth, scorer)
    (SAMPLES / "truth.toml").write_text(HEAD + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
