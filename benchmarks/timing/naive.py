"""What hipcv is held against: OpenCV reads, the heavy model looks at every frame, an angle.

    python naive.py CLIP

Prints seconds as JSON. Loading libraries is not counted in them.
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


def angles(clip: Path) -> list[float]:
    """The left shank's angle in every frame, as a first program would have it."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(models.find("heavy").path)),
        running_mode=vision.RunningMode.VIDEO,
    )
    found: list[float] = []
    video = cv2.VideoCapture(str(clip))
    with quiet_stderr(), vision.PoseLandmarker.create_from_options(options) as landmarker:
        rate_hz = video.get(cv2.CAP_PROP_FPS)
        while True:
            more, picture = video.read()
            if not more:
                return found
            image = mp.Image(mp.ImageFormat.SRGB, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            seen = landmarker.detect_for_video(image, round(len(found) * 1000 / rate_hz))
            if seen.pose_landmarks:
                knee, ankle = (seen.pose_landmarks[0][row] for row in (LEFT_KNEE, LEFT_ANKLE))
                found.append(math.degrees(math.atan2(ankle.x - knee.x, ankle.y - knee.y)))
            else:
                found.append(math.nan)


def main() -> None:
    began, computed = time.perf_counter(), time.process_time()
    frames = len(angles(Path(sys.argv[1])))
    spent = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - computed}
    print(json.dumps({"frames": frames, **spent}))


if __name__ == "__main__":
    main()
