"""Check of stored results: which are whole, and what is wrong with the others."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from hipcv.core.errors import InvalidTrack
from hipcv.folders import COMPLETE, MOVING
from hipcv.language import N_, _
from hipcv.result_schema import CHECKSUM
from hipcv.results import checksums
from hipcv.results.checksums import Fault
from hipcv.results.document import EVIDENCE, RESULT, is_result, parse_document, read_document
from hipcv.store.archive import load_evidence
from hipcv.store.file_check import check_files
from hipcv.store.files import FileStore
from hipcv.store.records import Records

Condition = Literal["whole", "unchecked", "damaged", "mixed", "incomplete", "foreign"]

WRONG: Final[frozenset[Condition]] = frozenset({"damaged", "mixed", "incomplete", "foreign"})

UNCHECKED: Final = N_("has no checksums: an earlier version of hipcv wrote it")
KILLED: Final = N_(
    "a run was killed while it replaced the result; the next one into this folder completes it"
)
MISSING: Final = N_("{name} is missing")
NO_RESULT: Final = N_("{name} is not a result of hipcv")
ALTERED: Final = N_("{name} was altered or is damaged")
OF_ANOTHER: Final = N_("{name} belongs to another result")
UNREADABLE: Final = N_("{name} cannot be read")
UNRECORDED: Final = N_("the patient records do not hold this result")
FOLDER_MISSING: Final = N_("the folder of a result in the patient records is missing")
NOT_AS_RECORDED: Final = N_("{name} is not the result in the patient records")


@dataclass(frozen=True, slots=True)
class ResultCheck:
    """The condition of one result folder; its fields are keys of the JSON."""

    path: str
    condition: Condition
    text: str = ""  # what is wrong

    @property
    def is_wrong(self) -> bool:
        """True if the result should not be relied on."""
        return self.condition in WRONG


def find_results(folder: Path) -> Iterator[Path]:
    """Yield every folder at or below one that holds a result, or parts of one."""
    signs = {RESULT, EVIDENCE, checksums.NAME}
    for parent, folders, names in os.walk(folder):
        if signs & set(names) or {COMPLETE, MOVING} & set(folders):
            yield Path(parent)
        folders[:] = sorted(name for name in folders if not name.startswith("."))


def check_all(folder: Path, progress: Callable[[int, int], None]) -> list[ResultCheck]:
    """Return the condition of every result at or below a folder.

    Args:
        folder: the folder.
        progress: called with the number of results checked, and of all.
    """
    paths = list(find_results(folder))
    checks = []
    for number, path in enumerate(paths, start=1):
        checks.append(check_result(path))
        progress(number, len(paths))
    return checks


def check_result(folder: Path) -> ResultCheck:
    """Return the condition of one result folder."""
    condition, text, name = _condition(folder)
    return ResultCheck(str(folder), condition, _(text).format(name=name) if text else "")


def check_records(records: Records, files: FileStore) -> list[ResultCheck]:
    """Return what is wrong between the patient records and the files that belong to them."""
    stored = {one.id: one for clip in records.clips() for one in records.analyses(clip.id)}
    folders = {analysis_id: files.analysis_folder(analysis_id) for analysis_id in stored}
    recorded = set(folders.values())
    checks = [
        *(_check_recorded(folders[name], stored[name].automatic) for name in sorted(stored)),
        *(
            ResultCheck(str(path), "foreign", _(UNRECORDED))
            for path in files.list_analyses()
            if path not in recorded
        ),
    ]
    return [
        *(check for check in checks if check.is_wrong),
        *(
            ResultCheck(str(files.folder), "damaged", text.removesuffix("."))
            for text in check_files(records, files).problems
        ),
    ]


def _check_recorded(folder: Path, document: dict[str, Any]) -> ResultCheck:
    """Compare a result folder with the document in the records."""
    if not folder.is_dir():
        return ResultCheck(str(folder), "incomplete", _(FOLDER_MISSING))
    try:
        found = read_document(folder / RESULT)
    except InvalidTrack:
        return ResultCheck(str(folder), "whole")  # named by `check_result`
    if found["clip"] != document["clip"] or found["sides"] != document["sides"]:
        return ResultCheck(str(folder), "mixed", _(NOT_AS_RECORDED).format(name=RESULT))
    return ResultCheck(str(folder), "whole")


def _condition(folder: Path) -> tuple[Condition, str, str]:
    """Return the condition, a sentence in English, and the file that it names."""
    if (folder / COMPLETE).is_dir() or (folder / MOVING).is_dir():
        return "incomplete", KILLED, ""
    if not is_result(folder / RESULT):
        is_there = (folder / RESULT).exists()
        return ("foreign", NO_RESULT, RESULT) if is_there else ("incomplete", MISSING, RESULT)
    for fault in checksums.find_faults(folder):
        return _describe(folder, fault)
    try:
        document = parse_document(folder / RESULT)  # its files are those of the list
    except InvalidTrack:
        return "damaged", ALTERED, RESULT
    if (folder / checksums.NAME).exists():
        return "whole", "", ""
    return _without_list(folder, document)


def _describe(folder: Path, fault: Fault) -> tuple[Condition, str, str]:
    """Return what is wrong with a file; one that is intact in itself is another result's."""
    if fault.kind == "missing":
        return "incomplete", MISSING, fault.name
    if fault.name in {RESULT, EVIDENCE} and _is_intact(folder / fault.name):
        return "mixed", OF_ANOTHER, fault.name
    return "damaged", ALTERED, fault.name


def _is_intact(path: Path) -> bool:
    try:
        if path.name == EVIDENCE:
            load_evidence(path)
            return True
        return CHECKSUM in parse_document(path)
    except InvalidTrack:
        return False


def _without_list(folder: Path, document: dict[str, Any]) -> tuple[Condition, str, str]:
    """Return the condition of a result whose files have no checksums."""
    if CHECKSUM in document:
        return "incomplete", MISSING, checksums.NAME
    if not (folder / EVIDENCE).exists():
        return "incomplete", MISSING, EVIDENCE
    try:
        load_evidence(folder / EVIDENCE)
    except InvalidTrack:
        return "damaged", UNREADABLE, EVIDENCE
    return "unchecked", UNCHECKED, ""
