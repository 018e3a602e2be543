"""A folder of clips as rows, one for every clip and side, and as a table for other programs."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields, replace
from typing import Any, Final

from hipcv.report.cell import cell

DIFFERS: Final = "side_differs_from_name"
_DIFFERS_TEXT: Final = "The {side} leg moved, but the clip's name says {named}."
_DIFFERS_REMEDY: Final = (
    "Check the name; if this is a mirrored selfie recording, analyse it with --mirrored."
)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One clip and side. Angles in degrees, None where there is none; words are "" instead."""

    clip: str  # its name within the folder
    status: str
    patient: str = ""
    visit: str = ""
    named_side: str = ""  # as the clip's name says
    side: str = ""  # as measured
    rotation_deg: float | None = None
    interval_low_deg: float | None = None
    interval_high_deg: float | None = None
    pelvis_relative_deg: float | None = None
    clean_deg: float | None = None
    category: str = ""
    findings: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    text: str = ""  # why there is no angle, or what to be careful about
    remedy: str = ""
    duplicate_of: str = ""
    report: str = ""  # a link, relative to the summary


def rows(row: BatchRow, result: Mapping[str, Any]) -> Iterator[BatchRow]:
    """The row of a clip, filled in once for every side that was tested.

    Args:
        row: what is known of the clip without its result.
        result: `sides` and `issues` of a result document; without sides the row stays one.
    """
    sides = {name: side for name, side in result["sides"].items() if side}
    for name, side in sides.items() or [("", {})]:
        issues = [one for one in result["issues"] if one["side"] in (None, name)]
        filled = _with_issues(_with_angles(row, name, side), issues)
        yield _differing(filled) if len(sides) == 1 else filled


def table(rows: Iterable[BatchRow]) -> str:
    """All rows as CSV in UTF-8 with a mark that spreadsheets know it by; empty is absent.

    Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([known.name for known in fields(BatchRow)])
    writer.writerows([cell(value) for value in astuple(row)] for row in rows)
    return out.getvalue()


def _with_angles(row: BatchRow, name: str, side: Mapping[str, Any]) -> BatchRow:
    if not side:
        return row
    low, high = side["interval_deg"] or (None, None)
    return replace(
        row,
        side=name,
        status=side["status"],
        rotation_deg=side["rotation_deg"],
        interval_low_deg=low,
        interval_high_deg=high,
        pelvis_relative_deg=side["pelvis_relative_deg"],
        clean_deg=side["clean_deg"],
        category=side["category"] or "",
        findings=tuple(side["findings"]),
    )


def _with_issues(row: BatchRow, issues: list[dict[str, Any]]) -> BatchRow:
    """What is the matter with the clip; where it was refused, the refusals alone speak."""
    refusals = [one for one in issues if one["severity"] == "refuse"]
    telling = refusals or issues
    return replace(
        row,
        issues=tuple(dict.fromkeys(one["code"] for one in issues)),
        text=row.text or _joined(one["text"] for one in telling),
        remedy=_joined(one["remedy"] for one in telling),
    )


def _differing(row: BatchRow) -> BatchRow:
    """The row, with a word where another leg moved than the name says."""
    if not row.named_side or row.named_side == row.side:
        return row
    told = _DIFFERS_TEXT.format(side=row.side, named=row.named_side)
    return replace(
        row,
        issues=(DIFFERS, *row.issues),
        text=_joined([told, row.text]),
        remedy=_joined([_DIFFERS_REMEDY, row.remedy]),
    )


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(sentence for sentence in sentences if sentence))
