"""The desk end to end: a clip comes in, is looked at, put right and signed."""

import json

import pytest
from playwright.sync_api import expect

from hipcv import pipeline
from hipcv.results import reassess
from tests.browser.clinic import add_visit, read_records, reads, result_of
from tests.browser.conftest import SAMPLES, desk_on, opened

pytestmark = pytest.mark.model


def current(page, kind="current"):
    return float(page.locator(f"[data-side=left][data-value={kind}]").inner_text().rstrip("°"))


def answer(page, *, why="", by="AB", closes=True):
    """Fill in the dialog that asks who and why."""
    page.locator("dialog[open] #ask-by").fill(by)
    if page.locator("dialog[open] #ask-why").count():
        page.locator("dialog[open] #ask-why").fill(why)
    page.locator("dialog[open] button[type=submit]").click()
    if closes:
        page.locator("dialog[open]").wait_for(state="detached")


def view(page, server):
    clip_id = page.locator("body").get_attribute("data-clip-id")
    return page.request.get(f"{server.origin}/api/clips/{clip_id}").json()


def stored(server, told):
    return reassess.load(server.folder / "analyses" / told["analysis"]["id"])


def expected(server, told):
    """What the core says of the corrections that the server has."""
    made = [c for c in told["analysis"]["corrections"] if not c["withdrawn"]]
    evidence = stored(server, told)
    kept = server.folder / "looks"
    look = reassess.looker(SAMPLES / "hip_lift_left.mp4", evidence, kept)
    return reassess.reassess(evidence, made, look).document["sides"]["left"]["rotation_deg"]


def test_the_number_is_that_of_the_command(clip_page):
    trial = pipeline.analyze(SAMPLES / "hip_lift_left.mp4").trial

    (side,) = trial.sides.values()
    assert current(clip_page) == pytest.approx(side.rotation_deg, abs=0.1)


LISTEN = """() => {
    const video = document.getElementById("video");
    const note = (_now, frame) => { window.shown_s = frame.mediaTime; video.requestVideoFrameCallback(note); };
    video.requestVideoFrameCallback(note);
}"""  # noqa: E501


@pytest.mark.parametrize("share", [0.21, 0.5, 0.83])
def test_a_click_on_the_curve_shows_exactly_that_frame(clip_page, server, share):
    clip_id = clip_page.locator("body").get_attribute("data-clip-id")
    curves = clip_page.request.get(f"{server.origin}/api/clips/{clip_id}/curves").json()
    clip_page.evaluate(LISTEN)
    curve = clip_page.locator("#curve .u-over")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    clip_page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] * 0.93)
    player = clip_page.locator("#player")
    expect(player).not_to_have_attribute("data-row", "0")
    told = int(player.get_attribute("data-row"))

    assert told == pytest.approx(share * len(curves["proxy_time_s"]), abs=4)
    assert clip_page.evaluate("window.shown_s") == pytest.approx(
        curves["proxy_time_s"][told], abs=0.002
    )


def test_frames_are_stepped_by_the_keyboard(clip_page):
    clip_page.keyboard.press("Home")
    for key in (".", ".", ".", ","):
        clip_page.keyboard.press(key)
    expect(clip_page.locator("#player")).to_have_attribute("data-row", "2")


def test_quick_steps_are_all_taken(clip_page):
    clip_page.keyboard.press("Home")
    for _ in range(20):
        clip_page.keyboard.press(".")
    expect(clip_page.locator("#player")).to_have_attribute("data-row", "20")


def test_a_plateau_is_dragged_and_the_number_follows_the_core(clip_page, server):
    handle = clip_page.locator("[data-handle=hold_to] .grip")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    clip_page.mouse.move(x, y)
    clip_page.mouse.down()
    clip_page.mouse.move(x - 20, y, steps=5)
    clip_page.mouse.up()
    clip_page.locator("#save-pending").click()
    answer(clip_page, why="the foot sank")
    clip_page.locator(".tag.busy", has_text="corrected").first.wait_for()
    told = view(clip_page, server)

    assert current(clip_page) == pytest.approx(expected(server, told), abs=0.06)
    assert [c["kind"] for c in told["analysis"]["corrections"]] == ["plateau"]


def test_the_automatic_number_stays_beside_the_corrected_one(clip_page, server):
    before = current(clip_page)
    move_ankle(clip_page)

    assert (current(clip_page, "automatic"), current(clip_page) != before) == (before, True)


def move_ankle(page):
    """By the keyboard alone, on a frame of the hold."""
    page.bring_to_front()
    page.keyboard.press("1")
    expect(page.locator("#player")).not_to_have_attribute("data-row", "0")
    page.keyboard.press("m")
    page.locator("[data-point=ankle_px]").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.locator("#save-points").click()
    answer(page)
    page.locator(".tag.busy", has_text="corrected").first.wait_for()


def test_a_point_that_was_moved_changes_the_number_as_the_core_says(clip_page, server):
    move_ankle(clip_page)

    told = view(clip_page, server)
    assert current(clip_page) == pytest.approx(expected(server, told), abs=0.06)


def test_a_rejected_repetition_leaves_no_number_where_there_was_no_other(clip_page):
    clip_page.get_by_role("button", name="Reject rep 1").click()
    answer(clip_page, why="slipped")
    clip_page.locator("tr[data-rep='0'].out").wait_for()

    assert "slipped" in clip_page.locator("tr[data-rep='0']").inner_text()
    assert not clip_page.locator("[data-value=current]").inner_text()[:1].isdigit()


def test_the_audit_says_who_did_what_and_why(clip_page, server):
    clip_page.get_by_role("button", name="Reject rep 1").click()
    answer(clip_page, why="slipped", by="KL")
    clip_page.locator("tr[data-rep='0'].out").wait_for()
    subject = view(clip_page, server)["analysis"]["id"]
    rows = clip_page.request.get(f"{server.origin}/api/audit?subject={subject}").json()["rows"]

    assert (rows[-1]["who"], rows[-1]["why"], bool(rows[-1]["at"])) == ("KL", "slipped", True)


def fhir_status(page, server):
    clip_id = page.locator("body").get_attribute("data-clip-id")
    bundle = page.request.get(f"{server.origin}/api/clips/{clip_id}/export?to=fhir").json()
    (status,) = {entry["resource"]["status"] for entry in bundle["entry"]}
    return status


def test_signing_makes_it_final_and_a_correction_amended(clip_page, server):
    said = [fhir_status(clip_page, server)]
    clip_page.locator("#sign").click()
    if clip_page.locator("dialog[open]").count():
        answer(clip_page)
    clip_page.locator("#signed[data-status=final]").wait_for()
    said.append(fhir_status(clip_page, server))
    move_ankle(clip_page)
    clip_page.locator("#signed[data-status=amended]").wait_for()
    said.append(fhir_status(clip_page, server))

    assert said == ["preliminary", "final", "amended"]


def test_of_two_who_correct_at_once_the_second_is_told(clip_page, browser, server):
    other = opened(browser, server, clip_page.evaluate("location.pathname"))
    other.locator(".handle").first.wait_for()
    move_ankle(other)
    other.context.close()

    clip_page.bring_to_front()
    clip_page.get_by_role("button", name="Reject rep 1").click()
    answer(clip_page, why="slipped", closes=False)

    clip_page.locator("dialog[open]", has_text="Somebody else changed this").wait_for()
    told = view(clip_page, server)["analysis"]["corrections"]
    assert [correction["kind"] for correction in told] == ["landmark"]


@pytest.mark.parametrize(
    ("differs_deg", "says"), [(4, "Within measurement error"), (12, "Real change")]
)
def test_the_patient_page_tells_change_from_error(browser, copied, differs_deg, says):
    folder = copied
    records = read_records(folder)
    (clip,) = records.clips()
    patient = records.patient_named("P-1")
    document = result_of(records, folder, clip)
    later = reads(document, "left", document["sides"]["left"]["rotation_deg"] + differs_deg)
    add_visit(records, patient, on="2026-06-04", clip=clip, document=later)
    with desk_on(folder) as server:
        page = opened(browser, server, f"/patients/{patient.id}")
        page.locator("#change", has_text=says).wait_for()
        page.context.close()


def test_an_upload_shows_up_on_the_desk_with_its_progress(browser, tmp_path):
    with desk_on(tmp_path / "data") as server:
        page = opened(browser, server)
        page.set_input_files("#files", SAMPLES / "clean_left.mp4")
        page.locator("#working [data-clip-id]").wait_for()
        page.locator("#waiting [data-clip-id]").wait_for()

        assert "35." in page.locator("#waiting").inner_text()
        page.context.close()


def test_what_is_no_video_is_refused_in_words(browser, tmp_path):
    (tmp_path / "notes.mp4").write_text(json.dumps({"not": "a video"}))
    with desk_on(tmp_path / "data") as server:
        page = opened(browser, server)
        page.set_input_files("#files", tmp_path / "notes.mp4")
        page.locator("#uploads .fault").wait_for()

        assert "notes.mp4" in page.locator("#uploads").inner_text()
        page.context.close()
