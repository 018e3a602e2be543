"""Texts of the pages, from the tables of `report` and `guide`; templates get them as `lexicon`."""

from typing import Any, Final

from hipcv.guide import prompts
from hipcv.language import _, translate
from hipcv.report import wording

UNCATEGORIZED: Final = "Provisional: too few repetitions to be read against the target"


def lexicon() -> dict[str, Any]:
    """Return the names of codes, and the texts of the guided test."""
    return {
        "findings": {code: text.name for code, text in wording.FINDINGS.items()},
        "cues": {code: text.cue for code, text in wording.FINDINGS.items()},
        "issues": {code: text.title for code, text in wording.ISSUES.items()},
        "angles": dict(wording.ANGLES),
        "severity": dict(wording.SEVERITY),
        "typical": _(wording.TYPICAL_BAND),
        "categories": wording.categories_without_target() | {"": UNCATEGORIZED},
        "rules": dict(prompts.RULES),
        "stages": {stage.value: text for stage, text in prompts.STAGES.items()},
        "before": _(prompts.BEFORE),
        "questions_title": _(prompts.QUESTIONS_TITLE),
        "questions": translate(prompts.QUESTIONS),
        "seat_title": _(prompts.SEAT_TITLE),
        "seat": translate(prompts.SEAT),
        "set_up": wording.set_up(),
        "preview": _(prompts.PREVIEW),
        "disclaimer": _(wording.DISCLAIMER),
    }
