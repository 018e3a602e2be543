"""Build the wheel and check that `hipcv demo` runs from its content alone.

The wheel is unpacked outside the source tree; the libraries come from the environment.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (
    "hipcv/py.typed",
    "hipcv/data/clean_left.mp4",
    "hipcv/store/migrations/env.py",
    "hipcv/web/templates/base.html",
    "hipcv/web/static/shared/base.css",
    "hipcv/web/static/vendor/uplot/LICENSE",
    "hipcv/data/models/models.toml",
    "hipcv/data/models/pose_landmarker_full.task",
    "hipcv/data/models/pose_landmarker_lite.task",
)


def build(work: Path) -> Path:
    """Build the wheel into `work`."""
    pip = [sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check", "wheel"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", work]
    subprocess.run([*pip, *options, ROOT], check=True)
    (wheel,) = work.glob("*.whl")
    return wheel


def main() -> None:
    """Build the wheel, check its content, run the demo."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        wheel = build(work)
        with zipfile.ZipFile(wheel) as archive:
            missing = set(NEEDED) - set(archive.namelist())
            archive.extractall(work / "installed")
        if missing:
            sys.exit(f"{wheel.name} lacks {', '.join(sorted(missing))}")
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB")
        environment = {**os.environ, "PYTHONPATH": str(work / "installed")}
        command = [sys.executable, "-P", "-m", "hipcv", "demo"]
        subprocess.run(command, cwd=work, env=environment, check=True)


if __name__ == "__main__":
    main()
