"""Changes of a result: computed by the core, then recorded with actor, time and reason."""

from collections.abc import Callable, Collection

from hipcv.core.correction import parse
from hipcv.core.errors import BadRequest, Stale
from hipcv.core.landmarks import Side
from hipcv.language import _
from hipcv.results.document import RESULT, check_files
from hipcv.store.models import (
    Analysis,
    Clip,
    ClipOptions,
    ErasedFiles,
    JsonObject,
    NewCorrection,
    SideName,
)
from hipcv.web.analysis_cache import active_corrections, previous_value
from hipcv.web.schemas import (
    CorrectionBody,
    CurrentBody,
    ReasonedChangeBody,
    ResultChangeBody,
    WithdrawalBody,
)
from hipcv.web.state import AppState


def correct(state: AppState, analysis: Analysis, body: CorrectionBody) -> None:
    """Add a correction, or queue the clip again where the other side is to be measured.

    Raises:
        Stale: the result was changed by another user since it was shown.
        BadRequest: it cannot be carried out.
    """
    clip = _fetch_unchanged(state, analysis, body.version)
    if body.kind == "side":
        reanalyse(state, clip, {"side": _side_of(body)}, by=body.by, why=body.why)
        return
    if body.side is None:
        raise BadRequest(_("Say which leg is meant."))
    current = state.cache.get(clip, analysis)
    if Side(body.side) not in current.reassessed.motions:
        raise BadRequest(_("This leg was not measured, so nothing of it can be corrected."))
    correction: JsonObject = body.model_dump(include={"kind", "side", "rep", "after", "why"})
    parse(correction)
    active = [*active_corrections(state.records.corrections(analysis.id)), correction]
    new = NewCorrection(
        kind=body.kind,
        side=body.side,
        rep=body.rep,
        document=state.cache.corrected_document(clip, analysis, active),
        before=previous_value(current, correction),
        after=body.after,
    )
    state.records.correct(analysis.id, new, version=body.version, why=body.why, by=body.by)


def _side_of(body: CorrectionBody) -> SideName | None:
    """Return the side that a correction asks for; None for whichever leg moved."""
    side = body.after.get("side")
    if side not in ("auto", "left", "right"):
        raise BadRequest(_("Say which leg is meant: left or right."))
    return None if side == "auto" else side


def withdraw(state: AppState, analysis: Analysis, body: WithdrawalBody) -> None:
    """Withdraw a correction.

    Raises:
        Stale: the result was changed by another user since it was shown.
        BadRequest: there is no such correction, or it was withdrawn before.
    """
    clip = _fetch_unchanged(state, analysis, body.version)
    rows = state.records.corrections(analysis.id)
    withdrawable = [row for row in rows if not row.withdrawn and row.kind != "withdraw"]
    withdrawn = {row.number: row for row in withdrawable}.get(body.number)
    if withdrawn is None:
        raise BadRequest(_("There is no such correction, or it was withdrawn before."))
    active = active_corrections([row for row in rows if row is not withdrawn])
    new = NewCorrection(
        kind="withdraw",
        side=withdrawn.side,
        rep=withdrawn.rep,
        before=withdrawn.after,
        after={"number": body.number},
        document=state.cache.corrected_document(clip, analysis, active),
    )
    state.records.correct(analysis.id, new, version=body.version, why=body.why, by=body.by)


def reanalyse(state: AppState, clip: Clip, changes: ClipOptions, *, by: str, why: str = "") -> None:
    """Queue a clip for another analysis, with these of its options changed."""
    state.records.request_reanalysis(clip.id, changes, by=by, why=why)
    state.hub.notify_clip(clip.id, "waiting")
    state.jobs.start_soon(clip.id)


def make_current(state: AppState, analysis: Analysis, body: CurrentBody) -> None:
    """Make an earlier result of the clip the current one again.

    Raises:
        Stale: the present result was changed by another user since it was shown.
        BadRequest: it is no earlier result of the clip, or its files are gone or altered.
    """
    _fetch_unchanged(state, analysis, body.version)
    folder = state.files.analysis_folder(str(body.result))
    if not (folder / RESULT).is_file():
        raise BadRequest(_("The files of this result are missing. Measure the clip again instead."))
    check_files(folder)
    state.records.make_current(
        str(body.result), current=analysis.id, version=body.version, by=body.by, why=body.why
    )


def sign(state: AppState, analysis: Analysis, body: ResultChangeBody) -> None:
    """Sign a result off.

    Raises:
        Stale: the result was changed by another user since it was shown.
        BadRequest: the clip is not assigned to a patient.
    """
    clip = _fetch_unchanged(state, analysis, body.version)
    if clip.visit_id is None:
        raise BadRequest(
            _("This clip is not assigned to a patient yet. Say whose it is, then sign it off.")
        )
    state.records.sign(analysis.id, version=body.version, by=body.by)


def unsign(state: AppState, analysis: Analysis, body: ReasonedChangeBody) -> None:
    """Take a sign-off back.

    Raises:
        Stale: the result was changed by another user since it was shown.
        BadRequest: it is not signed.
    """
    _fetch_unchanged(state, analysis, body.version)
    state.records.unsign(analysis.id, version=body.version, by=body.by, why=body.why)


def purge(state: AppState, patient_id: str, *, by: str, why: str) -> None:
    """Erase a patient: first from the records, then from the disk."""
    clips = [
        clip.id
        for visit in state.records.visits(patient_id)
        for clip in state.records.clips(visit_id=visit.id)
    ]
    _erase(state, clips, lambda: state.records.purge_patient(patient_id, by=by, why=why))


def delete_clip(state: AppState, clip_id: str, *, by: str) -> None:
    """Delete a clip with its results: first from the records, then from the disk."""
    state.records.clip(clip_id)  # raises NotFound before any job is cancelled
    _erase(state, [clip_id], lambda: state.records.delete_clip(clip_id, by=by))
    state.hub.notify_clip(clip_id, "deleted")


def _erase(state: AppState, clip_ids: Collection[str], erase: Callable[[], ErasedFiles]) -> None:
    """Erase clips from the records by this function, then from the disk."""
    state.jobs.cancel(clip_ids)
    erased = erase()
    state.jobs.cancel(clip_ids)  # one that waited may have started meanwhile
    state.records.delete_files(state.files)
    state.cache.discard(erased.analysis_ids)


def _fetch_unchanged(state: AppState, analysis: Analysis, version: int) -> Clip:
    clip = state.records.clip(analysis.clip_id)
    if analysis.version != version or clip.analysis_id != analysis.id:
        raise Stale(_("Somebody else changed this result. Load it again; nothing was overwritten."))
    return clip
