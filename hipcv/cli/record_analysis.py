"""Analysis of recordings in a process of its own, which reads them while they are being made.

The recorder's packets are passed on to it. A crash there ends in a sentence: the recording stays,
and another process analyses the next one.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from hipcv import folders
from hipcv.background import BackgroundWorker
from hipcv.cli.isolation import Isolation
from hipcv.core.errors import EnvironmentFault, Failure
from hipcv.core.options import AnalysisOptions

if TYPE_CHECKING:
    from hipcv.core.assessment import Trial
    from hipcv.core.interfaces import ProgressCallback
    from hipcv.pipeline import Analysis
    from hipcv.results.output import Output, Written
    from hipcv.video.recorded import EncodedPicture, PacketQueue, RecordedFrames


class RecordingAnalysis:
    """Analysis of recordings in another process, one after the other; a context manager.

    `options` are those of the analysis; the side may be chosen later.
    """

    def __init__(self, options: AnalysisOptions) -> None:
        self._options = options
        self._memory_gb = options.limits.memory_max_gb
        self._isolation = Isolation()
        self._passing: dict[Path, threading.Thread] = {}
        self._sources: list[RecordedFrames] = []
        self._is_idle = True  # every call came to its end

    def __enter__(self) -> Self:
        self._isolation.start()
        return self

    def __exit__(self, *exception: object) -> None:
        for source in self._sources:
            source.close()
        for thread in self._passing.values():
            thread.join()
        if self._is_idle:
            self._isolation.call(_close, progress=None, memory_gb=self._memory_gb)
        self._isolation.__exit__(*exception)

    def prepare(self) -> None:
        """Load the models of the first recording before it begins."""
        with suppress(ConnectionError):
            self._isolation.post(_prepare, self._options, memory_gb=self._memory_gb)

    def begin(self, source: "RecordedFrames") -> None:
        """Read a recording that begins."""
        thread = threading.Thread(target=self._pass_on, args=(source,), name="passing", daemon=True)
        self._sources.append(source)
        self._passing[source.path] = thread
        thread.start()

    def analyze(
        self, path: Path, options: AnalysisOptions, progress: "ProgressCallback | None"
    ) -> "Trial | Failure":
        """Return the result of a finished recording, or why there is none."""
        if path in self._passing:
            self._passing[path].join()
        self._isolation.start(threads=True)
        with self._call():
            return self._isolation.call(
                _analyze, path, options, progress=progress, memory_gb=self._memory_gb
            )

    def write(
        self, path: Path, trial: "Trial", output: "Output", progress: "ProgressCallback | None"
    ) -> "Written | Failure":
        """Write the files of a recording that was just analyzed; `trial` is its result, completed.

        Returns:
            Their paths, or why they are missing.
        """
        reserved, memory_gb = folders.reserved_now(), self._memory_gb
        with self._call():
            return self._isolation.call(
                _write, path, trial, output, reserved, progress=progress, memory_gb=memory_gb
            )

    @contextmanager
    def _call(self) -> Iterator[None]:
        self._is_idle = False
        yield
        self._is_idle = True

    def _pass_on(self, source: "RecordedFrames") -> None:
        """Pass on the packets of a recording as they come."""
        post, path, memory_gb = self._isolation.post, source.path, self._memory_gb
        with suppress(ConnectionError):
            post(_begin, path, self._options, memory_gb=memory_gb)
            with suppress(EnvironmentFault):
                for packet in source.packets():
                    post(_add, path, packet, memory_gb=memory_gb)
            post(_finish, path, source.incomplete, memory_gb=memory_gb)
        source.close()


# --- in the other process


class _Recordings:
    """Recordings that this process reads, and its analysis of the latest."""

    def __init__(self, options: AnalysisOptions) -> None:
        from hipcv.concurrent_analysis import ConcurrentAnalysis

        self.reading = ConcurrentAnalysis(options).__enter__()
        self.queues: dict[Path, PacketQueue] = {}
        self.latest: Analysis | None = None


_recordings: Final[list[_Recordings]] = []
"""None, or one."""


def _open(options: AnalysisOptions) -> _Recordings:
    if not _recordings:
        _recordings.append(_Recordings(options))
    return _recordings[0]


def _prepare(options: AnalysisOptions) -> None:
    _open(options).reading.prepare()


def _begin(path: Path, options: AnalysisOptions) -> None:
    from hipcv.video.recorded import PacketQueue, RecordedFrames

    recordings = _open(options)
    queue = recordings.queues[path] = PacketQueue()
    recordings.reading.begin(RecordedFrames(path, queue))


def _add(path: Path, packet: "EncodedPicture") -> None:
    _recordings[0].queues[path].put(packet)


def _finish(path: Path, is_incomplete: bool) -> None:
    queue = _recordings[0].queues[path]
    if is_incomplete:
        queue.close()
    queue.finish()


def _analyze(path: Path, options: AnalysisOptions, progress: "ProgressCallback | None") -> "Trial":
    """Analyze a recording as it was read, or else its file."""
    from hipcv.results import write

    recordings = _open(options)
    with BackgroundWorker(max_pending=1) as background:
        background.submit(write.preload)
        recordings.latest = recordings.reading.analyze(path, options, progress)
    return recordings.latest.trial


def _write(
    path: Path,
    trial: "Trial",
    output: "Output",
    reserved: frozenset[Path],
    progress: "ProgressCallback | None",
) -> "Written":
    from hipcv.results import write

    analysis = _recordings[0].latest
    assert analysis is not None
    with folders.shared(reserved):
        return write.write(path, replace(analysis, trial=trial), output, progress)


def _close(_progress: "ProgressCallback | None") -> None:
    while _recordings:
        _recordings.pop().reading.__exit__()
