"""HTML report: one file that needs no network, fits a phone and prints on two pages."""

import base64
from collections.abc import Sequence
from typing import Final

from jinja2 import Environment
from markupsafe import Markup

from hipcv.core.assessment import Reassessed, Trial
from hipcv.core.protocol import settings
from hipcv.language import _, translate
from hipcv.report import exercises, numbers, wording
from hipcv.report.charts import gauge
from hipcv.report.pages import compile_templates, environment
from hipcv.report.review import (
    Case,
    format_anchor,
    format_automatic,
    format_signature,
    summarise_corrections,
    summarise_notes,
    title_of_notes,
)
from hipcv.report.stills import Still
from hipcv.report.summary import Summary

_HASH_SHOWN: Final = 16
_TEMPLATE: Final = "report.html.jinja"


def preload() -> None:
    """Compile the templates of a report."""
    compile_templates(_environment(), _TEMPLATE)


def _environment() -> Environment:
    return environment(steady=_steady, drawing=exercises.drawing)


def render(
    trial: Trial,
    summary: Summary,
    *,
    chart_svg: str,
    stills: Sequence[Still],
    command: str,
    case: Case | None = None,
) -> str:
    """Return the whole report as HTML.

    `summary` is `summarise(trial)`; without `chart_svg` there is no chart. Stills are start, first
    compensation, plateau, in this order. `command` is the command line that was run.
    """
    return (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            summary=summary,
            gauges={side: Markup(gauge.draw(a, trial.protocol)) for side, a in trial.sides.items()},  # noqa: S704
            chart=_data_uri(chart_svg.encode(), "image/svg+xml") if chart_svg else "",
            stills=[(still, _data_uri(still.jpeg, "image/jpeg")) for still in stills],
            words=wording,
            exercise_words=exercises,
            method=method(trial),
            review=_review(trial, case) if case else None,
            provenance=provenance(trial, command),
            target=numbers.whole(trial.protocol.target_deg),
        )
    )


def _review(trial: Trial, case: Case) -> dict[str, object]:
    return {
        "who": " · ".join(filter(None, (case.patient, numbers.day(case.on) if case.on else ""))),
        "status": case.signature.status,
        "signature": format_signature(case.signature),
        "anchor": format_anchor(case),
        "corrections": summarise_corrections(case),
        "notes": (notes := summarise_notes(case)),
        "notes_title": title_of_notes(len(notes)),
        "automatic": {side: format_automatic(case, side) for side in trial.sides},
    }


def _steady(words: str) -> str:
    """Return the text with ranges such as 24–42° kept on one line."""
    return words.replace("–", "–\u2060")


def _data_uri(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def provenance(trial: Trial, command: str) -> dict[str, str]:
    """Return the provenance of the result: a title and a text for each part, the command first."""
    clip, source = trial.clip, trial.provenance
    parts = {
        _("Command"): command,
        _("Clip"): _("{name}, {size}, {frames} frames in {duration}, SHA-256 {sha256}…").format(
            name=clip.name,
            size=f"{clip.width_px}×{clip.height_px}",
            frames=clip.frames,
            duration=numbers.seconds(clip.duration_s),
            sha256=clip.sha256[:_HASH_SHOWN],
        ),
        "hipcv": _("{version}, method {method}").format(version=source.hipcv, method=source.method),
    }
    if source.reassessed is not None:
        parts[_("Assessed again")] = _reassessed(source.reassessed)
    for name, digest in sorted(source.models.items()):
        parts[_("Model “{name}”").format(name=name)] = f"SHA-256 {digest[:_HASH_SHOWN]}…"
    parts[_("Protocol")] = _changed_settings(trial)
    return parts


def _reassessed(by: Reassessed) -> str:
    """Return the version that assessed the evidence again, and which settings it does not share."""
    texts = [_("by hipcv {version}, method {method}").format(version=by.hipcv, method=by.method)]
    if by.settings_dropped:
        text = _("without the settings it no longer has: {names}")
        texts.append(text.format(names=", ".join(by.settings_dropped)))
    if by.settings_added:
        text = _("with settings added since, at their defaults: {names}")
        texts.append(text.format(names=", ".join(by.settings_added)))
    return "; ".join(texts)


def method(trial: Trial) -> tuple[str, ...]:
    """Return the paragraphs on the method by which a result was measured."""
    tracked = trial.provenance.tracks_outline
    return translate(wording.METHOD if tracked else wording.METHOD_BEFORE_OUTLINE)


def _changed_settings(trial: Trial) -> str:
    changed = [
        _("{name} = {value:g} (default {default:g})").format(
            name=setting.name,
            value=getattr(trial.protocol, setting.name),
            default=setting.default,
        )
        for setting in settings()
        if getattr(trial.protocol, setting.name) != setting.default
    ]
    return "; ".join(changed) or _("all settings at their defaults")
