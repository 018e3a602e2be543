"""The worker process of one clip: its analysis, as by `hipcv analyze`, then its proxy video.

`python -m hipcv.web.worker CLIP FOLDER OPTIONS`, where OPTIONS is `AnalysisOptions.to_dict` as
JSON. Progress is written to the file `progress` of the working directory, an error to stdout.
"""

import json
import sys
import time
from pathlib import Path
from typing import Final

from hipcv import native
from hipcv.batch.worker import end_with_parent
from hipcv.core.errors import EnvironmentFault, HipcvError
from hipcv.core.options import AnalysisOptions
from hipcv.files import write_atomic

PROGRESS: Final = "progress"
NOT_MEASURED: Final = 4
PROGRESS_INTERVAL_S: Final = 0.2

SHARES: Final = {
    "following the patient": (0.0, 0.7),
    "drawing the annotated video": (0.7, 0.9),
    "preparing the video": (0.9, 1.0),
}
"""Approximate first and last share of the whole for every stage."""


class Progress:
    """Writes stage and share done to a file, at most every 0.2 s."""

    def __init__(self, path: Path) -> None:
        self._path, self._written_s, self._doing = path, 0.0, ""

    def __call__(self, doing: str, share: float) -> None:
        """Write the share (0..1) of a stage that is done; NaN: unknown."""
        now_s = time.monotonic()
        if doing == self._doing and now_s - self._written_s < PROGRESS_INTERVAL_S:
            return
        self._written_s, self._doing = now_s, doing
        first, last = SHARES.get(doing, (0.7, 0.7))
        whole = first + (last - first) * (share if 0 <= share <= 1 else 0.0)
        write_atomic(self._path, json.dumps({"doing": doing, "share": round(whole, 3)}))


def main() -> int:
    """Analyse one clip and return the exit code of `hipcv analyze`."""
    clip, folder, options = sys.argv[1:]
    end_with_parent()
    native.use_single_arena()
    try:
        parsed = AnalysisOptions.from_dict(json.loads(options))
        return analyse(Path(clip), Path(folder), parsed, Path(PROGRESS))
    except HipcvError as error:
        sys.stdout.write(json.dumps({"text": str(error)}))
        return error.exit_code
    except OSError as error:
        sys.stdout.write(json.dumps({"text": f"The result could not be written ({error})."}))
        return EnvironmentFault.exit_code


def analyse(clip: Path, folder: Path, options: AnalysisOptions, progress: Path) -> int:
    """Measure a clip, and write its result and its proxy video into a folder.

    Raises:
        HipcvError: the clip cannot be read, or the result not be written.
    """
    from hipcv.report.privacy import carry_heads
    from hipcv.results import write
    from hipcv.web import proxy

    watch = Progress(progress)
    analysis = write.analyze_while_preloading(clip, options, watch)
    write.write(clip, analysis, write.Output(folder), watch)
    proxy.make(
        clip,
        folder,
        mirrored=options.mirrored,
        heads_px=carry_heads(analysis.track.xy_px) if options.blur_face else None,
        on_progress=lambda share: watch("preparing the video", share),
    )
    return 0 if analysis.trial.status == "measured" else NOT_MEASURED


if __name__ == "__main__":
    sys.exit(main())
