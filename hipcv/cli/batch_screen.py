"""What a batch shows: a bar where a person is looking, a line for each clip elsewhere."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import typer

from hipcv.cli.terminal import speaks_unicode

if TYPE_CHECKING:
    from hipcv.batch.outcome import ClipOutcome
    from hipcv.batch.plan import BatchPlan
    from hipcv.batch.run import BatchProgress, BatchResult

_NAME_SHOWN: Final = 24


@contextmanager
def screen(*, as_json: bool, quiet: bool = False) -> Iterator["BatchProgress"]:
    """What the batch tells its progress to."""
    watch = Lines(as_json=as_json, quiet=quiet)
    if quiet or not sys.stderr.isatty():
        yield watch
        return
    with _bar() as bar:
        yield Bar(watch, bar)


class Lines:
    """A line for each clip that is answered for, on stdout."""

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self.as_json, self.quiet = as_json, quiet
        self.degree = "°" if speaks_unicode() else " deg"  # asked before a bar takes stdout over

    def clips_read(self, done: int, total: int) -> None:
        """Nothing: reading is quick."""

    def planned(self, total: int, to_do: int) -> None:
        """Say how much there is, where a person reads."""
        if not self.as_json:
            typer.echo(f"{clips(total)}, {to_do} to analyse")

    def clip_started(self, clip: str) -> None:
        """Nothing: the end is told."""

    def clip_finished(self, outcome: "ClipOutcome") -> None:
        """Print the clip's line at once, so that others can follow."""
        if self.as_json and not self.quiet:
            typer.echo(as_text(outcome))
            sys.stdout.flush()
        elif not self.quiet and not outcome.from_earlier_run:
            typer.echo(line(outcome, self.degree))


class Bar:
    """A bar with rate and time left on stderr, above it what `Lines` prints."""

    def __init__(self, lines: Lines, bar: Any) -> None:  # noqa: ANN401 - rich is loaded late
        self.lines, self.bar = lines, bar
        self.task = bar.add_task("reading the clips", total=None, rate="")
        self.running: list[str] = []
        self.done = self.to_do = 0
        self.began_s = time.monotonic()

    def clips_read(self, done: int, total: int) -> None:
        """Show how far reading has come."""
        self.bar.update(self.task, completed=done, total=total)

    def planned(self, total: int, to_do: int) -> None:
        """Begin to count what has to be analysed."""
        self.lines.planned(total, to_do)
        self.began_s, self.to_do = time.monotonic(), to_do
        self.bar.reset(self.task, total=to_do, description="")

    def clip_started(self, clip: str) -> None:
        """Name what is being analysed."""
        self.running.append(clip)
        self._show()

    def clip_finished(self, outcome: "ClipOutcome") -> None:
        """Print the clip's line and move on."""
        self.lines.clip_finished(outcome)
        if outcome.clip in self.running:
            self.running.remove(outcome.clip)
            self.done += 1
            self._show()

    def _show(self) -> None:
        spent_min = (time.monotonic() - self.began_s) / 60
        rate = f"{self.done / spent_min:.1f} clips/min" if self.done else ""
        named = ", ".join(name[-_NAME_SHOWN:] for name in self.running)
        self.bar.update(self.task, completed=self.done, description=named, rate=rate)


@contextmanager
def _bar() -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeLeft(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        speed_estimate_period=600,
        redirect_stdout=sys.stdout.isatty(),  # else lines for other programs would end up here
    ) as bar:
        yield bar


def tell_batch(result: "BatchResult", *, as_json: bool) -> None:
    """Say at the end what became of the folder; on stderr where stdout is for programs."""
    counts = Counter(outcome.status for outcome in result.outcomes)
    told = ", ".join(f"{count} {words(status)}" for status, count in counts.items())
    lines = [f"{clips(len(result.outcomes))}: {told}."]
    if result.failed:
        lines += ["Failed:", *(f"  {one.clip}: {one.reason}" for one in result.failed)]
    if result.interrupted:
        lines.append("Interrupted: run the same command again to go on.")
    typer.echo("\n".join([*lines, f"Summary: {result.summary_html}"]), err=as_json)


def tell_plan(plan: "BatchPlan", *, as_json: bool) -> None:
    """Print every clip with what its name tells and what would be done with it."""
    for outcome in plan.outcomes.values():
        if as_json:
            typer.echo(as_text(outcome))
            continue
        fields = outcome.name_fields
        told = [fields.patient or "-", fields.visit or "-", fields.side or "-"]
        what = "to analyse" if outcome.status == "waiting" else words(outcome.status)
        known = " (known)" if outcome.from_earlier_run else ""
        double = f" of {outcome.duplicate_of}" if outcome.duplicate_of else ""
        typer.echo(f"{outcome.clip}\t{'  '.join(told)}\t{what}{double}{known}")
    if not as_json:
        typer.echo(f"{clips(len(plan.outcomes))}, {len(plan.jobs)} to analyse. Nothing was done.")


def as_text(outcome: "ClipOutcome") -> str:
    """One clip as a line of JSON."""
    from hipcv.batch.summary import as_line

    return json.dumps(as_line(outcome), ensure_ascii=not _clean(outcome), allow_nan=False)


def line(outcome: "ClipOutcome", degree: str) -> str:
    """One clip as a line for people."""
    sides = (outcome.result or {}).get("sides", {})
    measured = [
        f"{name} {side['rotation_deg']:.1f}{degree}"
        for name, side in sides.items()
        if side and side["rotation_deg"] is not None
    ]
    refusals = [
        issue["text"]
        for issue in (outcome.result or {}).get("issues", [])
        if issue["severity"] == "refuse"
    ]
    told = ", ".join(measured) or outcome.reason or " ".join(refusals)
    return f"{words(outcome.status):12}  {outcome.clip}  {told}"


def words(status: str) -> str:
    """A status as people write it."""
    return status.replace("_", " ")


def clips(count: int) -> str:
    """1 clip, 2 clips."""
    return f"{count} clip{'' if count == 1 else 's'}"


def _clean(outcome: "ClipOutcome") -> bool:
    """Whether stdout can take every letter of the line as it is."""
    try:
        outcome.clip.encode()
    except UnicodeEncodeError:
        return False
    return speaks_unicode()
