"""The same recording in several places, found by its content."""

from hipcv.language import _
from hipcv.store.models import UNDER_WAY, Clip, ClipOptions, JsonObject, ListedClip
from hipcv.web import corrections
from hipcv.web.state import AppState


def elsewhere(state: AppState, clip: Clip) -> list[JsonObject]:
    """Return where else the recording of a clip is: each clip with its patient and day."""
    listed = state.records.clips_with_content(clip.sha256)
    return [_reference(other) for other in listed if other.clip.id != clip.id]


def _reference(listed: ListedClip) -> JsonObject:
    visit, patient = listed.visit, listed.patient
    return {
        "id": listed.clip.id,
        "name": listed.clip.name,
        "patient": patient and {"id": patient.id, "pseudonym": patient.pseudonym},
        "on": visit and visit.on.isoformat(),
    }


def stored_clip(state: AppState, sha256: str, visit_id: str | None) -> Clip | None:
    """Return the clip that holds an uploaded recording already; None if it is new there.

    For a visit it is that visit's; without one it is any clip, one without a patient first.
    """
    clips = state.records.clips(sha256=sha256)
    if visit_id is not None:
        clips = [clip for clip in clips if clip.visit_id == visit_id]
    return min(clips, key=lambda clip: clip.visit_id is not None, default=None)


def apply_options(state: AppState, clip: Clip, options: ClipOptions, *, by: str) -> str:
    """Measure a stored clip again with the options of another upload; say what was done, or not.

    A clip that is being measured, or is signed off, keeps its options.
    """
    if all(getattr(clip, name) == value for name, value in options.items()):
        return _("This recording is already here, with the same settings.")
    if clip.state in UNDER_WAY:
        return _(
            "This recording is already here, and is being measured with other settings. They were "
            "not changed: measure it again once it is done."
        )
    signed = clip.analysis_id and state.records.analysis(clip.analysis_id).signed_by
    if signed:
        return _(
            "This recording is already here with other settings, and is signed off by {initials}. "
            "They were not changed: measure it again on its page."
        ).format(initials=signed)
    corrections.reanalyse(state, clip, options, by=by)
    return _("This recording is already here. It is measured again, with the settings chosen now.")
