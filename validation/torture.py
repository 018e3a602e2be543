"""Analyze odd, altered and damaged clips, and write docs/torture.md.

    python -m validation.torture [--only FAMILY ...] [--jobs 2] [--every N] [--page docs]

Families: public (containers of other projects, where ../shared/clips is present), matrix (codec,
container, rate, turn, mirror), parts (cut, growing, one frame), damage, large (4K, ten minutes).
Results are stored by family in `build/torture`; the page is written of all that are stored for
this version. `--every N` takes every Nth case, and writes no page.
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
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from typing import Any, Final

from hipcv.pipeline import METHOD
from hipcv.version import __version__
from validation.torture_cases import ROOT, Case, all_cases, sample
from validation.torture_page import write_page

WORK: Final = ROOT / "build" / "torture"
LIMIT_S: Final = 900.0
"""Time after which a clip counts as hung, on a busy machine."""

UNREADABLE: Final = 3
WARNINGS: Final = frozenset({"frames_damaged"})
"""Warnings that tell of damage."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one clip."""

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
        case: what may come of the clip.
        answer: what came of it.
        right: the answer to the untouched sample; None where nobody does the test.
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
        return "warned" if case.may_lack_sides and WARNINGS & set(answer.warnings) else "WRONG"
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


def judged(cases: Sequence[Case], jobs: int, work: Path) -> list[dict[str, Any]]:
    """Return a row for every case, with progress on stderr."""
    right = {name: answer_of(sample(name)) for name in sorted({c.sample for c in cases} - {""})}
    rows = []
    for number, (case, answer) in enumerate(run_all(cases, jobs, work), 1):
        reference = right.get(case.sample)
        result = verdict(case, answer, reference)
        sys.stderr.write(f"{number}/{len(cases)} {result:10} {case.family} {case.name}\n")
        if result == "WRONG":
            sys.stderr.write(f"    {json.dumps(asdict(answer))}\n")
        rows.append(
            {"family": case.family, "kind": case.kind, "name": case.name, "verdict": result,
             "right_deg": reference.angles_deg if reference else {}, **asdict(answer)}
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
    cases = [case for case in all_cases() if not chosen.only or case.family in chosen.only]
    rows = judged(cases[:: chosen.every], chosen.jobs, WORK / "clips")
    shutil.rmtree(WORK / "clips", ignore_errors=True)
    wrong = [row for row in rows if row["verdict"] == "WRONG"]
    if chosen.every == 1:
        _store(rows)
        write_page(list(_stored()), chosen.page)
    sys.stderr.write(f"{len(rows)} clips, {len(wrong)} wrong.\n")
    return min(1, len(wrong))


def _version() -> str:
    return f"{__version__}-{METHOD}"


def _store(rows: Sequence[dict[str, Any]]) -> None:
    WORK.mkdir(parents=True, exist_ok=True)
    for family in {row["family"] for row in rows}:
        text = json.dumps([row for row in rows if row["family"] == family])
        (WORK / f"{family}-{_version()}.json").write_text(text, encoding="utf-8")


def _stored() -> Iterator[dict[str, Any]]:
    for path in sorted(WORK.glob(f"*-{_version()}.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
