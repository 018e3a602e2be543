"""The report: one HTML file that needs no network, reads on a phone and prints on two pages."""

import base64
from collections.abc import Sequence
from functools import cache
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from hipcv.core.assessment import Trial
from hipcv.core.protocol import settings
from hipcv.report import numbers, wording
from hipcv.report.charts import gauge
from hipcv.report.pages import environment
from hipcv.report.review import Case, format_automatic, format_signature, summarise_corrections
from hipcv.report.stills import Still
from hipcv.report.summary import Summary

_HASH_SHOWN: Final = 16


def render(
    trial: Trial,
    summary: Summary,
    *,
    chart_svg: str,
    stills: Sequence[Still],
    command: str,
    case: Case | None = None,
) -> str:
    """The whole report as HTML.

    Args:
        trial: the result.
        summary: its sentences, from `summarise(trial)`.
        chart_svg: the chart; "" shows none.
        stills: start, first compensation, plateau, in the order in which they are shown.
        command: what was run, word for word.
        case: patient, day, signature and corrections; None: nothing is said of them.
    """
    page = _environment().get_template("report.html.jinja")
    return page.render(
        summary=summary,
        gauges={side: Markup(gauge.draw(a, trial.protocol)) for side, a in trial.sides.items()},  # noqa: S704
        chart=_data_uri(chart_svg.encode(), "image/svg+xml") if chart_svg else "",
        stills=[(still, _data_uri(still.jpeg, "image/jpeg")) for still in stills],
        words=wording,
        review=_review(trial, case) if case else None,
        provenance=provenance(trial, command),
        target=numbers.whole(trial.protocol.target_deg),
        band=f"{trial.protocol.typical_low_deg:g}–{trial.protocol.typical_high_deg:g}°",
    )


def _review(trial: Trial, case: Case) -> dict[str, object]:
    """Who stands behind the result, and what was corrected, in words."""
    return {
        "who": " · ".join(
            word for word in (case.patient, case.on and numbers.day(case.on)) if word
        ),
        "status": case.signature.status,
        "signature": format_signature(case.signature),
        "corrections": summarise_corrections(case),
        "automatic": {side: format_automatic(case, side) for side in trial.sides},
    }


@cache
def _environment() -> Environment:
    return environment(steady=_steady)


def _steady(words: str) -> str:
    """The same words, with ranges such as 24–42° kept on one line."""
    return words.replace("–", "–\u2060")


def _data_uri(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def provenance(trial: Trial, command: str) -> dict[str, str]:
    """How the result was made: a name and words for each part."""
    clip, made = trial.clip, trial.provenance
    told = {
        "Command": command,
        "Clip": f"{clip.name}, {clip.width_px}×{clip.height_px}, {clip.frames} frames in "
        f"{numbers.seconds(clip.duration_s)}, SHA-256 {clip.sha256[:_HASH_SHOWN]}…",
        "hipcv": f"{made.hipcv}, method {made.method}",
    }
    for name, digest in sorted(made.models.items()):
        told[f"Model “{name}”"] = f"SHA-256 {digest[:_HASH_SHOWN]}…"
    told["Protocol"] = _changed(trial)
    return told


def _changed(trial: Trial) -> str:
    changed = [
        f"{known.name} = {getattr(trial.protocol, known.name):g} (default {known.default:g})"
        for known in settings()
        if getattr(trial.protocol, known.name) != known.default
    ]
    return "; ".join(changed) or "all settings at their defaults"
