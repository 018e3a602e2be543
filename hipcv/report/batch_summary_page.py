"""The page of a folder of clips: one HTML file that needs no network, sorts, filters and prints."""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import numbers, wording
from hipcv.report.batch_summary import DIFFERS, BatchRow
from hipcv.report.charts import batch_summary
from hipcv.report.pages import environment

STATUSES: Final = {
    "measured": "measured",
    "not_measured": "not measured",
    "unreadable": "unreadable",
    "crashed": "crashed",
    "timed_out": "timed out",
    "failed": "failed",
    "duplicate": "duplicate",
    "not_a_file": "not a file",
    "waiting": "waiting",
}
"""In the order in which they are shown."""

CATEGORIES: Final = {
    "reaches_target": "reaches the target",
    "at_target_within_error": "at the target within error",
    "below_target": "below the target",
}


def render(rows: Sequence[BatchRow], protocol: MeasurementProtocol) -> str:
    """The whole page as HTML.

    Args:
        rows: in the order in which they are first shown.
        protocol: of the batch, for target and typical band.
    """
    page = _environment()
    style, script = _part(page, "batch_summary.css"), _part(page, "batch_summary.js")
    counts = Counter(row.status for row in rows)
    return page.get_template("batch_summary.html.jinja").render(
        rows=rows,
        clips=len({row.clip for row in rows}),
        counts={status: counts[status] for status in STATUSES if counts[status]},
        statuses=STATUSES,
        categories=CATEGORIES,
        spread=batch_summary.spread(rows, protocol),
        small=[batch_summary.small(row, protocol) for row in rows],
        target=numbers.whole(protocol.target_deg),
        band=f"{protocol.typical_low_deg:g}–{protocol.typical_high_deg:g}°",
        style=style,
        script=script,
        style_hash=_content_hash(style),
        script_hash=_content_hash(script),
        words=wording,
    )


@cache
def _environment() -> Environment:
    return environment(angle=numbers.angle, interval=_interval, finding=_finding, issue=_issue)


def _part(page: Environment, name: str) -> Markup:
    """Our own style or script, word for word."""
    assert page.loader is not None
    return Markup(page.loader.get_source(page, name)[0])  # noqa: S704


def _content_hash(content: str) -> str:
    """By which the page allows this style or script, and no other."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _interval(row: BatchRow) -> str:
    if row.interval_low_deg is None or row.interval_high_deg is None:
        return ""
    return numbers.interval((row.interval_low_deg, row.interval_high_deg))


def _finding(code: str) -> str:
    known = wording.FINDINGS.get(code)
    return known.name if known else code


def _issue(code: str) -> str:
    if code == DIFFERS:
        return "Another side than the name says"
    known = wording.ISSUES.get(code)
    return known.title if known else code
