"""Which jobs of a batch are with other machines, and what is done with what comes back."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from hipcv.batch.cluster.task import Absent, Done, Dropped, Errand, Reply, Unlike
from hipcv.batch.executor import Ended, Event, PutBack, Started
from hipcv.batch.job import Command, Job, Outcome
from hipcv.batch.means import Means
from hipcv.core.errors import EnvironmentFault

LARGEST_SENT_BYTES: Final = 256 << 20
"""Of a clip that is sent along; it passes through the memory of the scheduler."""

_SENT_AT_ONCE_BYTES: Final = LARGEST_SENT_BYTES  # the scheduler needs five times as much
_AHEAD: Final = 8  # clips beyond twice what runs: work that waits lets a cluster grow
_DEATHS: Final = 3  # of workers, by one clip, before it is given up
_LOOK_S: Final = 2.0  # between two looks at how many workers there are


@dataclass(frozen=True, slots=True)
class Killed:
    """So many workers died while they had this errand."""

    workers: int


@dataclass(frozen=True, slots=True)
class Broken:
    """The errand failed on its worker, or never came to one."""

    text: str


Return = Reply | Killed | Broken


class Line(Protocol):
    """The way to the workers. Every word may raise `EnvironmentFault`: the line is cut."""

    def send(self, errand: Errand) -> str:
        """Hand an errand over; its key."""

    def begun(self) -> Sequence[str]:
        """Keys of errands whose analysis began since."""

    def returned(self) -> Sequence[tuple[str, Return]]:
        """What came back since, by key."""

    def drop(self, keys: Iterable[str]) -> None:
        """Wait for these no longer, and let workers give them up."""

    def threads(self) -> int:
        """How many errands the workers can do at once now."""


@dataclass(slots=True)
class Sent:
    """A job that was handed over, perhaps several times."""

    job: Job
    begun: bool = False  # told as `Started`
    deaths: int = 0  # of workers that had it
    clip_bytes: int = 0  # where the clip has to be sent along


@dataclass(slots=True)
class Desk:
    """What of one run is with the workers, and what has to go there again."""

    line: Line
    means: Means
    command: Command
    at_once: int | None  # the most jobs to hand over at once
    patience_s: float  # how long to go on without any worker
    out: dict[str, Sent] = field(default_factory=dict)  # by the errand's key
    again: deque[Sent] = field(default_factory=deque)
    room: int = 0
    looked_s: float = float("-inf")
    manned_s: float = field(default_factory=time.monotonic)  # when there last was a worker

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self.out or self.again)

    def fill(self, waiting: Iterator[Job]) -> Iterator[Event]:
        """Hand jobs over, as many as there is room for."""
        self._look()
        sending = sum(sent.clip_bytes for sent in self.out.values())
        while self.again and sending + self.again[0].clip_bytes <= _SENT_AT_ONCE_BYTES:
            sending += self.again[0].clip_bytes
            yield from self._send(self.again.popleft())
        while len(self.out) + len(self.again) < self.room:
            job = next(waiting, None)
            if job is None:
                return
            yield from self._send(Sent(job))

    def news(self) -> Iterator[Event]:
        """What happened since."""
        for key in self.line.begun():
            yield from _started(self.out.get(key))
        for key, back in self.line.returned():
            sent = self.out.pop(key, None)  # None: given up since
            if sent is not None:
                yield from self._settle(sent, back)

    def withdraw(self) -> Iterator[Event]:
        """Take back what has not begun."""
        idle = [key for key, sent in self.out.items() if not sent.begun]
        self.line.drop(idle)
        for key in idle:
            del self.out[key]
        while self.again:
            yield from _put_back(self.again.popleft())

    def put_back(self) -> Iterator[Event]:
        """Take back everything."""
        for sent in (*self.out.values(), *self.again):
            yield from _put_back(sent)
        self.close()

    def close(self) -> None:
        """Let workers give up what they have."""
        keys = [*self.out]
        self.out.clear()
        self.again.clear()
        self.line.drop(keys)

    def _look(self) -> None:
        """See now and then how many workers there are."""
        now_s = time.monotonic()
        if now_s - self.looked_s < _LOOK_S:
            return
        threads, self.looked_s = self.line.threads(), now_s
        self.room = 2 * threads + _AHEAD if self.at_once is None else self.at_once
        if threads:
            self.manned_s = now_s
        elif now_s - self.manned_s > self.patience_s:
            raise EnvironmentFault(
                f"No worker has been there for {self.patience_s / 60:.0f} min. "
                "Start workers, and run the same command again: it goes on where it was."
            )

    def _send(self, sent: Sent) -> Iterator[Event]:
        errand = Errand.of(sent.job, self.means, self.command)
        if sent.clip_bytes:
            try:
                errand = replace(errand, content=sent.job.clip.read_bytes())
            except OSError as fault:
                told = f"{sent.job.clip.name}: cannot be read ({fault.strerror})."
                yield from _ended(sent, Outcome("failed", told, EnvironmentFault.exit_code))
                return
        self.out[self.line.send(errand)] = sent

    def _settle(self, sent: Sent, back: Return) -> Iterator[Event]:
        match back:
            case Done(outcome, files):
                _lay_down(files, sent.job)
                yield from _ended(sent, outcome)
            case Absent():
                yield from self._send_along(sent)
            case Dropped():
                self.again.append(sent)
            case Killed(workers):
                yield from self._after_deaths(sent, workers)
            case Broken(text):
                told = f"{sent.job.clip.name}: {text}"
                yield from _ended(sent, Outcome("failed", told, EnvironmentFault.exit_code))
            case Unlike(text):
                self.again.append(sent)
                raise EnvironmentFault(text)

    def _send_along(self, sent: Sent) -> Iterator[Event]:
        """Let the clip go with the next errand, if it is not too large for that."""
        sent.clip_bytes = max(1, _size_bytes(sent.job))
        if sent.clip_bytes <= LARGEST_SENT_BYTES:
            self.again.append(sent)
            return
        told = (
            f"{sent.job.clip.name}: a worker does not see this clip in its folder, and with "
            f"{sent.clip_bytes >> 20} MB it is too large to be sent there (at most "
            f"{LARGEST_SENT_BYTES >> 20} MB). Share the folder with the workers, or analyse it "
            "without --scheduler."
        )
        yield from _ended(sent, Outcome("failed", told, EnvironmentFault.exit_code))

    def _after_deaths(self, sent: Sent, workers: int) -> Iterator[Event]:
        """Try elsewhere, unless enough workers died of it."""
        sent.deaths += workers if sent.begun else 1  # one that only waited there is hardly to blame
        if sent.deaths < _DEATHS:
            self.again.append(sent)
            return
        told = (
            f"{sent.job.clip.name}: given up, for {sent.deaths} workers died while they had it. "
            "See whether they have memory enough, and use --retry-failed."
        )
        yield from _ended(sent, Outcome("failed", told))


def _started(sent: Sent | None) -> Iterator[Event]:
    """Tell once that a job began."""
    if sent is not None and not sent.begun:
        sent.begun = True
        yield Started(sent.job)


def _ended(sent: Sent, outcome: Outcome) -> Iterator[Event]:
    yield from _started(sent)
    yield Ended(sent.job, outcome)


def _put_back(sent: Sent) -> Iterator[Event]:
    """Tell of a job that is given up, where its beginning was told."""
    if sent.begun:
        yield PutBack(sent.job)


def _size_bytes(job: Job) -> int:
    try:
        return job.clip.stat().st_size
    except OSError:
        return 0  # told when it is read


def _lay_down(files: Mapping[str, bytes], job: Job) -> None:
    """Write a result that came back to where an analysis on this machine would have left it."""
    for name, content in files.items():
        path = job.result / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
