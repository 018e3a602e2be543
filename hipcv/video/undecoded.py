"""Pictures of VP8 that were not decoded to their end.

Where the bytes of a picture end early, the decoder returns it without a word, and what it did not
decode holds what was in memory: an earlier picture, another one at each reading. So the last block
of every picture is blanked before its memory is used again, and looked at afterwards.
"""

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from av import VideoFrame

CODEC: Final = "vp8"
BLOCK_PX: Final = (16, 8, 8)
"""Size of the last block in brightness and both colours."""

IN_USE: Final = 2
"""Pictures after which the decoder predicts from a picture no more, but for few that it keeps."""

Block = npt.NDArray[np.uint8]


class UndecodedEnds:
    """Check of the pictures of one reading, in the order in which they are decoded.

    Memory is new and zero, or blanked. No picture is zero in brightness and both colours: black
    has colours of 128.
    """

    def __init__(self) -> None:
        self._pictures: deque[VideoFrame] = deque()

    def is_in(self, picture: "VideoFrame") -> bool:
        """Return True if the end of a picture was not decoded; the ones before are in use no more.

        Pictures must not be changed, nor be used after two others have followed.
        """
        is_blank = not any(block.any() for block in _last_blocks(picture))
        self._pictures.append(picture)
        if len(self._pictures) > IN_USE:
            _blank(self._pictures.popleft())
        return is_blank


def _blank(picture: "VideoFrame") -> None:
    """Blank the last block of a picture, unless the decoder still predicts from it."""
    address = picture.planes[0].buffer_ptr
    picture.make_writable()  # copied if the decoder still uses it
    if picture.planes[0].buffer_ptr == address:
        for block in _last_blocks(picture):
            block[:] = 0


def _last_blocks(picture: "VideoFrame") -> list[Block]:
    """Return views of the last block in each plane."""
    blocks = []
    for plane, size in zip(picture.planes, BLOCK_PX, strict=False):
        pixels: Block = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # a buffer
        lines = pixels.reshape(-1, plane.line_size)[: plane.height]
        blocks.append(lines[-size:, max(0, plane.width - size) : plane.width])
    return blocks
