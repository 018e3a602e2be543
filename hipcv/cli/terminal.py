"""What the user's terminal can show, and the summary shown on it."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from hipcv.native import STDERR

if TYPE_CHECKING:
    from hipcv.core.assessment import Trial


def show_summary(trial: "Trial", files: Mapping[str, str]) -> None:
    """Print what a person reads at a glance; plain text where the output is piped."""
    from hipcv.report import terminal

    seen = sys.stdout.isatty()
    text = terminal.render(
        trial,
        files=files,
        width=shutil.get_terminal_size().columns if seen else 80,
        colour=seen and "NO_COLOR" not in os.environ,
        unicode=speaks_unicode(),
    )
    typer.echo(text, nl=False)


def show_json(told: object) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(told, indent=2, ensure_ascii=not speaks_unicode(), allow_nan=False))


def speaks_unicode() -> bool:
    """Whether stdout can take blocks and degree signs."""
    return (sys.stdout.encoding or "ascii").lower().replace("-", "") == "utf8"


def speak_apart() -> None:
    """Write our own messages to a copy of stderr that `quiet_stderr` leaves alone."""
    try:
        if sys.stderr.fileno() != STDERR:
            return  # somebody listens elsewhere
        apart = os.dup(STDERR)
    except (AttributeError, OSError, ValueError):
        return  # there is none
    sys.stderr = os.fdopen(apart, "w", buffering=1, encoding=sys.stderr.encoding)


def accept_any_text() -> None:
    """Let odd file names through to any terminal, escaped where it cannot show them."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
