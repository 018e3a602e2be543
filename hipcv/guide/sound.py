"""Short generated tones, where the machine has a sound device; silence where it has none."""

from enum import Enum
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hipcv.core.compensation import finding_codes
from hipcv.core.view_model import GuideView, Stage
from hipcv.native import quiet_stderr

RATE_HZ: Final = 44_100
LOUDNESS: Final = 0.25
FADE_S: Final = 0.01  # no click at either end


class Tone(Enum):
    """Notes, each a frequency in Hz and a length in seconds."""

    TICK = ((660.0, 0.09),)
    GO = ((990.0, 0.3),)
    HELD = ((784.0, 0.1), (1047.0, 0.18))
    DONE = ((659.0, 0.12), (784.0, 0.12), (1047.0, 0.25))
    MEND = ((330.0, 0.12), (262.0, 0.22))
    CHANGE = ((523.0, 0.15), (523.0, 0.15))


_STAGE_TONES: Final = {
    Stage.COUNTDOWN: Tone.TICK,
    Stage.CHANGEOVER: Tone.CHANGE,
    Stage.FINISHED: Tone.DONE,
}


def tone_table() -> dict[str, Any]:
    """Return the notes of each tone by its name, and how they are played, for other players."""
    notes = {tone.name: tone.value for tone in Tone}
    return {"notes": notes, "loudness": LOUDNESS, "fade_s": FADE_S}


def tone_between(before: GuideView | None, now: GuideView) -> Tone | None:
    """Return the tone of the most important change between two views; None for no change."""
    if before is None or now.stage is not before.stage:
        return _STAGE_TONES.get(now.stage)
    if now.cue in finding_codes() and now.cue != before.cue:
        return Tone.MEND
    if now.cue in ("turn_out", "turn_in") and now.cue != before.cue and not now.reps_this_way:
        return Tone.GO  # not with the stage, which begins with a second to sit still
    if now.hold_share >= 1 > before.hold_share:
        return Tone.HELD
    return Tone.TICK if now.count != before.count else None


def samples(tone: Tone) -> NDArray[np.float32]:
    """Return (N,) samples of the tone at `RATE_HZ`, faded in and out, -1..1."""
    parts = []
    for hertz, length_s in tone.value:
        time_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
        fade = np.minimum(np.minimum(time_s, length_s - time_s) / FADE_S, 1.0)
        parts.append(LOUDNESS * fade * np.sin(2 * np.pi * hertz * time_s))
    return np.concatenate(parts).astype(np.float32)


class Speaker:
    """Plays tones in the background; mute where there is no sound device, or on request."""

    def __init__(self, *, enabled: bool = True) -> None:
        self._library = _sound_library() if enabled else None

    @property
    def mute(self) -> bool:
        """True if no tone can be played."""
        return self._library is None

    def play(self, tone: Tone | None) -> None:
        """Begin the tone, ending one that still sounds. A device that fails makes it mute."""
        if self._library is None or tone is None:
            return
        try:
            with quiet_stderr():
                self._library.play(samples(tone), RATE_HZ)
        except self._library.PortAudioError:
            self._library = None


def _sound_library() -> ModuleType | None:
    """Return `sounddevice` where its native part and an output device exist."""
    try:
        with quiet_stderr():
            import sounddevice

            sounddevice.query_devices(kind="output")
    except (OSError, ImportError):
        return None
    except sounddevice.PortAudioError:
        return None
    library: ModuleType = sounddevice
    return library
