"""Tables and sentences of docs/validation.md."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np

from hipcv.pipeline import METHOD
from validation.answers import Answer
from validation.by_difficulty import (
    Difficulty,
    beyond_deg,
    by_difficulty,
    difficulty_of,
    figures_of,
    misses,
)
from validation.cases import (
    NOT_COUNTED,
    CompensationCase,
    RefusalCase,
    SideCase,
    absent_findings,
    false_alarms,
    sides_right,
)
from validation.curves import CurveCase, Witness
from validation.figures import MIN_POSITIVE, area_under_roc, error_figures
from validation.made import MADE
from validation.specs import GROUPS
from validation.truth import COMPENSATIONS, ClipTruth, Compensation, RepTruth

WORST_SHOWN: Final = 10
ERROR_HEADS: Final = ("sides", "mean size", "bias", "95 % within", "worst")

REPRODUCE: Final = """\
## Reproduce

| figures | command |
| --- | --- |
| everything on this page | `.venv/bin/python -m validation.report` |
| rotation, interval, refusals, and the curve, by scorers without code of hipcv | `make score` |
| the live reading against the result | `.venv/bin/python -m validation.live CLIP ...` |
| speed and memory | `make bench` |
| further clips | `validation/README.md` |"""

GROUP_TEXTS: Final = {
    "dev": "development clips; limits were set on these",
    "random": "random people, cameras, light, at most one compensation; limits were set on these",
    "both": "left leg, then right, three repetitions each",
    "refuse": "must not give an angle",
    "small": "small compensations, and clean clips with much sway",
    "knee": "knee extension, and like rotations without",
    "hard": "one difficulty a clip: camera, clothes, light, picture, extreme rotation",
    "difficulties": "what real recordings have, one or two to a clip, and lifelike mixtures",
    "made": "rendered clips, warped, covered, re-timed or coded again",
}


KINDS: Final[tuple[tuple[str, Callable[[SideCase], bool]], ...]] = (
    ("all", lambda _: True),
    ("clean", lambda case: case.clean),
    ("knee steady", lambda case: case.knee_steady),
    ("knee extended by more than 6°", lambda case: not case.knee_steady),
)


@dataclass(frozen=True, slots=True)
class Results:
    """Data of the page."""

    version: str
    truths: Sequence[ClipTruth]
    answers: Sequence[Answer]
    sides: Sequence[SideCase]
    refusals: Sequence[RefusalCase]
    compensations: dict[str, list[CompensationCase]]
    curves: Sequence[CurveCase]
    witnesses: Sequence[Witness]

    @property
    def measured(self) -> list[SideCase]:
        """Sides with a number."""
        return [case for case in self.sides if case.answer is not None]


def write(results: Results) -> str:
    """Return the page as Markdown."""
    parts = (
        _head(results), _accuracy(results), _every_frame(results), _second_reading(results),
        _difficulties(results), _conditions(results), _interval(results), _misses(results),
        _compensations(results), _refusals(results), _worst(results), _cost(results), _limits(),
        REPRODUCE,
    )  # fmt: skip
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _head(results: Results) -> str:
    groups = list(dict.fromkeys(truth.group for truth in results.truths))
    rows = [
        (group, str(sum(t.group == group for t in results.truths)), GROUP_TEXTS.get(group, ""))
        for group in groups
    ]
    missing = "; ".join(_missing({truth.name for truth in results.truths})) or "none"
    return f"""\
# Validation

What hipcv {results.version} (method {METHOD}) reads on rendered clips whose truth is known
exactly. Written by `make score`; do not edit. How the clips are made:
`validation/README.md`.

**No person has been measured for this page.** Rendered people are too clean: cloth does not slip,
skin does not lag. Read the figures as the best the method can do, not as what
a clinic will see.

{_table(("clips", "count", "what they are"), rows)}

Specified but not rendered for this page, so nothing here speaks for them: {missing}."""


def _missing(names: Set[str]) -> Iterator[str]:
    """Yield the specified clips that are absent, group by group; a whole group by its name."""
    named = {group: [spec["name"] for spec in make()] for group, make in GROUPS.items()}
    named["made"] = [made.name for made in MADE]
    for group, specified in named.items():
        absent = [name for name in specified if name not in names]
        if group == "framing" or not absent:
            continue
        whole = len(absent) == len(specified)
        yield f"{group}, all {len(absent)}" if whole else f"{group}: {', '.join(absent)}"


def _accuracy(results: Results) -> str:
    rotation = _by_kind(results, lambda case: case.error_deg)
    pelvis = _by_kind(results, lambda case: case.pelvis_relative_error_deg)
    steady = [case for case in results.sides if case.knee_steady]
    rotation.append(
        ("any, landmarks alone", *_errors(c.landmarks_error_deg for c in results.sides))
    )
    by_group = _split(steady, lambda case: case.truth.group)
    return f"""\
## How far off

Measured less true, in degrees, one number a tested side. {_counted(results)}

Rotation of the shank from the start position; *landmarks alone* is what the light model's landmarks
say at the same plateaus:

{_table(("sides with", *ERROR_HEADS), rotation)}

The same with a steady knee, by set of clips:

{_table(("clips", *ERROR_HEADS), by_group)}

Relative to the pelvis, against the true hip rotation:

{_table(("sides with", *ERROR_HEADS), pelvis)}

![Error against the angle](images/validation_angle.svg)"""


def _every_frame(results: Results) -> str:
    groups = list(dict.fromkeys(case.truth.group for case in results.curves))
    rows = [_curve_row("all", results.curves)]
    rows += [_curve_row(name, _of_group(results.curves, name)) for name in groups]
    heads = ("clips", "sides", "median RMS", "worst RMS", "worst frame", "by outline", "bridged",
             "by landmarks", "nothing read")  # fmt: skip
    return f"""\
## How far off in every frame

The angle in the picture, before the view correction, against the angle of the projected true knee
and ankle, both from the still start (`rotation_raw_deg` of angles.csv). Root mean square (RMS) over
a side's frames; *worst frame* leaves bridged gaps out.

{_table(heads, rows)}

![Error in every frame](images/validation_curve.svg)"""


def _curve_row(name: str, cases: Sequence[CurveCase]) -> tuple[str, ...]:
    rmse = [case.rmse_deg for case in cases]
    frames = sum(len(case.source) for case in cases)
    shares = [
        sum(case.share_of(source) * len(case.source) for case in cases) / max(frames, 1)
        for source in ("outline", "bridged", "landmarks", "")
    ]
    worst = max((case.worst_deg for case in cases), default=float("nan"))
    return (
        name,
        str(len(cases)),
        _deg(_median(rmse), 2),
        _deg(max(rmse, default=float("nan")), 2),
        _deg(worst),
        *(f"{100 * share:.1f} %" for share in shares),
    )


def _of_group(cases: Sequence[CurveCase], group: str) -> list[CurveCase]:
    return [case for case in cases if case.truth.group == group]


def _second_reading(results: Results) -> str:
    finite = [w for w in results.witnesses if np.isfinite(w.difference_deg)]
    tracked = [w for w in finite if w.source == "outline"]
    size = [abs(w.difference_deg) for w in tracked]
    errors = [abs(w.error_deg) for w in tracked]
    halves = np.array(size) > _median(size)
    less, more = (float(np.mean(np.array(errors)[rows])) if rows.any() else np.nan
                  for rows in (~halves, halves))  # fmt: skip
    from_masks = sum(w.source == "masks" for w in results.witnesses)
    from_landmarks = sum(w.source == "landmarks" for w in results.witnesses)
    return f"""\
## What the second reading says

Masks of a few frames of each plateau give the angle again, without the tracking (`witness_deg`). Of
{len(results.witnesses)} repetitions {len(finite)} have both readings; {from_masks} were read from
masks because the two disagreed, {from_landmarks} from landmarks.

{
        _table(
            ("masks less outline", *ERROR_HEADS[1:]),
            [(f"{len(tracked)} repetitions", *_errors(w.difference_deg for w in tracked)[1:])],
        )
    }

Mean size of the error where the difference is below its median: {_deg(less, 2)}, above:
{_deg(more, 2)}. Both readings share the template, so their agreement proves the tracking, not the
template.

![The two readings](images/validation_witness.svg)"""


def _by_kind(results: Results, error: Callable[[SideCase], float]) -> list[tuple[str, ...]]:
    return [
        (name, *_errors(error(case) for case in results.sides if belongs(case)))
        for name, belongs in KINDS
    ]


def _counted(results: Results) -> str:
    right_sides = [
        sides_right(truth, answer)
        for truth, answer in zip(results.truths, results.answers, strict=True)
        if truth.measurable
    ]
    reps = [len(case.answer["reps"]) == len(case.reps) for case in results.measured if case.answer]
    return (
        f"Of {len(results.sides)} sides to measure {len(results.measured)} got a number. "
        f"The tested sides were found right in {sum(right_sides)} of {len(right_sides)} clips, "
        f"the count of repetitions on {sum(reps)} of {len(reps)} sides."
    )


def _difficulties(results: Results) -> str:
    hard = [case for case in results.sides if difficulty_of(case)]
    plain = [case for case in results.sides if not difficulty_of(case)]
    rows = [
        _difficulty_row(figures)
        for figures in (
            figures_of("no difficulty", plain), figures_of("any difficulty", hard),
            *by_difficulty(hard),
        )
        if figures.sides
    ]  # fmt: skip
    heads = ("difficulty", "sides", "refused", "mean size", "bias", "worst", "truth inside",
             "median width", "false findings")  # fmt: skip
    return f"""\
## What real recordings have

Rotation of the shank by the difficulty for which a clip was rendered, or made from a rendered one
whose truth moved along. *Refused* sides must give an angle and gave none; *false findings* are
those of compensations with a negligible true amount, and of a missing hold where the leg was held,
of all such checks. *No difficulty* are the clips of the shared sets.

{_table(heads, rows)}"""


def _difficulty_row(figures: Difficulty) -> tuple[str, ...]:
    return (
        figures.name,
        str(figures.sides),
        str(figures.refused or "–"),
        _deg(figures.error.mean_absolute_deg, 2),
        _signed(figures.error.bias_deg),
        _deg(figures.error.worst_deg),
        _share(figures.inside, figures.measured),
        _deg(figures.width_deg),
        _share(figures.false_findings, figures.checks),
    )


def _misses(results: Results) -> str:
    rows = [
        (
            f"{case.truth.group}/{case.truth.name}",
            difficulty_of(case) or "–",
            _deg(case.shank_deg),
            _signed(case.error_deg),
            _deg(beyond_deg(case)),
            cause,
        )
        for case, cause in misses(results.sides)
    ]
    heads = ("clip", "difficulty", "true", "error", "outside by", "why")
    return f"""\
## Intervals that miss the truth

{_table(heads, rows) if rows else "None."}"""


def _conditions(results: Results) -> str:
    steady = [case for case in results.sides if case.knee_steady]
    splits: tuple[tuple[str, Callable[[SideCase], str]], ...] = (
        ("rotation", lambda case: _band(case.shank_deg, (15, 30, 45), "°")),
        ("camera yaw", lambda case: _band(abs(case.truth.conditions.yaw_deg), (4, 9, 14), "°")),
        ("camera pitch", lambda case: _band(case.truth.conditions.pitch_deg, (-4, 0, 5, 12), "°")),
        ("clothes", lambda case: case.truth.conditions.clothes),
        ("light", lambda case: case.truth.conditions.light),
        ("picture", lambda case: f"{case.truth.conditions.lines} lines"),
        ("frame rate", lambda case: f"{case.truth.conditions.frame_rate_hz:.0f} Hz"),
        ("person", lambda case: case.truth.conditions.person),
        ("camera", lambda case: "hand-held" if case.truth.conditions.hand_held else "fixed"),
    )
    tables = [_table((name, *ERROR_HEADS), _split(steady, of)) for name, of in splits]
    joined = "\n\n".join(tables)
    return f"""\
## What makes it harder

Rotation of the shank, sides with a steady knee. Few clips stand behind some rows, and a row's clips
differ in more than the row's name: these tables point at weak places, they do not prove causes.

{joined}

![Error against the camera's place](images/validation_view.svg)

![Error by clothes, light and picture](images/validation_conditions.svg)"""


def _split(cases: Sequence[SideCase], of: Callable[[SideCase], str]) -> list[tuple[str, ...]]:
    names = sorted({of(case) for case in cases}, key=_by_number)
    return [
        (name, *_errors(case.error_deg for case in cases if of(case) == name)) for name in names
    ]


def _interval(results: Results) -> str:
    rows = []
    for name, belongs in KINDS:
        group = [case for case in results.measured if belongs(case)]
        widths = [case.interval_deg[1] - case.interval_deg[0] for case in group]
        inside = sum(case.covered for case in group)
        rows.append((name, str(len(group)), _share(inside, len(group)), _deg(_median(widths))))
    reps = [rep for case in results.measured for rep in case.rep_intervals]
    by_rep = [
        _rep_coverage("all", reps),
        _rep_coverage("knee steady", [rep for rep in reps if rep[0].knee_steady]),
        _rep_coverage("knee extended", [rep for rep in reps if not rep[0].knee_steady]),
    ]
    return f"""\
## Whether the interval is honest

The 95 % interval should hold the truth in 95 of 100 cases and be as narrow as that allows. For
other levels the half width is scaled as that of a normal distribution.

{_table(("sides with", "sides", "truth inside", "median width"), rows)}

Some clips hold repetitions of different size on purpose, and the spread widens their side's
interval. By repetition, each with its own interval:

{_table(("repetitions with", "repetitions", "truth inside", "median width"), by_rep)}

![Interval calibration](images/validation_interval.svg)"""


def _rep_coverage(name: str, reps: Sequence[tuple[RepTruth, float, float]]) -> tuple[str, ...]:
    inside = sum(low <= rep.shank_deg <= high for rep, low, high in reps)
    widths = [high - low for _, low, high in reps]
    return name, str(len(reps)), _share(inside, len(reps)), _deg(_median(widths))


def _compensations(results: Results) -> str:
    rows = [_compensation_row(results, kind) for kind in COMPENSATIONS]
    alarms = false_alarms(results.measured)
    checks = sum(len(absent_findings(case)) for case in results.measured)
    alarm_names = "; ".join(f"{code} in {case.truth.name}" for case, code in alarms) or "none"
    heads = ("compensation", "clear from", "clear: found", "small: found", "negligible: found",
             "area, clear", "area, small")  # fmt: skip
    return f"""\
## Compensations

One row a compensation, counted by repetition. *Clear* amounts must be found, *negligible* ones must
not; *small* ones lie between, from 1° above negligible. The area under the ROC curve (0.5 is
chance, 1 is perfect) says how well the channel itself separates them from negligible ones; it is
given from {MIN_POSITIVE} repetitions on.

{_table(heads, rows)}

Findings of a negligible amount, or of a missing hold where the leg was held: {len(alarms)} of
{checks} checks ({alarm_names}).

![Readings and ROC of each compensation](images/validation_compensations.svg)"""


def _compensation_row(results: Results, kind: Compensation) -> tuple[str, ...]:
    cases = results.compensations[kind.code]
    small_from = kind.negligible_deg + 1.0
    clear = [case for case in cases if case.amount_deg >= kind.clear_deg]
    small = [case for case in cases if small_from <= case.amount_deg < kind.clear_deg]
    absent = [case for case in cases if case.amount_deg <= kind.negligible_deg]
    return (
        kind.code.replace("_", " "),
        _deg(kind.clear_deg),
        *(
            _share(sum(c.found for c in group), len(group)) if kind.has_finding else "–"
            for group in (clear, small, absent)
        ),
        _area(clear, absent),
        _area(small, absent),
    )


def _area(present: Sequence[CompensationCase], absent: Sequence[CompensationCase]) -> str:
    finite = [case for case in (*present, *absent) if np.isfinite(case.measured)]
    if sum(np.isfinite(case.measured) for case in present) < MIN_POSITIVE:
        return "too few"
    positive_ids = {id(case) for case in present}
    positive = np.array([float(id(case) in positive_ids) for case in finite])
    area = area_under_roc(np.array([case.measured for case in finite]), positive)
    return f"{area:.2f}"


def _refusals(results: Results) -> str:
    rows = [
        (
            case.truth.name,
            case.truth.kind.replace("_", " "),
            _answer_to(case),
            ", ".join(sorted(case.codes)) or "–",
        )
        for case in results.refusals
    ]
    right = sum(case.right for case in results.refusals)
    refused = [case for case in results.sides if case.answer is None]
    wrongly = ", ".join(f"{case.truth.name} ({case.side})" for case in refused) or "none"
    return f"""\
## Clips that must not give an angle

{right} of {len(results.refusals)} were refused for the right reason, or marked as not held and not
counted. Measurable sides that got no
number: {wrongly}.

{_table(("clip", "what is wrong", "answer", "code"), rows)}"""


def _answer_to(case: RefusalCase) -> str:
    if case.right:
        return "marked, not counted" if case.truth.kind in NOT_COUNTED else "refused"
    return "**not refused**" if case.measured else "**other reason**"


def _worst(results: Results) -> str:
    ranked = sorted(results.measured, key=lambda case: -abs(case.error_deg))[:WORST_SHOWN]
    rows = [
        (
            f"{case.truth.group}/{case.truth.name}",
            case.side,
            _deg(case.shank_deg),
            _signed(case.error_deg),
            "inside" if case.covered else "**outside**",
        )
        for case in ranked
    ]
    return f"""\
## The worst of all

{_table(("clip", "side", "true", "error", "interval"), rows)}"""


def _cost(results: Results) -> str:
    spent = [answer["cpu_s"] for answer in results.answers if answer["status"] == "measured"]
    long = [
        answer["cpu_s"] / truth.duration_s
        for truth, answer in zip(results.truths, results.answers, strict=True)
        if answer["status"] == "measured"
    ]
    return f"""\
## Cost

Seconds of CPU for a whole `hipcv analyze` without the annotated video, start-up included, on the
machine that wrote this page: {_median(spent):.0f} a clip, {_median(long):.1f} for each second of
clip (medians)."""


def _limits() -> str:
    return """\
## What this page does not show

- **People.** Every clip is rendered. Until a study with people exists, the between-day change that
  counts as real follows from published studies, not from this page (see docs/protocol.md).
- **Cloth and flesh.** Rendered cloth moves with the skin and never slips or folds; flesh sags in a
  few clips only and does not lag behind bone. Expect pelvic obliquity to be 2 to 3° worse under a
  loose shirt.
- **Knee extension.** A knee that straightens during the rotation turns the shank in the picture
  without any hip rotation. One camera in front cannot separate the two, and there is no finding
  of it (docs/measurement.md); the row *knee extended* says what that costs. Keep the knee at a
  right angle.
- **Cameras.** Lens distortion, rolling shutter and strong compression are in a few made clips only.
- **The truth itself** is the joint centre of a rig, not bone seen by X-ray, and hip rotation here
  means rotation of the shank about the thigh's axis.
- **New clips.** None of these sets is untouched: method and limits were worked on with all of them
  in view, and one renderer made them all. Expect more error on clips that were never seen."""


def _errors(errors_deg: Iterable[float]) -> tuple[str, ...]:
    figures = error_figures(list(errors_deg))
    return (
        str(figures.count),
        _deg(figures.mean_absolute_deg, 2),
        _signed(figures.bias_deg),
        _deg(figures.p95_deg),
        _deg(figures.worst_deg),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _band(value: float, edges: Sequence[float], unit: str) -> str:
    """Return the text of the band that a value falls into."""
    index = int(np.searchsorted(edges, value))
    if index == 0:
        return f"up to {edges[0]:g}{unit}"
    if index == len(edges):
        return f"above {edges[-1]:g}{unit}"
    return f"{edges[index - 1]:g} to {edges[index]:g}{unit}"


def _by_number(name: str) -> tuple[int, float, str]:
    """Return a sort key: bands and numbers by size, other texts after them."""
    rank = {"up": 0, "above": 2}.get(name.split(maxsplit=1)[0], 1)
    first = next((word for word in name.split() if word.lstrip("-")[:1].isdigit()), "")
    return rank, float(first.rstrip("°")) if first else 0.0, name


def _median(values: Sequence[float]) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "–"


def _deg(value: float, decimals: int = 1) -> str:
    return f"{value:.{decimals}f}°" if np.isfinite(value) else "–"


def _signed(value: float) -> str:
    return f"{value:+.1f}°".replace("-", "−") if np.isfinite(value) else "–"
