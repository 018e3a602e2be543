"""Render one group of clips with known truth.

    python -m validation.render RENDERER GROUP OUT [--only NAME] [--minutes N] [--preview 0,30]

RENDERER is the folder that holds the renderer's `generate.py`; its README lists the packages it
needs, which are not hipcv's. Existing clips are not rendered again. With `--minutes` no clip is
begun after that time; each group has its most useful clips first.
"""

import argparse
import importlib
import os
import sys
import time
from pathlib import Path
from types import ModuleType

from validation.overshoot import overshooting
from validation.rising import rising_poser
from validation.specs import GROUPS
from validation.subjects import Spec


def load_renderer(renderer: Path) -> ModuleType:
    """Import the renderer from its folder, with standing up and overshooting added."""
    sys.path.insert(0, str(renderer))
    generate, pose = importlib.import_module("generate"), importlib.import_module("pose")
    generate.Poser = rising_poser(generate.Poser)
    vars(pose)["rep_profile"] = overshooting(pose.rep_profile, pose.ease)
    return generate


def with_camera_target(spec: Spec) -> Spec:
    """Return a clip with its camera target in the renderer's form."""
    camera = dict(spec["camera"])
    camera["target"] = [camera.pop("target_x", 0.0), 0.0, 0.2]
    return {**spec, "camera": camera}


def missing(group: str, out: Path, only: str) -> list[Spec]:
    """Return the group's clips that do not exist yet."""
    specs = [spec for spec in GROUPS[group]() if only in spec["name"]]
    return [spec for spec in specs if not (out / f"{spec['name']}.truth.json").exists()]


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description="Render clips with known truth.")
    parser.add_argument("renderer", type=Path)
    parser.add_argument("group", choices=list(GROUPS))
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="part of a name")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--preview", help="frame numbers: pictures instead of clips")
    return parser.parse_args()


def main() -> None:
    """Render the missing clips one after the other."""
    arguments = parse_arguments()
    generate = load_renderer(arguments.renderer)
    assets = generate.Assets(os.environ.get("IHR_MH_DATA"))
    preview = [int(n) for n in arguments.preview.split(",")] if arguments.preview else None
    began_s = time.monotonic()
    for spec in missing(arguments.group, arguments.out, arguments.only):
        if time.monotonic() - began_s > 60 * arguments.minutes:
            break
        generate.run(with_camera_target(spec), assets, str(arguments.out), preview)


if __name__ == "__main__":
    main()
