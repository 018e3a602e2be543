"""Location, device and name that a clip's container holds are in no video made of it."""

import av
import pytest

from hipcv.results import proxy
from hipcv.video.file import VideoFile
from tests.clips import remux
from tests.conftest import SAMPLES

SECRETS = {
    "location": "+48.2082+016.3738/",
    "com.apple.quicktime.make": "SecretMaker",
    "title": "Marie Dupont",
    "comment": "at her home",
    "creation_time": "2019-07-06T05:04:03.000000Z",
}


@pytest.fixture
def clip(tmp_path):
    """A clip named after a patient, whose container says where, when and by what it was made."""
    path, options = tmp_path / "Marie Dupont.mov", {"movflags": "use_metadata_tags"}
    return remux(SAMPLES / "clean_left.mp4", path, tags=SECRETS, options=options)


def secrets_in(path):
    content = path.read_bytes()
    return [
        text
        for text in ("+48.2082", "SecretMaker", "Dupont", "her home", "2019-07-06")
        if text.encode() in content
    ]


def test_clip_of_the_test_holds_them(clip):
    assert len(secrets_in(clip)) == 5


def test_video_made_of_a_clip_holds_none(clip, tmp_path):
    path = proxy.make(VideoFile(clip), tmp_path, frame_count=5)
    with av.open(str(path)) as made:
        tags = {**made.metadata, **made.streams.video[0].metadata}

    assert secrets_in(path) == []
    assert tags.keys() <= {
        "major_brand",
        "minor_version",
        "compatible_brands",
        "encoder",
        "handler_name",
        "language",
        "vendor_id",
    }
