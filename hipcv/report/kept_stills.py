"""The pictures of an earlier report, read back from its page: they need the video to be made."""

import base64
import binascii
from html.parser import HTMLParser
from typing import Final

import cv2
import numpy as np

from hipcv.report.stills import Still

_JPEG: Final = "data:image/jpeg;base64,"


def kept(page: str) -> tuple[Still, ...]:
    """The stills of a report that `document.render` made, in their order; () where it has none.

    A damaged picture is left out.
    """
    reader = _Figures()
    reader.feed(page)
    return tuple(reader.stills)


class _Figures(HTMLParser):
    """Collects every figure that holds a JPEG: picture, bold title, and the words after it."""

    def __init__(self) -> None:
        super().__init__()
        self.stills: list[Still] = []
        self.jpeg = b""
        self.words: dict[str, str] = {}
        self.place = ""  # "b" or "figcaption" while their words are read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a picture, or of where its words begin."""
        if tag == "figure":
            self.jpeg, self.words, self.place = b"", {}, ""
        elif tag == "img":
            self.jpeg = _decoded(dict(attrs).get("src") or "")
        elif self.jpeg and tag in {"figcaption", "b"}:
            self.place = tag

    def handle_data(self, data: str) -> None:
        """Take note of the words of a picture."""
        if self.jpeg and self.place:
            self.words[self.place] = self.words.get(self.place, "") + data

    def handle_endtag(self, tag: str) -> None:
        """Keep the picture at the end of its figure."""
        if tag == "b" and self.place == "b":
            self.place = "figcaption"
        elif tag == "figcaption":
            self.place = ""
        elif tag == "figure" and self.jpeg:
            title, caption = (self.words.get(name, "").strip() for name in ("b", "figcaption"))
            self.stills.append(Still(title, caption, self.jpeg))
            self.jpeg = b""


def _decoded(source: str) -> bytes:
    """The JPEG of a data address; b"" where it is none, or is damaged."""
    if not source.startswith(_JPEG):
        return b""
    try:
        jpeg = base64.b64decode(source.removeprefix(_JPEG), validate=True)
    except binascii.Error:
        return b""
    coded = np.frombuffer(jpeg, np.uint8)
    return jpeg if len(coded) and cv2.imdecode(coded, cv2.IMREAD_COLOR) is not None else b""
