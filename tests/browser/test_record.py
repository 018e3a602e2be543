"""The guided test in the browser, with a film in place of the camera."""

import base64
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from hipcv.files import sha256_of
from hipcv.pipeline import analyze
from hipcv.results.document import result_text
from tests.browser.camera_film import write_camera_film
from tests.browser.conftest import SAMPLES, PageLog, open_page, serve
from tests.waiting import LIMIT_S

pytestmark = pytest.mark.model

FILMED = "clean_left.mp4"


@pytest.fixture
def camera_browser(chromium, tmp_path):
    """A browser whose camera shows a person who sits still and then does repetitions."""
    film = tmp_path / "film.mjpeg"
    write_camera_film(film, SAMPLES / FILMED, still_s=9, reps=4)
    launched = chromium(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    yield launched
    launched.close()


DIGEST_OF_THE_RECORDING = """
let digest = Promise.resolve();
const Original = MediaRecorder;
window.MediaRecorder = class extends Original {
  constructor(...given) {
    super(...given);
    const parts = [];
    this.addEventListener("dataavailable", (event) => parts.push(event.data));
    this.addEventListener("stop", () => {
      digest = new Blob(parts).arrayBuffer()
        .then((content) => crypto.subtle.digest("SHA-256", content))
        .then((sha256) => noteDigest([...new Uint8Array(sha256)]));
    });
  }
};
const { send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.send = function (body) { void digest.then(() => send.call(this, body)); };
"""
"""Script of the page: `noteDigest` gets the SHA-256 of each recording before it is uploaded."""


@dataclass
class Recorded:
    """A guided test that was recorded, uploaded and measured."""

    rotation_deg: float  # as the clip page shows it
    digests: list[str]  # SHA-256 of what the browser recorded
    uploads: list[str]
    log: PageLog
    clip: Path
    session: dict
    result: dict


@pytest.fixture
def recorded(camera_browser, tmp_path):
    digests, requests, data = [], [], tmp_path / "data"
    with serve(data) as server:
        page = open_page(camera_browser, server, permissions=["camera"])
        page.expose_function("noteDigest", lambda sha256: digests.append(bytes(sha256).hex()))
        page.add_init_script(DIGEST_OF_THE_RECORDING)
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{server.origin}/record")
        page.check("#safe")
        page.check("input[name=side][value=left]", force=True)
        page.click("#turn-on")
        expect(page.locator("#begin")).to_be_enabled()
        page.click("#begin")
        expect(page.locator("#prompt")).not_to_be_empty()
        page.locator("#leave-out").click(timeout=3000 * LIMIT_S)
        page.locator("#outcome-links a[href*='/report?'] + a").click(timeout=3000 * LIMIT_S)
        value = page.locator("[data-side=left][data-value=current]")
        value.wait_for()
        rotation_deg = float(value.inner_text().rstrip("°"))
        log = page.log
        page.context.close()
    uploads = [url for url in requests if "/api/uploads" in url]
    session = next((data / "clips").rglob("*.session.json"))
    clip = next(path for path in session.parent.iterdir() if path != session)
    result = next((data / "analyses").rglob("result.json"))
    documents = (json.loads(path.read_text()) for path in (session, result))
    return Recorded(rotation_deg, digests, uploads, log, clip, *documents)


@pytest.mark.slow
def test_the_recorded_test_has_the_rotation_of_the_film_and_of_its_file(
    recorded, tmp_path, sample_trial
):
    """The file is what the browser recorded, sent and read meanwhile."""
    expected_deg = sample_trial(FILMED).sides[Side.LEFT].result_deg
    assert recorded.rotation_deg == pytest.approx(expected_deg, abs=1.0)
    assert recorded.session["sides"]["left"]["reps"][0]["practice"]
    assert recorded.digests == [sha256_of(recorded.clip)]
    assert ["streamed_bytes=" in url for url in recorded.uploads] == [True]
    assert recorded.result == document_of(recorded.clip, tmp_path / recorded.result["clip"]["name"])
    assert (recorded.log.problems, recorded.log.foreign) == ([], [])


def document_of(clip, path):
    """Return the result that `hipcv analyze` gives for a clip under another name."""
    shutil.copyfile(clip, path)
    trial = analyze(path, AnalysisOptions(side=Side.LEFT)).trial
    return json.loads(result_text(trial))


UPLOAD_AFTER_A_LOST_PART = """async (content) => {
    const file = new Blob([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))]);
    const { RecordingStream } = await import("/static/record/stream.js");
    const { uploadTakes } = await import("/static/record/takes.js");
    const stream = new RecordingStream("0".repeat(32), 1); // of a test that is not under way
    stream.send(file);
    const take = { file, stream, legs: [], suffix: ".mp4", session: stream.session, take: 1 };
    return uploadTakes([take], { side: "left", patient: "", on: "" });
}"""


def test_a_recording_that_did_not_arrive_in_parts_is_uploaded_whole(browser, tmp_path):
    content = (SAMPLES / FILMED).read_bytes()
    with serve(tmp_path / "data") as server:
        page = open_page(browser, server, "/record")
        page.evaluate(UPLOAD_AFTER_A_LOST_PART, base64.b64encode(content).decode())
        page.context.close()

    stored = [path.read_bytes() for path in (tmp_path / "data" / "clips").rglob("*.mp4")]
    assert stored == [content]
