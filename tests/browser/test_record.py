"""The guided test in the browser, with a film in place of the camera."""

import json

import pytest
from playwright.sync_api import expect

from hipcv.core.landmarks import Side
from tests.browser.camera_film import write_camera_film
from tests.browser.conftest import SAMPLES, open_page, serve
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


def test_the_recorded_test_has_the_rotation_of_the_film(camera_browser, tmp_path, sample_trial):
    with serve(tmp_path / "data") as server:
        page = open_page(camera_browser, server, "/record", permissions=["camera"])
        page.check("#safe")
        page.check("input[name=side][value=left]", force=True)
        page.click("#turn-on")
        expect(page.locator("#begin")).to_be_enabled()
        page.click("#begin")
        expect(page.locator("#prompt")).not_to_be_empty()
        page.wait_for_url("**/clips/*", timeout=3000 * LIMIT_S)
        value = page.locator("[data-side=left][data-value=current]")
        value.wait_for()
        rotation_deg = float(value.inner_text().rstrip("°"))
        log = page.log
        page.context.close()

    stored = next((tmp_path / "data" / "clips").rglob("*.session.json"))
    session = json.loads(stored.read_text())
    expected_deg = sample_trial(FILMED).sides[Side.LEFT].rotation_deg
    assert rotation_deg == pytest.approx(expected_deg, abs=1.0)
    assert session["sides"]["left"]["reps"][0]["practice"]
    assert (log.problems, log.foreign) == ([], [])
