"""Table of readings of a study: one row for each angle that someone, or hipcv, has read."""

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hipcv.core.errors import UnreadableTable
from hipcv.core.text import is_unsafe, normal_form
from hipcv.language import _

COLUMNS: Final = ("subject", "side", "session", "trial", "method", "rater", "angle_deg")
"""Columns of the table; subject, angle_deg, and method or rater are required."""

HIPCV: Final = "hipcv"
"""Method of the readings that hipcv made."""

MAX_BYTES: Final = 20_000_000
MAX_ANGLE_DEG: Final = 180.0
_MAX_NAME: Final = 60
_ABSENT: Final = ("", "na", "nan", "n/a", "-", "–")
"""Texts of an angle that was not read."""

_SIDES: Final = {
    "": "", "left": "left", "l": "left", "izquierda": "left", "izquierdo": "left",
    "right": "right", "r": "right", "derecha": "right", "derecho": "right",
}  # fmt: skip
_DECIMAL_COMMA: Final = re.compile(r"([+-]?\d+),(\d+)")
_SUMMARY: Final = {
    "subject": "patient", "side": "side", "session": "visit", "angle_deg": "rotation_deg",
}  # fmt: skip
"""Columns of a `summary.csv` of `hipcv batch`, by those of a table of readings.

A reference on the shank reads the shank's rotation too, from which no hip lift is taken off.
"""

_VISIT_OF_RATER: Final = re.compile(r"(\d+)([A-Za-z])")
"""Visit of a summary that is a session and a rater: 1A."""


@dataclass(frozen=True, slots=True)
class Row:
    """Row of a file, numbered as a spreadsheet does: the header is row 1."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}:{self.number}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One angle. A text that the table does not give is ""."""

    row: Row
    subject: str
    side: str  # left, right, or ""
    session: str
    trial: str
    method: str
    rater: str
    angle_deg: float  # NaN: not read

    @property
    def identity(self) -> tuple[str, ...]:
        """Return what no two readings share."""
        return (self.subject, self.side, self.session, self.trial, self.method, self.rater)


def read_files(paths: Sequence[Path]) -> tuple[Reading, ...]:
    """Return the readings of tables, in their order.

    Raises:
        UnreadableTable: a file, a row of one, or two readings that are one, with the row.
    """
    spellings: dict[str, str] = {}
    found = [reading for path in paths for reading in parse(_text_of(path), path.name, spellings)]
    _refuse_duplicates(found)
    return tuple(found)


def parse(text: str, name: str, spellings: dict[str, str] | None = None) -> Iterator[Reading]:
    """Yield the readings of a table.

    Args:
        text: its content; separated by commas, semicolons or tabs.
        name: of the file, for errors.
        spellings: filled with the first spelling of each name: A and a are the same rater.
    """
    names = {} if spellings is None else spellings
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
        columns = _columns(header, name)
        for number, cells in enumerate(lines, start=2):
            if any(cell.strip() for cell in cells):
                row = Row(name, number)
                yield _reading(row, _cells(row, header, cells), columns, names)
    except csv.Error as error:
        raise UnreadableTable(
            _("{file}: not a table that can be read ({error}). Save it as CSV again.").format(
                file=name, error=error
            )
        ) from error


def _text_of(path: Path) -> str:
    if path.is_dir():
        raise UnreadableTable(
            _("{file}: a folder. Name the table in it, such as summary.csv.").format(file=path)
        )
    if not path.is_file():
        raise UnreadableTable(_("{file}: there is no such file.").format(file=path))
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableTable(
            _("{file}: larger than {size} MB, which is no table of readings.").format(
                file=path.name, size=MAX_BYTES // 1_000_000
            )
        )
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTable(
            _("{file}: not text in UTF-8. Save the table as CSV in UTF-8.").format(file=path.name)
        ) from error


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _columns(header: Sequence[str], name: str) -> Mapping[str, str]:
    """Return the columns of this file by those of a table of readings."""
    if "subject" not in header and set(_SUMMARY.values()) <= set(header):
        return _SUMMARY
    named = [*filter(None, header)]
    if len(set(named)) < len(named):
        raise UnreadableTable(_("{file}: two columns have the same name.").format(file=name))
    for column in ("subject", "angle_deg"):
        if column not in header:
            raise _missing(name, column)
    if "method" not in header and "rater" not in header:
        raise _missing(name, "method")
    return {column: column for column in COLUMNS if column in header}


def _missing(name: str, column: str) -> UnreadableTable:
    return UnreadableTable(
        _(
            "{file}: the column {column} is missing. The columns are: {columns}. `hipcv validate "
            "--template` writes a table to fill in."
        ).format(file=name, column=column, columns=", ".join(COLUMNS))
    )


def _cells(row: Row, header: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise UnreadableTable(
            _(
                "{file}, row {row}: {cells} cells, but {columns} columns. With a decimal comma, "
                "separate the columns by semicolons."
            ).format(file=row.file, row=row.number, cells=len(cells), columns=len(header))
        )
    padded = [*cells, *[""] * (len(header) - len(cells))]
    stripped = [cell.strip() for cell in padded]
    return dict(zip(header, stripped, strict=False))


def _reading(
    row: Row, cells: Mapping[str, str], columns: Mapping[str, str], spellings: dict[str, str]
) -> Reading:
    texts = {
        column: _name(row, cells[columns[column]], spellings) if column in columns else ""
        for column in COLUMNS[:-1]
    }
    if columns is _SUMMARY:
        texts |= {"method": HIPCV, **_session_and_rater(texts["session"])}
    elif "method" not in columns:
        texts |= {"method": texts["rater"], "rater": ""}
    for column in ("subject", "method"):
        if not texts[column]:
            raise UnreadableTable(
                _("{file}, row {row}: the cell {column} is empty.").format(
                    file=row.file, row=row.number, column=columns.get(column, "rater")
                )
            )
    side = _side(row, texts.pop("side"))
    return Reading(row, side=side, angle_deg=_angle(row, cells[columns["angle_deg"]]), **texts)


def _session_and_rater(visit: str) -> dict[str, str]:
    """Return session and rater of a visit such as 1A; another visit is a session."""
    match = _VISIT_OF_RATER.fullmatch(visit)
    return {"session": match[1], "rater": match[2].upper()} if match else {"session": visit}


def _name(row: Row, text: str, spellings: dict[str, str]) -> str:
    """Return a name as it was first spelled."""
    if len(text) > _MAX_NAME or is_unsafe(text):
        raise UnreadableTable(
            _("{file}, row {row}: a name has control characters or more than {most} signs.").format(
                file=row.file, row=row.number, most=_MAX_NAME
            )
        )
    return spellings.setdefault(normal_form(text), text)


def _side(row: Row, text: str) -> str:
    side = _SIDES.get(text.lower())
    if side is None:
        raise UnreadableTable(
            _("{file}, row {row}: the side is {side!r}, and not left or right.").format(
                file=row.file, row=row.number, side=text
            )
        )
    return side


def _angle(row: Row, text: str) -> float:
    if text.lower() in _ABSENT:
        return math.nan
    plain = text.removesuffix("°").strip().replace("−", "-")
    try:
        angle = float(_DECIMAL_COMMA.sub(r"\1.\2", plain))
    except ValueError:
        angle = math.inf
    if not abs(angle) <= MAX_ANGLE_DEG:
        raise UnreadableTable(
            _(
                "{file}, row {row}: {text!r} is not an angle from -180 to 180 degrees. Leave the "
                "cell empty where none was read."
            ).format(file=row.file, row=row.number, text=text[:_MAX_NAME])
        )
    return angle


def _refuse_duplicates(readings: Sequence[Reading]) -> None:
    first: dict[tuple[str, ...], Row] = {}
    for reading in (one for one in readings if math.isfinite(one.angle_deg)):
        earlier = first.setdefault(reading.identity, reading.row)
        if earlier is not reading.row:
            raise UnreadableTable(
                _(
                    "Row {first} of {first_file} and row {second} of {second_file} have the same "
                    "person, side, session, trial, method and rater. Delete one of them, or "
                    "number the trials."
                ).format(
                    first=earlier.number,
                    first_file=earlier.file,
                    second=reading.row.number,
                    second_file=reading.row.file,
                )
            )
