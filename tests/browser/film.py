"""What a camera sees, as a file that Chromium takes for one."""

from fractions import Fraction

import av
import numpy as np

from hipcv.video.file import VideoFile

RATE_HZ = 30


def film(path, clip, *, still_s, times):
    """Somebody who sits still, does the clip's repetition some times, and sits still again.

    Written as Motion JPEG, the form that Chromium plays in a camera's place, over and over.
    """
    pictures = [frame.bgr for frame in VideoFile(clip)]
    still = [pictures[0]] * round(still_s * RATE_HZ)
    shown = [*still, *(pictures * times), *still]
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=RATE_HZ)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuvj420p"
        stream.codec_context.qmin = stream.codec_context.qmax = 3
        for row, picture in enumerate(shown):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame.pts, frame.time_base = row, Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
