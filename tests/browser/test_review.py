"""Review of a clip, end to end: upload, correction and sign-off."""

import json

import pytest
from playwright.sync_api import expect

from hipcv.report import numbers
from hipcv.report.summary import summarise
from hipcv.results import reassess
from tests.browser.conftest import SAMPLES, give_initials, open_clip, open_page, page_key

pytestmark = pytest.mark.model


def rotation_deg(page, value="current"):
    return float(page.locator(f"[data-side=left][data-value={value}]").inner_text().rstrip("°"))


def submit_dialog(page, *, why="", by="AB", closes=True):
    """Fill in and submit the dialog that asks for initials and a reason."""
    page.locator("dialog[open] #dialog-by").fill(by)
    if page.locator("dialog[open] #dialog-why").count():
        page.locator("dialog[open] #dialog-why").fill(why)
    page.locator("dialog[open] button[type=submit]").click()
    if closes:
        page.locator("dialog[open]").wait_for(state="detached")


def clip_path(page):
    return f"/api/clips/{page.locator('body').get_attribute('data-clip-id')}"


def get_json(page, server, path):
    return page.request.get(server.origin + path, headers=page_key(page)).json()


def stored_analysis(page, server):
    return get_json(page, server, clip_path(page))["analysis"]


def expected_rotation_deg(server, analysis):
    """Return what the core measures with the corrections that the server has stored."""
    corrections = [item for item in analysis["corrections"] if not item["withdrawn"]]
    stored = reassess.load(server.folder / "analyses" / analysis["id"])
    clip = SAMPLES / "hip_lift_left.mp4"
    refine = reassess.cached_refine(clip, stored, server.folder / "closeups")
    document = reassess.reassess(stored, corrections, refine).document
    return document["sides"]["left"]["result_deg"]


def move_ankle(page):
    """Move the ankle in a frame of the hold, by the keyboard alone."""
    page.bring_to_front()
    page.keyboard.press("1")
    expect(page.locator("#player")).not_to_have_attribute("data-row", "0")
    page.keyboard.press("m")
    page.locator("[data-point=ankle_px]").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.locator("#save-points").click()
    submit_dialog(page)
    page.locator(".tag.busy", has_text="corrected").first.wait_for()


def reject_first_rep(page, **dialog):
    page.get_by_role("button", name="Reject rep 1").click()
    submit_dialog(page, why="slipped", **dialog)


def test_the_rotation_is_that_of_the_command(clip_page, sample_trial):
    (side,) = sample_trial("hip_lift_left.mp4").sides.values()
    assert rotation_deg(clip_page) == pytest.approx(side.result_deg, abs=0.1)


def test_each_repetition_has_its_second_reading(clip_page, sample_trial):
    (side,) = sample_trial("hip_lift_left.mp4").sides.values()
    cell = clip_page.locator("tr[data-rep='0'] [data-label='Second reading']")

    assert cell.inner_text().strip().endswith(numbers.angle(side.reps[0].witness_deg))


def test_a_repetition_has_its_other_angles_in_the_words_of_the_report(clip_page, sample_trial):
    (side,) = summarise(sample_trial("hip_lift_left.mp4")).sides
    texts = clip_page.locator("tr[data-rep='0'] .others small").all_inner_texts()

    assert tuple(texts) == side.reps[0].others


def test_a_side_has_its_three_angles_in_the_words_of_the_report(clip_page, sample_trial):
    (side,) = summarise(sample_trial("hip_lift_left.mp4")).sides

    assert f"{clip_page.locator('.of-side .angles').inner_text()}." in side.details


NAME_ANGLES = """async (result) => {
    const { namedAngles } = await import("/static/shared/labels.js");
    return namedAngles(result, "picture_deg", "rotation_deg", "from_vertical_deg");
}"""


@pytest.mark.parametrize("others", [{}, {"picture_deg": None, "from_vertical_deg": None}])
def test_angles_that_a_result_does_not_have_are_left_out(clip_page, others):
    texts = clip_page.evaluate(NAME_ANGLES, {"rotation_deg": 34.8, **others})

    assert texts == ["34.8° along the thigh"]


RECORD_FRAME_TIME = """() => {
    const video = document.getElementById("video");
    const record = (_now, frame) => {
        window.shown_s = frame.mediaTime;
        video.requestVideoFrameCallback(record);
    };
    video.requestVideoFrameCallback(record);
}"""


@pytest.mark.parametrize("share", [0.21, 0.5, 0.83])
def test_a_click_on_the_curve_shows_exactly_that_frame(clip_page, server, share):
    times_s = get_json(clip_page, server, f"{clip_path(clip_page)}/curves")["proxy_time_s"]
    clip_page.evaluate(RECORD_FRAME_TIME)
    curve = clip_page.locator("#curve .u-over")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    clip_page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] * 0.93)
    player = clip_page.locator("#player")
    expect(player).not_to_have_attribute("data-row", "0")
    row = int(player.get_attribute("data-row"))

    assert row == pytest.approx(share * len(times_s), abs=4)
    assert clip_page.evaluate("window.shown_s") == pytest.approx(times_s[row], abs=0.002)


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


def test_a_plateau_is_dragged_and_the_rotation_follows_the_core(own_clip_page, server):
    page = own_clip_page
    handle = page.locator("[data-handle=hold_to] .grip")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y, steps=5)
    page.mouse.up()
    page.locator("#save-pending").click()
    submit_dialog(page, why="the foot sank")
    page.locator(".tag.busy", has_text="corrected").first.wait_for()
    analysis = stored_analysis(page, server)

    assert rotation_deg(page) == pytest.approx(expected_rotation_deg(server, analysis), abs=0.06)
    assert [item["kind"] for item in analysis["corrections"]] == ["plateau"]


def test_a_moved_point_changes_the_rotation_as_the_core_does(own_clip_page, server):
    before_deg = rotation_deg(own_clip_page)
    move_ankle(own_clip_page)

    expected_deg = expected_rotation_deg(server, stored_analysis(own_clip_page, server))
    assert rotation_deg(own_clip_page) == pytest.approx(expected_deg, abs=0.06)
    assert rotation_deg(own_clip_page) != before_deg


def test_a_hold_drawn_by_hand_says_so_with_the_angle_that_was_drawn(own_clip_page, server):
    move_ankle(own_clip_page)
    row = own_clip_page.locator("tr[data-rep='0']")
    (rep,) = stored_analysis(own_clip_page, server)["corrected"]["sides"]["left"]["reps"]

    assert "by hand" in row.locator("[data-label='Second reading']").inner_text()
    drawn = row.locator(".others small").first
    assert drawn.inner_text() == f"{numbers.angle(rep['picture_deg'])} in the picture"


def test_the_automatic_rotation_stays_on_the_page_after_a_correction(own_clip_page):
    before_deg = rotation_deg(own_clip_page)
    move_ankle(own_clip_page)

    assert rotation_deg(own_clip_page, "automatic") == before_deg


def test_a_rejected_repetition_leaves_no_rotation_without_another_one(own_clip_page):
    reject_first_rep(own_clip_page)
    own_clip_page.locator("tr[data-rep='0'].out").wait_for()

    assert "slipped" in own_clip_page.locator("tr[data-rep='0']").inner_text()
    assert own_clip_page.locator("[data-value=current]").count() == 0
    assert "Not measured" in own_clip_page.locator("#result").inner_text()


def test_the_audit_names_user_reason_and_time(own_clip_page, server):
    reject_first_rep(own_clip_page, by="KL")
    own_clip_page.locator("tr[data-rep='0'].out").wait_for()
    subject = stored_analysis(own_clip_page, server)["id"]
    entry = get_json(own_clip_page, server, f"/api/audit?subject={subject}")["rows"][-1]

    assert (entry["who"], entry["why"], bool(entry["at"])) == ("KL", "slipped", True)


def test_the_sign_off_names_patient_day_and_result_and_asks_for_the_leg(own_clip_page):
    card = own_clip_page.locator("#sign-card")

    for text in ("P-copies", "July 2026", "Left", "Is this the left leg?"):
        expect(card).to_contain_text(text)


def fhir_status(page, server):
    bundle = get_json(page, server, f"{clip_path(page)}/export?to=fhir")
    resources = [entry["resource"] for entry in bundle["entry"]]
    (status,) = {resource["status"] for resource in resources if "status" in resource}
    return status


def test_signing_makes_a_result_final_and_a_correction_makes_it_amended(own_clip_page, server):
    statuses = [fhir_status(own_clip_page, server)]
    own_clip_page.locator("#sign").click()
    if own_clip_page.locator("dialog[open]").count():
        submit_dialog(own_clip_page)
    own_clip_page.locator("#signed[data-status=final]").wait_for()
    statuses.append(fhir_status(own_clip_page, server))
    move_ankle(own_clip_page)
    own_clip_page.locator("#signed[data-status=amended]").wait_for()
    statuses.append(fhir_status(own_clip_page, server))

    assert statuses == ["preliminary", "final", "amended"]


def test_the_second_of_two_simultaneous_corrections_is_refused(own_clip_page, browser, server):
    clip_id = own_clip_page.locator("body").get_attribute("data-clip-id")
    other = open_clip(browser, server, clip_id)
    move_ankle(other)
    other.context.close()

    own_clip_page.bring_to_front()
    reject_first_rep(own_clip_page, closes=False)

    own_clip_page.locator("dialog[open]", has_text="Somebody else changed this").wait_for()
    corrections = stored_analysis(own_clip_page, server)["corrections"]
    assert [item["kind"] for item in corrections] == ["landmark"]


def test_a_clip_that_is_not_counted_shows_why_and_no_number_but_its_repetitions(
    browser, server, folder
):
    page = open_clip(browser, server, folder.not_counted)
    result = page.locator("#result")
    expect(result).to_contain_text("Not counted")

    assert result.locator(".value").count() == 0
    assert "hip lift" in result.inner_text()
    assert "°" in page.locator("tr[data-rep='0'] .struck").inner_text()
    page.context.close()


def test_after_pain_no_page_asks_to_repeat_the_test(browser, server, folder):
    page = open_clip(browser, server, folder.not_counted)
    expect(page.locator("#result")).to_contain_text("Repeat the test.")
    answer_pain(page, "5")
    expect(page.locator("#result")).not_to_contain_text("Repeat the test.")
    page.goto(f"{server.origin}/patients/{folder.patient_ids['P-not-counted']}")
    change = page.locator("#change", has_text="not counted: hip lift")
    expect(change).not_to_contain_text("Repeat the test.")
    page.goto(f"{server.origin}/clips/{folder.not_counted}")
    answer_pain(page, "")
    page.context.close()


def answer_pain(page, pain):
    page.click("#change-answers")
    page.select_option("#answer-pain", pain)
    give_initials(page, "KM")


def test_a_patient_of_whom_nothing_counts_has_no_number(browser, server, folder):
    page = open_page(browser, server, f"/patients/{folder.patient_ids['P-not-counted']}")
    page.locator("#change", has_text="not counted: hip lift").wait_for()

    assert "°" not in page.locator("#change").inner_text() + page.locator("#visits").inner_text()
    page.context.close()


VERDICTS = {"P-small-change": "Within measurement error", "P-large-change": "Real change"}


@pytest.mark.parametrize("pseudonym", VERDICTS)
def test_the_patient_page_separates_change_from_error(browser, server, folder, pseudonym):
    page = open_page(browser, server, f"/patients/{folder.patient_ids[pseudonym]}")
    page.locator("#change", has_text=VERDICTS[pseudonym]).wait_for()
    page.context.close()


@pytest.mark.slow
def test_an_upload_appears_on_the_first_page_with_its_progress(browser, server):
    page = open_page(browser, server)
    page.set_input_files("#files", SAMPLES / "clean_left.mp4")
    page.locator("#working [data-clip-id]", has_text="clean_left.mp4").wait_for()
    row = page.locator("#waiting [data-clip-id]", has_text="clean_left.mp4")
    row.wait_for()

    assert "35." in row.inner_text()
    page.context.close()


@pytest.mark.parametrize("checked", [True, False])
def test_an_upload_asks_for_external_rotation_where_the_box_is_checked(browser, server, checked):
    page = open_page(browser, server)
    page.route("**/api/uploads*", lambda route: route.fulfill(status=201, json={"clip": "none"}))
    page.locator("#upload-fields summary").click()
    page.get_by_label("External rotation too").set_checked(checked)
    with page.expect_request("**/api/uploads*") as sent:
        page.set_input_files("#files", SAMPLES / "clean_left.mp4")

    assert ("external=1" in sent.value.url) == checked
    page.context.close()


def test_external_rotation_can_be_asked_for_on_the_clip_page(browser, server, folder):
    page = open_page(browser, server, f"/clips/{folder.copies[0]}")
    page.route("**/again", lambda route: route.fulfill(status=409, json={"error": "stopped"}))
    page.click("#reanalyze")
    page.check("#again-external")
    page.fill("#dialog-by", "KM")
    with page.expect_request("**/again") as sent:
        page.locator("dialog[open]").get_by_role("button", name="Measure again").click()

    asked = {"side": "auto", "mirrored": False, "start_s": 0, "external": True, "by": "KM"}
    assert sent.value.post_data_json == asked
    page.context.close()


def test_leg_mirror_and_beginning_can_be_mended_on_the_clip_page(browser, server, folder):
    page = open_clip(browser, server, folder.copies.pop())
    page.click("#reanalyze")
    page.select_option("#again-side", "right")
    page.check("#again-mirrored")
    page.fill("#again-start", "0.5")
    page.fill("#dialog-by", "KM")
    page.locator("dialog[open]").get_by_role("button", name="Measure again").click()
    page.locator("#state-card [data-clip-id]").wait_for()
    clip = get_json(page, server, clip_path(page))["clip"]

    assert (clip["side"], clip["mirrored"], clip["start_s"]) == ("right", True, 0.5)
    page.context.close()


def test_the_page_of_a_clip_of_the_wrong_leg_asks_for_the_leg_and_the_mirror(
    browser, server, folder
):
    page = open_page(browser, server, f"/clips/{folder.wrong_leg}")
    said = "The right leg did not move; the left one did: was the left meant, or is the clip"

    expect(page.locator("#state-card")).to_contain_text(said)
    expect(page.locator("#state-card")).to_contain_text("The other leg moved (right)")
    expect(page.locator("#leg-question")).to_have_count(0)
    page.context.close()


def test_an_upload_that_is_no_video_is_refused_with_its_name(browser, server, tmp_path):
    (tmp_path / "notes.mp4").write_text(json.dumps({"not": "a video"}))
    page = open_page(browser, server)
    page.set_input_files("#files", tmp_path / "notes.mp4")
    page.locator("#uploads .error").wait_for()

    assert "notes.mp4" in page.locator("#uploads").inner_text()
    page.context.close()
