"""`hipcv demo`: the whole way on the sample clip that comes with hipcv."""

from pathlib import Path
from typing import Final

import typer

import hipcv
from hipcv.cli import analyze
from hipcv.cli.errors import complain
from hipcv.core.errors import EnvironmentFault, Failure
from hipcv.core.options import AnalysisOptions

CLIP: Final = "clean_left.mp4"
FOLDER: Final = Path("hipcv-results", "demo")


def command() -> None:
    """Measure the sample clip and write its report.

    The clip comes with hipcv; no argument and no network is needed. An earlier demo result in
    hipcv-results/demo is overwritten.
    """
    outcome = analyze.measure(sample_clip(), FOLDER, AnalysisOptions(), force=True, quiet=False)
    if isinstance(outcome, Failure):
        complain(outcome)
        raise typer.Exit(outcome.exit_code)
    analyze.summarise(outcome)
    typer.echo(outcome.written.report)
    raise typer.Exit(analyze.exit_code(outcome))


def sample_clip() -> Path:
    """Where the sample clip is: in the installed package, or in a source checkout."""
    package = Path(hipcv.__file__).parent
    places = (package / "data" / CLIP, package.parent / "sample_videos" / CLIP)
    for place in places:
        if place.is_file():
            return place
    raise EnvironmentFault(f"{CLIP}: the sample clip is missing. Install hipcv again.")
