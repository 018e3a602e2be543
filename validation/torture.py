"""Analyze odd, altered and damaged clips, and write docs/torture.md.

    python -m validation.torture [--only FAMILY ...] [--jobs 2] [--every N] [--page docs]

Families: public (containers of other projects, where ../shared/clips is present), matrix (codec,
container, rate, turn, mirror), parts (cut, growing, one frame), damage, large (4K, ten minutes).
Answers are stored in `build/torture`, so that a run may be interrupted: only what is missing for
this source of hipcv is run; the page is written of all that are stored. `--every N` takes every Nth
case.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from typing import Any, Final

from validation.answers import method_digest
from validation.paths import ROOT
from validation.torture_cases import DAMAGE_WARNING, FAMILIES, UNTOUCHED, Case, all_cases
from validation.torture_page import write_page

WORK: Final = ROOT / "build" / "torture"
LIMIT_S: Final = 300.0
"""Time after which a clip counts as hung, on a busy machine."""

UNREADABLE: Final = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """Outcome of the analysis of one clip."""

    status: str  # of the document, else "error N", "traceback" or "hung"
    angles_deg: dict[str, float | None] = field(default_factory=dict)  # by tested side
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    text: str = ""  # of an error
    spent_s: float = 0.0


def answer_of(path: Path, *, mirrored: bool = False) -> Answer:
    """Analyze a clip in this process."""
    from hipcv.core.errors import HipcvError
    from hipcv.core.options import AnalysisOptions
    from hipcv.pipeline import analyze
    from hipcv.results.document import build_document

    began_s = time.perf_counter()
    try:
        document = build_document(analyze(path, AnalysisOptions(mirrored=mirrored)).trial)
    except HipcvError as error:
        return Answer(f"error {error.exit_code}", text=str(error))
    except Exception:  # noqa: BLE001 - what the run looks for
        return Answer("traceback", text=traceback.format_exc())
    sides = {name: side for name, side in document["sides"].items() if side is not None}
    codes = {level: [i["code"] for i in document["issues"] if i["severity"] == level]
             for level in ("refuse", "warn")}  # fmt: skip
    return Answer(
        document["status"],
        {name: side["rotation_deg"] for name, side in sides.items()},
        codes["refuse"] or ["not_counted"] * (document["status"] == "not_counted"),
        codes["warn"],
        spent_s=time.perf_counter() - began_s,
    )


def run(case: Case, work: Path) -> Answer:
    """Make the clip of a case, analyze it, and delete it."""
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        path = case.make(Path(folder))
        other = None
        if case.meanwhile is not None:
            other = threading.Thread(target=case.meanwhile, args=(path,), daemon=True)
            other.start()
        answer = answer_of(path, mirrored=case.mirrored)
        if other is not None:
            other.join()
        return answer


def verdict(case: Case, answer: Answer, right: Answer | None) -> str:
    """Return "right", "refused", "unreadable", "warned" or "WRONG".

    Args:
        case: the clip and its permitted outcomes.
        answer: its outcome.
        right: the answer to the untouched sample; None where the clip shows no test.
    """
    if answer.status == f"error {UNREADABLE}":
        return "unreadable" if case.may_be_unreadable and "\n" not in answer.text else "WRONG"
    if answer.status in {"traceback", "hung"} or answer.status.startswith("error"):
        return "WRONG"
    if answer.status == "measured":
        return "WRONG" if right is None else _verdict_of_angles(case, answer, right)
    if right is not None and set(answer.refusals) == set(right.refusals):
        return "right"
    is_true = "any" in case.refusals or set(answer.refusals) <= case.refusals
    return "refused" if is_true else "WRONG"


def _verdict_of_angles(case: Case, answer: Answer, right: Answer) -> str:
    sides = {name: deg for name, deg in answer.angles_deg.items() if deg is not None}
    wanted = {name: deg for name, deg in right.angles_deg.items() if deg is not None}
    if not sides.keys() <= wanted.keys():
        return "WRONG"
    worst_deg = max((abs(deg - wanted[name]) for name, deg in sides.items()), default=0.0)
    if worst_deg > case.limit_deg:
        return "warned" if case.may_lack_sides and DAMAGE_WARNING in answer.warnings else "WRONG"
    return "right" if sides.keys() == wanted.keys() or case.may_lack_sides else "WRONG"


def run_all(cases: Sequence[Case], jobs: int, work: Path) -> Iterator[tuple[Case, Answer]]:
    """Yield the answer to every case; one that hangs, or ends its process, counts as hung."""
    rest = list(cases)
    while rest:
        context = multiprocessing.get_context("spawn")
        with context.Pool(jobs, maxtasksperchild=40) as pool:
            for case, answer in _answers(pool, tuple(rest), work):
                rest.pop(0)
                yield case, answer
                if answer.status == "hung":
                    break  # the pool has lost a process


def _answers(pool: Pool, cases: Sequence[Case], work: Path) -> Iterator[tuple[Case, Answer]]:
    pending: list[AsyncResult[Answer]] = [pool.apply_async(run, (case, work)) for case in cases]
    for case, result in zip(cases, pending, strict=True):
        try:
            yield case, result.get(LIMIT_S)
        except multiprocessing.TimeoutError:
            yield case, Answer("hung")


class Store:
    """Answers of this source of hipcv, a line of JSON each, so that a run may be interrupted."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"answers-{method_digest().hex()[:16]}.jsonl"
        self.answers: dict[str, Answer] = {}
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                name, fields = json.loads(line)
                self.answers[name] = Answer(**fields)

    def add(self, case: Case, answer: Answer) -> None:
        """Store the answer to a case."""
        self.answers[case.title] = answer
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([case.title, asdict(answer)]) + "\n")

    def right(self, case: Case) -> Answer | None:
        """Return the answer to the untouched sample of a case; None where it has none."""
        return self.answers[f"{UNTOUCHED}/{case.sample}"] if case.sample else None


def judged(cases: Sequence[Case], store: Store) -> list[dict[str, Any]]:
    """Return a row for every case that was answered."""
    rows = []
    for case in cases:
        if case.title not in store.answers:
            continue
        answer, right = store.answers[case.title], store.right(case)
        rows.append(
            {"family": case.family, "kind": case.kind, "name": case.name,
             "verdict": verdict(case, answer, right),
             "right_deg": right.angles_deg if right else {}, **asdict(answer)}
        )  # fmt: skip
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the families, and write the page; return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[], metavar="FAMILY")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--page", type=Path, default=ROOT / "docs")
    chosen = parser.parse_args(arguments)
    os.environ["SVT_LOG"] = "1"  # the encoder of AV1 writes to the terminal otherwise
    every, store = all_cases(), Store(WORK)
    some = [case for case in every if case.family in (chosen.only or FAMILIES)][:: chosen.every]
    needed = [*(case for case in every if case.family == UNTOUCHED), *some]
    _answer_all([case for case in needed if case.title not in store.answers], store, chosen.jobs)
    rows = judged(every, store)
    write_page(rows, chosen.page, Counter(case.family for case in every))
    wrong = sum(row["verdict"] == "WRONG" for row in rows)
    sys.stderr.write(f"{len(rows)} clips, {wrong} wrong.\n")
    return min(1, wrong)


def _answer_all(cases: Sequence[Case], store: Store, jobs: int) -> None:
    """Run the cases, store their answers, and report progress on stderr."""
    for number, (case, answer) in enumerate(run_all(cases, jobs, WORK / "clips"), 1):
        store.add(case, answer)
        result = verdict(case, answer, store.right(case)) if case.family != UNTOUCHED else ""
        sys.stderr.write(f"{number}/{len(cases)} {result:10} {case.title}\n")
        if result == "WRONG":
            sys.stderr.write(f"    {json.dumps(asdict(answer))}\n")
    shutil.rmtree(WORK / "clips", ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
