"""Records as plain values. Ids are UUID strings; times are aware and in UTC."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NotRequired, TypedDict

from hipcv.core.answers import Answers
from hipcv.core.correction import CorrectionKind
from hipcv.core.errors import BadRequest
from hipcv.core.person import AGE_MAX_YEARS, Person, Sex

JsonObject = dict[str, Any]

SideName = Literal["left", "right"]
ClipState = Literal["waiting", "analysing", "ready", "refused", "failed", "cancelled"]
UNDER_WAY: Final[tuple[ClipState, ...]] = ("waiting", "analysing")
"""States of a clip whose analysis has not ended."""

ReviewStatus = Literal["preliminary", "final", "amended"]
NoteKind = Literal["text", "goniometer"]
NoteSubject = tuple[Literal["clip", "visit"], str]
"""Kind of record that a note is on, and its id."""

DAYS_OF_YEAR: Final = 365.25

ERASED: Final = "erased"
"""Replaces the pseudonym of an erased patient."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient under a pseudonym; with `erased_at` only a tombstone."""

    id: str
    pseudonym: str
    notes: str
    consent_on: date | None
    keep_until: date | None
    erased_at: datetime | None
    age_years: int | None = None  # on the day `age_noted_on`
    age_noted_on: date | None = None
    sex: Sex | None = None

    def person_on(self, day: date) -> Person:
        """Return the patient's age and sex on a day: the age grows by a year every 365.25 days."""
        if self.age_years is None or self.age_noted_on is None:
            return Person(sex=self.sex)
        years = int((day - self.age_noted_on).days / DAYS_OF_YEAR)
        return Person(min(max(self.age_years + years, 0), AGE_MAX_YEARS), self.sex)


@dataclass(frozen=True, slots=True)
class Visit:
    """One day on which a patient was filmed."""

    id: str
    patient_id: str
    on: date


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording; its content is stored under `sha256` and `suffix`."""

    id: str
    visit_id: str | None  # None: not assigned to a patient yet
    sha256: str
    name: str  # of the uploaded file
    suffix: str  # ".mp4"
    size_bytes: int
    mirrored: bool
    external: bool  # external rotation is asked for as well
    side: SideName | None  # None: whichever leg moved
    state: ClipState
    said: str  # why it was refused, or failed
    added_at: datetime
    analysis_id: str | None  # the current analysis
    answers: JsonObject | None = None  # after the test, as `Answers.to_dict`; None: none
    start_s: float = 0.0  # seconds that are left out at the beginning
    duration_s: float | None = None  # as its container declares it; None: unknown

    def read_answers(self) -> Answers:
        """Return the answers after the test; empty where there are none, or they are damaged."""
        try:
            return Answers.from_dict(self.answers or {})
        except (BadRequest, TypeError):  # TypeError: not an object
            return Answers()


@dataclass(frozen=True, slots=True)
class Analysis:
    """One result of a clip, with its corrections and sign-off.

    `version` grows by one with every correction and sign-off.
    """

    id: str
    clip_id: str
    method: int
    version: int
    automatic: JsonObject  # a result document; never altered
    corrected: JsonObject | None  # after the active corrections; None: there are none
    signed_by: str | None
    signed_at: datetime | None
    made_at: datetime
    amended: bool  # corrected after it had been signed

    @property
    def document(self) -> JsonObject:
        """The current result: corrected, or else automatic."""
        return self.automatic if self.corrected is None else self.corrected

    @property
    def status(self) -> ReviewStatus:
        """Preliminary until signed, then final; amended from the first correction after that."""
        return review_status(self.signed_by, amended=self.amended)


def review_status(signed_by: str | None, *, amended: bool) -> ReviewStatus:
    """Return the status of an analysis."""
    if amended:
        return "amended"
    return "preliminary" if signed_by is None else "final"


@dataclass(frozen=True, slots=True)
class ListedAnalysis:
    """An analysis with what lists show of it."""

    id: str
    clip_id: str
    method: int
    signed_by: str | None
    amended: bool
    document: JsonObject  # its summary: sides without repetitions, and the issue that refused it

    @property
    def status(self) -> ReviewStatus:
        """As of `Analysis`."""
        return review_status(self.signed_by, amended=self.amended)


@dataclass(frozen=True, slots=True)
class ListedClip:
    """One clip of a list, with its visit, patient and current analysis."""

    clip: Clip
    visit: Visit | None
    patient: Patient | None
    analysis: ListedAnalysis | None


@dataclass(frozen=True, slots=True)
class ListedPatient:
    """One patient of a list, with the visits, earliest first."""

    patient: Patient
    visits: list[Visit]


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One correction by a person. Withdrawn ones stay, and no longer count."""

    id: str
    analysis_id: str
    number: int  # 1, 2, .. within its analysis
    kind: CorrectionKind
    side: SideName | None
    rep: int | None
    before: JsonObject
    after: JsonObject
    why: str
    by: str
    at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a therapist on a clip or on a visit: one of the two ids is set.

    `version` grows by one with every change.
    """

    id: str
    visit_id: str | None
    clip_id: str | None
    kind: NoteKind
    text: str
    payload: JsonObject | None  # numbers of a reading, without words of a person; None: a text
    version: int
    added_by: str
    added_at: datetime
    changed_by: str | None  # the last one; None: it is as it was added
    changed_at: datetime | None

    @property
    def subject(self) -> NoteSubject:
        """The record that the note is on."""
        return ("clip", self.clip_id) if self.clip_id else ("visit", self.visit_id or "")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change: actor, action, subject, reason; chained to the row before by hash."""

    number: int  # 1, 2, .. without a gap
    at: datetime
    who: str
    what: str
    subject_kind: str
    subject_id: str
    why: str
    detail: JsonObject
    before_hash: str  # "" for the first
    hash: str


@dataclass(frozen=True, slots=True)
class ErasedFiles:
    """Keys of files of erased patients that may still be on the disk."""

    sha256s: tuple[str, ...]  # clips that no other patient shares
    analysis_ids: tuple[str, ...]


class NewClip(TypedDict):
    """Fields of a clip to be added, as in `Clip`."""

    visit_id: str | None
    sha256: str
    name: str
    suffix: str
    size_bytes: int
    mirrored: bool
    external: bool
    side: SideName | None
    answers: NotRequired[JsonObject | None]
    start_s: NotRequired[float]
    duration_s: NotRequired[float | None]


class NewNote(TypedDict):
    """Fields of a note to be added, as in `Note`."""

    subject: NoteSubject
    text: str
    kind: NotRequired[NoteKind]  # where absent, a text
    payload: NotRequired[JsonObject | None]


OPTION_NAMES: Final = ("side", "mirrored", "external", "start_s")
"""Options of a clip's analysis that may be changed when it is measured again."""


class ClipOptions(TypedDict, total=False):
    """Options of a clip's analysis, as in `Clip`; those that are not set stay."""

    side: SideName | None
    mirrored: bool
    external: bool
    start_s: float


class PatientFields(TypedDict, total=False):
    """Fields of a patient that may be changed, as in `Patient`."""

    pseudonym: str
    notes: str
    consent_on: date | None
    keep_until: date | None
    age_years: int | None
    age_noted_on: date | None  # where absent, the day of the change
    sex: Sex | None


class NewCorrection(TypedDict):
    """A correction to be added, with the result it leads to.

    For kind "withdraw" `after` is {"number": n}: the correction that no longer counts.
    `document` is None where no correction is active any more.
    """

    kind: CorrectionKind
    side: SideName | None
    rep: int | None
    before: JsonObject
    after: JsonObject
    document: JsonObject | None
