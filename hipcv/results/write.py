"""Writing of a result folder: all files whole, or none.

The libraries that draw take half a second to load, so they are imported when they are used.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from hipcv import folders, language, native, pipeline
from hipcv.background import BackgroundWorker
from hipcv.core.assessment import Trial
from hipcv.core.errors import EnvironmentFault
from hipcv.core.interfaces import ProgressCallback
from hipcv.core.options import AnalysisOptions
from hipcv.core.trace import TraceCallback
from hipcv.pipeline import Analysis
from hipcv.results import checksums, document
from hipcv.results.output import Output, Written, check_free
from hipcv.results.parts import earlier_files


def preload() -> None:
    """Import what `write` needs, and compile its texts."""
    for module in ("hipcv.results.pictures", "hipcv.report.html"):
        import_module(module)
    preload_texts()


def preload_texts() -> None:
    """Compile the templates and catalogues that `write` needs; no native code is called."""
    for module in ("hipcv.report.html", "hipcv.report.handout"):
        import_module(module).preload()
    for code in language.NAMES:
        with language.using(code):
            language.ngettext("{count} clip", "{count} clips", 1)


def analyze_while_preloading(
    path: Path,
    options: AnalysisOptions,
    progress: ProgressCallback | None = None,
    trace: TraceCallback | None = None,
) -> Analysis:
    """Run `pipeline.analyze` while `preload` runs in the background."""
    with BackgroundWorker(max_pending=1) as background:
        background.submit(preload)
        analysis = pipeline.analyze(path, options, progress, trace)
    native.release_memory()
    return analysis


def write(
    path: Path, analysis: Analysis, output: Output, progress: ProgressCallback | None = None
) -> Written:
    """Write the report and every other file of a result.

    Args:
        path: the clip, which is read once more for pictures.
        analysis: its result.
        output: the folder.
        progress: called with the progress.

    Raises:
        ResultExists: the folder holds a result already, and `force` is not set.
        BadRequest: another run writes to the folder.
        EnvironmentFault: it cannot be written to.
    """
    folder = output.folder
    with folders.reserved(folder, earlier_files):
        check_free(output)
        try:
            with folders.new_content(folder, earlier_files) as part:
                _write_files(part, path, analysis, output, progress)
                checksums.save(part)
                names = folders.all_files(part)
        except OSError as error:
            raise folders.unwritable(folder, error) from error
        except EnvironmentFault as error:  # of the video, which names a temporary folder
            if not isinstance(error.__cause__, OSError):
                raise
            raise folders.unwritable(folder, error.__cause__) from error
    return Written(
        report=folder / document.REPORT,
        handout=folder / document.HANDOUT,
        result=folder / document.RESULT,
        table=folder / document.TABLE,
        rep_table=folder / document.REP_TABLE,
        chart=folder / document.CHART,
        video=folder / document.VIDEO if document.VIDEO in names else None,
        evidence=folder / document.EVIDENCE,
        stills=folder / document.STILLS if (folder / document.STILLS).exists() else None,
        explain=folder / document.EXPLAIN / "index.html" if output.explain else None,
        names=tuple(sorted(names)),
    )


def write_numbers(trial: Trial, folder: Path) -> None:
    """Write a result without its pictures and pages, which follow; an earlier result gives way.

    Raises:
        BadRequest: another run writes to the folder.
        EnvironmentFault: it cannot be written to.
    """
    with folders.reserved(folder, earlier_files):
        try:
            with folders.new_content(folder, earlier_files) as part:
                _write_texts(part, {document.RESULT: document.result_text(trial)})
                checksums.save(part)
        except OSError as error:
            raise folders.unwritable(folder, error) from error


def _write_files(  # noqa: PLR0917 - all that `write` has
    part: Path, path: Path, analysis: Analysis, output: Output, progress: ProgressCallback | None
) -> None:
    """Write every file into a temporary folder."""
    from hipcv.report import handout, html
    from hipcv.report.charts import chart
    from hipcv.report.formats import rep_table, table
    from hipcv.report.summary import summarise
    from hipcv.results import pictures, stills
    from hipcv.store.archive import save_evidence

    trial = analysis.trial
    charts: list[chart.Chart] = []
    with BackgroundWorker(max_pending=1) as background:
        background.submit(lambda: charts.append(chart.draw(trial, analysis.motions)))
        shots = pictures.draw_video_and_stills(part / document.VIDEO, path, analysis, progress)
    summary = summarise(trial)
    texts = {
        document.HANDOUT: handout.render(trial, summary),
        document.REPORT: html.render(
            trial,
            summary,
            chart_svg=charts[0].svg if analysis.motions else "",
            stills=shots,
            command=trial.provenance.command,
        ),
        document.CHART_SVG: charts[0].svg,
        document.TABLE: table.angles(analysis.motions.values()),
        document.REP_TABLE: rep_table.render([document.build_document(trial, timing=False)]),
        document.RESULT: document.result_text(trial),
    }
    _write_texts(part, texts)
    (part / document.CHART).write_bytes(charts[0].png)
    save_evidence(part / document.EVIDENCE, analysis.track, analysis.closeups)
    if shots:
        stills.save_stills(part / document.STILLS, shots)
    if output.explain is not None:
        pictures.draw_steps(part / document.EXPLAIN, analysis, output.explain)


def _write_texts(part: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (part / name).write_text(text, encoding="utf-8")
