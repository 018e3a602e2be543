"""Stills of a result folder: pictures of the patient for the report, with title and caption."""

import base64
import binascii
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from hipcv.language import SOURCE, _, current
from hipcv.outside_json import parse
from hipcv.report.stills import Still
from hipcv.results.document import REPORT, STILLS, JsonObject
from hipcv.results.parts import STILLS_INDEX

_EMBEDDED: Final = re.compile(
    r'<figure><img src="data:image/jpeg;base64,([^"]*)"[^>]*>'
    r"<figcaption><b>(.*?)</b>(.*?)</figcaption>",
    re.DOTALL,
)


def save_stills(folder: Path, stills: Sequence[Still]) -> None:
    """Write the pictures as `1.jpg`, `2.jpg`, … and their texts as `stills.json`."""
    folder.mkdir()
    index = []
    for number, still in enumerate(stills, start=1):
        (folder / f"{number}.jpg").write_bytes(still.jpeg)
        index.append({"file": f"{number}.jpg", **_texts(still)})
    text = json.dumps(index, indent=2, ensure_ascii=False) + "\n"
    (folder / STILLS_INDEX).write_text(text, encoding="utf-8")


def load_stills(result_folder: Path) -> tuple[Still, ...]:
    """Return the stills of a result in their order; missing and damaged ones are left out."""
    folder, report = result_folder / STILLS, result_folder / REPORT
    stills: Iterable[Still] = ()
    if (folder / STILLS_INDEX).is_file():
        stills = _listed(folder)
    elif report.is_file():
        stills = _embedded(report.read_text(encoding="utf-8", errors="replace"))
    return tuple(still for still in stills if _is_picture(still.jpeg))


def _texts(still: Still) -> dict[str, Any]:
    """Return title and caption in English, and those in other languages by code."""
    words = {SOURCE: (still.title, still.caption), **still.translations}
    texts = {code: {"title": title, "caption": text} for code, (title, text) in words.items()}
    return {**texts.pop(SOURCE), **texts}


def _present_texts(entry: Mapping[str, Any]) -> tuple[str, str]:
    texts = entry.get(current(), entry)
    return _(str(texts["title"])), _(str(texts["caption"]))  # of a result without translations


def _listed(folder: Path) -> list[Still]:
    try:
        index: list[JsonObject] = parse((folder / STILLS_INDEX).read_bytes(), list[JsonObject])
        paths = [folder / Path(str(entry["file"])).name for entry in index]
        return [
            Still(*_present_texts(entry), path.read_bytes())
            for entry, path in zip(index, paths, strict=True)
            if path.is_file()
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _embedded(page: str) -> Iterator[Still]:
    """Yield the stills of a report by an earlier version, which stored them nowhere else."""
    for jpeg, title, caption in _EMBEDDED.findall(page):
        with suppress(binascii.Error):
            yield Still(html.unescape(title), html.unescape(caption), base64.b64decode(jpeg))


def _is_picture(jpeg: bytes) -> bool:
    return bool(jpeg) and cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) is not None
