"""`hipcv audit`: check of the patient records against their audit trail, and of anchors."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from hipcv.cli import data
from hipcv.cli.terminal import show_json
from hipcv.core.errors import EnvironmentFault
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.store.file_check import FileCheck
    from hipcv.store.records import Records

SCHEMA: Final = "hipcv.audit/1"


def command(
    anchor: Annotated[
        str,
        typer.Argument(
            metavar="ANCHOR",
            help=N_("The anchor that a signed report prints; it may be shortened to 16 digits."),
        ),
    ] = "",
    data_dir: data.DataDir = None,
    database: data.Database = "",
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
) -> None:
    """Check the patient records and their files against the audit trail.

    With the anchor of a signed report, check as well that the trail still holds its entry.
    """
    with data.open_records(data_dir, database) as records:
        from hipcv.store.audit import Anchor
        from hipcv.store.file_check import check_files
        from hipcv.store.files import FileStore

        wrong = records.check_anchor(Anchor.parse(anchor)) if anchor else ""
        problems = [*filter(None, [wrong]), *records.verify_audit()]
        files = check_files(records, FileStore(data.data_folder(data_dir)))
        document = _document(records, [*problems, *files.problems], files, anchor)
    if as_json:
        show_json(document)
    else:
        typer.echo("\n".join(_lines(document, files)))
    if document["problems"]:
        raise typer.Exit(EnvironmentFault.exit_code)


def _document(
    records: "Records", problems: list[str], files: "FileCheck", anchor: str
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "intact": not problems,
        "problems": problems,
        "anchor": str(records.anchor()),
        "anchor_checked": anchor or None,
        "clips_hashed": files.clips,
        "files_hashed": files.files,
        "results_without_hashes": files.unhashed,
    }


def _lines(document: dict[str, Any], files: "FileCheck") -> list[str]:
    from hipcv.store.verification import COMPARED, NOT_CHECKED

    compared = [*map(_, COMPARED), *_of_files(files)]
    if document["anchor_checked"]:
        compared.append(_("the anchor with the entry of that number"))
    problems = document["problems"]
    outcome = [_("Not as it should be:"), *_bullets(problems)] if problems else [_("All agrees.")]
    anchor = _("Anchor of the trail now: {anchor}").format(anchor=document["anchor"])
    return [_("Compared:"), *_bullets(compared), _(NOT_CHECKED), anchor, "", *outcome]


def _bullets(texts: list[str]) -> list[str]:
    return [f"  - {text}" for text in texts]


def _of_files(files: "FileCheck") -> list[str]:
    """Return what was compared of the stored files, and what could not be."""
    texts = [
        _("stored recordings with the hash in the records: {count}").format(count=files.clips),
        _("files of results with the hash in the trail: {count}").format(count=files.files),
    ]
    if files.unhashed:
        text = _("not compared, since an earlier version recorded no hashes: {count} results")
        texts.append(text.format(count=files.unhashed))
    return texts
