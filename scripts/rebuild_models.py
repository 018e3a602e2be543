"""Rebuild a pose bundle from its published parts and compare it with the committed one.

    python scripts/rebuild_models.py [--name full] [--out DIR]

Google publishes the networks, but not every bundle of them in a package that can be pinned. A
bundle is an uncompressed zip of a person detector and a landmark network; both need normalisation
metadata with the scaling of the input picture. This script

1. fetches the npm package `@mediapipe/pose` (landmark networks) with `npm pack`,
2. makes a temporary environment with the wheel mediapipe 0.10.21 (detector, metadata writer),
3. adds the metadata and zips the two, with the time stamp of the committed bundle,
4. compares the SHA-256 with `models/models.toml`, and member by member with the committed file.

It needs `npm`, Python 3.11 or 3.12 (0.10.21 has no wheel for later ones), and about 2 GB of disk
for a minute or two. hipcv itself never downloads anything.

`lite` and `heavy` in `models/` are Google's own bundles, byte for byte. Their re-assembled twins
carry other metadata text, so their SHA-256 differs, while the networks behave alike.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

NPM_PACKAGE = "@mediapipe/pose@0.5.1675469404"
WHEEL = "mediapipe==0.10.21"
STAMP = (2026, 11, 22, 7, 8, 26)  # of the committed bundle; a zip contains its time of creation
MODELS = Path(__file__).resolve().parent.parent / "models"
ADD_METADATA = Path(__file__).resolve().with_name("add_model_metadata.py")


def landmark_network(name: str, work: Path) -> Path:
    """Fetch the landmark network `name` into `work`."""
    if shutil.which("npm") is None:
        sys.exit("npm is needed to fetch the landmark networks; please install it.")
    subprocess.run(
        ["npm", "pack", "--silent", NPM_PACKAGE], cwd=work, check=True, stdout=subprocess.DEVNULL
    )
    (archive,) = work.glob("mediapipe-pose-*.tgz")
    with tarfile.open(archive) as tar:
        tar.extract(f"package/pose_landmark_{name}.tflite", work, filter="data")
    return work / "package" / f"pose_landmark_{name}.tflite"


def old_environment(work: Path) -> tuple[Path, Path]:
    """Make an environment with the old mediapipe; return its Python and its detector network."""
    if sys.version_info >= (3, 13):
        sys.exit(f"{WHEEL} has no wheel for this Python; use Python 3.11 or 3.12.")
    venv.create(work / "old", with_pip=True)
    python = work / "old" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "-qq", WHEEL], check=True)
    (detector,) = (work / "old").rglob("modules/pose_detection/pose_detection.tflite")
    return python, detector


def assemble(name: str, work: Path) -> Path:
    """Build the bundle `name` in `work`."""
    landmarks = landmark_network(name, work)
    python, detector = old_environment(work)
    members = (
        ("pose_detector", ("127.5", "127.5", "2"), detector),
        ("pose_landmarks", ("0", "255", "5"), landmarks),
    )
    bundle = work / f"pose_landmarker_{name}.task"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
        for title, scaling, source in members:
            target = work / f"{title.replace('landmarks', 'landmarks_detector')}.tflite"
            subprocess.run([python, ADD_METADATA, title, *scaling, source, target], check=True)
            entry = zipfile.ZipInfo(target.name, STAMP)
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            archive.writestr(entry, target.read_bytes())
    return bundle


def compare(bundle: Path, name: str) -> bool:
    """Print how the rebuilt bundle compares with the committed one; return True if equal."""
    specs = {m["name"]: m for m in tomllib.loads((MODELS / "models.toml").read_text())["model"]}
    actual = hashlib.sha256(bundle.read_bytes()).hexdigest()
    same = actual == specs[name]["sha256"]
    print(f"{name}: {actual} {'equals' if same else 'differs from'} models.toml")
    with (
        zipfile.ZipFile(bundle) as rebuilt,
        zipfile.ZipFile(MODELS / specs[name]["file"]) as committed,
    ):
        for member in rebuilt.namelist():
            equal = rebuilt.read(member) == committed.read(member)
            print(f"  {member}: {'identical' if equal else 'different'}")
    return same


def main() -> None:
    """Rebuild one bundle, compare it, and copy it to `--out`."""
    parser = argparse.ArgumentParser(description="Rebuild a pose bundle from published parts.")
    parser.add_argument("--name", choices=("lite", "full", "heavy"), default="full")
    parser.add_argument("--out", type=Path, help="folder for the rebuilt bundle")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bundle = assemble(arguments.name, Path(folder))
        same = compare(bundle, arguments.name)
        if arguments.out:
            arguments.out.mkdir(parents=True, exist_ok=True)
            shutil.copy2(bundle, arguments.out)
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
