"""Request bodies, validated before anything is done with them."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from hipcv.core.answers import Answers
from hipcv.core.correction import CorrectionKind
from hipcv.core.person import AGE_MAX_YEARS, Sex
from hipcv.core.text import LINE_BREAKS, is_unsafe
from hipcv.language import _
from hipcv.store.clips import SYSTEM
from hipcv.store.lists import Filter, Order
from hipcv.store.models import ClipOptions, SideName
from hipcv.web.sessions import current


def _safe_text(text: str) -> str:
    return _safe(text, LINE_BREAKS)


def _safe(text: str, allowed: str = "") -> str:
    if is_unsafe(text, allowed):
        raise ValueError(
            _(
                "holds a control character, or one that changes the direction of writing; type "
                "it again without"
            )
        )
    return text


def _not_in_future(on: date) -> date:
    if on > date.today():  # noqa: DTZ011 - in the user's time zone
        raise ValueError(_("the day of the visit lies in the future"))
    return on


LONGEST_START_S: Final = 3600.0
"""Seconds that may be left out at the beginning of a clip."""

Day = Annotated[date, AfterValidator(_not_in_future)]
Line = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=64),
    AfterValidator(_safe),
]
Initials = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=32),
    AfterValidator(_safe),
]


def _signed_in(initials: str) -> str:
    """Return the name of the user who is signed in; where the app has no users, the initials."""
    session = current.get()
    return (session and session.user) or initials


Actor = Annotated[Initials, AfterValidator(_signed_in), Field(validate_default=True)]
"""Name or initials for the audit: where users sign in, the user's, whatever the request says."""

Text = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, max_length=10_000),
    AfterValidator(_safe_text),
]
Pin = Annotated[str, StringConstraints(strict=True, pattern=r"^([0-9]{4,8})?$")]
"""Four to eight digits; "" for none."""

ShortText = Annotated[str, StringConstraints(max_length=300)]
Number = Annotated[int, Field(strict=True, ge=0, lt=2**31)]
_Coordinate = Annotated[float, Field(ge=0, lt=2**31)]
Pixel = tuple[_Coordinate, _Coordinate]


class RequestBody(BaseModel):
    """A body that may have no other fields than its own."""

    model_config = ConfigDict(extra="forbid")


class UploadQuery(BaseModel):
    """Attributes of an uploaded clip, from the query."""

    name: ShortText
    visit: UUID | None = None
    patient: Line | None = None  # pseudonym
    on: Day | None = None  # None: the day of the recording
    mirrored: bool = False
    external: bool = False  # external rotation is asked for as well
    side: SideName | None = None
    session: ShortText = ""  # id of the guided test that was recorded
    take: int = 1  # number of the recording in it
    streamed_bytes: int = Field(0, ge=0)  # the body was sent while recording; 0: it is sent now
    changed_ms: int | None = Field(None, ge=0, lt=2**43)  # date of the file, Unix time
    by: Actor = SYSTEM

    @property
    def options(self) -> ClipOptions:
        """The options of the analysis."""
        return ClipOptions(side=self.side, mirrored=self.mirrored, external=self.external)


class PhoneBody(RequestBody):
    """Attributes of the clips that come by a phone, and the address at which it is to send."""

    patient: Line | None = None  # pseudonym
    on: Day | None = None  # None: the day of the recording
    side: SideName | None = None
    mirrored: Annotated[bool, Field(strict=True)] = False
    external: Annotated[bool, Field(strict=True)] = False
    address: ShortText = ""  # one of this machine's; "": the usual one
    by: Actor = SYSTEM


class PhoneUploadQuery(RequestBody):
    """Attributes of a clip that a phone sends, from the query: no others."""

    name: ShortText
    changed_ms: int | None = Field(None, ge=0, lt=2**43)  # date of the file, Unix time
    more: bool = False  # others follow; without, the link ends


class FindQuery(BaseModel):
    """Search, filter and order of the desk's lists, from the query.

    Other parameters are ignored.
    """

    search: ShortText = ""
    show: Filter = "all"
    order: Order = "certainty"


class NeighboursQuery(FindQuery):
    """The list in which the neighbours of a clip are asked for, from the query."""

    list: Literal["waiting", "patient"] = "waiting"


class DeskQuery(FindQuery):
    """The desk's lists and the page of each, from the query."""

    clips: Annotated[int, Field(ge=1, lt=2**20)] = 1  # page
    patients: Annotated[int, Field(ge=1, lt=2**20)] = 1  # page


class FrameQuery(BaseModel):
    """A frame to be saved as a picture, from the query."""

    row: int = Field(ge=0, lt=2**31)
    side: SideName  # the leg that is shown
    lines: bool = False  # draw its lines


class PartQuery(BaseModel):
    """Position of a part in a recording under way, from the query."""

    session: ShortText  # id of the guided test
    take: int  # number of the recording in it
    offset: int = Field(ge=0)  # bytes before it


class PatientBody(RequestBody):
    """A patient to be added."""

    pseudonym: Line
    by: Actor = SYSTEM


class PatientChangeBody(RequestBody):
    """Fields of a patient to be changed; fields that are not set stay."""

    pseudonym: Line | None = None
    notes: Text | None = None
    consent_on: date | None = None
    keep_until: date | None = None
    age_years: Annotated[int, Field(strict=True, ge=0, le=AGE_MAX_YEARS)] | None = None
    sex: Sex | None = None
    by: Actor
    why: Text = ""


class ErasureBody(RequestBody):
    """Actor and reason of an erasure."""

    by: Actor
    why: Text = ""


class MoveBody(RequestBody):
    """Patient and day to whose visit a clip is moved."""

    patient: Line
    on: Day
    by: Actor


class ReanalysisBody(RequestBody):
    """Options with which a clip is analysed again; None: as before."""

    side: Literal["left", "right", "auto"] | None = None
    mirrored: Annotated[bool, Field(strict=True)] | None = None
    external: Annotated[bool, Field(strict=True)] | None = None
    start_s: Annotated[float, Field(strict=True, ge=0, le=LONGEST_START_S)] | None = None
    by: Actor

    @property
    def changes(self) -> ClipOptions:
        """The options that are set; no side for whichever leg moved."""
        changes = ClipOptions()
        if self.side is not None:
            changes["side"] = None if self.side == "auto" else self.side
        if self.mirrored is not None:
            changes["mirrored"] = self.mirrored
        if self.external is not None:
            changes["external"] = self.external
        if self.start_s is not None:
            changes["start_s"] = self.start_s
        return changes


class AnswersValues(RequestBody):
    """Answers to the questions after a test; `core.answers` says what they may be."""

    pain: Annotated[int, Field(strict=True)] | None = None
    pain_where: Text = ""
    limiter: ShortText | None = None

    def to_answers(self) -> Answers:
        """Return the answers.

        Raises:
            BadRequest: one of them is none that can be given.
        """
        return Answers(self.pain, self.pain_where, self.limiter)


class AnswersBody(AnswersValues):
    """Answers that are to be stored: in place of those that the page displays, by whom."""

    before: AnswersValues | None = None
    by: Actor = SYSTEM


class ResultChangeBody(RequestBody):
    """A change of a result: in the version that the page displays, by whom."""

    version: Number
    by: Actor
    pin: Pin = ""


class ReasonedChangeBody(ResultChangeBody):
    """A change of a result that may have a reason."""

    why: Text = ""


class CorrectionBody(ReasonedChangeBody):
    """One correction; `after` is validated by `core.correction`."""

    kind: CorrectionKind
    side: SideName | None = None
    rep: Number | None = None
    after: dict[str, Any]


class WithdrawalBody(ReasonedChangeBody):
    """A correction to be withdrawn."""

    number: Number


class CurrentBody(ReasonedChangeBody):
    """An earlier result that is to be the current one again, in place of this one."""

    result: UUID


class NoteBody(RequestBody):
    """A note on a clip or a visit; `store.notes` says what it may hold."""

    text: Text
    by: Actor


class GoniometerBody(RequestBody):
    """A goniometer laid on a frame: the proximal end, the vertex and the distal end, in pixels."""

    side: SideName
    row: Number
    proximal_px: Pixel
    vertex_px: Pixel
    distal_px: Pixel
    text: Text = ""
    by: Actor


class NoteVersionBody(RequestBody):
    """A note that is to be deleted, in the version that the page displays."""

    version: Number
    by: Actor


class NoteChangeBody(NoteVersionBody):
    """Another text of a note."""

    text: Text


class VisitBody(RequestBody):
    """Another day of a visit."""

    on: Day
    by: Actor


class ActorBody(RequestBody):
    """Actor of a change that has no other fields."""

    by: Actor


class PinBody(RequestBody):
    """A PIN to be set for initials; "" for none any more."""

    by: Actor
    pin: Pin
    earlier: Pin = ""
