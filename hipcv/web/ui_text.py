"""The words of the pages, from the tables of `report`: every template gets them as `lexicon`."""

from typing import Any, Final

from hipcv.guide import prompts
from hipcv.report import wording

CATEGORIES: Final = {
    "reaches_target": "Reaches the target",
    "at_target_within_error": "At the target within measurement error",
    "below_target": "Below the target",
}


def lexicon() -> dict[str, Any]:
    """What codes are called, and what a guided test asks for."""
    return {
        "findings": {code: told.name for code, told in wording.FINDINGS.items()},
        "cues": {code: told.cue for code, told in wording.FINDINGS.items()},
        "issues": {code: told.title for code, told in wording.ISSUES.items()},
        "severity": wording.SEVERITY,
        "categories": CATEGORIES,
        "rules": prompts.RULES,
        "stages": {stage.value: told for stage, told in prompts.STAGES.items()},
        "before": prompts.BEFORE,
        "questions_title": prompts.QUESTIONS_TITLE,
        "questions": prompts.QUESTIONS,
        "seat_title": prompts.SEAT_TITLE,
        "seat": prompts.SEAT,
        "set_up": wording.SET_UP,
        "preview": prompts.PREVIEW,
        "disclaimer": wording.DISCLAIMER,
    }
