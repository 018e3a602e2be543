"""Putting a result right: worked out by the core, then written down with who, when and why."""

from hipcv.core.correction import parse
from hipcv.core.errors import BadRequest, Stale
from hipcv.core.landmarks import Side
from hipcv.store.models import Analysis, Clip, JsonObject, NewCorrection, SideName
from hipcv.web.analysis_cache import before, held
from hipcv.web.schemas import CorrectionBody, SignOffBody, WithdrawalBody
from hipcv.web.state import Desk


def correct(desk: Desk, analysis: Analysis, asked: CorrectionBody) -> None:
    """Correct one thing, or have the clip analysed anew where the side is another.

    Raises:
        Stale: somebody else changed the result since it was shown.
        BadRequest: it cannot be carried out.
    """
    clip = desk.records.clip(analysis.clip_id)
    _refuse_stale(analysis, clip, asked.version)
    if asked.kind == "side":
        again(desk, clip, str(asked.after.get("side")), by=asked.by, why=asked.why)
        return
    if asked.side is None:
        raise BadRequest("Say which leg is meant.")
    reading = desk.readings.of(clip, analysis)
    if Side(asked.side) not in reading.now.motions:
        raise BadRequest("This leg was not measured, so nothing of it can be corrected.")
    put_right: JsonObject = {
        "kind": asked.kind,
        "side": asked.side,
        "rep": asked.rep,
        "after": asked.after,
        "why": asked.why,
    }
    parse(put_right)
    holding = [*held(desk.records.corrections(analysis.id)), put_right]
    document = desk.readings.corrected(clip, analysis, holding)
    correction = NewCorrection(
        kind=asked.kind,
        side=asked.side,
        rep=asked.rep,
        before=before(reading, put_right),
        after=asked.after,
        document=document,
    )
    desk.records.correct(analysis.id, correction, version=asked.version, why=asked.why, by=asked.by)


def withdraw(desk: Desk, analysis: Analysis, asked: WithdrawalBody) -> None:
    """Let a correction hold no longer.

    Raises:
        Stale: somebody else changed the result since it was shown.
        BadRequest: there is no such correction, or it was withdrawn before.
    """
    clip = desk.records.clip(analysis.clip_id)
    _refuse_stale(analysis, clip, asked.version)
    made = desk.records.corrections(analysis.id)
    meant = [
        each
        for each in made
        if each.number == asked.number and not each.withdrawn and each.kind != "withdraw"
    ]
    if not meant:
        raise BadRequest("There is no such correction, or it was withdrawn before.")
    holding = held([each for each in made if each.number != asked.number])
    document = desk.readings.corrected(clip, analysis, holding)
    correction = NewCorrection(
        kind="withdraw",
        side=meant[0].side,
        rep=meant[0].rep,
        before=meant[0].after,
        after={"number": asked.number},
        document=document,
    )
    desk.records.correct(analysis.id, correction, version=asked.version, why=asked.why, by=asked.by)


def again(desk: Desk, clip: Clip, side: str | None, *, by: str, why: str = "") -> None:
    """Have a clip analysed anew.

    Args:
        desk: the desk.
        clip: the clip.
        side: "left", "right", "auto" for whichever moved, or None for what was asked before.
        by: who asks.
        why: for the audit.

    Raises:
        BadRequest: there is no such side, or it is being analysed just now.
    """
    if side not in (None, "auto", "left", "right"):
        raise BadRequest("Say which leg is meant: left or right.")
    sides: dict[str | None, SideName | None] = {None: clip.side, "left": "left", "right": "right"}
    desk.records.request_reanalysis(clip.id, sides.get(side), by=by, why=why)
    desk.hub.tell_clip(clip.id, "waiting")
    desk.jobs.wake()


def sign(desk: Desk, analysis: Analysis, asked: SignOffBody) -> None:
    """Sign a result off.

    Raises:
        Stale: somebody else changed the result since it was shown.
    """
    _refuse_stale(analysis, desk.records.clip(analysis.clip_id), asked.version)
    desk.records.sign(analysis.id, version=asked.version, by=asked.by)


def purge(desk: Desk, patient_id: str, *, by: str, why: str) -> None:
    """Erase a patient: first from the records, then from the disk."""
    clips = [
        clip.id
        for visit in desk.records.visits(patient_id)
        for clip in desk.records.clips(visit_id=visit.id)
    ]
    desk.jobs.drop(clips)
    purged = desk.records.purge_patient(patient_id, by=by, why=why)
    desk.jobs.drop(clips)  # one that had waited may have begun
    desk.records.delete_files(desk.files)
    desk.readings.forget(purged.analysis_ids)


def _refuse_stale(analysis: Analysis, clip: Clip, version: int) -> None:
    if analysis.version != version or clip.analysis_id != analysis.id:
        raise Stale("Somebody else changed this result. Load it again; nothing was overwritten.")
