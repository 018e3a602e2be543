"""Analysis of recordings while they are being made, in a background thread.

The reading of a clip takes most of an analysis and needs no option that is chosen at the end. So it
follows the recording, at low priority, and only what is left is done afterwards. Frames and code
are those of an analysis of the finished file, and so are the numbers.
"""

import threading
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Final, Self

from hipcv import native, pipeline
from hipcv.clip_reader import ClipReader
from hipcv.core.errors import Interrupted
from hipcv.core.interfaces import ProgressCallback
from hipcv.core.options import AnalysisOptions
from hipcv.pipeline import Analysis, Reading
from hipcv.video.recorded import RecordedFrames

PROGRESS_S: Final = 0.1
"""Interval at which progress is reported while the rest of a recording is read."""


class ConcurrentAnalysis:
    """Reader of recordings under way, one after the other; a context manager.

    `options` are those of the analysis; the side may be chosen later.
    """

    def __init__(self, options: AnalysisOptions) -> None:
        self._options = options
        self._pool = ThreadPoolExecutor(
            1, thread_name_prefix="reading", initializer=native.lower_priority
        )
        self._sources: dict[Path, RecordedFrames] = {}
        self._readings: dict[Path, Future[Reading]] = {}
        self._reader: ClipReader | None = None  # of the next recording; used in the pool alone
        self._closing = threading.Event()
        self._progress = ("", 0.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        for source in self._sources.values():
            source.close()
        self._pool.shutdown(cancel_futures=True)
        if self._reader is not None:
            self._reader.__exit__(None, None, None)

    def prepare(self) -> None:
        """Load the models of the first recording before it begins."""
        self._pool.submit(self._open_reader)

    def begin(self, source: RecordedFrames) -> None:
        """Read a recording that begins."""
        source.limits = self._options.limits
        self._sources[source.path] = source
        self._readings[source.path] = self._pool.submit(self._read, source)

    def analyze(
        self, path: Path, options: AnalysisOptions, progress: ProgressCallback | None = None
    ) -> Analysis:
        """Measure a finished recording, as `pipeline.analyze` does.

        Where its reading failed or fell too far behind, the file is read instead.

        Raises:
            UnreadableVideo: no picture can be decoded from the file.
        """
        reading = self._reading(path, progress)
        if reading is None:
            return pipeline.analyze(path, options, progress)
        return pipeline.conclude(self._sources[path], reading, options, progress)

    def _open_reader(self) -> None:
        self._reader = pipeline.open_reader(self._options)

    def _read(self, source: RecordedFrames) -> Reading:
        reader, self._reader = self._reader, None
        return pipeline.read_clip(source, self._options, self._report, reader=reader)

    def _reading(self, path: Path, progress: ProgressCallback | None) -> Reading | None:
        """Return the reading once it is complete; None where there is none."""
        future = self._readings.get(path)
        if future is None:
            return None
        while progress and not future.done():
            progress(*self._progress)
            wait([future], PROGRESS_S)
        failed = not _succeeded(future) or self._sources[path].incomplete
        return None if failed else future.result()

    def _report(self, step: str, share: float) -> None:
        """Store the progress of the reading, and end it once the context is left."""
        if self._closing.is_set():
            raise Interrupted("Stopped.")
        self._progress = (step, share)


def _succeeded(future: Future[Reading]) -> bool:
    """Wait, and return True unless the call failed or never ran."""
    try:
        return future.exception() is None
    except CancelledError:
        return False
