"""Measure every clip with known truth and write docs/validation.md with its pictures.

    python -m validation.report [FOLDER ...] [--kept DIR] [--jobs 2] [--out docs]

Each FOLDER holds NAME.mp4 with NAME.truth.json. Without any, the shared clips beside the
repository are taken, and those rendered into `build/truth`; where there are none, nothing is done.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import hipcv
from validation.answers import answers
from validation.cases import compensation_cases, refusal_cases, side_cases
from validation.page import Results, write
from validation.plots import draw
from validation.truth import COMPENSATIONS, ClipTruth, read

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = ("dev", "random", "both")
RENDERED: Final = ("refuse", "small", "knee", "hard")


def default_folders() -> list[Path]:
    """Folders that usually hold clips."""
    shared = [ROOT.parent / "shared" / "clips" / name for name in SHARED]
    return shared + [ROOT / "build" / "truth" / name for name in RENDERED]


def truths_in(folders: Sequence[Path]) -> list[ClipTruth]:
    """The truth of every clip in these folders, in order."""
    return [read(path) for folder in folders for path in sorted(folder.glob("*.truth.json"))]


def results(truths: Sequence[ClipTruth], kept: Path, jobs: int) -> Results:
    """Measure the clips and join them with the truth."""
    given = answers(truths, kept, jobs, lambda truth: _say(f"{truth.group}/{truth.name}"))
    sides = side_cases(truths, given)
    measured = [case for case in sides if case.answer is not None]
    return Results(
        version=hipcv.__version__,
        truths=truths,
        answers=given,
        sides=sides,
        refusals=refusal_cases(truths, given),
        compensations={each.code: compensation_cases(measured, each) for each in COMPENSATIONS},
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write docs/validation.md.")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--kept", type=Path, default=ROOT / "build" / "validation")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> None:
    """Write the page and its pictures, or say why not."""
    asked = _arguments()
    truths = truths_in(asked.folders or default_folders())
    if not truths:
        _say("No clips with known truth here: nothing to validate.")
        return
    made = results(truths, asked.kept, asked.jobs)
    images = asked.out / "images"
    images.mkdir(parents=True, exist_ok=True)
    for name, svg in draw(made.measured, made.compensations).items():
        (images / f"validation_{name}.svg").write_text(svg, encoding="utf-8")
    (asked.out / "validation.md").write_text(write(made), encoding="utf-8")
    _say(f"Written: {asked.out / 'validation.md'}")


if __name__ == "__main__":
    main()
