"""`hipcv purge`: erasure of a patient with every clip and result."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from hipcv.cli import data
from hipcv.cli.batch_screen import count_clips
from hipcv.cli.terminal import confirm
from hipcv.core.errors import BadRequest
from hipcv.core.text import normal_form
from hipcv.language import N_, _, ngettext

if TYPE_CHECKING:
    from hipcv.store.models import Patient
    from hipcv.store.records import Records


def command(
    patient: data.PatientArgument,
    data_dir: data.DataDir = None,
    database: data.Database = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help=N_("Do not ask."))] = False,
    by: Annotated[
        str,
        typer.Option("--by", metavar="INITIALS", help=N_("Who erases; your login if not said.")),
    ] = "",
    why: Annotated[str, typer.Option("--why", help=N_("For the audit trail."))] = "",
) -> None:
    """Erase a patient: visits, clips, results, corrections and notes. It cannot be undone.

    What stays is a tombstone without a name, and the audit trail, which never held the pseudonym.
    Recordings that another patient's visit holds too are kept for that one.
    """
    with data.open_records(data_dir, database) as records:
        from hipcv.store.files import FileStore

        row = data.find_patient(records, patient)
        if not yes:
            _confirm(records, row)
        records.purge_patient(row.id, by=by or data.login(), why=why)
        records.delete_files(FileStore(data.data_folder(data_dir)))
        remaining = _count_clips_named(row.pseudonym, records)
    typer.echo(_("{pseudonym} is erased.").format(pseudonym=row.pseudonym))
    if remaining:
        typer.echo(
            ngettext(
                "This pseudonym is still in the name of {count} clip without a patient. "
                "Look at what is on the desk with `hipcv review`.",
                "This pseudonym is still in the name of {count} clips without a patient. "
                "Look at what is on the desk with `hipcv review`.",
                remaining,
            ).format(count=remaining),
            err=True,
        )


def is_interactive() -> bool:
    """Return True if a person can answer on stdin."""
    return sys.stdin.isatty()


def _confirm(records: "Records", patient: "Patient") -> None:
    """Ask before erasing.

    Raises:
        BadRequest: the answer is no, or nobody can answer.
    """
    if patient.erased_at is not None:
        return  # the records refuse it
    visits = records.visits(patient.id)
    clips = sum(len(records.clips(visit_id=visit.id)) for visit in visits)
    question = _("Erase {pseudonym} with {visits} and {clips} for good?").format(
        pseudonym=patient.pseudonym,
        visits=ngettext("{count} visit", "{count} visits", len(visits)).format(count=len(visits)),
        clips=count_clips(clips),
    )
    if not is_interactive():
        remedy = _("Say so with --yes.")
        raise BadRequest(f"{question} {remedy}")
    if not confirm(question):
        raise BadRequest(_("Nothing was erased."))


def _count_clips_named(pseudonym: str, records: "Records") -> int:
    """Return the number of clips without a patient that have the pseudonym in their name."""
    name = normal_form(pseudonym)
    clips = records.clips()
    return sum(clip.visit_id is None and name in normal_form(clip.name) for clip in clips)
