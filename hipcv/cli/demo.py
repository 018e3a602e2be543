"""`hipcv demo`: analysis of the packaged sample clip."""

from pathlib import Path
from typing import Final

import typer

from hipcv.cli import analyze
from hipcv.cli.terminal import open_page
from hipcv.core.errors import EnvironmentFault, Failure
from hipcv.core.options import AnalysisOptions
from hipcv.language import _

CLIP: Final = "clean_left.mp4"
FOLDER: Final = Path("hipcv-results", "demo")


def command(open_report: analyze.Open = False) -> None:
    """Measure the sample clip and write its report.

    The clip comes with hipcv; no argument and no network is needed. An earlier demo result in
    hipcv-results/demo is overwritten.
    """
    clip = sample_clip()
    outcome = analyze.measure(clip, FOLDER, AnalysisOptions(), force=True, quiet=False)
    analyze.print_outcome(clip, outcome, as_json=False, quiet=False)
    if not isinstance(outcome, Failure):
        typer.echo(outcome.written.report)
        if open_report:
            open_page(outcome.written.report)
    raise typer.Exit(analyze.exit_code(outcome))


def sample_clip() -> Path:
    """Return the path of the sample clip, in the installed package or in a source checkout."""
    package = Path(__file__).parents[1]
    for path in (package / "data" / CLIP, package.parent / "sample_videos" / CLIP):
        if path.is_file():
            return path
    raise EnvironmentFault(
        _("{clip}: the sample clip is missing. Install hipcv again.").format(clip=CLIP)
    )
