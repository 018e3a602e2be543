"""Speech by a voice of the system, in a process of its own: text lines in, one line back for each.

`python -m hipcv.guide.voice_process LANGUAGE` prints `ready` once it can speak, then `ready` again
after each line of stdin that it has said. It ends with stdin, and at once where no voice of the
system speaks the language. Voices are those of the system alone, so that no text leaves it.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

READY: Final = "ready"
WORDS_PER_MINUTE: Final = 185
HEARD_S: Final = 0.15
"""A text that was said in less time was not heard: the system has no sound output."""

PREFERRED: Final = {"en": ("en-us", "en-gb"), "es": ("es", "es-es", "es-419", "es-mx", "es-us")}
"""Tags of a language's voices that are chosen before others, by its code."""

MBROLA: Final = "mb/"
"""Beginning of the names of voices that need another program, which may be missing."""

Say = Callable[[str], None]


def best_voice(voices: Iterable[tuple[str, str]], code: str) -> str | None:
    """Return the name of the voice that suits a language best; None for none.

    Args:
        voices: name and language tag of each, such as `es_ES` or `en-us`.
        code: of the language.
    """
    preferred = PREFERRED.get(code, ())
    suitable: list[tuple[bool, int, str]] = []
    for name, tag in voices:
        plain = tag.replace("_", "-").lower()
        if plain.partition("-")[0] == code:
            rank = preferred.index(plain) if plain in preferred else len(preferred)
            suitable.append((name.startswith(MBROLA), rank, name))
    return min(suitable, default=(False, 0, None), key=lambda found: found[:2])[-1]


def main() -> None:
    """Say the lines of stdin in the language named on the command line."""
    try:
        say = _open_voice(sys.argv[1])
    except (ImportError, RuntimeError, OSError, subprocess.SubprocessError):
        return
    if say is not None:
        _serve(say)


def _serve(say: Say) -> None:
    _report_ready()
    for line in sys.stdin:
        began_s = time.monotonic()
        say(line.strip())
        if time.monotonic() - began_s < HEARD_S:
            return
        _report_ready()


def _report_ready() -> None:
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()


def _open_voice(code: str) -> Say | None:
    """Return a function that says a text and returns when it is said; None without a voice."""
    return _macos_voice(code) if sys.platform == "darwin" else _pyttsx3_voice(code)


def _macos_voice(code: str) -> Say | None:
    listed = subprocess.run(
        ["say", "-v", "?"],  # noqa: S607 - a program of the system
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = [line.partition("#")[0].rsplit(maxsplit=1) for line in listed.splitlines()]
    name = best_voice([(row[0].strip(), row[1]) for row in rows if len(row) == 2], code)  # noqa: PLR2004
    if name is None:
        return None
    command = ["say", "-v", name, "-r", str(WORDS_PER_MINUTE)]

    def say(text: str) -> None:
        subprocess.run([*command, "--", text], check=True)  # noqa: S603

    return say


def _pyttsx3_voice(code: str) -> Say | None:
    import pyttsx3

    if sys.platform == "linux" and not shutil.which("aplay"):
        return None  # the library would stay silent
    listed = pyttsx3.init().getProperty("voices")
    voices = [(voice.id, _tag(language)) for voice in listed for language in voice.languages]
    name = best_voice(voices, code)
    return None if name is None else partial(_say_once, name)


def _say_once(name: str, text: str) -> None:
    """Say one text with a new engine: on Windows, one that has spoken before stays silent."""
    import pyttsx3

    engine = pyttsx3.init()
    engine.setProperty("voice", name)
    engine.setProperty("rate", WORDS_PER_MINUTE)
    if sys.platform == "linux":
        engine.runAndWait()  # applies the properties; a first loop does not wait for a text
    engine.say(text)
    engine.runAndWait()


def _tag(language: str | bytes) -> str:
    text = language.decode("utf-8", "replace") if isinstance(language, bytes) else language
    return "".join(sign for sign in text if sign.isprintable())


if __name__ == "__main__":
    main()
