"""Build sdist and wheel, install the wheel as a user would, and use it from another folder.

The sdist is built from the tree and the wheel from the sdist, so that both are tried. The wheel is
installed into an environment of its own; its libraries come from the present one, read-only.
"""

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
import venv
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
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)
PIP = ("-m", "pip", "-qq", "--disable-pip-version-check")


def build(work: Path) -> Path:
    """Build the sdist into `work`, and the wheel from it."""
    sdist = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", work]
    subprocess.run(sdist, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    (archive,) = work.glob("*.tar.gz")
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", work]
    subprocess.run([sys.executable, *PIP, "wheel", *options, archive], check=True)
    (wheel,) = work.glob("*.whl")
    for path in (archive, wheel):
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
    return wheel


def check_content(wheel: Path) -> None:
    """End with an error where the wheel lacks a file that it needs."""
    with zipfile.ZipFile(wheel) as archive:
        missing = set(NEEDED) - set(archive.namelist())
    if missing:
        sys.exit(f"{wheel.name} lacks {', '.join(sorted(missing))}")


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel into a new environment that sees the present libraries."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", paths))
    scripts = Path(sysconfig.get_path("scripts", "venv", paths))
    python = scripts / Path(sys.executable).name
    # A path file does not read the path files in the folder it names, so that the tree's own
    # editable installation stays out of sight.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    options = ["install", "--no-deps", "--no-index", "--ignore-installed", wheel]
    subprocess.run([python, *PIP, *options], check=True)
    return scripts


def use(scripts: Path, work: Path) -> None:
    """Run the demo and the example of the README in `work`."""
    subprocess.run([scripts / "hipcv", "-V"], cwd=work, check=True)
    subprocess.run([scripts / "hipcv", "demo"], cwd=work, check=True)
    (example,) = EXAMPLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    (work / "sample_videos").symlink_to(ROOT / "sample_videos")
    python = scripts / Path(sys.executable).name
    subprocess.run([python, "-P", "-c", example], cwd=work, check=True)


def main() -> None:
    """Build, check the content, install, use."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        wheel = build(work)
        check_content(wheel)
        use(install(wheel, work / "environment"), work)


if __name__ == "__main__":
    main()
