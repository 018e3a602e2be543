"""The words of the pages, from the tables of `report`: every template gets them as `lexicon`."""

from typing import Any, Final

from hipcv.report import guide_words, wording

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
        "rules": guide_words.RULES,
        "stages": {stage.value: told for stage, told in guide_words.STAGES.items()},
        "before": guide_words.BEFORE,
        "questions_title": guide_words.QUESTIONS_TITLE,
        "questions": guide_words.QUESTIONS,
        "seat_title": guide_words.SEAT_TITLE,
        "seat": guide_words.SEAT,
        "set_up": wording.SET_UP,
        "preview": guide_words.PREVIEW,
        "disclaimer": wording.DISCLAIMER,
    }
