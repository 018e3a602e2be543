"""Make clips of real difficulties from rendered ones, with their truth.

    python -m validation.made OUT [FOLDER ...] [--only NAME]

Each FOLDER holds rendered clips; the default is the shared clips next to the repository. Clips that
exist are not made again.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from validation.clip_files import Clip, read_clip, write_clip
from validation.coverings import exposed, hand_on_knee, mirror, skirt, towel
from validation.paths import SHARED
from validation.retimed import beginning_in, dropping_held_pictures, holding_less
from validation.warps import CALF, CLOTH, bent_by_lens, resized, rolling, sagging

CALL: Final = {"b": "300000", "maxrate": "360000", "bufsize": "300000", "preset": "veryfast",
               "threads": "1"}  # fmt: skip
"""Coding of a video call: 300 kb/s."""


@dataclass(frozen=True, slots=True)
class Made:
    """Specification of one clip: what is changed in which rendered one."""

    name: str
    difficulty: str
    base: str
    change: Callable[[Clip], Clip]


PAST: Final = "swings past, then holds"
MIDWAY: Final = "begins in mid-swing"
CALF_SAGS: Final = "calf sags"
TROUSER: Final = "trouser hangs"
COVERED: Final = "skirt or towel over the knee"
HAND: Final = "hand on the knee"
LENS: Final = "lens distortion"
SHUTTER: Final = "rolling shutter"
LIGHT: Final = "exposure changes"
DARK: Final = "dark on dark"
CALLED: Final = "480 × 848 at 300 kb/s"
MIRROR: Final = "mirror behind"
HELD: Final = "unchanged pictures dropped"

MADE: Final[Sequence[Made]] = (
    Made("past15_for_100ms_dev02", PAST, "dev02_f_slim_front_R45", holding_less(0.85, 0.1, 1.6)),
    Made("past30_for_300ms_rdev04", PAST, "rdev04_clean_L46", holding_less(0.7, 0.3, 0.9)),
    Made("past10_for_30ms_dev01", PAST, "dev01_m_avg_front_L35", holding_less(0.9, 0.03, 2.0)),
    Made("past20_for_200ms_rdev06", PAST, "rdev06_clean_R42", holding_less(0.8, 0.2, 0.6)),
    Made("begins_outwards_dev01", MIDWAY, "dev01_m_avg_front_L35", beginning_in("out")),
    Made("begins_backwards_dev02", MIDWAY, "dev02_f_slim_front_R45", beginning_in("back")),
    Made("begins_held_rdev06", MIDWAY, "rdev06_clean_R42", beginning_in("hold")),
    Made("calf8_dev01", CALF_SAGS, "dev01_m_avg_front_L35", sagging(8, CALF)),
    Made("calf15_dev03", CALF_SAGS, "dev03_m_heavy_front_L22", sagging(15, CALF)),
    Made("calf8_rdev07", CALF_SAGS, "rdev07_clean_R53", sagging(8, CALF)),
    Made("calf15_rdev04", CALF_SAGS, "rdev04_clean_L46", sagging(15, CALF)),
    Made("trouser25_dev07", TROUSER, "dev07_f_trousers_front_L33", sagging(25, CLOTH)),
    Made("trouser45_dev07", TROUSER, "dev07_f_trousers_front_L33", sagging(45, CLOTH)),
    Made("trouser25_rdev01", TROUSER, "rdev01_clean_L31", sagging(25, CLOTH)),
    Made("held_pictures_dev01", HELD, "dev01_m_avg_front_L35", dropping_held_pictures),
    Made("held_pictures_rdev04", HELD, "rdev04_clean_L46", dropping_held_pictures),
    Made("towel_dev02", COVERED, "dev02_f_slim_front_R45", towel((150, 160, 175), 0.2)),
    Made("towel_rdev03", COVERED, "rdev03_clean_L27", towel((120, 70, 60), 0.3)),
    Made("skirt_rdev09", COVERED, "rdev09_clean_R51", skirt((90, 40, 70), 0.3)),
    Made("skirt_dev01", COVERED, "dev01_m_avg_front_L35", skirt((60, 90, 120), 0.4)),
    Made("hand_dev01", HAND, "dev01_m_avg_front_L35", hand_on_knee(0.14)),
    Made("hand_rdev06", HAND, "rdev06_clean_R42", hand_on_knee(0.25)),
    Made("lens_dev01", LENS, "dev01_m_avg_front_L35", bent_by_lens(-0.2)),
    Made("lens_rdev09", LENS, "rdev09_clean_R51", bent_by_lens(-0.2)),
    Made("rolling25ms_dev06", SHUTTER, "dev06_child_front_R50", rolling(0.025)),
    Made("rolling30ms_rdev07", SHUTTER, "rdev07_clean_R53", rolling(0.03)),
    Made("exposure_falls_dev02", LIGHT, "dev02_f_slim_front_R45", exposed((1.0, 1.0, 0.45, 1.1))),
    Made("exposure_jumps_rdev04", LIGHT, "rdev04_clean_L46",
         exposed((0.6, 0.6, 1.35, 1.35, 0.7, 0.7))),
    Made("dark_dev04", DARK, "dev04_f_dark_yaw10_R38", exposed((0.22, 0.22), noise=4.0)),
    Made("dark_rdev01", DARK, "rdev01_clean_L31", exposed((0.35, 0.35), noise=4.0)),
    Made("call_dev02", CALLED, "dev02_f_slim_front_R45", resized(480, 848, **CALL)),
    Made("call_rdev04", CALLED, "rdev04_clean_L46", resized(480, 848, **CALL)),
    Made("call_rdev19", CALLED, "rdev19_clean_L50", resized(480, 848, **CALL)),
    Made("mirror_left_dev01", MIRROR, "dev01_m_avg_front_L35", mirror("left")),
    Made("mirror_right_rdev03", MIRROR, "rdev03_clean_L27", mirror("right")),
)  # fmt: skip


def find_base(name: str, folders: Sequence[Path]) -> Path | None:
    """Return the rendered clip of a name; None if no folder holds it."""
    paths = (folder / f"{name}.mp4" for folder in folders)
    return next((path for path in paths if path.exists()), None)


def make(made: Made, folders: Sequence[Path], out: Path) -> bool:
    """Make one clip if it does not exist; False if there is no base for it."""
    if (out / f"{made.name}.truth.json").exists():
        return True
    base = find_base(made.base, folders)
    if base is None:
        return False
    write_clip(made.change(read_clip(base)), out, made.name, made.difficulty)
    return True


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make clips of difficulties from rendered ones.")
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--only", default="", help="part of a name")
    return parser.parse_args()


def main() -> None:
    """Make the missing clips one after the other."""
    arguments = _arguments()
    folders = arguments.folders or [SHARED / "dev", SHARED / "random"]
    for made in MADE:
        if arguments.only in made.name:
            found = make(made, folders, arguments.out)
            sys.stderr.write(f"{made.name}{'' if found else f': no {made.base}'}\n")


if __name__ == "__main__":
    main()
