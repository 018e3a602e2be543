"""Two results side by side: in step from the onset, with their curves and the difference."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from hipcv.core.protocol import MeasurementProtocol
from hipcv.report.comparison import VisitSide, compare_visits
from tests.browser.conftest import open_clip, open_page, page_key
from tests.browser.records import open_records, place_stub_clip
from tests.waiting import wait_until

pytestmark = pytest.mark.model

BEFORE, AFTER = "30-slow.mp4", "42-50hz.mp4"
"""Clips of 30 and of 50 frames in a second; the first one moves at half the speed."""

NUMBER_IN = """(name) => {
    const video = document.getElementById(`${name}-video`);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(video, 0, 0);
    let number = 0;
    for (let bit = 0; bit < 8; bit += 1) {
        const x = Math.floor(((bit + 0.5) * canvas.width) / 8);
        const [level] = pen.getImageData(x, Math.floor(canvas.height / 8), 1, 1).data;
        number = 2 * number + (level > 128 ? 1 : 0);
    }
    return number;
}"""
"""Function that reads the number of the picture a video shows."""


def result_id(server, clip_id):
    records = open_records(server.folder)
    try:
        return records.clip(clip_id).analysis_id
    finally:
        records.close()


@pytest.fixture(scope="module")
def results(stub_desk):
    """Ids of an earlier and a later result of one patient."""
    days = {BEFORE: "2026-03-01", AFTER: "2026-04-05"}
    clips = [
        place_stub_clip(stub_desk.folder, name, patient="P-compare", on=on)
        for name, on in days.items()
    ]
    return [result_id(stub_desk, clip_id) for clip_id in clips]


@pytest.fixture
def page(browser, stub_desk, results):
    """The page of both, which begins at the onset of the first repetition of each."""
    one, other = results
    opened = open_page(browser, stub_desk, f"/compare/{other}/{one}", locale="en")
    opened.locator("#curve canvas").wait_for()
    yield opened
    assert opened.log.problems == []
    opened.context.close()


def get_json(page, server, path):
    return page.request.get(server.origin + path, headers=page_key(page)).json()


class Truth:
    """Picture of each video that belongs to a step: that of the same time since the onset."""

    def __init__(self, page, server, results, reps=(0, 0)):
        documents = get_json(page, server, f"/api/compare/{'/'.join(results)}")["results"]
        self.times_s, self.rotation_deg = [], []
        for result_id, result, rep in zip(results, documents, reps, strict=True):
            curves = get_json(page, server, f"/api/analyses/{result_id}/curves")
            onset_s = result["analysis"]["automatic"]["sides"]["left"]["reps"][rep]["start_s"]
            self.times_s.append(np.array(curves["frames"]["time_s"]) - onset_s)
            self.rotation_deg.append(curves["sides"]["left"]["rotation_deg"])

    def frames(self, step):
        """Return the frame of each clip after so many steps of the one with more frames."""
        finer = self.times_s[1]
        time_s = finer[np.abs(finer).argmin() + step]
        return [int(np.abs(times_s - time_s).argmin()) for times_s in self.times_s]

    def angles(self, step):
        return [deg[frame] for deg, frame in zip(self.rotation_deg, self.frames(step), strict=True)]


@pytest.fixture
def truth(page, stub_desk, results):
    return Truth(page, stub_desk, results)


def expect_shown(page, frames):
    """Wait until both videos show these frames: the pictures bear their numbers, from 1."""
    numbers = [(frame + 1) % 256 for frame in frames]
    names = ("before", "after")
    wait_until(lambda: [page.evaluate(NUMBER_IN, name) for name in names] == numbers)


def step_of(page):
    return int(page.locator("#stage").get_attribute("data-row"))


def test_both_videos_begin_at_the_onset_and_are_stepped_to_the_same_time(page, truth):
    expect_shown(page, truth.frames(0))
    for key in (".", ".", ",", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)

    assert step_of(page) == 31
    expect_shown(page, truth.frames(31))


@pytest.mark.slow
def test_videos_that_are_paused_while_they_play_show_the_same_time(page, truth):
    page.keyboard.press(" ")
    wait_until(lambda: step_of(page) > 15)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()

    expect_shown(page, truth.frames(step_of(page)))


@pytest.mark.slow
def test_videos_play_to_the_end_and_stop_there(page, truth):
    page.locator("#scrub").fill("120")
    page.get_by_role("button", name="Play", exact=True).click()
    last = int(page.locator("#scrub").get_attribute("max"))
    wait_until(lambda: step_of(page) == last)

    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect_shown(page, truth.frames(last))


@pytest.mark.slow
def test_another_repetition_is_chosen_of_each_video(page, stub_desk, results):
    page.locator("#before-rep").select_option(label="Rep 2, 30.2°")
    page.locator("#after-rep").select_option(label="Rep 3, 42.2°")

    expect_shown(page, Truth(page, stub_desk, results, reps=(1, 2)).frames(0))


@pytest.mark.slow
def test_a_digit_chooses_that_repetition_of_both(page, stub_desk, results):
    page.keyboard.press("3")

    expect_shown(page, Truth(page, stub_desk, results, reps=(2, 2)).frames(0))


@pytest.mark.slow
def test_curves_have_one_time_axis_from_the_onset(page, truth):
    page.locator("#curve-table-section summary").click()
    cells = page.locator("#curve-table tbody tr").nth(40).locator("td").all_text_contents()

    numbers = [float(re.sub(r"[^\d.−]", "", text).replace("−", "-")) for text in cells]
    assert numbers[0] == pytest.approx(truth.times_s[1][truth.frames(40)[1]], abs=0.001)
    assert numbers[1:] == pytest.approx(truth.angles(40), abs=0.05)


@pytest.mark.slow
def test_a_click_on_the_curves_shows_that_time_in_both_videos(page, truth):
    plot = page.locator("#curve .u-over")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    wait_until(lambda: step_of(page) > 0)

    expect_shown(page, truth.frames(step_of(page)))


def test_the_difference_is_said_in_the_words_of_the_comparison(page, stub_desk, results):
    records = open_records(stub_desk.folder)
    sides = [
        VisitSide.of(records.analysis(result).document["sides"]["left"], signed=False)
        for result in results
    ]
    records.close()

    text = compare_visits(*sides, MeasurementProtocol())["text"]
    expect(page.locator("#difference")).to_contain_text(text)


@pytest.mark.slow
def test_a_side_that_is_not_counted_gives_no_difference(browser, stub_desk, results):
    clip_id = place_stub_clip(
        stub_desk.folder, "31-cheated.mp4", patient="P-compare", on="2026-04-20"
    )
    later = result_id(stub_desk, clip_id)
    page = open_page(browser, stub_desk, f"/compare/{results[0]}/{later}", locale="en")
    text = page.locator("#difference")
    expect(text).to_contain_text("Left: the later one is not counted: hip lift.")

    assert not re.search("more than before|less than before|apart", text.inner_text())
    expect(page.locator("#stage")).to_be_visible()
    page.context.close()


@pytest.mark.slow
def test_a_clip_without_a_repetition_is_shown_from_its_beginning(browser, stub_desk, results):
    clip_id = place_stub_clip(stub_desk.folder, "refused.mp4", patient="P-compare", on="2026-05-20")
    refused = result_id(stub_desk, clip_id)
    page = open_page(browser, stub_desk, f"/compare/{results[0]}/{refused}", locale="en")
    expect(page.locator("#after-rep")).to_have_text("from the beginning of the clip")
    expect(page.locator("#difference")).to_contain_text("there is no difference")

    onset_s = get_json(page, stub_desk, f"/api/compare/{results[0]}/{refused}")["results"][0][
        "analysis"
    ]["automatic"]["sides"]["left"]["reps"][0]["start_s"]
    expect_shown(page, [round(onset_s * 30), 0])
    page.context.close()


@pytest.mark.slow
def test_results_without_a_leg_in_common_say_why_no_video_is_shown(browser, stub_desk):
    clip_id = place_stub_clip(stub_desk.folder, "38.mp4", patient="P-legs")
    first = result_id(stub_desk, clip_id)
    page = open_clip(browser, stub_desk, clip_id)
    headers = page_key(page) | {"Origin": stub_desk.origin}
    again = f"{stub_desk.origin}/api/clips/{clip_id}/again"
    page.request.post(again, data={"side": "right", "by": "AB"}, headers=headers)
    wait_until(lambda: result_id(stub_desk, clip_id) != first)
    page.goto(f"{stub_desk.origin}/compare/{first}/{result_id(stub_desk, clip_id)}")

    expect(page.locator("#difference")).to_contain_text("no leg has a curve in both results")
    expect(page.locator("#stage")).to_be_hidden()
    page.context.close()


def test_two_visits_are_chosen_and_played_by_the_keyboard_alone(browser, stub_desk):
    for day in ("2026-02-01", "2026-02-15", "2026-03-08"):
        place_stub_clip(stub_desk.folder, f"3{day[-1]}.mp4", patient="P-keys", on=day)
    records = open_records(stub_desk.folder)
    patient_id = records.patient_named("P-keys").id
    records.close()
    page = open_page(browser, stub_desk, f"/patients/{patient_id}", locale="en")
    page.locator("#compare-before").wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "compare-before":
            break
    page.keyboard.press("ArrowUp")  # the first visit in place of the second
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Left hip: 1 February 2026 and 8 March 2026")
    page.locator("#curve canvas").wait_for()
    expect(page.locator("#compare-before option:checked")).to_have_text("1 February 2026, 31.2°")
    page.keyboard.press(" ")
    wait_until(lambda: step_of(page) > 0)
    page.context.close()


@pytest.mark.slow
def test_the_last_two_visits_are_one_link_from_the_page_of_the_patient(browser, server, folder):
    patient_id = folder.patient_ids["P-compared"]
    page = open_page(browser, server, f"/patients/{patient_id}", locale="en")
    page.get_by_role("link", name="Left hip: both visits side by side").click()

    expect(page.locator("h1")).to_have_text("Left hip: 4 September 2026 and 2 October 2026")
    page.context.close()


@pytest.mark.slow
def test_an_earlier_result_is_compared_with_the_present_one(browser, stub_desk):
    clip_id = place_stub_clip(stub_desk.folder, "33.mp4", patient="P-again")
    page = open_clip(browser, stub_desk, clip_id)
    address = f"{stub_desk.origin}/api/clips/{clip_id}"
    page.request.post(
        f"{address}/again", data={"by": "AB"}, headers=page_key(page) | {"Origin": stub_desk.origin}
    )
    wait_until(
        lambda: len(get_json(page, stub_desk, f"/api/clips/{clip_id}/results")["results"]) > 1
    )
    page.reload()
    page.locator("#results a", has_text="Compare").click()

    expect(page.locator("#difference")).to_contain_text(
        "readings of the same recording, 0.0° apart"
    )
    expect(page.locator("#before-head")).to_contain_text("earlier result, measured")
    page.context.close()
