"""Table of readings of a study: one row for each angle that someone, or hipcv, has read."""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hipcv.core.errors import UnreadableTable
from hipcv.core.text import is_unsafe, normal_form
from hipcv.language import _
from hipcv.study.own_tables import Cells, ClipNames, converter, no_names

COLUMNS: Final = ("subject", "side", "session", "trial", "method", "rater", "angle_deg")
"""Columns of the table; subject, angle_deg, and method or rater are required."""

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


def read_files(paths: Sequence[Path], clip_names: ClipNames = no_names) -> tuple[Reading, ...]:
    """Return the readings of tables, in their order.

    Args:
        paths: of the tables; those that hipcv wrote are known by their columns.
        clip_names: of tables that name clips and not persons.

    Raises:
        UnreadableTable: a file, a row of one, or two readings that are one, with the row.
    """
    spellings: dict[str, str] = {}
    found = [
        reading
        for path, name in zip(paths, short_names(paths), strict=True)
        for reading in parse(_text_of(path), name, spellings, clip_names)
    ]
    _refuse_duplicates(found)
    return tuple(found)


def short_names(paths: Sequence[Path]) -> list[str]:
    """Return the names of files, with their folder where two files have the same name."""
    names = [path.name for path in paths]
    return [
        f"{path.parent.name}/{path.name}" if names.count(path.name) > 1 else path.name
        for path in paths
    ]


def parse(
    text: str,
    name: str,
    spellings: dict[str, str] | None = None,
    clip_names: ClipNames = no_names,
) -> Iterator[Reading]:
    """Yield the readings of a table.

    Args:
        text: its content; separated by commas, semicolons or tabs.
        name: of the file, for errors.
        spellings: filled with the first spelling of each name: A and a are the same rater.
        clip_names: see `read_files`.
    """
    names = {} if spellings is None else spellings
    try:
        for row, cells in _rows(text, name, clip_names):
            yield _reading(row, cells, names)
    except csv.Error as error:
        raise UnreadableTable(
            _("{file}: not a table that can be read ({error}). Save it as CSV again.").format(
                file=name, error=error
            )
        ) from error


def _rows(text: str, name: str, clip_names: ClipNames) -> Iterator[tuple[Row, Cells]]:
    """Yield the rows that are not empty, with the cells of `COLUMNS` that they have."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header = [cell.strip().lower() for cell in next(lines, [])]
    convert = converter(header, clip_names)
    if convert is None:
        _require_columns(header, name)
    for number, texts in enumerate(lines, start=2):
        if any(text.strip() for text in texts):
            row = Row(name, number)
            cells = _cells(row, header, texts)
            if convert is None:
                yield row, _with_method(cells)
            elif (converted := convert(cells))["subject"]:
                yield row, converted
            elif converted["angle_deg"]:
                raise UnreadableTable(
                    _(
                        "{file}, row {row}: the name of the clip does not hold the person. Name "
                        "clips as P07_1A_left.mp4: person, session and rater, side."
                    ).format(file=name, row=number)
                )


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


def _require_columns(header: Sequence[str], name: str) -> None:
    named = [*filter(None, header)]
    if len(set(named)) < len(named):
        raise UnreadableTable(_("{file}: two columns have the same name.").format(file=name))
    for column in ("subject", "angle_deg"):
        if column not in header:
            raise _missing(name, column)
    if "method" not in header and "rater" not in header:
        raise _missing(name, "method")


def _with_method(cells: Cells) -> Cells:
    """Return the cells of a row; without a column of methods, the rater stands for the method."""
    return cells if "method" in cells else {**cells, "method": cells["rater"], "rater": ""}


def _missing(name: str, column: str) -> UnreadableTable:
    return UnreadableTable(
        _(
            "{file}: the column {column} is missing. The columns are: {columns}. `hipcv validate "
            "--template` writes a table to fill in."
        ).format(file=name, column=column, columns=", ".join(COLUMNS))
    )


def _cells(row: Row, header: Sequence[str], cells: Sequence[str]) -> Cells:
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


def _reading(row: Row, cells: Cells, spellings: dict[str, str]) -> Reading:
    texts = {column: _name(row, cells.get(column, ""), spellings) for column in COLUMNS[:-1]}
    for column in ("subject", "method"):
        if not texts[column]:
            raise UnreadableTable(
                _("{file}, row {row}: the cell {column} is empty.").format(
                    file=row.file, row=row.number, column=column
                )
            )
    side = _side(row, texts.pop("side"))
    return Reading(row, side=side, angle_deg=_angle(row, cells["angle_deg"]), **texts)


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
