"""Answers after the test at the visit before that of a clip, for comparison."""

from collections.abc import Collection

from hipcv.report.answers import describe_answers
from hipcv.store.models import JsonObject, ListedClip, Visit
from hipcv.store.records import Records


def answers_before(records: Records, visit: Visit, sides: Collection[str]) -> JsonObject | None:
    """Return day and sentences of the last answers of a patient before a visit; None without any.

    Of several clips of that visit, one of the same side is taken if there is one.

    Args:
        records: the records.
        visit: the visit.
        sides: sides that were measured at it.
    """
    earlier = [
        listed
        for listed in records.clips_of_patients([visit.patient_id])
        if listed.visit is not None and listed.visit.on < visit.on and listed.clip.read_answers()
    ]
    if not earlier:
        return None
    last = max(earlier, key=lambda listed: (_day(listed), bool(_sides(listed) & set(sides))))
    return {
        "on": _day(last),
        "clip_id": last.clip.id,
        "answered": describe_answers(last.clip.read_answers()),
    }


def _day(listed: ListedClip) -> str:
    return listed.visit.on.isoformat() if listed.visit else ""


def _sides(listed: ListedClip) -> set[str]:
    """Return the sides that were measured in a clip."""
    document = listed.analysis.document if listed.analysis else {"sides": {}}
    return {side for side, result in document["sides"].items() if result is not None}
