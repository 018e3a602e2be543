"""Result of a guided test for the person who did it: all its recordings together."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from hipcv.core.answers import Answers
from hipcv.core.assessment import Trial
from hipcv.report.personal import describe_sides, merge_takes, next_step
from hipcv.report.summary import summarise
from hipcv.store.models import JsonObject
from hipcv.web.serializers import ClipContext, clip_context
from hipcv.web.state import AppState


def outcome(state: AppState, clip_ids: Sequence[str]) -> JsonObject:
    """Return what the clips of one test say to the person, in the second person.

    `problem` is why there is no result, or why a part of it is missing; "" if nothing is.

    Raises:
        NotFound: there is no such clip.
    """
    contexts = [clip_context(state, state.records.clip(clip_id)) for clip_id in clip_ids]
    failures = [context.clip.said for context in contexts if context.analysis is None]
    trials = [_trial(state, context) for context in contexts if context.analysis is not None]
    if not trials:
        return {"problem": " ".join(failures), "sides": [], "next_step": ""}
    trial = merge_takes(trials)
    refusals = [issue.text for issue in summarise(trial).refusals]
    sides = [side for side in describe_sides(trial) if side.status != "not_measured"]
    return {
        "problem": " ".join([*failures, *refusals]),
        "sides": [asdict(side) for side in sides],
        "next_step": next_step(trial),
    }


def _trial(state: AppState, context: ClipContext) -> Trial:
    """Return the current result of a clip, with the answers that are stored with the clip."""
    assert context.analysis is not None
    trial = state.cache.get(context.clip, context.analysis).reassessed.trial
    answers = Answers.from_dict(context.clip.answers or {})
    return replace(trial, answers=answers) if answers else trial
