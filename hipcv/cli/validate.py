"""`hipcv validate`: agreement with a reference and reliability, from a table of readings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from hipcv.cli import config
from hipcv.cli.export import Force
from hipcv.cli.terminal import show_json
from hipcv.core.errors import BadRequest
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.results.study import StudyReport
    from hipcv.study.own_tables import ClipNames

FOLDER: Final = "validate"
"""Folder of the studies, in that of the results."""

TEMPLATE_FOLDER: Final = "hipcv-study"
MIN_PEOPLE: Final = 5
MAX_PEOPLE: Final = 99


def command(
    readings: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="READINGS.csv...",
            help=N_(
                "One table or several, one row a reading. Columns: subject, side (left, right), "
                "session, trial, method, rater, angle_deg. Side, session and trial may be absent, "
                "and one of method and rater. summary.csv of `hipcv batch`, and the reps.csv of "
                "results, count as readings of the method hipcv."
            ),
        ),
    ] = None,
    test: Annotated[
        str,
        typer.Option(
            "--test",
            metavar="NAME",
            help=N_("The method that is tested. Default: hipcv, or else the last of the table."),
        ),
    ] = "",
    reference: Annotated[
        str,
        typer.Option(
            "--reference",
            metavar="NAME",
            help=N_("The method that it is compared with. Needed where there are several."),
        ),
    ] = "",
    trials: Annotated[
        Literal["paired", "mean", "repeated"] | None,
        typer.Option(
            "--trials",
            help=N_(
                "paired: trial 2 of one method is the same movement as trial 2 of the other; mean: "
                "the means of the trials are compared; repeated: each method repeated by itself, "
                "and single readings are compared. Default: paired where both number their trials, "
                "else mean."
            ),
        ),
    ] = None,
    as_template: Annotated[
        bool,
        typer.Option(
            "--template",
            help=N_(
                "Write what a study is run with instead: an empty table of readings, a protocol, a "
                "consent form, sheets to write on, and a random order."
            ),
        ),
    ] = False,
    people: Annotated[
        int,
        typer.Option(
            "--people",
            min=MIN_PEOPLE,
            max=MAX_PEOPLE,
            metavar="N",
            help=N_("Persons of the study, for --template."),
        ),
    ] = 20,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help=N_(
                "Where the report goes. Default: hipcv-results/validate/READINGS; of --template: "
                "hipcv-study."
            ),
        ),
    ] = None,
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> None:
    """Compare hipcv with a reference, and say how reliable each is.

    Bias, limits of agreement and proportional bias; ICC, SEM and MDC95 between raters, trials and
    sessions; each with its 95 % interval. Writes report.html and report.pdf with the plots, and
    validate.json.

    Several readings of one person are not taken for independent. Rows and persons that cannot be
    used are named. Exit code 3 where a table cannot be read.
    """
    from hipcv.study import distributions

    if as_template == bool(readings):
        raise BadRequest(
            _(
                "Name a table of readings, such as: hipcv validate readings.csv; or --template "
                "alone, which writes an empty one."
            )
        )
    distributions.require()
    from hipcv.results.study import write_study, write_template
    from hipcv.study.analysis import Question

    if readings is None:
        files = write_template(out or Path(TEMPLATE_FOLDER), people, force=force)
        typer.echo("\n".join(map(str, files)))
        return

    settings = config.load(Path.cwd())
    report = write_study(
        readings,
        Question(test, reference, trials),
        out or Path(settings.run.out) / FOLDER / readings[0].stem,
        clip_names=_clip_names(settings.batch.pattern),
        force=force,
    )
    if as_json:
        show_json(report.document)
    else:
        typer.echo("\n".join(lines(report)))


def _clip_names(pattern: str) -> "ClipNames":
    """Return the reader of names of clips by the pattern of the batch."""
    from hipcv.batch.filename_pattern import compile_pattern, parse_name

    compiled = compile_pattern(pattern)

    def person_and_visit(clip: str) -> tuple[str, str]:
        fields = parse_name(clip, compiled)
        return fields.patient, fields.visit

    return person_and_visit


def lines(report: "StudyReport") -> list[str]:
    """Return what the terminal shows of a study."""
    summary = report.summary
    table = [
        f"  {row.title}{'' if row.side == '–' else f' ({row.side})'}: ICC(A,1) {row.icc_a1}, "
        f"SEM {row.sem}, MDC95 {row.mdc95}"
        for row in summary.rows
    ]
    return [
        summary.headline, summary.counts, *summary.sentences, *table, *summary.notes,
        _("Report: {path}").format(path=report.report),
    ]  # fmt: skip
