"""Words of the questions before and after the test, of their answers, and of what to do."""

from typing import Final

from hipcv.core.answers import Answers
from hipcv.language import N_, Translated, _

RED_FLAGS: Final = Translated(
    {
        "young_with_pain": N_("Under 16, with pain in the hip, thigh or knee, or a limp"),
        "night_or_rest_pain": N_("Pain at night or at rest"),
        "fever": N_("Fever, or feeling ill"),
        "cannot_bear_weight": N_("You cannot put your weight on a leg"),
        "numbness_or_weakness": N_("New numbness or weakness in a leg"),
        "bladder_or_bowel": N_("A new change in bladder or bowel control"),
    }
)
"""Red flags by code."""

ASK_FIRST: Final = Translated(
    {
        "replacement_or_surgery": N_("Hip or knee replacement, or other surgery there"),
        "knee_ligament": N_("A knee ligament injury"),
        "fracture": N_("A fracture of the leg, hip, pelvis or back"),
        "osteoporosis": N_("Osteoporosis"),
        "pregnancy": N_("Pregnancy"),
        "sore_wrists_or_skin": N_("Sore wrists, or pressure sores"),
        "advised_against_rotation": N_("You were advised not to rotate the hip"),
        "pain_now": N_("Hip or groin pain now, or a pain that this movement makes worse"),
    }
)
"""Conditions with which a clinician is asked first, by code."""

LISTS: Final = {"red_flags": RED_FLAGS, "ask_first": ASK_FIRST}
"""Lists of the questions on safety before the test, by the question."""

TITLES: Final = Translated(
    {
        "red_flags": N_("Do not test if any of this applies"),
        "ask_first": N_("Ask your clinician first if any of this applies"),
    }
)
"""Title of each list of questions before the test."""

ADVICE: Final = Translated(
    {
        "same_day": N_(
            "Under 16 with pain or a limp: do not test. See a doctor or an emergency department "
            "today, and do not put weight on the leg until then."
        ),
        "red_flags": N_(
            "Do not test now. See a clinician about it first. With new weakness, or a change in "
            "bladder or bowel control, go to an emergency department today."
        ),
        "ask_first": N_(
            "Please ask your doctor or physical therapist first whether this test is right for "
            "you. With their consent, come back and begin again."
        ),
        "pain": N_(
            "You stopped because of pain. Do not repeat the test today. See a doctor or "
            "physical therapist if the pain stays or comes back."
        ),
        "hurt": N_("It hurt: do not repeat the test today, and show this to a physical therapist."),
    }
)
"""Advice after something applies, or after pain, by the reason."""

QUESTIONS: Final = Translated(
    {
        "pain": N_("Did it hurt? 0 is no pain, 10 the worst pain"),
        "pain_where": N_("Where did it hurt?"),
        "limiter": N_("What stopped you at the end of the movement?"),
    }
)
"""Questions after the test, by the field of `Answers`."""

WHERE: Final = Translated(
    {
        "groin": N_("groin"),
        "side": N_("side of the hip"),
        "buttock": N_("buttock"),
        "thigh": N_("thigh"),
        "knee": N_("knee"),
        "back": N_("low back"),
        "elsewhere": N_("elsewhere"),
    }
)
"""Regions that are offered for where it hurt, by code."""

LIMITERS: Final = Translated(
    {
        "stretch": N_("A stretch"),
        "block": N_("A block: it simply went no further"),
        "pinch_or_pain": N_("A pinch or pain"),
        "weakness": N_("Weakness"),
        "cramp": N_("A cramp"),
    }
)
"""Limits of the movement by code: the choices of the question."""

_STOPPED_BY: Final = Translated(
    {
        "stretch": N_("The movement was stopped by a stretch."),
        "block": N_("The movement was stopped by a block."),
        "pinch_or_pain": N_("The movement was stopped by a pinch or pain."),
        "weakness": N_("The movement was stopped by weakness."),
        "cramp": N_("The movement was stopped by a cramp."),
    }
)


def advise(reason: str) -> tuple[str, ...]:
    """Return what to do, a paragraph each, where the test ends: see `GuideView.advice`."""
    before = (ADVICE["same_day"],) if reason == "red_flags" else ()
    return (*before, ADVICE[reason])


def describe_answers(answers: Answers) -> tuple[str, ...]:
    """Return one sentence for the pain and one for what stopped the movement, as answered."""
    sentences, where = [], WHERE.get(answers.pain_where, answers.pain_where)
    if answers.pain == 0:
        sentences.append(_("It did not hurt."))
    elif answers.pain is not None and where:
        text = _("It hurt: {pain} of 10, {where}.")
        sentences.append(text.format(pain=answers.pain, where=where))
    elif answers.pain is not None:
        sentences.append(_("It hurt: {pain} of 10.").format(pain=answers.pain))
    elif where:
        sentences.append(_("It hurt here: {where}.").format(where=where))
    if answers.limiter is not None:
        sentences.append(_STOPPED_BY[answers.limiter])
    return tuple(sentences)
