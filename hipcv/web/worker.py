"""The process of one clip: its analysis as `hipcv analyze` does it, then its proxy.

`python -m hipcv.web.worker CLIP FOLDER ORDER`, where ORDER is a `Wanted` as JSON. How far it is
stands in the file `progress` of the folder it was started in; why it failed, on stdout.
"""

import json
import shlex
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from hipcv import native
from hipcv.batch.worker import end_with_parent
from hipcv.core.errors import EnvironmentFault, HipcvError
from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol

PROGRESS: Final = "progress"
NOT_MEASURED: Final = 4
TELL_EVERY_S: Final = 0.2

SHARES: Final = {
    "following the patient": (0.0, 0.7),
    "drawing the annotated video": (0.7, 0.9),
    "preparing the video": (0.9, 1.0),
}
"""Which part of the whole each stage is, about."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of one clip."""

    side: str | None = None  # None: whichever moved
    mirrored: bool = False
    model: str = "full"
    blur_face: bool = False  # in every picture that is written
    protocol: dict[str, float] = field(default_factory=dict)  # where it is not the default

    def as_json(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))

    def command(self, name: str) -> str:
        """The command that gives the same numbers again, as `hipcv analyze` tells it."""
        words = ["hipcv", "analyze"]
        words += [f"--side={self.side}"] if self.side else []
        words += ["--mirrored"] if self.mirrored else []
        words += [f"--model={self.model}"] if self.model != Wanted().model else []
        for setting, value in self.protocol.items():
            words += ["--set", f"{setting}={value:g}"]
        words += ["--", name] if name.startswith("-") else [name]
        return shlex.join(words)


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
    clip, folder, order = sys.argv[1:]
    end_with_parent()
    native.use_single_arena()
    try:
        return analyse(Path(clip), Path(folder), Wanted(**json.loads(order)), Path(PROGRESS))
    except HipcvError as told:
        sys.stdout.write(json.dumps({"text": str(told)}))
        return told.exit_code
    except OSError as fault:
        sys.stdout.write(json.dumps({"text": f"The result could not be written ({fault})."}))
        return EnvironmentFault.exit_code


def analyse(clip: Path, folder: Path, wanted: Wanted, progress: Path) -> int:
    """Measure a clip, and write its result and its proxy into a folder.

    Raises:
        HipcvError: it cannot be done.
    """
    from hipcv import pipeline
    from hipcv.report.privacy import carry_heads
    from hipcv.results import write
    from hipcv.results.options import Output
    from hipcv.web import proxy

    watch = Progress(progress)
    request = pipeline.Request(
        side=Side(wanted.side) if wanted.side else None,
        mirrored=wanted.mirrored,
        model=wanted.model,
        protocol=MeasurementProtocol.from_values(wanted.protocol),
        command=wanted.command(clip.name),
    )
    analysis = write.analysed(clip, request, watch)
    write.write(clip, analysis, Output(folder, blur_face=wanted.blur_face), watch)
    proxy.make(
        clip,
        folder,
        mirrored=wanted.mirrored,
        heads_px=carry_heads(analysis.track.xy_px) if wanted.blur_face else None,
        watch=lambda share: watch("preparing the video", share),
    )
    return 0 if analysis.trial.status == "measured" else NOT_MEASURED


if __name__ == "__main__":
    sys.exit(main())
