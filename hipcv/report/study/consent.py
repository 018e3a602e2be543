"""Consent form of a study, in plain words, to be checked by an ethics board."""

from typing import Final

from hipcv.language import N_, _, translate
from hipcv.report.study.leaflet import Leaflet, Section

TITLE: Final = N_("Taking part in a study about turning the hip")
NOTICE: Final = N_(
    "Draft for the study team. Fill in what is in [brackets]. Your ethics board must check this "
    "text against local law before anyone signs it; then delete this box."
)
SIGNATURES: Final = (
    N_("Name of the person who takes part"),
    N_("Name of the person who explained the study"),
)
SECTIONS: Final = (
    Section(
        N_("What is it about?"),
        (
            N_(
                "We want to know how well a computer program reads, from a video, how far a person "
                "can turn the hip inward. We compare it with a measuring device on the shin. The "
                "program is called hipcv. It is not a medical device, and nothing that it says is "
                "used for your care."
            ),
        ),
    ),
    Section(
        N_("What happens if I take part?"),
        (
            N_("You come twice, [2 to 14] days apart, for about [45] minutes each time."),
            N_(
                "You wear shorts and sit on a raised seat. You swing one foot out to the side as "
                "far as you can, hold it for two seconds and let it back, a few times with each "
                "leg. A small device is strapped to your shin. Two people measure one after the "
                "other. You are filmed from your shoulders to your feet; your face may be in the "
                "picture."
            ),
        ),
    ),
    Section(
        N_("Can it do me harm?"),
        (
            N_(
                "You make the movement yourself, as far as you like. Muscles may feel stretched or "
                "tired. If something hurts, pinches or goes numb, say so: we stop at once."
            ),
            N_(
                "Please do not take part after a hip replacement or other hip surgery, after a "
                "recent broken bone, if you were told not to turn your hip, or if your hip, knee "
                "or back hurts now."
            ),
        ),
    ),
    Section(
        N_("Does it do me good?"),
        (
            N_(
                "No. You get no treatment and no finding about your health. We hope to learn how "
                "far such programs can be relied on, but we cannot promise that."
            ),
        ),
    ),
    Section(
        N_("Do I have to?"),
        (
            N_(
                "No. It is your choice. You can say no, and you can stop at any time without "
                "giving a reason. Nobody will hold it against you, and your care stays the same."
            ),
        ),
    ),
    Section(
        N_("What happens with my data?"),
        (
            N_(
                "Your readings and videos are stored under a code and not under your name. Only "
                "[names or roles] can see the videos. They are kept at [place] until [date] and "
                "then deleted. The program runs on our own computer and sends nothing to anyone."
            ),
            N_(
                "You may ask what is stored about you, have it corrected, and have it deleted "
                "until [date]. After that the numbers can no longer be traced to you. Results are "
                "published as figures of the whole group."
            ),
        ),
    ),
    Section(
        N_("Whom can I ask?"),
        (
            N_("The study: [name, telephone, e-mail]. Insurance, if any: [name, number]."),
            N_("The ethics board that checked this study: [name, telephone, number]."),
        ),
    ),
    Section(
        N_("I agree"),
        (N_("Please tick what holds for you."),),
        (
            N_("I have read this page, or it was read to me, and I understand it."),
            N_("I could ask questions, and I had time to think about it."),
            N_("I know that I can stop at any time without giving a reason."),
            N_("I have none of the reasons not to take part."),
            N_("I agree to take part and to be filmed for this study."),
            N_(
                "Only if you like: pictures in which nobody can recognise me may be shown in talks "
                "and articles."
            ),
        ),
        boxes=True,
    ),
)


def consent() -> Leaflet:
    """Return the consent form."""
    return Leaflet(_(TITLE), _(NOTICE), translate(SECTIONS), translate(SIGNATURES))
