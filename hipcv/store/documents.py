"""What the records read in a result document (`hipcv.assessment/1`)."""

from collections.abc import Iterator

from hipcv.store.models import JsonObject, State


def outcome(document: JsonObject) -> tuple[State, str]:
    """The state a result brings its clip to, and why, where nothing was measured."""
    if document["status"] == "measured":
        return "ready", ""
    reasons = [
        issue["text"] for issue in document.get("issues", ()) if issue["severity"] == "refuse"
    ]
    return "refused", reasons[0] if reasons else "Nothing could be measured in this clip."


def event_rows(analysis_id: str, document: JsonObject) -> Iterator[JsonObject]:
    """The rows of `events` that a document gives; a moment it does not know gives none."""
    for side, found in document.get("sides", {}).items():
        for place, rep in enumerate((found or {}).get("reps", ())):
            moments = {
                "start": [rep["start_s"], rep["start_s"]],
                "plateau": rep["plateau_s"],
                "end": [rep["end_s"], rep["end_s"]],
            }
            for kind, (from_s, to_s) in moments.items():
                if from_s is not None and to_s is not None:
                    yield {
                        "analysis_id": analysis_id,
                        "side": side,
                        "rep": rep.get("number", place),
                        "kind": kind,
                        "from_s": from_s,
                        "to_s": to_s,
                    }
