"""Goniometer readings by hand, with the machine's angle in the same frame."""

import math

from hipcv.core.errors import BadRequest
from hipcv.core.goniometer import GoniometerReading
from hipcv.core.landmarks import Side
from hipcv.language import _
from hipcv.web.analysis_cache import CurrentAnalysis
from hipcv.web.schemas import GoniometerBody
from hipcv.web.serializers import analysed_clip
from hipcv.web.state import AppState


def read_goniometer(state: AppState, clip_id: str, body: GoniometerBody) -> GoniometerReading:
    """Return the angle between the arms, with the machine's angle in the picture of that frame.

    Raises:
        NotFound: no such clip, or it was not analysed.
        BadRequest: there is no such frame, or a point lies outside of the picture.
    """
    context, analysis = analysed_clip(state, clip_id)
    current = state.cache.get(context.clip, analysis)
    track = current.stored.track
    if body.row >= len(track.time_s):
        raise BadRequest(_("Say in which frame the goniometer lies."))
    points = (body.proximal_px, body.vertex_px, body.distal_px)
    if any(x > track.size_px[0] or y > track.size_px[1] for x, y in points):
        raise BadRequest(_("The points of the goniometer must lie in the picture."))
    side = Side(body.side)
    return GoniometerReading(
        side=side,
        row=body.row,
        time_s=round(float(track.time_s[body.row]), 3),
        proximal_px=body.proximal_px,
        vertex_px=body.vertex_px,
        distal_px=body.distal_px,
        machine_deg=_machine_deg(current, side, body.row),
    )


def _machine_deg(current: CurrentAnalysis, side: Side, row: int) -> float | None:
    motion = current.reassessed.motions.get(side)
    angle_deg = math.nan if motion is None else float(motion.raw_deg[row])
    return round(angle_deg, 2) if math.isfinite(angle_deg) else None
