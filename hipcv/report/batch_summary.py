"""Summary of a folder of clips: one row a clip and side, as CSV and as HTML pages.

The pages need no network, sort, filter and print.
"""

import base64
import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from hipcv.core.landmarks import Side
from hipcv.core.protocol import MeasurementProtocol
from hipcv.core.side_result import result_of
from hipcv.language import N_, Translated, _, ngettext
from hipcv.report import not_counted, numbers, stored, wording
from hipcv.report.formats.table import spreadsheet, spreadsheet_lines
from hipcv.report.gauge_geometry import SCALE_DEG, scale_marks, scale_share
from hipcv.report.pages import environment, stylesheet_of_colours

SIDE_DIFFERS: Final = "side_differs_from_name"
_SIDE_DIFFERS_TEXTS: Final = Translated(
    {
        Side.LEFT: N_("The left leg moved, but the clip's name says right."),
        Side.RIGHT: N_("The right leg moved, but the clip's name says left."),
    }
)
_SIDE_DIFFERS_REMEDY: Final = N_(
    "Check the name; if this is a mirrored selfie recording, analyse it with --mirrored."
)

STATUSES: Final = Translated(
    {
        "measured": N_("measured"),
        "not_counted": N_("not counted"),
        "not_measured": N_("not measured"),
        "unreadable": N_("unreadable"),
        "crashed": N_("crashed"),
        "timed_out": N_("timed out"),
        "failed": N_("failed"),
        "duplicate": N_("duplicate"),
        "not_a_file": N_("not a file"),
        "waiting": N_("waiting"),
    }
)
"""Labels, in the order in which they are listed."""


ROWS_PER_PAGE: Final = 1000

_DOTS_MAX: Final = 500
"""Angles that are drawn as dots; more are drawn as a bar for each degree."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a summary, and which of them is rendered."""

    names: tuple[str, ...]  # of the files, side by side
    index: int


class Totals:
    """Counts and angles of all rows of a batch."""

    def __init__(self, rows: "Iterable[BatchRow]" = ()) -> None:
        self.clips = 0
        self.counts: Counter[str] = Counter()  # rows by status
        self.angles_deg: dict[str, array[float]] = {side: array("d") for side in Side}
        self.add(rows)

    def add(self, rows: "Iterable[BatchRow]") -> None:
        """Add the rows of some clips."""
        clips = set()
        for row in rows:
            clips.add(row.clip)
            self.counts[row.status] += 1
            if row.result_deg is not None:
                self.angles_deg[row.side].append(row.result_deg)
        self.clips += len(clips)

    def remove(self, rows: "Iterable[BatchRow]") -> None:
        """Take back the rows of a clip that was added."""
        self.clips -= 1
        for row in rows:
            self.counts[row.status] -= 1
            if row.result_deg is not None:
                self.angles_deg[row.side].remove(row.result_deg)

    def with_waiting(self, clips: int) -> "Totals":
        """Return the totals with some clips that wait."""
        totals = Totals()
        totals.clips, totals.angles_deg = self.clips + clips, self.angles_deg
        totals.counts = self.counts + Counter(waiting=clips)
        return totals

    @property
    def listed(self) -> dict[str, int]:
        """Return the counts in the order of `STATUSES`, without those that are 0."""
        return {status: self.counts[status] for status in STATUSES if self.counts[status]}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One clip and side. Angles in degrees, None where there is none; text is "" instead."""

    clip: str  # its name within the folder
    status: str
    patient: str = ""
    visit: str = ""
    named_side: str = ""  # by the clip's name
    side: str = ""  # as measured
    rotation_deg: float | None = None
    interval_low_deg: float | None = None
    interval_high_deg: float | None = None
    pelvis_relative_deg: float | None = None
    clean_deg: float | None = None
    category: str = ""
    findings: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    text: str = ""  # why there is no angle, or what makes it less certain
    remedy: str = ""
    duplicate_of: str = ""
    report: str = ""  # a link, relative to the summary
    picture_deg: float | None = None
    from_vertical_deg: float | None = None
    result_deg: float | None = None  # hip lift taken off; None where no repetition counts
    result_interval_low_deg: float | None = None
    result_interval_high_deg: float | None = None
    result_basis: str = ""
    provisional: str = ""  # "yes" where fewer repetitions count than are wanted
    not_counted: str = ""  # why no repetition counts


def rows(row: BatchRow, result: Mapping[str, Any]) -> Iterator[BatchRow]:
    """Return the row of a clip, filled in once for every side that was tested.

    `result` has `sides` and `issues` of a result document; without sides the row stays one.
    """
    sides = {name: side for name, side in result["sides"].items() if side}
    for name, side in sides.items() or [("", {})]:
        issues = [issue for issue in result["issues"] if issue["side"] in (None, name)]
        filled = _with_issues(_with_angles(row, name, side), issues)
        yield _with_side_check(filled) if len(sides) == 1 else filled


COLUMNS: Final = tuple(field.name for field in fields(BatchRow))
"""Header of the table."""

_cells: Final = attrgetter(*COLUMNS)


def table(rows: Iterable[BatchRow]) -> str:
    """Return all rows as CSV for spreadsheets."""
    return spreadsheet(COLUMNS, map(_cells, rows))


def table_lines(rows: Iterable[BatchRow]) -> str:
    """Return rows of `table` without its header, to be added to it."""
    return spreadsheet_lines(map(_cells, rows))


def render(
    rows: Sequence[BatchRow],
    protocol: MeasurementProtocol,
    *,
    is_minor: bool = False,
    totals: Totals | None = None,
    pages: Pages | None = None,
) -> str:
    """Return a page as HTML, with target and typical band of the batch's protocol.

    Args:
        rows: those of the page.
        protocol: of the batch.
        is_minor: of minors there is no typical band.
        totals: of all pages; None: there is one page.
        pages: all pages and which this is; None: there is one page.
    """
    page = environment(
        angle=numbers.angle, interval=_interval, finding=_finding, issue=_issue, side=_side
    )
    style = Markup(stylesheet_of_colours()) + _asset(page, "batch_summary.css")  # noqa: S704
    script = _asset(page, "batch_summary.js")
    own = Totals(rows)
    totals = totals or own
    is_first = pages is None or pages.index == 0
    return page.get_template("batch_summary.html.jinja").render(
        rows=rows,
        clips=totals.clips,
        counts=own.listed,
        totals=totals.listed if pages and is_first else {},
        pages=pages,
        statuses=STATUSES,
        categories=wording.CATEGORIES,
        spread=_spread(totals.angles_deg, protocol, is_minor=is_minor) if is_first else "",
        small=[_small_gauge(row, protocol, is_minor=is_minor) for row in rows],
        is_minor=is_minor,
        target=numbers.whole(protocol.target_deg),
        band=numbers.band(protocol.typical_low_deg, protocol.typical_high_deg),
        style=style,
        script=script,
        style_hash=_content_hash(style),
        script_hash=_content_hash(script),
        words=wording,
    )


def _with_angles(row: BatchRow, name: str, side: Mapping[str, Any]) -> BatchRow:
    if not side:
        return row
    low, high = side["interval_deg"] or (None, None)
    return replace(
        _with_result(row, side),
        side=name,
        status=side["status"],
        rotation_deg=side["rotation_deg"],
        interval_low_deg=low,
        interval_high_deg=high,
        pelvis_relative_deg=side["pelvis_relative_deg"],
        clean_deg=side["clean_deg"],
        category=side["category"] or "",
        picture_deg=side.get("picture_deg"),
        from_vertical_deg=side.get("from_vertical_deg"),
        findings=tuple(side["findings"]),
    )


def _with_result(row: BatchRow, side: Mapping[str, Any]) -> BatchRow:
    result = result_of(side)
    if result is None:
        return replace(row, not_counted=not_counted.reason(side))
    low, high = result.interval_deg or (None, None)
    return replace(
        row,
        result_deg=result.result_deg,
        result_interval_low_deg=low,
        result_interval_high_deg=high,
        result_basis=result.basis,
        provisional="yes" if result.provisional else "no",
    )


def _with_issues(row: BatchRow, issues: list[dict[str, Any]]) -> BatchRow:
    """Add the clip's issues; where it was refused, text and remedy are the refusals' alone."""
    refusals = [issue for issue in issues if issue["severity"] == "refuse"]
    reported = [stored.translated_issue(issue) for issue in refusals or issues]
    return replace(
        row,
        issues=tuple(dict.fromkeys(issue["code"] for issue in issues)),
        text=row.text or _joined(issue["text"] for issue in reported),
        remedy=_joined(issue["remedy"] for issue in reported),
    )


def _with_side_check(row: BatchRow) -> BatchRow:
    """Add an issue where another leg moved than the clip's name says."""
    if row.named_side in ("", row.side):
        return row
    return replace(
        row,
        issues=(SIDE_DIFFERS, *row.issues),
        text=_joined([_SIDE_DIFFERS_TEXTS[Side(row.side)], row.text]),
        remedy=_joined([_(_SIDE_DIFFERS_REMEDY), row.remedy]),
    )


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(sentence for sentence in sentences if sentence))


# --- the page


def _asset(page: Environment, name: str) -> Markup:
    """Return our own style sheet or script, unescaped."""
    assert page.loader is not None
    return Markup(page.loader.get_source(page, name)[0])  # noqa: S704


def _content_hash(content: str) -> str:
    """Return the hash by which the page's policy allows this style or script, and no other."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _interval(row: BatchRow) -> str:
    limits_deg = _limits_deg(row)
    return numbers.interval(limits_deg) if limits_deg else ""


def _limits_deg(row: BatchRow) -> tuple[float, float] | None:
    if row.result_interval_low_deg is None or row.result_interval_high_deg is None:
        return None
    return row.result_interval_low_deg, row.result_interval_high_deg


def _finding(code: str) -> str:
    return wording.FINDINGS[code].name if code in wording.FINDINGS else code


def _side(side: str) -> str:
    return wording.SIDES[Side(side)] if side else ""


def _issue(code: str) -> str:
    if code == SIDE_DIFFERS:
        return _("Another side than the name says")
    return wording.ISSUES[code].title if code in wording.ISSUES else code


# --- the drawings, as SVG: text and numbers of hipcv only, never a user's words

_SMALL: Final = (150.0, 18.0)
_SPREAD_WIDTH: Final = 640.0
_SPREAD_LEFT: Final = 60.0
_SPREAD_STACK: Final = 44.0  # height of one side's dots
_DOT: Final = 4.0


def _small_gauge(row: BatchRow, protocol: MeasurementProtocol, *, is_minor: bool) -> Markup:
    """Draw one angle and its interval against typical band and target; "" without an angle."""
    if row.result_deg is None:
        return Markup("")
    width, height = _SMALL
    scale = _Scale(0, width, height)
    parts = [*scale.ground(protocol, is_minor=is_minor), scale.line(height / 2)]
    if limits_deg := _limits_deg(row):
        ends = (scale_share(limits_deg[0]), scale_share(limits_deg[1]))
        parts.append(scale.bar("interval", ends, 6, 6))
    parts.append(scale.dot(row.result_deg, height / 2))
    label = _("{angle}, target {target}").format(
        angle=numbers.angle(row.result_deg), target=numbers.whole(protocol.target_deg)
    )
    return _svg("small", _SMALL, label, parts)


def _spread(
    angles_deg: Mapping[str, Sequence[float]], protocol: MeasurementProtocol, *, is_minor: bool
) -> Markup:
    """Draw every result, left above right; "" where there is none."""
    count = sum(len(of_side) for of_side in angles_deg.values())
    if not count:
        return Markup("")
    height = 2 * _SPREAD_STACK + 10
    scale = _Scale(_SPREAD_LEFT, _SPREAD_WIDTH - _SPREAD_LEFT - 18, height)
    parts = scale.ground(protocol, is_minor=is_minor)
    for index, side in enumerate(Side):
        floor = _SPREAD_STACK * (index + 1) + 8 * index
        parts.append(f'<text x="0" y="{floor - 4:.1f}">{wording.SIDES[side].capitalize()}</text>')
        parts.append(scale.line(floor))
        draw = _stacked if count <= _DOTS_MAX else _bars
        parts += draw(angles_deg[side], scale, floor)
    for deg in range(0, int(SCALE_DEG) + 1, 15):
        x = scale.x(scale_share(deg))
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height + 16:.1f}">{deg}°</text>')
    label = ngettext(
        "{count} measured angle, left and right",
        "{count} measured angles, left and right",
        count,
    ).format(count=count)
    return _svg("spread", (_SPREAD_WIDTH, height + 22), label, parts)


def _stacked(angles_deg: Sequence[float], scale: "_Scale", floor: float) -> list[str]:
    """Draw dots; those of the same whole degree stand on one another."""
    columns: dict[int, list[float]] = defaultdict(list)
    for angle_deg in sorted(angles_deg):
        columns[round(angle_deg)].append(angle_deg)
    tallest = max((len(column) for column in columns.values()), default=1)
    step = min(2 * _DOT, (_SPREAD_STACK - 2 * _DOT) / tallest)
    return [
        scale.dot(angle_deg, floor - _DOT - step * height)
        for column in columns.values()
        for height, angle_deg in enumerate(column)
    ]


def _bars(angles_deg: Sequence[float], scale: "_Scale", floor: float) -> list[str]:
    """Draw a bar for each whole degree, the tallest as high as there is room."""
    columns = Counter(round(angle_deg) for angle_deg in angles_deg)
    unit = (_SPREAD_STACK - 2 * _DOT) / max(columns.values(), default=1)
    return [
        scale.bar(
            "bar",
            (scale_share(deg - 0.4), scale_share(deg + 0.4)),
            floor - unit * columns[deg],
            unit * columns[deg],
        )
        for deg in sorted(columns)
    ]


class _Scale:
    """SVG elements on a horizontal scale of degrees."""

    def __init__(self, left: float, width: float, height: float) -> None:
        self.left, self.width, self.height = left, width, height

    def x(self, share: float) -> float:
        """Return the position of a share of the scale's length."""
        return self.left + share * self.width

    def ground(self, protocol: MeasurementProtocol, *, is_minor: bool) -> list[str]:
        """Return typical band, if there is one, and target."""
        marks = scale_marks(protocol, is_minor=is_minor)
        return [
            *([self.bar("usual", marks.typical, 0, self.height)] if marks.typical else []),
            f'<path class="goal" d="M{self.x(marks.target):.1f},0 V{self.height:.1f}"/>',
        ]

    def bar(self, style: str, ends: tuple[float, float], y: float, height: float) -> str:
        """Return a stretch of the scale between two shares."""
        low, high = map(self.x, ends)
        return (
            f'<rect class="{style}" x="{low:.1f}" y="{y:.1f}" '
            f'width="{high - low:.1f}" height="{height:.1f}"/>'
        )

    def dot(self, angle_deg: float, y: float) -> str:
        """Return one angle."""
        x = self.x(scale_share(angle_deg))
        return f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{_DOT:g}"/>'

    def line(self, y: float) -> str:
        """Return a line along the whole scale."""
        return f'<path class="floor" d="M{self.left:.1f},{y:.1f} h{self.width:.1f}"/>'


def _svg(style: str, size: tuple[float, float], label: str, parts: Sequence[str]) -> Markup:
    width, height = size
    return Markup(  # noqa: S704
        f'<svg class="{style}" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{label}">{"".join(parts)}</svg>'
    )
