"""Two results of one patient as JSON for the page that compares them."""

from collections.abc import Sequence

from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.language import _
from hipcv.report.document_comparison import compare_documents, describe_not_counted
from hipcv.store.models import Analysis, JsonObject
from hipcv.web import serializers
from hipcv.web.serializers import ClipContext
from hipcv.web.state import AppState


def comparable(state: AppState, analysis_ids: Sequence[str]) -> list[tuple[ClipContext, Analysis]]:
    """Fetch two results with their clips, the earlier one first.

    Raises:
        NotFound: there is no such result.
        BadRequest: they are one result, or belong to two patients.
    """
    found = [serializers.result_context(state, analysis_id) for analysis_id in analysis_ids]
    (one, first), (other, second) = found
    if first.id == second.id:
        raise BadRequest(_("This is one result, and it takes two to compare. Choose another one."))
    owners = [context.patient and context.patient.id for context in (one, other)]
    if one.clip.id != other.clip.id and (None in owners or owners[0] != owners[1]):
        raise BadRequest(_("These results do not belong to one patient, so they are not compared."))
    return sorted(found, key=lambda pair: (_day(pair[0]), pair[1].made_at))


def comparison_view(state: AppState, analysis_ids: Sequence[str]) -> JsonObject:
    """Return two results, and the difference of each side in words."""
    pair = comparable(state, analysis_ids)
    before, after = (analysis.document for _context, analysis in pair)
    signed = tuple(analysis.signed_by is not None for _context, analysis in pair)
    comparison = compare_documents(
        before, after, state.settings.options.protocol, signed=(signed[0], signed[1])
    )
    patient = pair[0][0].patient
    return {
        "patient": patient and {"id": patient.id, "pseudonym": patient.pseudonym},
        "results": [_result(state, context, analysis) for context, analysis in pair],
        "changes": comparison["sides"],
        "not_counted": {side.value: describe_not_counted(comparison, side) for side in Side},
        "cautions": comparison["cautions"],
    }


def _result(state: AppState, context: ClipContext, analysis: Analysis) -> JsonObject:
    clip = context.clip
    return {
        "analysis": serializers.analysis_view(state, analysis),
        "clip": {"id": clip.id, "name": clip.name, "present": clip.analysis_id == analysis.id},
        "on": context.visit and context.visit.on.isoformat(),
    }


def _day(context: ClipContext) -> str:
    return context.visit.on.isoformat() if context.visit else ""
