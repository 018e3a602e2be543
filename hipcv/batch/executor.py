"""What runs jobs: on this machine now, anywhere else behind the same three words."""

import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

from hipcv.batch.job import Job, Outcome


@dataclass(frozen=True, slots=True)
class Started:
    """A job is about to begin."""

    job: Job


@dataclass(frozen=True, slots=True)
class Ended:
    """A job came to an end; where it was analysed, its result is in `job.result`."""

    job: Job
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PutBack:
    """A job was begun and given up, because the batch was asked to stop."""

    job: Job


Event = Started | Ended | PutBack


@dataclass(slots=True)
class Stop:
    """The wish to stop: once, running jobs get a while to end; twice, they end now."""

    grace_s: float = 10.0
    deadline: float | None = None  # on the monotonic clock; None: not asked

    def ask(self) -> None:
        """Ask for the end."""
        self.deadline = time.monotonic() + (self.grace_s if self.deadline is None else 0)

    @property
    def asked(self) -> bool:
        """Whether no further job may begin."""
        return self.deadline is not None

    @property
    def over(self) -> bool:
        """Whether running jobs have had their time."""
        return self.deadline is not None and time.monotonic() >= self.deadline


class Executor(Protocol):
    """Runs jobs, several at a time."""

    def run(self, jobs: Iterable[Job], stop: Stop) -> Generator[Event]:
        """Run jobs in their order, telling what happens as it happens.

        Every `Started` is followed by one `Ended` or `PutBack` of the same job. A job that kills
        its process ends as `crashed` and takes no other with it. After `stop` is asked nothing
        begins; jobs that were never started are not told of. Closing the generator ends all.
        """
        ...
