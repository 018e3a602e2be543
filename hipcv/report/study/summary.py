"""Sentences and table of the report of a study."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hipcv.core.landmarks import Side
from hipcv.language import N_, Translated, _, join, ngettext
from hipcv.report import numbers, wording
from hipcv.study.agreement import Agreement, Estimate
from hipcv.study.analysis import Study
from hipcv.study.comparison import Comparison, Trials
from hipcv.study.readings import Row
from hipcv.study.tables import Kind, ReliabilityTable

ROWS_NAMED: Final = 8
"""Most rows that a sentence names one by one."""

_TRIALS: Final[Translated[Trials, str]] = Translated(
    {
        "paired": N_("Each pair is one repetition, read by both methods."),
        "mean": N_(
            "Each pair is the mean of the trials of one person, side and session, by each method."
        ),
        "repeated": N_(
            "Each method repeated its trials by itself: the means of a person, side and session "
            "are paired, and the limits are those of single readings."
        ),
    }
)
_INDEPENDENCE: Final = Translated(
    {
        "exact": N_(
            "There is one pair for each person. The intervals of the limits are exact for normal "
            "differences (Carkeet 2015)."
        ),
        "mover": N_(
            "Several readings of one person (sides, sessions, trials) are not independent: the "
            "variance between persons and that within a person are estimated apart (Bland and "
            "Altman 2007), and the intervals of the limits are those of Zou 2013 (MOVER)."
        ),
    }
)
_KINDS: Final[Translated[Kind, str]] = Translated(
    {
        "methods": N_("{reference} and {test}"),
        "raters": N_("{method}, between raters"),
        "trials": N_("{method}, between trials"),
        "sessions": N_("{method}, between sessions"),
    }
)
_TRIALS_OF_RATER: Final = N_("{method}, trials of rater {rater}")
_SYMBOLS: Final = N_(
    "ICC(A,1): intraclass correlation of absolute agreement of a single reading; ICC(A,k): of the "
    "mean of all k columns (McGraw and Wong 1996, two-way random, F-based intervals). SEM: "
    "standard error of measurement, from the residual mean square. MDC95 = 1.96 √2 SEM: the "
    "smallest change of one person that is more than error. Shift: largest difference between the "
    "means of the columns, which the SEM leaves out."
)
_SIDES_APART: Final = N_(
    "Left and right have rows of their own, since both sides of a person are not independent."
)
_CELLS: Final = N_(
    "Apart from rows of trials, a reading is the mean of the trials; of raters, trials and methods "
    "the first session counts."
)
_NARROW: Final = N_(
    "An ICC depends on how much the persons differ: with persons who are alike it is low though "
    "the error is small. Read SEM and limits first."
)


@dataclass(frozen=True, slots=True)
class ReliabilityRow:
    """One line of the table, as text."""

    title: str
    side: str
    persons: str
    icc_a1: str
    icc_ak: str
    sem: str
    mdc95: str
    shift: str


@dataclass(frozen=True, slots=True)
class StudySummary:
    """Everything that the report of a study says."""

    title: str
    headline: str
    counts: str
    sentences: tuple[str, ...]  # on the agreement; empty where one method is alone
    rows: tuple[ReliabilityRow, ...]
    symbols: tuple[str, ...]  # meaning of the columns
    notes: tuple[str, ...]  # how it was computed, what was left out


def summarise(study: Study) -> StudySummary:
    """Return the sentences of a study."""
    comparison = study.comparison
    return StudySummary(
        title=_title(study),
        headline=_headline(comparison) if comparison else _("Reliability of the readings"),
        counts=_counts(study),
        sentences=tuple(_agreement_sentences(comparison)) if comparison else (),
        rows=tuple(_row(table, comparison) for table in study.tables),
        symbols=tuple(_symbols(study)) if study.tables else (),
        notes=tuple(_notes(study)),
    )


def columns() -> tuple[str, ...]:
    """Return the titles of the columns of the table."""
    return (
        _("What is compared"), _("Side"), _("Persons"), "ICC(A,1)", "ICC(A,k)", "SEM", "MDC95",
        _("Shift"),
    )  # fmt: skip


def _title(study: Study) -> str:
    if study.comparison is None:
        return _("Study of reliability: {methods}").format(methods=join(study.methods))
    return _("Study of agreement: {test} against {reference}").format(
        test=study.comparison.test, reference=study.comparison.reference
    )


def _headline(comparison: Comparison) -> str:
    bias = comparison.agreement.bias
    names = {"test": comparison.test, "reference": comparison.reference}
    size = numbers.angle(abs(bias.value))
    if round(bias.value, 1) == 0:
        return _("{test} reads the same as {reference} on average, to 0.1°").format(**names)
    if bias.value > 0:
        return _("{test} reads {size} more than {reference} on average").format(size=size, **names)
    return _("{test} reads {size} less than {reference} on average").format(size=size, **names)


def _counts(study: Study) -> str:
    parts = [
        ngettext("{count} person", "{count} persons", len(study.persons)).format(
            count=len(study.persons)
        ),
        ngettext("{count} reading", "{count} readings", study.readings).format(
            count=study.readings
        ),
    ]
    sessions = len([*filter(None, study.sessions)])
    if sessions > 1:
        parts.append(_("{count} sessions").format(count=sessions))
    if study.comparison:
        parts.append(_("{count} pairs").format(count=study.comparison.agreement.pairs))
    return " · ".join(parts)


def _agreement_sentences(comparison: Comparison) -> Iterator[str]:
    found = comparison.agreement
    yield _(
        "Bias ({test} less {reference}): {bias}, 95 % interval {interval}."
    ).format(
        test=comparison.test,
        reference=comparison.reference,
        bias=numbers.angle(found.bias.value),
        interval=numbers.interval(found.bias.interval),
    )  # fmt: skip
    yield _(
        "95 % limits of agreement: {lower} (interval {lower_interval}) and {upper} (interval "
        "{upper_interval}). About 95 of 100 differences of a further person are expected between "
        "them."
    ).format(
        lower=numbers.angle(found.lower.value),
        lower_interval=numbers.interval(found.lower.interval),
        upper=numbers.angle(found.upper.value),
        upper_interval=numbers.interval(found.upper.interval),
    )
    yield _slope(found)


def _slope(found: Agreement) -> str:
    slope, interval = found.slope.value, found.slope.interval
    if interval is None:
        return _("Whether the difference depends on the size of the angle cannot be told.")
    low, high = (numbers.signed(end, "", decimals=2) for end in interval)
    texts = {"slope": numbers.signed(slope, "", decimals=2), "low": low, "high": high}
    if interval[0] <= 0 <= interval[1]:
        return _(
            "Proportional bias, over the means of the persons: {slope}° for each degree, interval "
            "{low} to {high}. It holds 0, so no dependence on the size of the angle was shown."
        ).format(**texts)
    return _(
        "Proportional bias, over the means of the persons: {slope}° for each degree, interval "
        "{low} to {high}. The difference depends on the size of the angle, so one bias and one "
        "pair of limits do not hold for small and large angles alike."
    ).format(**texts)


def _row(table: ReliabilityTable, comparison: Comparison | None) -> ReliabilityRow:
    group, found = table.group, table.reliability
    text = _KINDS[group.kind]
    if group.kind == "trials" and group.rater:
        text = _(_TRIALS_OF_RATER)
    persons = f"{len(table.persons)}"
    if table.persons_left_out:
        persons = _("{count} of {all}").format(
            count=persons, all=len(table.persons) + len(table.persons_left_out)
        )
    return ReliabilityRow(
        title=text.format(
            method=group.method,
            rater=group.rater,
            reference=comparison.reference if comparison else "",
            test=comparison.test if comparison else "",
        ),
        side=wording.SIDES[Side(group.side)] if group.side else "–",
        persons=persons,
        icc_a1=_share(found.icc_a1),
        icc_ak=_share(found.icc_ak),
        sem=_angle(found.sem),
        mdc95=_angle(found.mdc95),
        shift=numbers.angle(found.systematic),
    )


def _share(estimate: Estimate) -> str:
    return _with_interval(estimate, "", decimals=2)


def _angle(estimate: Estimate) -> str:
    return _with_interval(estimate, "°", decimals=1)


def _with_interval(estimate: Estimate, unit: str, *, decimals: int) -> str:
    """Return 0.94 (0.82 to 0.98); the number alone where it has no interval."""
    text = numbers.signed(estimate.value, unit, decimals=decimals)
    if estimate.interval is None:
        return text
    low, high = (numbers.signed(end, "", decimals=decimals) for end in estimate.interval)
    return _("{value} ({low} to {high})").format(value=text, low=low, high=high)


def _symbols(study: Study) -> Iterator[str]:
    yield _(_SYMBOLS)
    sides = {table.group.side for table in study.tables}
    yield " ".join(filter(None, (_(_CELLS), _(_SIDES_APART) if len(sides) > 1 else "", _(_NARROW))))


def _notes(study: Study) -> Iterator[str]:
    if comparison := study.comparison:
        yield " ".join(
            filter(
                None,
                (_TRIALS[comparison.trials], _raters(comparison),
                 _INDEPENDENCE[comparison.agreement.method]),
            )
        )  # fmt: skip
        if comparison.unpaired:
            yield ngettext(
                "{count} reading has no counterpart by the other method and is left out of the "
                "pairs: {rows}.",
                "{count} readings have no counterpart by the other method and are left out of the "
                "pairs: {rows}.",
                len(comparison.unpaired),
            ).format(count=len(comparison.unpaired), rows=list_rows(comparison.unpaired))
    if study.empty:
        yield ngettext(
            "{count} row has no angle: {rows}.", "{count} rows have no angle: {rows}.",
            len(study.empty),
        ).format(count=len(study.empty), rows=list_rows(study.empty))  # fmt: skip
    yield from _reductions(study)


def _raters(comparison: Comparison) -> str:
    if comparison.with_raters:
        return _("A pair has the same rater in both methods.")
    return _("Where several raters read the same, their mean counts.")


def _reductions(study: Study) -> Iterator[str]:
    """Yield who and which columns are left out of rows of the table."""
    persons = dict.fromkeys(name for table in study.tables for name in table.persons_left_out)
    if persons:
        yield _("Left out of rows in which one of their readings is missing: {persons}.").format(
            persons=_list_some([*persons])
        )
    names = dict.fromkeys(name for table in study.tables for name in table.columns_left_out)
    if names:
        yield _("Left out, because most persons have no reading there: {names}.").format(
            names=join([*names])
        )


def list_rows(rows: Sequence[Row]) -> str:
    """Return rows of files as a list in words; the first of them, where there are many."""
    named = [
        _("{file} row {row}").format(file=row.file, row=row.number) for row in rows[:ROWS_NAMED]
    ]
    return _list_some(named, more=len(rows) > ROWS_NAMED)


def _list_some(names: Sequence[str], *, more: bool = False) -> str:
    """Return the first names as a list in words, with a sign that there are more."""
    more = more or len(names) > ROWS_NAMED
    return join([*names[:ROWS_NAMED], *(["…"] if more else [])])
