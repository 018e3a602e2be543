"""The process of one clip: its analysis as `hipcv analyze` does it, then its proxy.

`python -m hipcv.web.worker CLIP FOLDER OPTIONS`, where OPTIONS is `AnalysisOptions.to_dict` as
JSON. Its progress is in the file `progress` of its working directory; an error is on stdout.
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

PROGRESS: Final = "progress"
NOT_MEASURED: Final = 4
TELL_EVERY_S: Final = 0.2

SHARES: Final = {
    "following the patient": (0.0, 0.7),
    "drawing the annotated video": (0.7, 0.9),
    "preparing the video": (0.9, 1.0),
}
"""Which part of the whole each stage is, about."""


class Progress:
    """Writes how far the work is, now and then."""

    def __init__(self, path: Path) -> None:
        self._path, self._told_s, self._doing = path, 0.0, ""

    def __call__(self, doing: str, share: float) -> None:
        """Note which share (0..1) of a stage is done; NaN where it is not known."""
        now_s = time.monotonic()
        if doing == self._doing and now_s - self._told_s < TELL_EVERY_S:
            return
        self._told_s, self._doing = now_s, doing
        first, last = SHARES.get(doing, (0.7, 0.7))
        whole = first + (last - first) * (share if 0 <= share <= 1 else 0.0)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps({"doing": doing, "share": round(whole, 3)}), encoding="utf-8")
        part.replace(self._path)


def main() -> int:
    """Work on one clip; the exit code is that of `hipcv analyze`."""
    clip, folder, options = sys.argv[1:]
    end_with_parent()
    native.use_single_arena()
    try:
        asked = AnalysisOptions.from_dict(json.loads(options))
        return analyse(Path(clip), Path(folder), asked, Path(PROGRESS))
    except HipcvError as told:
        sys.stdout.write(json.dumps({"text": str(told)}))
        return told.exit_code
    except OSError as fault:
        sys.stdout.write(json.dumps({"text": f"The result could not be written ({fault})."}))
        return EnvironmentFault.exit_code


def analyse(clip: Path, folder: Path, options: AnalysisOptions, progress: Path) -> int:
    """Measure a clip, and write its result and its proxy into a folder.

    Raises:
        HipcvError: it cannot be done.
    """
    from hipcv.report.privacy import carry_heads
    from hipcv.results import write
    from hipcv.results.options import Output
    from hipcv.web import proxy

    watch = Progress(progress)
    analysis = write.analysed(clip, options, watch)
    write.write(clip, analysis, Output(folder), watch)
    proxy.make(
        clip,
        folder,
        mirrored=options.mirrored,
        heads_px=carry_heads(analysis.track.xy_px) if options.blur_face else None,
        watch=lambda share: watch("preparing the video", share),
    )
    return 0 if analysis.trial.status == "measured" else NOT_MEASURED


if __name__ == "__main__":
    sys.exit(main())
