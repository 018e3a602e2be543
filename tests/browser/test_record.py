"""The guided test in the browser, before a camera that shows a patient on film."""

import pytest
from playwright.sync_api import expect

from hipcv import pipeline
from hipcv.core.landmarks import Side
from hipcv.core.options import AnalysisOptions
from tests.browser.conftest import SAMPLES, desk_on, opened
from tests.browser.film import film
from tests.waiting import LIMIT_S

pytestmark = pytest.mark.model


@pytest.fixture
def camera(chromium, tmp_path):
    """A browser whose camera shows somebody who sits still, and then does three repetitions."""
    shown = film(tmp_path / "film.mjpeg", SAMPLES / "clean_left.mp4", still_s=9, times=4)
    launched = chromium(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={shown}",
    )
    yield launched
    launched.close()


def test_the_recorded_test_is_measured_as_the_command_measures_the_file(camera, tmp_path):
    with desk_on(tmp_path / "data") as server:
        page = opened(camera, server, "/record", permissions=["camera"])
        page.check("#safe")
        page.check("input[name=side][value=left]", force=True)
        page.click("#turn-on")
        expect(page.locator("#begin")).to_be_enabled()
        page.click("#begin")
        expect(page.locator("#prompt")).not_to_be_empty()
        page.wait_for_url("**/clips/*", timeout=3000 * LIMIT_S)
        page.locator("[data-value=current]").wait_for()
        read = float(page.locator("[data-side=left][data-value=current]").inner_text().rstrip("°"))
        heard = page.heard
        page.context.close()
        (recorded,) = (server.folder / "clips").glob("*/*")
        side = pipeline.analyze(recorded, AnalysisOptions(side=Side.LEFT)).trial.sides[Side.LEFT]

    assert read == pytest.approx(side.rotation_deg, abs=0.1)
    assert (heard.complaints, heard.foreign) == ([], [])
