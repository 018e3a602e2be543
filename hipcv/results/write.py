"""Everything written of one analysis: all files whole, or none.

The files are drawn by `hipcv.results.contents`, whose libraries take half a second to load.
"""

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from hipcv import native, pipeline
from hipcv.background import BackgroundWorker
from hipcv.core.errors import EnvironmentFault, ResultExists
from hipcv.core.interfaces import ProgressCallback
from hipcv.core.options import AnalysisOptions
from hipcv.core.trace import TraceCallback
from hipcv.pipeline import Analysis
from hipcv.results.options import EVIDENCE, EXPLAIN, RESULT, VIDEO, Output, Written


def get_ready() -> None:
    """Load what `write` needs. Done beside other work, it costs nothing."""
    import_module("hipcv.results.contents")


def analysed(
    path: Path,
    options: AnalysisOptions,
    watch: ProgressCallback | None = None,
    evidence: TraceCallback | None = None,
) -> Analysis:
    """As `pipeline.analyze`, with what `write` needs loaded meanwhile."""
    with BackgroundWorker(max_pending=1) as background:
        background.submit(get_ready)
        analysis = pipeline.analyze(path, options, watch, evidence)
    native.release_memory()
    return analysis


def check_free(output: Output) -> None:
    """Make sure that no earlier result is overwritten unasked.

    Raises:
        ResultExists: there is one, and `force` was not given.
    """
    if not output.force and (output.folder / RESULT).exists():
        raise ResultExists(
            f"{output.folder}: holds a result already. "
            "Choose another folder with --out, or overwrite it with --force."
        )


def write(
    path: Path, analysis: Analysis, output: Output, watch: ProgressCallback | None = None
) -> Written:
    """Write the report and all that belongs to it.

    Args:
        path: the clip, which is read once more for pictures.
        analysis: its result.
        output: where to.
        watch: told what is being done.

    Raises:
        ResultExists: see `check_free`.
        EnvironmentFault: the folder cannot be written to.
    """
    from hipcv.report.debug import explain
    from hipcv.results import contents

    check_free(output)
    try:
        output.folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=output.folder, prefix=".part-") as part:
            names = contents.fill(Path(part), path, analysis, output, watch or _unwatched)
            for name in sorted(names, key=lambda name: name == RESULT):  # the result last
                (output.folder / name).parent.mkdir(exist_ok=True)
                (Path(part) / name).replace(output.folder / name)
        if VIDEO not in names:
            (output.folder / VIDEO).unlink(missing_ok=True)  # of an earlier result
        contents.forget_steps(output.folder / EXPLAIN, names)
    except OSError as error:
        raise EnvironmentFault(
            f"{output.folder}: the result could not be written ({error.strerror or error}). "
            "Free some space, or choose another folder with --out."
        ) from error
    video = output.folder / VIDEO
    return Written(
        report=output.folder / "report.html",
        result=output.folder / RESULT,
        table=output.folder / "angles.csv",
        chart=output.folder / "chart.png",
        video=video if VIDEO in names else None,
        evidence=output.folder / EVIDENCE,
        explain=output.folder / EXPLAIN / explain.INDEX if output.explain else None,
    )


def _unwatched(_doing: str, _share: float) -> None:
    return None
