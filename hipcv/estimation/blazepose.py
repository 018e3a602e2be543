"""Pose estimators by Google's BlazePose (MediaPipe Tasks API), with landmarks in pixels.

The only module that imports mediapipe. Its coordinates are shares of width and height, in which
angles would be wrong; they are converted to pixels here.
"""

from contextlib import nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

import cv2
import numpy as np

from hipcv.core.arrays import Floats
from hipcv.core.interfaces import Frame, Mask, Picture
from hipcv.core.pose import Pose
from hipcv.native import quiet_stderr

SIDE_MULTIPLE: Final = 16
"""Masks of other sizes abort the process inside mediapipe 0.10.31."""

CROP_MARGIN: Final = 0.35
"""Margin of the crop around the landmarks, as share of their extent; holds hands, feet and head."""

SMALLEST_CROP_PX: Final = 128

LARGEST_SIDE_PX: Final = 1280
"""Larger pictures are scaled down before people are counted: the model reads 224 pixels."""


class _Estimator:
    """Context manager around a native landmarker, which `load` or the first picture creates."""

    def __init__(self, model: Path, *, mode: str, people: int, masks: bool) -> None:
        self._model = model
        self._options = {"num_poses": people, "output_segmentation_masks": masks}
        self._mode = mode
        self._logs = True  # MediaPipe logs to stderr until it has detected a first pose
        self._loading = Lock()
        self._native: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def load(self) -> None:
        """Create the landmarker, unless there is one."""
        with self._loading:
            if self._native is None:
                self._native = self._open()

    def _detect(self, bgr: Picture, at_ms: int | None = None) -> Any:  # noqa: ANN401 - untyped library
        """Return MediaPipe's result for a picture; `at_ms` is its time in VIDEO mode."""
        self.load()
        return self._infer(bgr, at_ms)

    def _open(self) -> Any:  # noqa: ANN401 - untyped library
        from mediapipe.tasks.python import vision
        from mediapipe.tasks.python.core.base_options import BaseOptions

        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(self._model)),
            running_mode=vision.RunningMode[self._mode],
            **self._options,
        )
        with quiet_stderr():
            return vision.PoseLandmarker.create_from_options(options)

    def _infer(self, bgr: Picture, at_ms: int | None) -> Any:  # noqa: ANN401 - untyped library
        import mediapipe as mp

        rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
        with quiet_stderr() if self._logs else nullcontext():
            if at_ms is None:
                result = self._native.detect(image)
            else:
                result = self._native.detect_for_video(image, at_ms)
        self._logs = self._logs and not result.pose_landmarks
        return result

    def _close(self) -> None:
        if self._native is not None:
            with quiet_stderr():
                self._native.close()


class Tracker(_Estimator):
    """Tracker of people through a clip (VIDEO mode); a context manager.

    With more than one of `people`, the most to detect, the detector runs on every frame.
    """

    def __init__(self, model: Path, *, people: int = 1) -> None:
        super().__init__(model, mode="VIDEO", people=people, masks=False)
        self._last_ms = -1

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Return every person detected; frames must come in time order."""
        self._last_ms = max(self._last_ms + 1, round(frame.time_s * 1000))
        result = self._detect(frame.bgr, self._last_ms)
        height, width = frame.bgr.shape[:2]
        return tuple(
            _pose(landmarks, frame.time_s, scale_px=(width, height))
            for landmarks in result.pose_landmarks
        )


class Detector(_Estimator):
    """Detector of people in single pictures, with silhouette (IMAGE mode); a context manager.

    May be used from several threads, which then wait for each other.
    """

    def __init__(self, model: Path, *, people: int = 1, masks: bool = True) -> None:
        self._masks = masks
        self._lock = Lock()
        super().__init__(model, mode="IMAGE", people=people, masks=masks)

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Return every person detected in this picture."""
        factor = min(1.0, LARGEST_SIDE_PX / max(frame.bgr.shape[:2]))
        picture = frame.bgr
        if factor < 1:
            resized = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
            picture = np.asarray(resized, dtype=np.uint8)
        padded = _padded(picture)
        with self._lock:
            result = self._detect(padded)
        scale_px = (padded.shape[1] / factor, padded.shape[0] / factor)
        return tuple(
            _pose(landmarks, frame.time_s, scale_px=scale_px) for landmarks in result.pose_landmarks
        )

    def estimate_with_mask(self, frame: Frame, near_px: Floats) -> tuple[Pose, Mask | None]:
        """Return the person near given landmarks, with the silhouette; see `MaskEstimator`.

        The model receives only a crop around that person: other people are outside of it, and the
        mask, 0 outside the crop, is not scaled up to a whole 4K frame.
        """
        left, top, right, bottom = _crop_box(near_px, frame.bgr.shape)
        crop = _padded(frame.bgr[top:bottom, left:right])
        with self._lock:
            result = self._detect(crop)
        if not result.pose_landmarks:
            return Pose.unseen(frame.time_s), None
        height, width = crop.shape[:2]
        poses = [
            _pose(landmarks, frame.time_s, scale_px=(width, height), offset_px=(left, top))
            for landmarks in result.pose_landmarks
        ]
        nearest = min(range(len(poses)), key=lambda index: _distance_px(poses[index], near_px))
        pose = poses[nearest]
        mask = np.zeros(frame.bgr.shape[:2], dtype=np.float32)
        if self._masks:
            view = result.segmentation_masks[nearest].numpy_view().reshape(height, width)
            mask[top:bottom, left:right] = view[: bottom - top, : right - left]
        return pose, mask


def _pose(
    landmarks: Any,  # noqa: ANN401 - untyped library
    time_s: float,
    *,
    scale_px: tuple[float, float],
    offset_px: tuple[int, int] = (0, 0),
) -> Pose:
    share = np.array([(point.x, point.y) for point in landmarks], dtype=np.float64)
    return Pose(
        time_s=time_s,
        xy_px=share * scale_px + offset_px,
        visibility=np.array([point.visibility for point in landmarks], dtype=np.float64),
    )


def _distance_px(pose: Pose, near_px: Floats) -> float:
    """Return the median distance of the landmarks from given ones; 0 where these are NaN."""
    off = np.linalg.norm(pose.xy_px - near_px, axis=1)
    return float(np.median(off[np.isfinite(off)])) if np.isfinite(off).any() else 0.0


def _rounded_up(length: int) -> int:
    return -(-length // SIDE_MULTIPLE) * SIDE_MULTIPLE


def _padded(bgr: Picture) -> Picture:
    """Repeat the edges until both sides are multiples of `SIDE_MULTIPLE`."""
    height, width = bgr.shape[:2]
    down, right = _rounded_up(height) - height, _rounded_up(width) - width
    if not (down or right):
        return np.ascontiguousarray(bgr)
    padded = cv2.copyMakeBorder(bgr, 0, down, 0, right, cv2.BORDER_REPLICATE)
    return np.asarray(padded, dtype=np.uint8)


def _crop_box(near_px: Floats, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the crop around landmarks; all of it if all are NaN."""
    height, width = shape[:2]
    if not np.isfinite(near_px).any():
        return 0, 0, width, height
    low, high = np.nanmin(near_px, axis=0), np.nanmax(near_px, axis=0)
    margin = CROP_MARGIN * max(*(high - low), SMALLEST_CROP_PX)
    left, top = np.floor(np.clip(low - margin, 0, (width - 1, height - 1))).astype(int)
    beyond = np.clip(high + margin, (left + 1, top + 1), (width, height))
    right, bottom = np.ceil(beyond).astype(int)
    return int(left), int(top), int(right), int(bottom)
