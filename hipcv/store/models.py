"""What the desk's records hold, as plain values. Ids are UUID texts, times aware and in UTC."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypedDict

JsonObject = dict[str, Any]

SideName = Literal["left", "right"]
State = Literal["waiting", "analysing", "ready", "refused", "failed"]
Status = Literal["preliminary", "final", "amended"]
CorrectionKind = Literal["start", "plateau", "rep_span", "rep", "landmark", "side", "withdraw"]
EventKind = Literal["start", "plateau", "end"]

ERASED: Final = "erased"
"""What stands in place of the pseudonym of a patient who was erased."""


@dataclass(frozen=True, slots=True)
class Patient:
    """Someone, under a name that is not theirs. With `erased_at` it is a tombstone."""

    id: str
    pseudonym: str
    notes: str
    consent_on: date | None
    keep_until: date | None
    created_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Visit:
    """One day on which a patient was filmed."""

    id: str
    patient_id: str
    on: date
    note: str


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording; its content lies in the vault under `sha256` and `suffix`."""

    id: str
    visit_id: str | None  # None: not yet given to a patient
    sha256: str
    name: str  # of the file as it was given
    suffix: str  # ".mp4"
    size_bytes: int
    mirrored: bool
    side: SideName | None  # None: whichever moved
    state: State
    said: str  # why it was refused, or failed
    added_at: datetime
    analysis_id: str | None  # the analysis that counts


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was measured in a clip, and what a person made of it.

    `version` grows by one with every correction and sign-off.
    """

    id: str
    clip_id: str
    method: int
    version: int
    automatic: JsonObject  # a result document; never altered
    corrected: JsonObject | None  # the same after the corrections that hold; None: there are none
    signed_by: str | None
    signed_at: datetime | None
    made_at: datetime
    amended: bool  # corrected after it had been signed

    @property
    def document(self) -> JsonObject:
        """The result that counts."""
        return self.automatic if self.corrected is None else self.corrected

    @property
    def status(self) -> Status:
        """Preliminary until signed, then final; amended from the first correction after that."""
        if self.amended:
            return "amended"
        return "preliminary" if self.signed_by is None else "final"


@dataclass(frozen=True, slots=True)
class Event:
    """When something of a rep happened, as the machine found it."""

    analysis_id: str
    side: SideName
    rep: int  # its number in the automatic document
    kind: EventKind
    automatic_s: tuple[float, float]  # first and last moment; the same twice for an instant


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing a person put right. Withdrawn ones stay, and no longer count."""

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
class AuditRow:
    """Who did what to which, when and why; chained to the row before by hash."""

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
class Purged:
    """What is left on disk of erased patients, for the vault to forget."""

    sha256s: tuple[str, ...]  # clips that no one else uses
    analysis_ids: tuple[str, ...]


class NewClip(TypedDict):
    """What is known of a clip when it comes in; fields as in `Clip`."""

    visit_id: str | None
    sha256: str
    name: str
    suffix: str
    size_bytes: int
    mirrored: bool
    side: SideName | None


class PatientFields(TypedDict, total=False):
    """What may be changed of a patient; fields as in `Patient`."""

    pseudonym: str
    notes: str
    consent_on: date | None
    keep_until: date | None


class Amendment(TypedDict):
    """A correction on its way in, with the result it leads to.

    For kind "withdraw" `after` is {"number": n}: the correction that no longer counts.
    `document` is None where no correction holds any more.
    """

    kind: CorrectionKind
    side: SideName | None
    rep: int | None
    before: JsonObject
    after: JsonObject
    document: JsonObject | None
