"""The process of one clip: analysis, result folder, progress and error.

`python -m hipcv.batch.worker [--single-thread] [--then MODULE]` reads one line from standard input,
that of `job.order_line`: no file name, which may name a patient, is among the arguments, which
every user of the machine can list. In the working directory, the file `progress` has the progress
and `measured.json` the result as soon as it is known. An error is on stdout as `{"text": ...}`; the
exit code is that of `hipcv analyze`. The process ends when its parent does.

A growing clip is read while it is being recorded, at low priority. It is finished once the parent
has written the file `finished`, with the path of the finished clip and its options.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from hipcv import libraries, native
from hipcv.background import use_single_thread
from hipcv.core.errors import NOT_MEASURED, Failure, Interrupted
from hipcv.core.options import AnalysisOptions
from hipcv.files import make_new_files_private, write_atomic
from hipcv.language import N_

if TYPE_CHECKING:
    from hipcv.pipeline import Analysis

PROGRESS: Final = "progress"
MEASURED: Final = "measured.json"
FINISHED: Final = "finished"
PROGRESS_INTERVAL_S: Final = 0.2

_STAGES: Final = {
    N_("following the patient"): (0.0, 0.7),
    N_("drawing the annotated video"): (0.7, 0.9),
    N_("preparing the video"): (0.9, 1.0),
}
"""Approximate share of the whole at the start and at the end of every stage."""

_READ_BYTES: Final = 1024
STDIN: Final = 0


def end_with_parent() -> None:
    """End this process and its children as soon as standard input is closed.

    The parent holds the other end of the pipe: the system closes it when the parent ends, however
    it ends.
    """
    threading.Thread(target=_watch_parent, daemon=True).start()


def read_order_line() -> bytes:
    """Return the line with the order from standard input, and take no byte after it."""
    line = b""
    while not line.endswith(b"\n"):
        if not (byte := os.read(STDIN, 1)):
            sys.exit(Interrupted.exit_code)  # the parent has ended
        line += byte
    return line


class ProgressFile:
    """Writes stage and share done to a file, at most every 0.2 s."""

    def __init__(self, path: Path) -> None:
        self._path, self._written_s, self._stage = path, 0.0, ""

    def __call__(self, stage: str, share: float) -> None:
        """Write the share (0..1) of a stage that is done; NaN: unknown."""
        now_s = time.monotonic()
        if stage == self._stage and now_s - self._written_s < PROGRESS_INTERVAL_S:
            return
        self._written_s, self._stage = now_s, stage
        start, end = _STAGES.get(stage, (0.7, 0.7))
        total = start + (end - start) * (share if 0 <= share <= 1 else 0.0)
        text = json.dumps({"doing": stage, "share": round(total, 3)})
        write_atomic(self._path, text, sync=False)


def main() -> int:
    """Analyze one clip and return the exit code of `hipcv analyze`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--single-thread", action="store_true")
    parser.add_argument("--then", default="")  # module whose `extend_result` adds files
    arguments = parser.parse_args()
    make_new_files_private()
    order = json.loads(read_order_line())
    end_with_parent()
    native.use_single_arena()
    if arguments.single_thread:
        use_single_thread()
    return carry_out(order, arguments.then)


def carry_out(order: Mapping[str, Any], extension: str = "") -> int:
    """Analyze the clip of an order in this process and return the exit code."""
    try:
        libraries.require()
        options = AnalysisOptions.from_dict(order["options"])
        native.limit_memory(options.limits.memory_max_gb)
        work = _follow if order["growing"] else _analyze
        return work(Path(order["clip"]), Path(order["folder"]), options, extension)
    except Exception as error:  # noqa: BLE001 - reported to the parent
        failure = Failure.from_error(error)
        sys.stdout.write(json.dumps({"text": failure.text}))
        return failure.exit_code


def _analyze(clip: Path, folder: Path, options: AnalysisOptions, extension: str) -> int:
    from hipcv.results import write

    progress = ProgressFile(Path(PROGRESS))
    analysis = write.analyze_while_preloading(clip, options, progress)
    return _write(clip, analysis, progress, folder=folder, extension=extension)


def _follow(recording: Path, folder: Path, options: AnalysisOptions, extension: str) -> int:
    """Analyze a clip while it is being recorded.

    Of the final options only side, person and external may differ.
    """
    native.lower_priority()
    from hipcv import pipeline
    from hipcv.background import BackgroundWorker
    from hipcv.results import write
    from hipcv.video.growing import GrowingFile

    progress = ProgressFile(Path(PROGRESS))
    source = GrowingFile(
        recording, lambda: (end := read_finished()) and end.clip, limits=options.limits
    )
    with BackgroundWorker(max_pending=1) as background:
        background.submit(write.preload)
        reading = pipeline.read_clip(source, options, progress)
    finished = read_finished()
    assert finished is not None
    options = finished.options
    analysis = pipeline.conclude(source, reading, options, progress)
    native.release_memory()
    return _write(source.path, analysis, progress, folder=folder, extension=extension)


class Finished(NamedTuple):
    """A clip whose recording has ended, and the options of its analysis."""

    clip: Path
    options: AnalysisOptions


def write_finished(folder: Path, finished: Finished) -> None:
    """Tell the worker in a working directory that the clip it follows is finished."""
    order = {"clip": str(finished.clip.absolute()), "options": finished.options.to_dict()}
    write_atomic(folder / FINISHED, json.dumps(order))


def read_finished() -> Finished | None:
    """Return the clip that this worker follows, once it is finished; None before."""
    if not Path(FINISHED).exists():
        return None
    order = json.loads(Path(FINISHED).read_text(encoding="utf-8"))
    return Finished(Path(order["clip"]), AnalysisOptions.from_dict(order["options"]))


def _write(
    clip: Path, analysis: "Analysis", progress: ProgressFile, *, folder: Path, extension: str
) -> int:
    """Write the result, the numbers first, and return the exit code."""
    from hipcv.results import document, write
    from hipcv.results.output import Output

    numbers = document.build_document(analysis.trial, timing=False)
    write_atomic(Path(MEASURED), document.dumps(numbers))
    write.write(clip, analysis, Output(folder), progress)
    if extension:
        import_module(extension).extend_result(clip, folder, analysis, progress)
    return 0 if analysis.trial.status == "measured" else NOT_MEASURED


def _watch_parent() -> None:
    while os.read(STDIN, _READ_BYTES):
        pass
    end_group()


def end_group() -> NoReturn:
    """End this process at once, and the group that it leads."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
