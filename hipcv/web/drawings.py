"""Videos that are drawn in the background when they are asked for, one at a time."""

import contextvars
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hipcv.core.errors import BadRequest, HipcvError
from hipcv.core.interfaces import ProgressCallback
from hipcv.language import _

MOST: Final = 8
"""Drawings that may wait at once."""

Draw = Callable[[Path, ProgressCallback], None]
"""Draws to a path; the file appears whole or not at all."""


class _Closed(Exception):
    """The app closes."""


@dataclass(slots=True)
class Drawing:
    """One video under way, or one that failed."""

    share: float = 0.0  # done, 0..1
    error: str = ""  # a sentence; "": it is under way


@dataclass(slots=True)
class Drawings:
    """The videos under way of one app."""

    _drawings: dict[Path, Drawing] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _closed: threading.Event = field(default_factory=threading.Event)

    def get(self, path: Path) -> Drawing | None:
        """Return the drawing of a file that is under way, or failed; else None."""
        return self._drawings.get(path)

    def start(self, path: Path, draw: Draw) -> None:
        """Begin to draw a file, unless it is under way; others in its folder are deleted after it.

        Raises:
            BadRequest: too many wait.
        """
        with self._lock:
            under_way = [key for key, drawing in self._drawings.items() if not drawing.error]
            if path in under_way:
                return
            if len(under_way) >= MOST:
                raise BadRequest(_("Several videos are being drawn. Try again in a minute."))
            drawing = self._drawings[path] = Drawing()
        context = contextvars.copy_context()  # with the language of who asked
        work = threading.Thread(
            target=context.run, args=(self._run, path, drawing, draw), name="drawing", daemon=True
        )
        work.start()

    def close(self) -> None:
        """End what is under way."""
        self._closed.set()

    def _run(self, path: Path, drawing: Drawing, draw: Draw) -> None:
        def progress(_stage: str, share: float) -> None:
            if self._closed.is_set():
                raise _Closed
            drawing.share = share

        try:
            with self._turn:
                progress("", 0.0)
                path.parent.mkdir(exist_ok=True)
                draw(path, progress)
                _delete_others(path)
        except _Closed:
            return
        except (HipcvError, OSError) as error:
            drawing.error = str(error) if isinstance(error, HipcvError) else _failed()
        except Exception:
            logging.getLogger(__name__).exception("a video could not be drawn")
            drawing.error = _failed()
        else:
            with self._lock:
                del self._drawings[path]


def _failed() -> str:
    return _("The annotated video could not be drawn.")


def _delete_others(path: Path) -> None:
    """Delete the videos of earlier corrections, in every language."""
    key = path.stem.partition("-")[0]
    for other in path.parent.glob("*.mp4"):
        if not other.name.startswith(f"{key}-"):
            other.unlink(missing_ok=True)
