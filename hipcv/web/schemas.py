"""What a page may send: the shape of every body, checked before anything is done with it."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def _printable(text: str) -> str:
    if not all(letter.isprintable() or letter in "\n\t" for letter in text):
        raise ValueError("use letters, digits and signs that can be printed")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("use one line of letters, digits and signs")
    return text


Line = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=64),
    AfterValidator(_one_line),
]
Initials = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=32),
    AfterValidator(_one_line),
]
Text = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, max_length=10_000),
    AfterValidator(_printable),
]
Number = Annotated[int, Field(strict=True, ge=0, lt=2**31)]
SideName = Literal["left", "right"]


class RequestBody(BaseModel):
    """A body: nothing but what is asked for."""

    model_config = ConfigDict(extra="forbid")


class PatientBody(RequestBody):
    """A patient to be added."""

    pseudonym: Line
    by: Initials = "desk"


class PatientChangeBody(RequestBody):
    """What is to be changed of a patient; what is not named stays."""

    pseudonym: Line | None = None
    notes: Text | None = None
    consent_on: date | None = None
    keep_until: date | None = None
    by: Initials
    why: Text = ""


class ErasureBody(RequestBody):
    """Who does it, and why."""

    by: Initials
    why: Text = ""


class MoveBody(RequestBody):
    """Where a clip belongs."""

    patient: Line
    on: date
    by: Initials


class ReanalysisBody(RequestBody):
    """Analyse a clip anew."""

    side: Literal["left", "right", "auto"] | None = None  # None: as before
    by: Initials


class CorrectionBody(RequestBody):
    """One thing put right; `after` is checked by `core.correction`."""

    version: Number
    kind: Literal["start", "plateau", "rep_span", "rep", "landmark", "side"]
    side: SideName | None = None
    rep: Number | None = None
    after: dict[str, Any]
    why: Text = ""
    by: Initials


class WithdrawalBody(RequestBody):
    """A correction that shall no longer hold."""

    version: Number
    number: Number
    why: Text = ""
    by: Initials


class SignOffBody(RequestBody):
    """The word of a clinician that a result is right."""

    version: Number
    by: Initials
