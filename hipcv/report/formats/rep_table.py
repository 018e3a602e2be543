"""Table of repetitions, `reps.csv`: one row a repetition of each stored result."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hipcv.core.landmarks import Side
from hipcv.core.precision import TIME_DECIMALS
from hipcv.report.formats.table import spreadsheet

Row = dict[str, Any]

_CLIP: Final = ("clip", "clip_sha256")
_REP: Final = (
    "side",
    "movement",
    "rep",
    "counted",
    "practice",
    "held",
    "rejected",
    "rotation_deg",
    "interval_low_deg",
    "interval_high_deg",
    "pelvis_relative_deg",
    "clean_deg",
    "picture_deg",
    "view_deg",
    "from_vertical_deg",
    "witness_deg",
    "angle_source",
    "findings",
    "hold_s",
    "peak_speed_deg_s",
    "start_s",
    "plateau_start_s",
    "plateau_end_s",
    "end_s",
)
_PROGRAM: Final = ("hipcv", "method")


COLUMNS: Final = (*_CLIP, *_REP, *_PROGRAM)
"""Columns of the table; `docs/data_dictionary.md` says what each holds."""


def render(documents: Iterable[Mapping[str, Any]]) -> str:
    """Return the repetitions of result documents as CSV; a header alone where there are none."""
    rows = (row for document in documents for row in rep_rows(document))
    return spreadsheet(
        COLUMNS, ([_cell(row[name]) for name in COLUMNS] for row in rows), decimals=TIME_DECIMALS
    )


def rep_rows(document: Mapping[str, Any]) -> Iterator[Row]:
    """Yield a row for each repetition of a result document, left side first, in order of time.

    Keys are `COLUMNS`; None was not measured, or is not defined for external rotation. `findings`
    is a tuple of codes. Results of earlier methods lack some keys, which are None.
    """
    clip, provenance = document["clip"], document["provenance"]
    common = {"clip": clip["name"], "clip_sha256": clip["sha256"]}
    program = {name: provenance[name] for name in _PROGRAM}
    for side in Side:
        measured = document["sides"].get(side.value) or {"reps": []}
        for movement, name in (("internal", "reps"), ("external", "external_reps")):
            for number, rep in enumerate(measured.get(name, ())):
                place = {"side": side.value, "movement": movement, "rep": rep.get("number", number)}
                yield {**common, **_rep_row(rep, place), **program}


def _rep_row(rep: Mapping[str, Any], place: Row) -> Row:
    low_deg, high_deg = rep["interval_deg"] or (None, None)
    plateau_start_s, plateau_end_s = rep["plateau_s"]
    computed = {
        **place,
        "rep": place["rep"] + 1,
        "counted": rep["valid"],
        "interval_low_deg": low_deg,
        "interval_high_deg": high_deg,
        "findings": tuple(finding["code"] for finding in rep.get("findings", ())),
        "plateau_start_s": plateau_start_s,
        "plateau_end_s": plateau_end_s,
    }
    return {name: computed[name] if name in computed else rep.get(name) for name in _REP}


def _cell(value: object) -> object:
    """Return a count as it is written; other values are formatted by `spreadsheet`."""
    return str(value) if type(value) is int else value
