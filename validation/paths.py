"""Folders that the validation reads from."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SAMPLES: Final = ROOT / "sample_videos"
SHARED: Final = ROOT.parent / "shared" / "clips"
"""Clips of several projects next to the repository, where they are at hand."""

RENDERED_TESTS: Final = tuple(SHARED / name for name in ("dev", "random", "both"))
"""Folders of rendered clips of the test, with their truth."""
