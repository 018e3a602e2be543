"""Render one group of clips with known truth.

    python -m validation.render RENDERER GROUP OUT [--only NAME] [--minutes N] [--preview 0,30]

RENDERER is the folder that holds the renderer's `generate.py`; its README names the packages it
needs, which are not hipcv's. Clips that exist are kept. With `--minutes` no clip is begun after
that time, so that a slow machine ends with the most useful ones.
"""

import argparse
import importlib
import os
import sys
import time
from pathlib import Path
from types import ModuleType

from validation.rising import rising_poser
from validation.specs import GROUPS
from validation.subjects import Spec


def load(renderer: Path) -> ModuleType:
    """Import the renderer from its folder, with people who can stand up."""
    sys.path.insert(0, str(renderer))
    generate = importlib.import_module("generate")
    generate.Poser = rising_poser(generate.Poser)
    return generate


def placed(spec: Spec) -> Spec:
    """The clip with its camera target as the renderer wants it."""
    camera = dict(spec["camera"])
    camera["target"] = [camera.pop("target_x", 0.0), 0.0, 0.2]
    return {**spec, "camera": camera}


def missing(group: str, out: Path, only: str) -> list[Spec]:
    """The group's clips that are not there yet."""
    wanted = [spec for spec in GROUPS[group]() if only in spec["name"]]
    return [spec for spec in wanted if not (out / f"{spec['name']}.truth.json").exists()]


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description="Render clips with known truth.")
    parser.add_argument("renderer", type=Path)
    parser.add_argument("group", choices=list(GROUPS))
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", default="", help="part of a name")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--preview", help="frame numbers: pictures instead of clips")
    return parser.parse_args()


def main() -> None:
    """Render what is missing, one clip after the other."""
    asked = arguments()
    generate = load(asked.renderer)
    assets = generate.Assets(os.environ.get("IHR_MH_DATA"))
    preview = [int(n) for n in asked.preview.split(",")] if asked.preview else None
    began_s = time.monotonic()
    for spec in missing(asked.group, asked.out, asked.only):
        if time.monotonic() - began_s > 60 * asked.minutes:
            break
        generate.run(placed(spec), assets, str(asked.out), preview)


if __name__ == "__main__":
    main()
