"""Description of each picture of the README and the documentation, stored inside the picture.

Version, method and the numbers that are drawn, as JSON: the EXIF description of a JPEG or WebP
file, a `metadata` element of an SVG file. `tests/test_pictures.py` compares them with what the code
makes now.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, unescape

from PIL import ExifTags, Image

from hipcv.core.assessment import Trial
from hipcv.pipeline import METHOD
from hipcv.results.document import build_document
from hipcv.version import __version__

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
LARGEST_BYTES: Final = 300_000

_OPENING: Final = re.compile(r"<svg\b[^>]*>")
_ELEMENT: Final = re.compile(r'\n<metadata id="hipcv">(.*?)</metadata>', re.DOTALL)

Numbers = Mapping[str, Any]


def description(numbers: Numbers) -> str:
    """Return version, method and the numbers that are drawn as one line of JSON."""
    return json.dumps({"hipcv": __version__, "method": METHOD, "numbers": numbers})


def save(path: Path, pictures: Sequence[Image.Image], numbers: Numbers, **options: object) -> None:
    """Write a picture, or several as a moving one, with its description.

    Args:
        path: ends in .jpg or .webp.
        pictures: one for a JPEG file.
        numbers: what is drawn.
        options: of Pillow's `save`.
    """
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = description(numbers)
    first, *rest = pictures
    more = {"save_all": True, "append_images": rest} if rest else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    first.save(path, exif=exif.tobytes(), **{**more, **options})


def save_small(path: Path, picture: Image.Image, numbers: Numbers) -> None:
    """Write a JPEG file, as good as `LARGEST_BYTES` allow."""
    for quality in range(90, 30, -5):
        save(path, [picture], numbers, quality=quality, optimize=True)
        if path.stat().st_size < LARGEST_BYTES:
            break


def with_description(svg: str, numbers: Numbers) -> str:
    """Return an SVG text with its description, in the place of an earlier one."""
    element = f'\n<metadata id="hipcv">{escape(description(numbers))}</metadata>'
    return _OPENING.sub(lambda match: match.group() + element, _ELEMENT.sub("", svg), count=1)


def read(path: Path) -> dict[str, Any]:
    """Return the description of a picture; empty where it has none."""
    if path.suffix == ".svg":
        match = _ELEMENT.search(path.read_text(encoding="utf-8"))
        text = unescape(match.group(1)) if match else "{}"
    else:
        with Image.open(path) as picture:
            text = picture.getexif().get(ExifTags.Base.ImageDescription, "{}")
    return dict(json.loads(text))


def numbers_of(trial: Trial) -> dict[str, Any]:
    """Return clip, angles and intervals of each measured side, to tenths of a degree."""
    return numbers_of_result(build_document(trial))


def numbers_of_result(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same of a stored result."""
    sides = {name: side for name, side in document["sides"].items() if side}
    return {"clip": document["clip"]["name"]} | {
        name: {
            "rotation_deg": round(side["rotation_deg"], 1),
            "result_deg": round(side["result_deg"], 1),
            "result_interval_deg": [round(limit, 1) for limit in side["result_interval_deg"]],
            "reps": len(side["reps"]),
            "findings": sorted(side["findings"]),
        }
        for name, side in sides.items()
    }
