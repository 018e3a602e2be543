"""Analyze damaged clips of VP8, VP9 and AV1, and print what came of them.

    python -m validation.damage_by_codec [--count 102] [--jobs 2]

Codings, kinds of damage and samples go round, each clip with its own seed. Wrong is an angle more
than 1.5° off without the warning of damage, or a refusal that does not name the damage, unless the
clip ends early by it. Answers are stored in `build/damage_by_codec`, as those of the torture run.
"""

import argparse
import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from validation.damage import KINDS
from validation.paths import ROOT
from validation.torture import Store, run_all, verdict
from validation.torture_cases import (
    DAMAGE_DEG,
    NOT_ENOUGH,
    SHORT,
    SHORTENS,
    Case,
    encoded_once,
    untouched,
)
from validation.variants import Variant

WORK: Final = ROOT / "build" / "damage_by_codec"
CODINGS: Final[Mapping[str, Sequence[Variant]]] = {
    "VP8": (Variant("webm", "libvpx"), Variant("mkv", "libvpx", key_every=1000),
            Variant("webm", "libvpx", key_every=100, size=0.5)),
    "VP9": (Variant("webm", "libvpx-vp9", key_every=1000), Variant("mp4", "libvpx-vp9"),
            Variant("webm", "libvpx-vp9", key_every=100, size=0.5)),
    "AV1": (Variant("mkv", "libsvtav1"), Variant("mp4", "libsvtav1"),
            Variant("webm", "libsvtav1", key_every=1000)),
}  # fmt: skip
WITHOUT: Final = {"AV1": {"packets lost"}}
"""Kinds of damage that cannot be made here: the coded picture of AV1 cannot be copied."""

VERDICTS: Final = ("right", "refused", "unreadable", "warned", "WRONG")


def cases(count: int) -> Iterator[Case]:
    """Yield so many damaged clips of each codec."""
    for codec, variants in CODINGS.items():
        left_out = {"transport packets lost"} | WITHOUT.get(codec, set())
        kinds = [kind for kind in KINDS if kind not in left_out]
        for seed in range(count):
            kind = kinds[seed // len(variants) % len(kinds)]
            name, variant = SHORT[seed // 7 % len(SHORT)], variants[seed % len(variants)]
            yield Case(
                codec, kind, f"{seed}-{name}-{variant.name}-{kind}",
                partial(_damaged, name=name, variant=variant, kind=kind, seed=seed),
                name, DAMAGE_DEG, _refusals(kind), may_be_unreadable=True, may_lack_sides=True,
            )  # fmt: skip


def _refusals(kind: str) -> frozenset[str]:
    return frozenset({"damaged"}) | (NOT_ENOUGH if kind in SHORTENS else frozenset())


def _damaged(folder: Path, *, name: str, variant: Variant, kind: str, seed: int) -> Path:
    whole = encoded_once(name, variant, folder.parent / "whole")
    target = folder / f"damaged.{variant.container}"
    KINDS[kind](whole, target, np.random.default_rng(seed))
    return target


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the clips and print a line for each codec and each wrong one; return 1 if any was."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=102)
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args(arguments)
    os.environ["SVT_LOG"] = "1"  # the encoder of AV1 writes to the terminal otherwise
    store, damaged = Store(WORK), list(cases(chosen.count))
    for name, variant in itertools.product(SHORT, set(itertools.chain(*CODINGS.values()))):
        encoded_once(name, variant, WORK / "clips" / "whole")
    needed = [case for case in (*untouched(), *damaged) if case.title not in store.answers]
    for number, (case, answer) in enumerate(run_all(needed, chosen.jobs, WORK / "clips"), 1):
        store.add(case, answer)
        sys.stderr.write(f"{number}/{len(needed)} {case.title}\n")
    return _print(damaged, store)


def _print(damaged: Sequence[Case], store: Store) -> int:
    verdicts = {
        case: verdict(case, store.answers[case.title], store.right(case)) for case in damaged
    }
    for codec in CODINGS:
        count = Counter(result for case, result in verdicts.items() if case.family == codec)
        numbers = ", ".join(f"{count[name]} {name}" for name in VERDICTS)
        sys.stdout.write(f"{codec}: {count.total()} clips: {numbers}\n")
    wrong = [case for case, result in verdicts.items() if result == "WRONG"]
    for case in wrong:
        sys.stdout.write(f"WRONG {case.title}: {store.answers[case.title]}\n")
    return min(1, len(wrong))


if __name__ == "__main__":
    sys.exit(main())
