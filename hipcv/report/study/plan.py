"""Protocol of a study of agreement and reliability, to be completed by those who run it."""

from collections.abc import Iterator
from typing import Final

from hipcv.language import N_, _, translate
from hipcv.report import numbers
from hipcv.report.study.leaflet import Leaflet, Section
from hipcv.study import study_size
from hipcv.study.design import RATERS, SESSIONS

TITLE: Final = N_("Protocol: agreement of hipcv with an inclinometer, and reliability of both")
NOTICE: Final = N_(
    "Draft for a study with {people} persons. Complete what is in [brackets], have it approved by "
    "your ethics board, and register it before the first person is measured. Local law goes first."
)

PURPOSE: Final = Section(
    N_("Purpose"),
    (
        N_(
            "How closely does hipcv, from a video, agree with a digital inclinometer on the shank "
            "(or a goniometer, but one of them throughout), for seated active internal rotation of "
            "the hip? How reliable is each between trials, raters and days?"
        ),
    ),
)
AIMS: Final = Section(
    N_("Aims, set before the study"),
    (N_("Of the mean of three trials, against the reference:"),),
    (
        N_("bias of 2° at most, and limits of agreement within ±6°;"),
        N_("SEM between sessions of 3° at most, better 2°; MDC95 of 8.3° at most, better 5.5°."),
        N_(
            "An aim counts as reached if the whole 95 % interval keeps it; if only the estimate "
            "does, the study leaves it open."
        ),
    ),
)
DESIGN: Final = Section(
    N_("Design"),
    (
        N_(
            "{people} adults, {sessions} sessions 2 to 14 days apart at about the same hour, both "
            "sides, {raters} raters, three trials each. Each rater reads the inclinometer while "
            "the same movement is filmed; so hipcv measures each side twice in a session, once "
            "with each rater."
        ),
    ),
)
PERSONS: Final = Section(
    N_("Who takes part"),
    (
        N_(
            "Adults of both sexes who can sit on a raised seat without help, chosen so that small "
            "and large rotation are both there: an ICC of persons who are alike says little."
        ),
        N_(
            "Not: hip replacement or other hip surgery; a fracture in the last [6] months; told "
            "not to rotate the hip; pain in hip, knee or back now; cannot consent."
        ),
    ),
)
EQUIPMENT: Final = Section(
    N_("Equipment"),
    (),
    (
        N_(
            "One digital inclinometer [make, model, resolution], checked against a level before "
            "each session, on the front of the shank, in the plane in which the shank swings. "
            "Mark its place on the skin for the session."
        ),
        N_(
            "Phone or camera on a tripod [model, resolution, 30 pictures a second or more], at "
            "knee height, 2 m away or more, straight in front; a firm seat that does not roll; "
            "shorts."
        ),
        N_(
            "hipcv [version], one model and one set of settings for the whole study. Note them "
            "with “hipcv --version” and “hipcv protocol”, and do not update before the end."
        ),
    ),
)
SESSION: Final = Section(
    N_("One session, step by step"),
    (),
    (
        N_("Ask again about pain and the reasons not to take part. Pain stops the session."),
        N_("Warm up: three slow swings of each leg, which are not read."),
        N_(
            "The first rater of the sheet fixes the inclinometer. Start filming. The person sits "
            "still for a second with the shank hanging; the rater sets the inclinometer to zero."
        ),
        N_(
            "Three trials of the first side: swing out as far as possible, hold for two seconds, "
            "return. The rater reads at the hold. The inclinometer stays within the picture and "
            "does not hide the shank."
        ),
        N_("Stop filming. Save the clip under the name on the sheet. The same for the other side."),
        N_("Five minutes of rest. Then the second rater, who fixes the inclinometer anew."),
        N_(
            "A trial that was not held, or with a lift of hip or thigh, is done again at once; the "
            "sheet says so."
        ),
    ),
    numbered=True,
)
BLINDING: Final = Section(
    N_("Order and blinding"),
    (
        N_(
            "order.csv holds the random order of raters and sides, balanced over the persons. Who "
            "enrols persons does not see it before a person is enrolled."
        ),
        N_(
            "A rater does not see the display: a third person reads and writes it. The sheet is "
            "cut, so that no rater sees the other's half. In the second session nobody looks at "
            "the first."
        ),
        N_(
            "Clips are analysed after the readings have been entered and locked, by someone who "
            "has not seen them, in one run of “hipcv batch”. No clip is analysed twice for a "
            "better number."
        ),
    ),
)
MISSING: Final = Section(
    N_("What is missing"),
    (
        N_(
            "A side that hipcv refuses or does not count stays empty: its number and reasons are "
            "reported as a result of their own. A clip is not filmed again because of what hipcv "
            "said. Nothing is filled in; “hipcv validate” names what it leaves out."
        ),
    ),
)
ANALYSIS: Final = Section(
    N_("Analysis"),
    (
        N_(
            "“hipcv batch CLIPS”, then “hipcv validate readings.csv summary.csv”. Main result: "
            "bias and limits of agreement of the mean of three trials, with intervals that take "
            "the readings of one person as repeated. Besides: proportional bias, ICC(A,1) and "
            "ICC(A,k), SEM and MDC95 between trials, raters and sessions."
        ),
        N_(
            "Report all of it, with the plots, whatever it shows. Other analyses are marked as "
            "found afterwards."
        ),
    ),
)
DATA: Final = Section(
    N_("Data and ethics"),
    (
        N_(
            "Codes in place of names; the list of names is kept apart and deleted on [date]. Clips "
            "show persons: they stay on [encrypted device], hipcv sends nothing anywhere, and "
            "“--blur-face” covers faces in the pictures of the report. Clips are deleted on [date]."
        ),
        N_(
            "Ethics board: [name, number]. Responsible: [name]. Harm, and changes of this "
            "protocol, are reported to the board; changes are dated here: [ ]."
        ),
    ),
)

_ICC: Final = 0.9
_WIDTH: Final = 0.2
_SD_DEG: Final = 3.0


def protocol(people: int) -> Leaflet:
    """Return the protocol of a study with so many persons."""
    fields = {"people": people, "sessions": len(SESSIONS), "raters": len(RATERS)}
    return Leaflet(
        title=_(TITLE),
        notice=_(NOTICE).format(people=people),
        sections=(
            *translate((PURPOSE, AIMS)),
            translate(DESIGN, fields),
            *translate((PERSONS, EQUIPMENT, SESSION, BLINDING)),
            Section(_("Number of persons"), tuple(_size(people))),
            *translate((MISSING, ANALYSIS, DATA)),
        ),
    )


def _size(people: int) -> Iterator[str]:
    """Yield how exact the figures of the study will be."""
    raters = len(RATERS)
    yield _(
        "With {people} persons and {raters} raters, the 95 % interval of an ICC of {icc} is "
        "expected to be {width} wide (Bonett 2002); for {wanted} at most, {needed} persons are "
        "needed."
    ).format(
        people=people,
        raters=raters,
        icc=f"{_ICC:.2f}",
        width=f"{study_size.icc_width(_ICC, people, raters):.2f}",
        wanted=f"{_WIDTH:.2f}",
        needed=study_size.persons_for_icc(_ICC, _WIDTH, raters),
    )
    yield _(
        "If the differences of persons spread by {sd} (standard deviation), the bias will be known "
        "to ±{bias} and each limit of agreement to ±{limit}. Each person counts once here: sides "
        "and sessions make it somewhat better. With so few persons, this is a first study and not "
        "a proof."
    ).format(
        sd=numbers.angle(_SD_DEG),
        bias=numbers.angle(study_size.bias_half_width(_SD_DEG, people)),
        limit=numbers.angle(study_size.limit_half_width(_SD_DEG, people)),
    )
