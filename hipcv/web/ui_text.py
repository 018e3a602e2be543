"""Texts of the pages, from the tables of `report` and `guide`; templates get them as `lexicon`."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.messages import extract

from hipcv import language
from hipcv.core.answers import MOST_PAIN, SAME_DAY
from hipcv.guide import prompts
from hipcv.guide.sound import tone_table
from hipcv.language import N_, _, translate
from hipcv.report import answers, wording

_CHOICES: Final = {"left": "L", "right": "R", "both": "B", "auto": "A"}
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
"""What the worker of a clip says that it is doing, in English."""


def lexicon() -> dict[str, Any]:
    """Return the names of codes, and the texts of the guided test."""
    return {
        "findings": {code: text.name for code, text in wording.FINDINGS.items()},
        "cues": {code: text.cue for code, text in wording.FINDINGS.items()},
        "issues": {code: text.title for code, text in wording.ISSUES.items()},
        "angles": dict(wording.ANGLES),
        "severity": dict(wording.SEVERITY),
        "typical": _(wording.TYPICAL_BAND),
        "categories": dict(wording.CATEGORIES) | {"": _(UNCATEGORIZED)},
        "stages_of_work": {stage: _(stage) for stage in STAGES_OF_WORK},
        "rules": dict(prompts.RULES),
        "stages": {stage.value: text for stage, text in prompts.STAGES.items()},
        "disclaimer": _(wording.DISCLAIMER),
    }


def record_texts() -> dict[str, Any]:
    """Return the questions, instructions and tones of the record page."""
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
        "steps": wording.set_up_steps(),
        "choose": _(prompts.CHOOSE),
        "choices": {key: prompts.CHOICES[letter] for key, letter in _CHOICES.items()},
        "notices": dict(prompts.NOTICES),
        "tones": tone_table(),
    }


def script_messages() -> dict[str, Any]:
    """Return the translations of the texts of the scripts; of one with a plural both forms."""
    translations = language.messages(language.current())
    texts = _texts_of_scripts() if translations else frozenset()
    return {
        text if isinstance(text, str) else text[0]: translated
        for text, translated in translations.items()
        if text in texts
    }


@cache
def _texts_of_scripts() -> frozenset[str | tuple[str, ...]]:
    calls = {"_": None, "ngettext": (1, 2)}
    methods = [("vendor/**", "ignore"), ("**.js", "javascript")]
    found = extract.extract_from_dir(str(STATIC), methods, keywords=calls)
    return frozenset(message for _file, _line, message, *_more in found)
