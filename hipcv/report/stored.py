"""Texts of a stored result in the present language; the document itself holds them in English."""

from collections.abc import Mapping
from typing import Any

from hipcv.core.issues import Finding, Issue
from hipcv.core.landmarks import Side
from hipcv.language import SOURCE, current
from hipcv.report import wording
from hipcv.report.summary import format_finding, summarise_issue

JsonObject = dict[str, Any]


def translated(document: Mapping[str, Any]) -> JsonObject:
    """Return a result document with the texts of its issues and findings in the present language.

    In English, and for codes of other versions, they are those that were stored.
    """
    if current() == SOURCE:
        return dict(document)
    return {
        **document,
        "issues": [translated_issue(issue) for issue in document["issues"]],
        "sides": {name: side and _side(side) for name, side in document["sides"].items()},
    }


def translated_issue(stored: Mapping[str, Any]) -> JsonObject:
    """Return a stored issue with text and remedy in the present language."""
    if current() == SOURCE or stored["code"] not in wording.ISSUES:
        return dict(stored)
    names = ("code", "severity", "value", "limit", "unit")
    side = Side(stored["side"]) if stored["side"] else None
    issue = Issue(side=side, **{name: stored[name] for name in names if name in stored})
    words = summarise_issue(issue)
    return {**stored, "text": words.text, "remedy": words.remedy}


def _side(side: Mapping[str, Any]) -> JsonObject:
    reps = [{**rep, "findings": [_finding(one) for one in rep["findings"]]} for rep in side["reps"]]
    return {**side, "reps": reps}


def _finding(stored: Mapping[str, Any]) -> JsonObject:
    if stored["code"] not in wording.FINDINGS:
        return dict(stored)
    names = ("code", "value", "limit", "unit", "at_s", "severity")
    finding = Finding(**{name: stored[name] for name in names})
    return {**stored, "text": format_finding(finding)}
