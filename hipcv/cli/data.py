"""The desk's data folder and its records, for the commands that need no desk to be open."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hipcv.core.errors import BadRequest, EnvironmentFault, NotFound

if TYPE_CHECKING:
    from hipcv.store.models import Patient
    from hipcv.store.records import Records

FOLDER_VARIABLE: Final = "HIPCV_DATA_DIR"
DATABASE_VARIABLE: Final = "HIPCV_DATABASE_URL"
DATABASE: Final = "hipcv.sqlite3"

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        envvar=FOLDER_VARIABLE,
        metavar="DIR",
        help="The desk's data folder. Default: your data folder.",
    ),
]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        envvar=DATABASE_VARIABLE,
        metavar="URL",
        help="The Postgres database of the records, where it is not a file of the data folder.",
    ),
]
PatientArgument = Annotated[
    str, typer.Argument(metavar="PATIENT", help="The patient's pseudonym, or their id.")
]


def data_folder(said: Path | None = None) -> Path:
    """Where the desk keeps its data: as said, or as the environment says, or its own place."""
    if said is not None:
        return said
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    from hipcv.estimation.models import user_folder

    return user_folder().parent / "desk"


def database_url(folder: Path, said: str = "") -> str | None:
    """The address of the records; None where there are none yet."""
    if named := said or os.environ.get(DATABASE_VARIABLE, ""):
        return named
    file = folder / DATABASE
    return f"sqlite:///{file}" if file.is_file() else None


@contextmanager
def opened(data_dir: Path | None, database: str) -> Iterator["Records"]:
    """The records, brought up to date.

    Raises:
        BadRequest: there are none.
        EnvironmentFault: what reads them is not installed, or they cannot be reached.
    """
    folder = data_folder(data_dir)
    url = database_url(folder, database)
    if url is None:
        raise BadRequest(
            f"{folder}: no records of patients here. Name the data folder with --data-dir; "
            "`hipcv review` makes one."
        )
    records = _records().open(url)
    try:
        yield records
    finally:
        records.close()


def looked_at(url: str) -> "Records":
    """The records as they are, for reading; not brought up to date.

    Raises:
        EnvironmentFault: what reads them is not installed.
    """
    return _records().open_read_only(url)


def find_patient(records: "Records", named: str) -> "Patient":
    """The patient of this pseudonym, or of this id.

    Raises:
        NotFound: there is none.
    """
    found = records.patient_named(named)
    if found is not None:
        return found
    try:
        return records.patient(named)
    except NotFound as fault:
        raise NotFound(
            f"No patient {named} in the records. `hipcv review` lists them all."
        ) from fault


def _records() -> "type[Records]":
    try:
        from hipcv.store.records import Records
    except ModuleNotFoundError as fault:
        raise EnvironmentFault(
            f"{fault.name} is not installed, which the records need. "
            '`pip install "hipcv[app]"` brings it.'
        ) from fault
    return Records
