"""Measure every clip with known truth; write docs/validation.md with its pictures, and a summary.

    python -m validation.report [FOLDER ...] [--cache DIR] [--jobs 2] [--out docs]

Each FOLDER holds NAME.mp4 with NAME.truth.json. The default is the shared clips next to the
repository and those rendered into `build/truth`; without any clip nothing is written.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

import hipcv
from validation.answers import answers
from validation.cases import compensation_cases, refusal_cases, side_cases
from validation.curves import curve_cases, witnesses
from validation.figures import error_figures
from validation.page import Results, write
from validation.paths import RENDERED_TESTS, ROOT
from validation.plots import draw
from validation.truth import COMPENSATIONS, ClipTruth, read

RENDERED: Final = ("refuse", "small", "knee", "hard", "difficulties", "made")


def default_folders() -> list[Path]:
    """Return the default folders of clips."""
    return [*RENDERED_TESTS, *(ROOT / "build" / "truth" / name for name in RENDERED)]


def truths_in(folders: Sequence[Path]) -> list[ClipTruth]:
    """Return the truth of every clip in folders, sorted within each."""
    return [read(path) for folder in folders for path in sorted(folder.glob("*.truth.json"))]


def results(truths: Sequence[ClipTruth], cache: Path, jobs: int) -> Results:
    """Measure the clips and join the answers with the truth."""
    measured_clips = answers(
        truths, cache, jobs, lambda truth: _print(f"{truth.group}/{truth.name}")
    )
    sides = side_cases(truths, measured_clips)
    measured = [case for case in sides if case.answer is not None]
    return Results(
        version=hipcv.__version__,
        truths=truths,
        answers=measured_clips,
        sides=sides,
        refusals=refusal_cases(truths, measured_clips),
        compensations={kind.code: compensation_cases(measured, kind) for kind in COMPENSATIONS},
        curves=curve_cases(truths, measured_clips),
        witnesses=witnesses(measured),
    )


def summary(measured: Results) -> str:
    """Return the curve's error, the difference of both readings and the interval's coverage."""
    rmse = [case.rmse_deg for case in measured.curves]
    difference = error_figures([w.difference_deg for w in measured.witnesses])
    inside = sum(case.covered for case in measured.measured)
    return (
        f"curve, {len(rmse)} sides: RMS error median {np.median(rmse or [np.nan]):.2f}, "
        f"worst {max(rmse, default=np.nan):.2f}, "
        f"worst frame {max((c.worst_deg for c in measured.curves), default=np.nan):.2f} degrees\n"
        f"masks less outline, {difference.count} repetitions: "
        f"mean size {difference.mean_absolute_deg:.2f}, worst {difference.worst_deg:.2f} degrees\n"
        f"interval holds the truth on {inside} of {len(measured.measured)} sides\n"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write docs/validation.md.")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "validation")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    return parser.parse_args()


def _print(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def main() -> None:
    """Write the page and its pictures."""
    arguments = _arguments()
    truths = truths_in(arguments.folders or default_folders())
    if not truths:
        _print("No clips with known truth here: nothing to validate.")
        return
    measured = results(truths, arguments.cache, arguments.jobs)
    images = arguments.out / "images"
    images.mkdir(parents=True, exist_ok=True)
    charts = draw(measured.measured, measured.compensations, measured.curves, measured.witnesses)
    for name, svg in charts.items():
        (images / f"validation_{name}.svg").write_text(svg, encoding="utf-8")
    (arguments.out / "validation.md").write_text(write(measured), encoding="utf-8")
    sys.stdout.write(summary(measured))
    _print(f"Written: {arguments.out / 'validation.md'}")


if __name__ == "__main__":
    main()
