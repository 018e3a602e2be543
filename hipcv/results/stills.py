"""Stills of a result folder: pictures of the patient beside the report, with title and caption."""

import base64
import binascii
import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from hipcv.report.stills import Still
from hipcv.results.document import REPORT, STILLS

INDEX: Final = "stills.json"
_JPEG_URI: Final = "data:image/jpeg;base64,"


def save_stills(folder: Path, stills: Sequence[Still]) -> None:
    """Write the pictures as `1.jpg`, `2.jpg`, … and their texts as `stills.json`."""
    folder.mkdir()
    index = []
    for number, still in enumerate(stills, start=1):
        (folder / f"{number}.jpg").write_bytes(still.jpeg)
        index.append({"file": f"{number}.jpg", "title": still.title, "caption": still.caption})
    text = json.dumps(index, indent=2, ensure_ascii=False) + "\n"
    (folder / INDEX).write_text(text, encoding="utf-8")


def files_in(folder: Path) -> list[Path]:
    """Return the files that `save_stills` may have written to a folder."""
    return [*folder.glob("[0-9]*.jpg"), *folder.glob(INDEX)]


def load_stills(result_folder: Path) -> tuple[Still, ...]:
    """Return the stills of a result in their order; missing and damaged ones are left out."""
    folder, report = result_folder / STILLS, result_folder / REPORT
    if (folder / INDEX).is_file():
        stills = _listed(folder)
    elif report.is_file():
        reader = _EmbeddedStills()
        reader.feed(report.read_text(encoding="utf-8", errors="replace"))
        stills = reader.stills
    else:
        stills = []
    return tuple(still for still in stills if _is_picture(still.jpeg))


def _listed(folder: Path) -> list[Still]:
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        names = [Path(str(entry["file"])).name for entry in index]
        return [
            Still(str(entry["title"]), str(entry["caption"]), (folder / name).read_bytes())
            for entry, name in zip(index, names, strict=True)
            if (folder / name).is_file()
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _is_picture(jpeg: bytes) -> bool:
    return bool(jpeg) and cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) is not None


class _EmbeddedStills(HTMLParser):
    """Legacy reader: earlier versions stored the stills only inside `report.html`."""

    def __init__(self) -> None:
        super().__init__()
        self.stills: list[Still] = []
        self.jpeg = b""
        self.texts: dict[str, str] = {}
        self.open_tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "figure":
            self.jpeg, self.texts, self.open_tags = b"", {}, []
        elif tag == "img":
            uri = dict(attrs).get("src") or ""
            if uri.startswith(_JPEG_URI):
                try:
                    self.jpeg = base64.b64decode(uri.removeprefix(_JPEG_URI), validate=True)
                except binascii.Error:
                    self.jpeg = b""
        elif tag in {"figcaption", "b"}:
            self.open_tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open_tags:
            tag = self.open_tags[-1]
            self.texts[tag] = self.texts.get(tag, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open_tags:
            self.open_tags.remove(tag)
        elif tag == "figure" and self.jpeg:
            title, caption = (self.texts.get(name, "").strip() for name in ("b", "figcaption"))
            self.stills.append(Still(title, caption, self.jpeg))
