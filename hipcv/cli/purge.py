"""`hipcv purge`: erase a patient, with every clip and result."""

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hipcv.cli import data
from hipcv.core.errors import BadRequest

if TYPE_CHECKING:
    from hipcv.store.models import Patient
    from hipcv.store.records import Records

UNKNOWN: Final = "command line"


def command(
    patient: data.PatientArgument,
    data_dir: data.DataDir = None,
    database: data.Database = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    by: Annotated[
        str, typer.Option("--by", metavar="INITIALS", help="Who erases; your login if not said.")
    ] = "",
    why: Annotated[str, typer.Option("--why", help="For the audit trail.")] = "",
) -> None:
    """Erase a patient: visits, clips, results, corrections and notes. It cannot be undone.

    What stays is a tombstone without a name, and the audit trail, which never held the pseudonym.
    Recordings that another patient's visit holds too are kept for that one.
    """
    with data.opened(data_dir, database) as records:
        found = data.find_patient(records, patient)
        if not yes:
            _ask(records, found)
        records.purge_patient(found.id, by=by or _login(), why=why)
        _take_away(records, data_dir)
        named = _named_after(records, found.pseudonym)
    typer.echo(f"{found.pseudonym} is erased.")
    if named:
        typer.echo(
            f"This pseudonym is still in the name of {_count(named, 'clip')} without a patient. "
            "Look at what is on the desk with `hipcv review`.",
            err=True,
        )


def asks() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def _take_away(records: "Records", data_dir: Path | None) -> None:
    from hipcv.store.files import FileStore

    records.delete_files(FileStore(data.data_folder(data_dir)))


def _ask(records: "Records", patient: "Patient") -> None:
    """Say what would go, and go on only after a yes."""
    if patient.erased_at is not None:
        return  # the records will say so
    visits = records.visits(patient.id)
    clips = sum(len(records.clips(visit_id=visit.id)) for visit in visits)
    asked = (
        f"Erase {patient.pseudonym} with {_count(len(visits), 'visit')} and "
        f"{_count(clips, 'clip')} for good?"
    )
    if not asks():
        raise BadRequest(f"{asked} Say so with --yes.")
    if not typer.confirm(asked, err=True):
        raise BadRequest("Nothing was erased.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _named_after(records: "Records", pseudonym: str) -> int:
    """How many clips without a patient bear the pseudonym in their name."""
    name = pseudonym.casefold()
    return sum(clip.visit_id is None and name in clip.name.casefold() for clip in records.clips())


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a machine without such names
        return UNKNOWN
