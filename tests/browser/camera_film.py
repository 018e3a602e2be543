"""A film that Chromium plays in place of a camera."""

import cv2

from hipcv.video.file import VideoFile

RATE_HZ = 30


def write_camera_film(path, clip, *, still_s, reps):
    """Write a film of a person who sits still, repeats the clip's movement and sits still again.

    The format is Motion JPEG, concatenated JPEG files, which Chromium plays in a loop.
    """
    pictures = [cv2.imencode(".jpg", frame.bgr)[1].tobytes() for frame in VideoFile(clip)]
    still = pictures[0] * round(still_s * RATE_HZ)
    path.write_bytes(still + reps * b"".join(pictures) + still)
    return path
