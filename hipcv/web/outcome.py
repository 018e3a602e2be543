"""Result of a guided test for the person who did it: all its recordings together."""

from collections.abc import Sequence
from dataclasses import asdict

from hipcv.report.personal import describe_sides, merge_takes, next_step
from hipcv.report.summary import summarise
from hipcv.store.models import JsonObject
from hipcv.web.serializers import clip_context, said_of
from hipcv.web.state import AppState


def outcome(state: AppState, clip_ids: Sequence[str]) -> JsonObject:
    """Return what the clips of one test say to the person, in the second person.

    `problem` is why there is no result, or why a part of it is missing; "" if nothing is. Where
    the test hurt, it is not to be repeated.

    Raises:
        NotFound: there is no such clip.
    """
    contexts = [clip_context(state, state.records.clip(clip_id)) for clip_id in clip_ids]
    failures = [said_of(context.clip, None) for context in contexts if context.analysis is None]
    trials = [
        state.cache.get(context.clip, context.analysis).reassessed.trial
        for context in contexts
        if context.analysis is not None
    ]
    if not trials:
        return {"problem": " ".join(failures), "sides": [], "next_step": "", "may_repeat": True}
    trial = merge_takes(trials)
    refusals = [issue.text for issue in summarise(trial).refusals]
    sides = [side for side in describe_sides(trial) if side.status != "not_measured"]
    return {
        "problem": " ".join([*failures, *refusals]),
        "sides": [asdict(side) for side in sides],
        "next_step": next_step(trial),
        "may_repeat": not trial.answers.hurt,
    }
