"""Output to the user's terminal: the summary, JSON, progress, and its limits in encoding."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import typer

from hipcv.core.text import LINE_BREAKS, escape
from hipcv.language import N_, _
from hipcv.native import STDERR

YES: Final = N_("y yes")
NO: Final = N_("n no")
"""Words that answer a question; the English ones count in every language."""

if TYPE_CHECKING:
    from hipcv.core.assessment import Trial
    from hipcv.core.interfaces import ProgressCallback


def show_summary(trial: "Trial", files: Mapping[str, str]) -> None:
    """Print the summary of a result; plain text where the output is piped."""
    from hipcv.report import terminal

    interactive = sys.stdout.isatty()
    text = terminal.render(
        trial,
        files=files,
        width=shutil.get_terminal_size().columns if interactive else 80,
        colour=interactive and "NO_COLOR" not in os.environ,
        unicode=supports_unicode(),
    )
    typer.echo(text, file=unescaped(sys.stdout), nl=False)


def preload_summary() -> None:
    """Import what `show_summary` needs."""
    from hipcv.report import terminal  # noqa: F401


def show_json(document: object) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=not supports_unicode(), allow_nan=False))


def open_page(page: Path) -> None:
    """Open a page of a result in the browser, where there is one."""
    import webbrowser  # no other command needs it

    webbrowser.open(page.resolve().as_uri())


def supports_unicode() -> bool:
    """Return True if stdout can encode block characters and degree signs."""
    return (sys.stdout.encoding or "ascii").lower().replace("-", "") == "utf8"


def confirm(question: str) -> bool:
    """Ask a question on stderr that is answered by yes or no; no answer means no."""
    yes, no = (set(_(words).split()) | set(words.split()) for words in (YES, NO))
    while True:
        choice = _("y/N")
        text = f"{question} [{choice}]"
        answer = typer.prompt(text, default="", show_default=False, err=True).strip().lower()
        if answer in yes:
            return True
        if answer in no or not answer:
            return False
        typer.echo(_("Answer y or n."), err=True)


@contextmanager
def progress_bar(*, quiet: bool) -> "Iterator[ProgressCallback | None]":
    """Yield a callback that draws a bar on stderr; None where stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()
    with Progress(*columns, console=Console(file=unescaped(sys.stderr)), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda stage, share: bar.update(task, description=_(stage), completed=share)


@contextmanager
def share_bar(stage: str) -> "Iterator[Callable[[float], None]]":
    """Yield a callback that draws the share of one stage that is done, 0..1, as `progress_bar`."""
    with progress_bar(quiet=False) as bar:
        yield lambda share: bar(stage, share) if bar is not None else None


def detach_stderr() -> None:
    """Point `sys.stderr` at a copy of the descriptor, which `quiet_stderr` does not silence."""
    try:
        if sys.stderr.fileno() != STDERR:
            return  # redirected within Python
        copy = os.dup(STDERR)
    except (AttributeError, OSError, ValueError):
        return  # there is no stderr
    sys.stderr = os.fdopen(copy, "w", buffering=1, encoding=sys.stderr.encoding)


class EscapedStream:
    """A text stream in which control signs are escaped, and what it cannot encode.

    The name of a file may hold any sign; as it is, some would move the cursor, change the title of
    the terminal, or reverse the order of the letters after them.
    """

    def __init__(self, stream: TextIO) -> None:
        self.unescaped = stream
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")

    def write(self, text: str) -> int:
        """Write a text with its control signs escaped, apart from breaks of lines."""
        self.unescaped.write(escape(text, LINE_BREAKS))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any attribute of a stream
        return getattr(self.unescaped, name)


def escape_output() -> None:
    """Escape control signs in everything that this process prints."""
    for name in ("stdout", "stderr"):
        if (stream := getattr(sys, name)) is not None:
            setattr(sys, name, EscapedStream(stream))


def unescaped(stream: TextIO) -> TextIO:
    """Return the stream itself, for colours and bars; names in them are escaped one by one."""
    inner: TextIO = getattr(stream, "unescaped", stream)
    return inner
