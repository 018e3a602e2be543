"""Texts of the pages and their scripts, from the tables of `report` and `guide`."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.messages import extract

from hipcv import language
from hipcv.core.answers import MOST_PAIN, SAME_DAY
from hipcv.core.issues import OTHER_LEG
from hipcv.core.landmarks import Side
from hipcv.guide import prompts
from hipcv.guide.sound import tone_table
from hipcv.language import N_, _, translate
from hipcv.report import answers, wording

STATIC: Final = Path(__file__).parent / "static"
UNCATEGORIZED: Final = N_("Provisional: too few repetitions to be read against the target")

STAGES_OF_WORK: Final = (
    N_("starting"),
    N_("finding the patient"),
    N_("following the patient"),
    N_("measured"),
    N_("drawing the annotated video"),
    N_("preparing the video"),
)
"""Stages of the analysis of a clip, as its worker names them, in English."""

_CHOICES: Final = {"left": "L", "right": "R", "both": "B", "auto": "A"}


def lexicon() -> dict[str, Any]:
    """Return the texts of every page: names of codes, and the disclaimer."""
    return {
        "findings": {code: text.name for code, text in wording.FINDINGS.items()},
        "cues": {code: text.cue for code, text in wording.FINDINGS.items()},
        "issues": {code: text.title for code, text in wording.ISSUES.items()}
        | {"other_leg": wording.OTHER_LEG[Side.LEFT].title},
        "other_leg": {"unit": OTHER_LEG},
        "angles": dict(wording.ANGLES),
        "severity": dict(wording.SEVERITY),
        "typical": _(wording.TYPICAL_BAND),
        "categories": dict(wording.CATEGORIES) | {"": _(UNCATEGORIZED)},
        "asked": dict(answers.QUESTIONS),
        "where": dict(answers.WHERE),
        "limiters": dict(answers.LIMITERS),
        "stages_of_work": {stage: _(stage) for stage in STAGES_OF_WORK},
        "disclaimer": _(wording.DISCLAIMER),
    }


def record_texts() -> dict[str, Any]:
    """Return the questions, instructions and tones of the record page.

    Each step has a mark: true for one of external rotation alone.
    """
    usual = wording.set_up_steps()
    return {
        "titles": dict(answers.TITLES),
        "red_flags": dict(answers.RED_FLAGS),
        "ask_first": dict(answers.ASK_FIRST),
        "advice": dict(answers.ADVICE),
        "same_day": SAME_DAY,
        "asked": dict(answers.QUESTIONS),
        "scale": [(pain, pain) for pain in range(MOST_PAIN + 1)],
        "where": dict(answers.WHERE),
        "limiters": dict(answers.LIMITERS),
        "before": _(prompts.BEFORE),
        "seat_title": _(prompts.SEAT_TITLE),
        "seat": translate(prompts.SEAT),
        "preview": _(prompts.PREVIEW),
        "steps": [(step, step not in usual) for step in wording.set_up_steps(external=True)],
        "choose": _(prompts.CHOOSE),
        "choices": {key: prompts.CHOICES[letter] for key, letter in _CHOICES.items()},
        "notices": dict(prompts.NOTICES),
        "tones": tone_table(),
    }


def script_messages() -> dict[str, str]:
    """Return the translations of the texts of the scripts by their English texts."""
    translations = language.messages(language.current())
    if not translations:
        return {}
    return {text: str(translations[text]) for text in _texts_of_scripts() if text in translations}


@cache
def _texts_of_scripts() -> tuple[str, ...]:
    methods = [("vendor/**", "ignore"), ("**.js", "javascript")]
    found = extract.extract_from_dir(str(STATIC), methods, keywords={"_": None})
    return tuple(dict.fromkeys(str(message) for _file, _line, message, *_more in found))
