"""The queue with the real check of uploads and the real analysis."""

import sys
from dataclasses import replace
from math import ceil
from pathlib import Path

import av
import pytest

from hipcv.core.options import AnalysisOptions
from hipcv.web.app import create_app
from hipcv.web.jobs import worker_command_with_proxy
from hipcv.web.state import open_app_state
from tests.clips import numbered_pictures, write_clip
from tests.web.conftest import Therapist, browser, settings_in, sign_in

SAMPLE = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
LONG_S = 200
TIMEOUT_S = 400
FOUR_HOURS_S = (0.0, *(60.0 * number for number in range(1, 241)))
CPU_LIMIT_S = 15.0


def repeated(path, source, duration_s):
    """Write a clip again and again into one file, as it is, until it lasts so long."""
    with av.open(str(source)) as reader:
        stream = reader.streams.video[0]
        length = sum(packet.duration or 0 for packet in reader.demux(stream))
        copies = ceil(duration_s / (length * stream.time_base))
    with av.open(str(path), "w") as writer:
        for number in range(copies):
            with av.open(str(source)) as reader:
                stream = reader.streams.video[0]
                if not number:
                    writer.add_stream_from_template(stream)
                for packet in reader.demux(stream):
                    if packet.dts is None:
                        continue
                    packet.pts += number * length
                    packet.dts += number * length
                    packet.stream = writer.streams.video[0]
                    writer.mux(packet)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="reads the time of child processes")
def test_clip_of_four_hours_is_refused_soon_with_the_reason(therapist):
    import resource

    therapist.folder.mkdir()
    path = write_clip(
        therapist.folder / "four-hours.mp4", numbered_pictures(len(FOUR_HOURS_S)), FOUR_HOURS_S
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = therapist.client.put(
        "/api/uploads", params={"name": path.name}, content=path.read_bytes()
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert (answer.status_code, therapist.state.records.clips()) == (415, [])
    assert all(part in answer.json()["error"] for part in ("240:00 min long", "10:00 min"))
    assert spent_s < CPU_LIMIT_S


@pytest.mark.slow
@pytest.mark.model
def test_five_short_clips_are_measured_before_a_long_one_that_was_sent_first(
    tmp_path, empty_records
):
    settings = replace(
        settings_in(tmp_path, empty_records),
        command=worker_command_with_proxy,
        options=AnalysisOptions(model="lite", overlay=False),
    )
    with open_app_state(settings) as state, browser(create_app(state)) as client:
        sign_in(client, state)
        therapist = Therapist(state, client, tmp_path / "clips")
        therapist.folder.mkdir()
        repeated(therapist.folder / "long.mp4", SAMPLE, LONG_S)
        long_id = therapist.uploaded("long.mp4")
        therapist.wait(long_id, state="analysing", timeout_s=TIMEOUT_S)
        short_ids = []
        for number in range(5):
            name = f"short-{number}.mp4"
            (therapist.folder / name).write_bytes(SAMPLE.read_bytes() + name.encode())
            short_ids.append(therapist.uploaded(name))
        states = [therapist.wait(clip_id, timeout_s=TIMEOUT_S) for clip_id in short_ids]

        assert (states, state.records.clip(long_id).state) == (["ready"] * 5, "analysing")
        client.post(f"/api/clips/{long_id}/cancel", json={"by": "AB"})
