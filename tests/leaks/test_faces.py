"""The patient's face in everything that is written with `--blur-face`: searched for, not found."""

import base64
import re
import subprocess
import sys

import cv2
import numpy as np
import pytest

from hipcv.core.landmarks import Landmark
from hipcv.store.archive import load_evidence
from hipcv.video.file import VideoFile
from tests.conftest import SAMPLES

CLIP = SAMPLES / "clean_left.mp4"
HEAD = slice(Landmark.NOSE, Landmark.MOUTH_RIGHT + 1)
SCALES = (0.35, 0.45, 0.6, 0.8, 1.0, 1.3)
FOUND = 0.6
"""Least correlation of the face's detail at which it counts as found."""
EVERY = 15
"""Of the frames of a video one in so many is searched."""
START_S = 0.3
KINDS = {".mp4", ".jpg", ".html", ".pdf", ".png"}

pytestmark = pytest.mark.model


@pytest.fixture(
    scope="module", params=["--blur-face", pytest.param("--no-blur-face", marks=pytest.mark.slow)]
)
def written(request, tmp_path_factory):
    """The option, and the folder of all that is written with it: a result, exports, the records."""
    pytest.importorskip("sqlalchemy", reason='records need `pip install "hipcv[app]"`')
    folder = tmp_path_factory.mktemp("faces")
    quick = ["--model", "lite", "--start-s", START_S, "--explain"]
    filed = ["--as", "P-017", "--data-dir", folder / "records"]
    run("analyze", CLIP, "--out", folder / "result", request.param, *quick, *filed)
    for form in ("pdf", "html"):
        run("export", folder / "result", "--to", form, "--out", folder / f"export.{form}")
    return request.param, folder


def run(*words):
    subprocess.run([sys.executable, "-m", "hipcv", *map(str, words)], check=True, timeout=600)


@pytest.mark.slow
def test_face_is_found_in_bare_pictures_and_in_none_that_was_blurred(written):
    option, folder = written
    face = face_of(folder / "result" / "evidence.npz")
    found, searched = set(), set()
    for path in sorted(folder.rglob("*")):
        for picture in pictures_in(path):
            searched.add(path.suffix)
            if likeness(face, picture) > FOUND:
                found.add(path.suffix)

    assert searched == KINDS
    assert found == (set() if option == "--blur-face" else KINDS)


def face_of(evidence):
    """Return the detail of the face in the first frame that was read."""
    track, _ = load_evidence(evidence)
    frame = next(frame for frame in VideoFile(CLIP) if frame.time_s >= track.time_s[0])
    (left, top), (right, bottom) = (
        edge(track.xy_px[0, HEAD], axis=0).astype(int) for edge in (np.min, np.max)
    )
    return frame.bgr[top - 20 : bottom + 20, left - 8 : right + 8]


def likeness(face, picture):
    """Return the best correlation of a face's detail with any place of a picture, -1..1."""
    best = -1.0
    for scale in SCALES:
        small = detail(cv2.resize(face, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        if all(np.less_equal(small.shape, picture.shape[:2])):
            match = cv2.matchTemplate(detail(picture), small, cv2.TM_CCOEFF_NORMED)
            best = max(best, match[contrast(picture, small) > small.std() / 3].max(initial=-1.0))
    return float(best)


def contrast(picture, small):
    """Return the standard deviation of a picture's detail wherever the small one may lie."""
    one, height, width = detail(picture), *small.shape
    square, mean = (
        cv2.boxFilter(part, -1, (width, height), anchor=(0, 0))[
            : len(one) - height + 1, : one.shape[1] - width + 1
        ]
        for part in (one**2, one)
    )
    return np.sqrt(np.maximum(square - mean**2, 0))


def detail(picture):
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return gray - cv2.GaussianBlur(gray, (0, 0), 4)


def pictures_in(path):
    """Yield the pictures of a file, those inside a page or document among them."""
    return READERS.get(path.suffix, lambda _path: ())(path)


def frames_of(path):
    if "clips" not in path.parts:  # the clip itself, which stays as it is
        yield from (frame.bgr for frame in VideoFile(path) if frame.index % EVERY == 0)


def picture_of(path):
    yield cv2.imread(str(path))


def embedded_in(path):
    for text in re.findall(r"data:image/(?:jpeg|png);base64,([\w+/=]+)", path.read_text()):
        yield decoded(base64.b64decode(text))


def drawn_in(path):
    for part in path.read_bytes().split(JPEG)[1:]:
        yield decoded(JPEG + part)


def decoded(content):
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)


JPEG = b"\xff\xd8\xff"
READERS = {
    ".mp4": frames_of,
    ".jpg": picture_of,
    ".png": picture_of,
    ".html": embedded_in,
    ".pdf": drawn_in,
}
