"""Seconds of computation that `hipcv analyze` takes for each sample clip."""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "sample_videos"


def cpu_s() -> float:
    """Computation of all finished child processes so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure each clip once and print a table."""
    print(f"{'clip':24s}{'clip s':>8s}{'cpu s':>8s}  stages")
    for clip in sorted(SAMPLES.glob("*.mp4")):
        before = cpu_s()
        with tempfile.TemporaryDirectory() as out:
            command = [sys.executable, "-m", "hipcv", "analyze", clip, "--out", out, "--json"]
            done = subprocess.run([*command], check=False, capture_output=True, text=True)
        document = json.loads(done.stdout)
        stages = "  ".join(f"{name} {spent:.2f}" for name, spent in document["timing"].items())
        duration = document["clip"]["duration_s"]
        print(f"{clip.stem:24s}{duration:8.1f}{cpu_s() - before:8.1f}  {stages}")


if __name__ == "__main__":
    main()
