"""Naive baseline: OpenCV reads, the heavy model runs on every frame, one angle.

    python naive.py CLIP

Prints seconds as JSON, without the time to load libraries.
"""

import json
import math
import sys
import time
from pathlib import Path

import cv2
import mediapipe as mp
from mediapipe.tasks.python import vision
from mediapipe.tasks.python.core.base_options import BaseOptions

from hipcv.estimation import models
from hipcv.native import quiet_stderr

LEFT_KNEE, LEFT_ANKLE = 25, 27


def shank_angles_deg(clip: Path) -> list[float]:
    """Return the angle of the left shank in every frame; NaN without a person."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(models.find("heavy").path)),
        running_mode=vision.RunningMode.VIDEO,
    )
    angles_deg: list[float] = []
    video = cv2.VideoCapture(str(clip))
    with quiet_stderr(), vision.PoseLandmarker.create_from_options(options) as landmarker:
        rate_hz = video.get(cv2.CAP_PROP_FPS)
        while True:
            success, picture = video.read()
            if not success:
                return angles_deg
            image = mp.Image(mp.ImageFormat.SRGB, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            result = landmarker.detect_for_video(image, round(len(angles_deg) * 1000 / rate_hz))
            if result.pose_landmarks:
                knee, ankle = (result.pose_landmarks[0][row] for row in (LEFT_KNEE, LEFT_ANKLE))
                angles_deg.append(math.degrees(math.atan2(ankle.x - knee.x, ankle.y - knee.y)))
            else:
                angles_deg.append(math.nan)


def main() -> None:
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    frames = len(shank_angles_deg(Path(sys.argv[1])))
    spent = {
        "wall_s": time.perf_counter() - began_s,
        "cpu_s": time.process_time() - began_cpu_s,
    }
    print(json.dumps({"frames": frames, **spent}))


if __name__ == "__main__":
    main()
