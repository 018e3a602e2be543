"""Output of a batch: a progress bar on a terminal, and a line for each clip."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import typer

from hipcv.cli.terminal import supports_unicode, unescaped
from hipcv.core.landmarks import Side
from hipcv.core.text import escape
from hipcv.language import _, ngettext

if TYPE_CHECKING:
    from hipcv.batch.outcome import ClipOutcome, JsonObject
    from hipcv.batch.plan import BatchPlan
    from hipcv.batch.run import BatchProgress, BatchResult

_NAME_LENGTH: Final = 24
"""Characters of a clip's name that fit beside the bar."""

_NOTE_INTERVAL_S: Final = 10.0
"""Between two lines of progress on stderr, where no bar shows it."""

_SHOWN_EVERY: Final = 100
"""Clips found between two updates of the bar."""

_LINKS_NAMED: Final = 5
"""Clips outside the folder that are named at most."""


@contextmanager
def open_progress(*, as_json: bool, quiet: bool = False) -> Iterator["BatchProgress"]:
    """Yield the receiver of a batch's progress, with a bar where stderr is a terminal."""
    show_bar = not quiet and sys.stderr.isatty()
    lines = Lines(as_json=as_json, quiet=quiet, beside_bar=show_bar)
    if not show_bar:
        yield lines
        return
    with _bar() as bar:
        yield Bar(lines, bar)


class Lines:
    """Progress of a batch as a line on stdout for each finished clip."""

    def __init__(self, *, as_json: bool, quiet: bool, beside_bar: bool = False) -> None:
        self.as_json, self.quiet, self.beside_bar = as_json, quiet, beside_bar
        # A bar redirects stdout and hides its encoding, so that is checked before.
        self.unicode = supports_unicode()
        self.to_do = self.done = 0
        self.running: set[str] = set()
        self._noted_s = time.monotonic()

    def clips_found(self, total: int, to_do: int) -> None:
        """Say on stderr now and then how many clips were found."""
        self.to_do = to_do
        if self._is_due():
            text = _("{clips} so far, {to_do} to analyse")
            self._note(text.format(clips=count_clips(total), to_do=to_do))

    def planned(self, total: int, to_do: int) -> None:
        """Print the number of clips."""
        self.to_do = to_do
        if not self.as_json:
            text = _("{clips}, {to_do} to analyse")
            typer.echo(text.format(clips=count_clips(total), to_do=to_do))

    def links_followed(self, clips: Sequence[str]) -> None:
        """Say on stderr which clips lie outside the folder."""
        if not self.quiet:
            print_links(clips)

    def clip_started(self, clip: str) -> None:
        """Print nothing until the clip is finished."""
        self.running.add(clip)

    def clip_finished(self, outcome: "ClipOutcome") -> None:
        """Print the clip's line at once, so that other programs can follow."""
        if self.as_json and not self.quiet:
            typer.echo(json_line(outcome))
            sys.stdout.flush()
        elif not self.quiet and not outcome.from_earlier_run:
            typer.echo(text_line(outcome, unicode=self.unicode))
        if outcome.clip in self.running:
            self.running.remove(outcome.clip)
            self.done += 1
        if self._is_due():
            self._note(_("{done} of {to_do} analysed").format(done=self.done, to_do=self.to_do))

    def _is_due(self) -> bool:
        """Return True now and then, where no bar shows the progress."""
        now_s = time.monotonic()
        if self.quiet or self.beside_bar or now_s - self._noted_s < _NOTE_INTERVAL_S:
            return False
        self._noted_s = now_s
        return True

    def _note(self, text: str) -> None:
        typer.echo(text, err=True)


class Bar:
    """Progress of a batch as a bar with rate and time left on stderr, below the `Lines`."""

    def __init__(self, lines: Lines, bar: Any) -> None:  # noqa: ANN401 - rich is loaded late
        self.lines, self.bar = lines, bar
        self.task = bar.add_task(_("finding the clips"), total=None, rate="")
        self.running: list[str] = []
        self.done = 0
        self.began_s = time.monotonic()

    def clips_found(self, total: int, to_do: int) -> None:
        """Show now and then how many clips there are to analyse so far."""
        self.lines.clips_found(total, to_do)
        if total < _SHOWN_EVERY or total % _SHOWN_EVERY == 0:
            self.bar.update(self.task, total=to_do)

    def planned(self, total: int, to_do: int) -> None:
        """Show how many clips there are to analyse in all."""
        self.lines.planned(total, to_do)
        self.bar.update(self.task, total=to_do, description="")

    def links_followed(self, clips: Sequence[str]) -> None:
        """Say which clips lie outside the folder."""
        self.lines.links_followed(clips)

    def clip_started(self, clip: str) -> None:
        """Show the clip's name."""
        self.lines.clip_started(clip)
        self.running.append(clip)
        self._update()

    def clip_finished(self, outcome: "ClipOutcome") -> None:
        """Print the clip's line and advance the bar."""
        self.lines.clip_finished(outcome)
        if outcome.clip in self.running:
            self.running.remove(outcome.clip)
            self.done += 1
            self._update()

    def _update(self) -> None:
        elapsed_min = (time.monotonic() - self.began_s) / 60
        rate = _("{rate:.1f} clips/min").format(rate=self.done / elapsed_min) if self.done else ""
        names = ", ".join(escape(name[-_NAME_LENGTH:]) for name in self.running)
        self.bar.update(self.task, completed=self.done, description=names, rate=rate)


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
        console=Console(file=unescaped(sys.stderr)),
        transient=True,
        speed_estimate_period=600,
        redirect_stdout=sys.stdout.isatty(),  # piped lines must stay on stdout
    ) as bar:
        yield bar


def print_links(clips: Sequence[str]) -> None:
    """Say on stderr that links lead out of the folder, and to which clips."""
    more = "" if len(clips) <= _LINKS_NAMED else ", …"
    text = ngettext(
        "{count} clip lies outside the folder; a link leads there: {names}.",
        "{count} clips lie outside the folder; links lead there: {names}.",
        len(clips),
    )
    names = ", ".join(clips[:_LINKS_NAMED]) + more
    typer.echo(escape(text.format(count=len(clips), names=names)), err=True)


def print_result(result: "BatchResult", *, as_json: bool) -> None:
    """Print the counts and failures of a batch; on stderr where stdout has JSON."""
    counts = result.outcomes.count_by_status()
    parts = ", ".join(
        _("{count} {status}").format(count=count, status=_words(status))
        for status, count in counts.items()
    )
    lines = [f"{count_clips(len(result.outcomes))}: {parts}."]
    if result.failed:
        failed = [escape(f"  {outcome.clip}: {outcome.reason}") for outcome in result.failed]
        lines += [_("Failed:"), *failed]
    if result.interrupted:
        lines.append(_("Interrupted: run the same command again to go on."))
    lines.append(_("Summary: {path}").format(path=result.summary_html))
    typer.echo("\n".join(lines), err=as_json)


def print_plan(plan: "BatchPlan", *, as_json: bool) -> None:
    """Print every clip with the fields of its name and what a batch would do with it."""
    if plan.outside:
        print_links(plan.outside)
    for outcome in plan.outcomes.values():
        if as_json:
            typer.echo(json_line(outcome))
            continue
        name = outcome.name_fields
        fields = "  ".join([name.patient or "-", name.visit or "-", name.side or "-"])
        action = _("to analyse") if outcome.status == "waiting" else _words(outcome.status)
        if outcome.duplicate_of:
            action = _("{status} of {original}").format(
                status=action, original=outcome.duplicate_of
            )
        known = _("known")
        earlier = f" ({known})" if outcome.from_earlier_run else ""
        typer.echo(f"{escape(outcome.clip)}\t{escape(fields)}\t{action}{earlier}")
    if not as_json:
        text = _("{clips}, {to_do} to analyse. Nothing was done.")
        typer.echo(text.format(clips=count_clips(len(plan.outcomes)), to_do=len(plan.jobs)))


def json_line(outcome: "ClipOutcome") -> str:
    """Return one clip as a line of JSON; ASCII where stdout cannot encode the clip's name."""
    from hipcv.batch.summary import as_line

    try:
        outcome.clip.encode()
        ascii_only = not supports_unicode()
    except UnicodeEncodeError:
        ascii_only = True
    return json.dumps(as_line(outcome), ensure_ascii=ascii_only, allow_nan=False)


def text_line(outcome: "ClipOutcome", *, unicode: bool) -> str:
    """Return one clip as a line of text."""
    from hipcv.report import numbers
    from hipcv.report.stored import translated_issue

    result = outcome.result or {"sides": {}, "issues": []}
    angles = [text for name, side in result["sides"].items() if (text := _side_text(name, side))]
    refusals = [
        translated_issue(issue)["text"]
        for issue in result["issues"]
        if issue["severity"] == "refuse"
    ]
    angles_text = ", ".join(angles)
    if not unicode:
        angles_text = angles_text.translate(numbers.ASCII)
    text = angles_text or outcome.reason or " ".join(refusals)
    return escape(f"{_words(outcome.status):12}  {outcome.clip}  {text}")


def _side_text(name: str, side: "JsonObject | None") -> str:
    from hipcv.core.side_result import result_of
    from hipcv.report import not_counted, numbers, wording

    result, name = result_of(side), wording.SIDES[Side(name)]
    if result is None:
        why = not_counted.describe(side)
        return f"{name} {why}" if why else ""
    mark = f" ({_('provisional')})" if result.provisional else ""
    return f"{name} {numbers.angle(result.result_deg)}{mark}"


def count_clips(count: int) -> str:
    """Return "1 clip" or "2 clips"."""
    return ngettext("{count} clip", "{count} clips", count).format(count=count)


def _words(status: str) -> str:
    from hipcv.report.batch_summary import STATUSES

    return STATUSES[status]
