"""The shank in a picture: a strip of it, cut out along the landmarks, and the edges of the leg."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from hipcv.core.evidence import Cutout
from hipcv.core.outline import COLUMNS, ROWS, Outline, Strip, mask_edges, snap_edges
from hipcv.core.ports import Picture

Mask = NDArray[np.float32]

BLUR_COLUMNS: Final = 1.0
BLUR_ROWS: Final = 2.0
"""Blur before the change of colour is taken: more along the leg, where its edge is smooth."""


def cut_out(bgr: Picture, mask: Mask, strip: Strip) -> Cutout:
    """Lay a strip on a picture and find the edges of the leg in it.

    Args:
        bgr: (H, W, 3) the whole picture.
        mask: (H, W) 0..1 where the person is.
        strip: where the shank is thought to lie.
    """
    picture = np.asarray(_laid(bgr, strip), dtype=np.uint8)
    rough = mask_edges(np.asarray(_laid(mask, strip), dtype=np.float32))
    return Cutout(picture, rough, Outline(strip, snap_edges(contrast(picture), rough)))


def contrast(picture: Picture) -> Mask:
    """(ROWS, COLUMNS) strength of the change of colour along each row, over all three channels."""
    calm = cv2.GaussianBlur(
        picture.astype(np.float32), (0, 0), sigmaX=BLUR_COLUMNS, sigmaY=BLUR_ROWS
    )
    change = np.zeros(picture.shape[:2], dtype=np.float32)
    step = (calm[:, 2:] - calm[:, :-2]) / 2
    change[:, 1:-1] = np.sqrt(np.einsum("rcb,rcb->rc", step, step))
    return change


def _laid(image: Picture | Mask, strip: Strip) -> NDArray[np.generic]:
    return np.asarray(
        cv2.warpAffine(
            image,
            strip.matrix,
            (COLUMNS, ROWS),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
