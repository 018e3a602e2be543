"""Summaries of outcomes that are all in memory."""

from hipcv.batch.manifest import SummaryRecord
from hipcv.batch.summary import SummaryWriter


class Listed:
    """An `OutcomeSource` of outcomes with their results."""

    def __init__(self, outcomes):
        self.outcomes = {one.clip: one for one in outcomes}

    def load(self, outcome):
        return outcome


def write_summary(outcomes, out, options):
    """Write the summary of some outcomes."""
    source, writer = Listed(outcomes), SummaryWriter(out, options, SummaryRecord())
    for outcome in source.outcomes.values():
        writer.add(outcome)
    writer.write_table(source)
    writer.refresh(source)
