"""Filing of what a command measures in the records of the review app: `--as NAME`."""

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipcv.cli import data
from hipcv.cli.errors import attempt, print_error
from hipcv.cli.terminal import progress_bar
from hipcv.core.errors import Failure
from hipcv.core.options import AnalysisOptions
from hipcv.core.person import Person
from hipcv.core.protocol import MeasurementProtocol
from hipcv.language import N_, _

if TYPE_CHECKING:
    from hipcv.cli.analyze import Result
    from hipcv.core.assessment import Trial
    from hipcv.report.course import Course
    from hipcv.results.filing import Desk, Filed

As = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="NAME",
        help=N_(
            "File the result under this pseudonym in the records of `hipcv review`; new names are "
            "added."
        ),
    ),
]


@dataclass(slots=True)
class Filing:
    """The patient under whom results are filed; without a desk nothing is filed."""

    pseudonym: str = ""
    desk: "Desk | None" = None
    given: Person = field(default_factory=Person)  # age and sex as stated for this test
    filed: "list[Filed]" = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def add_person(self, options: AnalysisOptions) -> AnalysisOptions:
        """Return options with age and sex: as stated, else as noted with the patient."""
        person = options.person
        if self.desk and (patient := self.desk.records.patient_named(self.pseudonym)):
            today = date.today()  # noqa: DTZ011 - in the user's time zone
            person = person.override(patient.person_on(today))
        return replace(options, person=person.override(self.given))

    def file(
        self, clip: Path, measured: "Result | Failure", options: AnalysisOptions, *, quiet: bool
    ) -> None:
        """File the result of one clip, if there is one; why it cannot be is printed."""
        if self.desk is None or isinstance(measured, Failure):
            return
        from hipcv.results.filing import ResultFiles, file_result

        desk, written = self.desk, measured.written
        result = ResultFiles(clip, written.result.parent, written.names, options)
        with progress_bar(quiet=quiet) as progress:
            outcome = attempt(
                lambda: file_result(
                    desk, self.pseudonym, result, given=self.given, progress=progress
                )
            )
        if isinstance(outcome, Failure):
            self.fail(outcome)
        else:
            self.filed.append(outcome)

    def describe_course(
        self, protocol: MeasurementProtocol, trials: "Sequence[Trial]" = ()
    ) -> tuple[str, ...]:
        """Return the course of the patient with results that are not filed yet, as sentences.

        Args:
            protocol: of the comparison.
            trials: results to be added.
        """
        if self.desk is None:
            return ()
        from hipcv.report.course import describe_course, with_new
        from hipcv.results.document import build_document
        from hipcv.results.filing import day_of

        course = self._course()
        for trial in trials:
            document = build_document(trial, timing=False)
            course = with_new(course, document, day_of(document))
        return describe_course(course, protocol)

    def print(self, protocol: MeasurementProtocol, *, to_stderr: bool) -> None:
        """Print where the results were filed, the course, and when to test again."""
        if not self.filed:
            return
        from hipcv.report import numbers

        last = self.filed[-1]
        name, day = last.patient.pseudonym, numbers.day(last.visit.on)
        lines = [_("Filed under {name}, visit of {day}.").format(name=name, day=day)]
        if any(filed.is_new for filed in self.filed):
            text = _(
                "{name} is new in the records; if that was a slip, `hipcv purge {name}` erases it."
            )
            lines.append(text.format(name=name))
        lines += self.describe_course(protocol)
        typer.echo("\n".join(["", *map(_wrapped, lines)]), err=to_stderr)

    def _course(self) -> "Course":
        from hipcv.store.history import measurements

        assert self.desk is not None
        patient = self.desk.records.patient_named(self.pseudonym)
        of_side = measurements(self.desk.records, patient.id) if patient else {}
        return {str(side): visits for side, visits in of_side.items()}

    def fail(self, failure: Failure) -> None:
        """Print why nothing can be filed; the command ends with the exit code of the failure."""
        stays = _("The result stays in its folder.")
        self.failures.append(replace(failure, text=f"{failure.text} {stays}"))
        print_error(self.failures[-1])


def _wrapped(line: str) -> str:
    width = max(min(shutil.get_terminal_size().columns, 100), 40)
    return textwrap.fill(line, width, initial_indent="  ", subsequent_indent="  ")


@contextmanager
def open_filing(
    pseudonym: str, given: Person, data_dir: Path | None, database: str
) -> Iterator[Filing]:
    """Open the records for results to be filed; unusable records are stated at once.

    Raises:
        BadRequest: the pseudonym is empty or too long.
    """
    filing = Filing(pseudonym.strip(), given=given)
    with ExitStack() as stack:
        if pseudonym:
            outcome = attempt(lambda: stack.enter_context(_open_desk(data_dir, database)))
            if isinstance(outcome, Failure):
                filing.fail(outcome)
            else:
                outcome.records.patient_named(filing.pseudonym)  # refuses an invalid one
                filing.desk = outcome
        yield filing


@contextmanager
def _open_desk(data_dir: Path | None, database: str) -> "Iterator[Desk]":
    with data.open_or_create_records(data_dir, database) as records:
        from hipcv.results.filing import Desk
        from hipcv.store.files import FileStore

        yield Desk(records, FileStore(data.data_folder(data_dir)), data.login())
