"""One scene of the guided test as the record page shows it."""

import math
from typing import Any

import numpy as np

from hipcv.core.guide import SessionState
from hipcv.core.view_model import GuideView, Stage
from hipcv.guide import prompts


def answer(
    before: GuideView | None, scene: GuideView, state: SessionState, size: tuple[int, int]
) -> dict[str, Any]:
    """One scene as the page shows it."""
    return {
        "stage": scene.stage.value,
        "words": words(before, scene),
        "rotation_deg": _number(scene.rotation_deg),
        "peak_deg": _number(scene.peak_deg),
        "target_deg": scene.target_deg,
        "side": scene.side and scene.side.value,
        "rep": scene.rep,
        "reps": scene.reps,
        "count": scene.count,
        "still_share": round(scene.still_share, 3),
        "hold_share": round(scene.hold_share, 3),
        "recording": scene.recording,
        "recorded_s": round(scene.recorded_s, 2),
        "take": state.take,
        "finished": scene.stage is Stage.FINISHED,
        "checks": [
            {
                "rule": check.rule,
                "good": check.good,
                "text": prompts.RULES[check.rule],
                "prompt": prompts.PROMPTS.get(check.code, ""),
            }
            for check in scene.checks
        ],
        "marks": [
            {"peak_deg": _number(mark.peak_deg), "held": mark.held, "practice": mark.practice}
            for mark in scene.marks
        ],
        "landmarks": _shares(scene, size),
        "time_s": scene.time_s,
    }


def words(before: GuideView | None, scene: GuideView) -> dict[str, Any]:
    """What is said: as a title and a prompt, and as the lines that `hipcv record` would print."""
    lines = prompts.lines(before, scene)
    return {
        "title": prompts.STAGES[scene.stage],
        "prompt": _prompt(scene),
        "leg": prompts.leg(scene.side),
        "repetition": prompts.repetition(scene),
        "notice": prompts.NOTICES.get(scene.notice, ""),
        "lines": lines,
        "keys": [list(pair) for pair in prompts.KEYS[scene.stage]],
    }


def _prompt(scene: GuideView) -> str:
    """The line that stands until something changes."""
    return prompts.lines(None, scene)[-1]


def _shares(scene: GuideView, size: tuple[int, int]) -> list[list[float] | None]:
    """(33) places in shares of the picture's width and height; None = not seen."""
    xy = scene.pose.xy_px / np.array(size, dtype=np.float64)
    return [[round(float(x), 4), round(float(y), 4)] if np.isfinite(x + y) else None for x, y in xy]


def _number(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
