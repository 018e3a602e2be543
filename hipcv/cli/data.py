"""Data folder and records of the review app, for commands that work without it."""

import getpass
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import platformdirs
import typer

from hipcv.core.errors import BadRequest, EnvironmentFault, NotFound
from hipcv.language import N_, _
from hipcv.store.files import DATABASE

if TYPE_CHECKING:
    from hipcv.store.models import Patient
    from hipcv.store.records import Records

FOLDER_VARIABLE: Final = "HIPCV_DATA_DIR"
DATABASE_VARIABLE: Final = "HIPCV_DATABASE_URL"
UNKNOWN_USER: Final = "command line"
"""Actor of a change on a machine without user names."""

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        envvar=FOLDER_VARIABLE,
        metavar="DIR",
        help=N_("The desk's data folder. Default: your data folder."),
    ),
]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        envvar=DATABASE_VARIABLE,
        metavar="URL",
        help=N_("The Postgres database of the records, where it is not a file of the data folder."),
    ),
]
PatientArgument = Annotated[
    str, typer.Argument(metavar="PATIENT", help=N_("The patient's pseudonym, or their id."))
]


def data_folder(data_dir: Path | None = None) -> Path:
    """Return the review app's data folder: as given, from the environment, or the default."""
    if data_dir is not None:
        return data_dir
    if folder := os.environ.get(FOLDER_VARIABLE):
        return Path(folder)
    return platformdirs.user_data_path("hipcv", appauthor=False) / "desk"


def database_url(folder: Path, database: str = "") -> str | None:
    """Return the URL of the records; None where there are none yet."""
    if url := database or os.environ.get(DATABASE_VARIABLE, ""):
        return url
    file = folder / DATABASE
    return f"sqlite:///{file}" if file.is_file() else None


@contextmanager
def open_records(data_dir: Path | None, database: str) -> Iterator["Records"]:
    """Open the records within the context, upgraded to this version.

    Raises:
        BadRequest: there are none.
        EnvironmentFault: the database library is not installed, or the database not reachable.
    """
    folder = data_folder(data_dir)
    url = database_url(folder, database)
    if url is None:
        raise BadRequest(
            _(
                "{folder}: no records of patients here. Name the data folder with "
                "--data-dir; `hipcv review` makes one."
            ).format(folder=folder)
        )
    with closing(_records().open(url)) as records:
        yield records


@contextmanager
def open_or_create_records(data_dir: Path | None, database: str) -> Iterator["Records"]:
    """Open the records within the context; create data folder and records if missing.

    Raises:
        EnvironmentFault: the database library is not installed, or the folder or database not
            usable.
    """
    from hipcv.store.files import create_data_folder

    records, folder = _records(), data_folder(data_dir)
    create_data_folder(folder)
    url = database_url(folder, database) or f"sqlite:///{folder / DATABASE}"
    with closing(records.open(url)) as opened:
        yield opened


def open_read_only(url: str) -> "Records":
    """Return the records without upgrading them.

    Raises:
        EnvironmentFault: the database library is not installed.
    """
    return _records().open_read_only(url)


def login() -> str:
    """Return the name of the user of this machine, as the actor of a change."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return UNKNOWN_USER


def find_patient(records: "Records", name: str) -> "Patient":
    """Return the patient of a pseudonym or an id.

    Raises:
        NotFound: there is none.
    """
    try:
        return records.patient_named(name) or records.patient(name)
    except NotFound as error:
        raise NotFound(
            _("No patient {name} in the records. `hipcv review` lists them all.").format(name=name)
        ) from error


def require_library() -> None:
    """Refuse to go on where the database library is not installed.

    Raises:
        EnvironmentFault: it is not.
    """
    _records()


def _records() -> "type[Records]":
    try:
        from hipcv.store.records import Records
    except ModuleNotFoundError as error:
        raise EnvironmentFault(
            _(
                "{name} is not installed, which the records need. `pip install "
                '"hipcv[app]"` brings it.'
            ).format(name=error.name)
        ) from error
    return Records
