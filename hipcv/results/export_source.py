"""Export source: a stored result with everything that a format may show of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hipcv.core.errors import BadRequest, InvalidTrack
from hipcv.language import _
from hipcv.report.formats.fhir_codes import DEFAULT_CODES, Codes
from hipcv.report.review import Case
from hipcv.report.stills import Still
from hipcv.results.document import EVIDENCE
from hipcv.results.reassess import Reassessment, StoredResult


@dataclass(frozen=True, slots=True, eq=False)
class ExportSource:
    """A result to be exported."""

    document: Mapping[str, Any]  # with the corrections
    stored: StoredResult | None = None
    result: Reassessment | None = None  # None: there is only the document
    stills: Sequence[Still] = ()
    case: Case | None = None  # None: nothing is known beyond the clip
    codes: Codes = DEFAULT_CODES  # of `fhir`

    @property
    def clip(self) -> str:
        """The clip's name without its suffix."""
        return Path(str(self.document["clip"]["name"])).stem

    def evidence(self) -> tuple[StoredResult, Reassessment]:
        """Return the stored result and its reassessment.

        Raises:
            InvalidTrack: there is only the document.
        """
        if self.stored is None or self.result is None:
            raise InvalidTrack(
                _(
                    "{evidence}: is missing beside the result, and this format needs it. "
                    "Name the whole result folder, or analyse the clip again."
                ).format(evidence=EVIDENCE)
            )
        return self.stored, self.result

    def require_measured(self, format_name: str) -> None:
        """Refuse a result without any measured side.

        Raises:
            BadRequest: there is none.
        """
        if not any(self.document["sides"].values()):
            raise BadRequest(
                _(
                    "{name}: no side was measured, so there is nothing to write as "
                    "{format_name}. The report (html, pdf) says why."
                ).format(name=self.document["clip"]["name"], format_name=format_name)
            )
