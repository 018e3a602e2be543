"""Patient, day and leg of a clip: said before it is sent, and never taken for granted."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SAMPLES, open_page

CLIP = SAMPLES / "clean_left.mp4"
TAKEN = {"clip": "none", "already": "", "patient": None, "on": None, "elsewhere": []}
HERE = "This recording is already here, with the same settings."
ELSEWHERE = {"id": "other", "name": "a.mp4", "patient": {"id": "p", "pseudonym": "P-2"}}


@pytest.fixture
def desk(browser, server, folder):
    """The desk; what is sent to it is answered by `page.answer`, and noted in `page.sent`."""
    page = open_page(browser, server, locale="en")
    page.answer, page.sent = dict(TAKEN), []
    page.locator("#upload-patient option", has_text="P-1").first.wait_for(state="attached")

    def respond(route):
        page.sent.append(route.request.url)
        route.fulfill(status=201, json=page.answer)

    page.route("**/api/uploads*", respond)
    yield page
    page.context.close()


def choose(page, *, patient="", on="", side="", mirrored=False):
    """Fill in whose the next clips are."""
    if not page.locator("#upload-fields[open]").count():
        page.locator("#upload-fields summary").click()
    page.select_option("#upload-patient", patient)
    page.fill("#upload-on", on)
    page.select_option("#upload-side", side)
    page.set_checked("#upload-mirrored", mirrored)


def give(page, name):
    """Choose a file of this name."""
    content = {"name": name, "mimeType": "video/mp4", "buffer": b"a clip"}
    page.set_input_files("#files", content)


def today():
    return f"{datetime.now().astimezone():%Y-%m-%d}"


def test_the_drop_area_says_for_whom_the_next_clips_are(desk):
    expect(desk.locator("#upload-for")).to_have_text(
        "The next clips: for no patient yet, whichever leg moves"
    )
    choose(desk, patient="P-1", on=today(), side="left", mirrored=True)

    expect(desk.locator("#upload-for")).to_have_text(
        "The next clips: for P-1, today, left leg, mirrored"
    )


def test_each_upload_says_for_whom_it_is_and_the_form_is_empty_for_the_next_one(desk):
    choose(desk, patient="P-1", on=today(), side="left", mirrored=True)
    desk.answer |= {"patient": "P-1", "on": today(), "already": HERE}
    give(desk, "clip.mp4")

    expect(desk.locator("#uploads li .assignment")).to_have_text(
        "for P-1, today, left leg, mirrored"
    )
    expect(desk.locator("#upload-for")).to_have_text(
        "The next clips: for no patient yet, whichever leg moves"
    )
    assert not desk.is_checked("#upload-mirrored")
    assert "patient=P-1" in desk.sent[0]
    assert "mirrored=1" in desk.sent[0]


def test_a_patient_is_added_in_a_step_of_its_own_and_is_then_chosen(desk):
    desk.locator("#upload-fields summary").click()
    assert desk.locator("#upload-patient").evaluate("element => element.tagName") == "SELECT"
    desk.click("#upload-new-patient")
    desk.fill("#dialog-pseudonym", "P-new-1")
    desk.fill("#dialog-by", "KM")
    desk.locator("dialog[open] [type=submit]").click()

    expect(desk.locator("#upload-for")).to_contain_text("for P-new-1, the day of the recording")


@pytest.mark.slow
def test_a_pseudonym_that_looks_like_another_is_refused_aloud(desk):
    desk.fill("#new-patient", "р-1")  # a Cyrillic letter
    desk.click("#add-patient button")

    expect(desk.get_by_text("looks like P-1, who is already there")).to_be_visible()


@pytest.mark.slow
def test_a_day_in_the_future_cannot_be_chosen(desk):
    later = f"{datetime.now().astimezone() + timedelta(days=3):%Y-%m-%d}"
    choose(desk, patient="P-1", on=later)

    assert not desk.locator("#upload-on").evaluate("element => element.checkValidity()")


def test_patient_day_and_leg_are_read_from_the_name_of_the_file(desk):
    desk.answer["already"] = HERE  # keeps the row
    give(desk, "p-1_2026-03-04_left.mp4")
    desk.locator("#uploads .caution").wait_for()

    (sent,) = desk.sent
    assert "patient=P-1&on=2026-03-04&side=left" in sent


def test_a_name_that_contradicts_what_was_chosen_is_asked_about_before_it_is_sent(desk):
    choose(desk, patient="P-copies", side="right")
    give(desk, "P-1_2026-03-04_left.mp4")
    question = desk.locator("#uploads .caution")

    expect(question).to_contain_text("for P-1, 4 March 2026, left leg")
    expect(question).to_contain_text("for P-copies, the day of the recording, right leg")
    assert desk.sent == []
    desk.get_by_role("button", name="As the name says").click()
    question.wait_for(state="detached")
    assert "patient=P-1&on=2026-03-04&side=left" in desk.sent[0]


PATIENTS = """async () => {
    const { get } = await import("/static/shared/api.js");
    return (await get("/api/patients")).patients;
}"""


def test_a_patient_whom_only_the_name_of_a_file_knows_is_added_on_request_alone(desk):
    give(desk, "Q-77_2026-03-04_left.mp4")
    question = desk.locator("#uploads .caution")
    expect(question).to_contain_text("Q-77, who is not among the patients")
    patients = desk.evaluate(PATIENTS)
    assert ("Q-77" in patients, desk.sent) == (False, [])
    desk.get_by_role("button", name="Add Q-77 and send").click()
    question.wait_for(state="detached")

    assert "patient=Q-77&on=2026-03-04&side=left" in desk.sent[0]


def test_a_recording_that_is_here_already_says_so_with_a_link(desk, folder):
    desk.answer |= {"clip": folder.clip_id, "already": HERE}
    give(desk, "clip.mp4")

    expect(desk.locator("#uploads .caution")).to_have_text(HERE)
    link = desk.locator("#uploads").get_by_role("link", name="Open the clip")
    assert link.get_attribute("href") == f"/clips/{folder.clip_id}"


@pytest.mark.slow
def test_a_recording_that_is_filed_for_another_patient_says_so_with_a_link(desk):
    desk.answer |= {"patient": "P-1", "on": "2026-05-06"}
    desk.answer["elsewhere"] = [ELSEWHERE | {"on": "2026-05-04"}]
    give(desk, "clip.mp4")

    expect(desk.locator("#uploads .caution")).to_have_text(
        "The same recording is also filed for another patient: P-2, 4 May 2026."
    )
    link = desk.locator("#uploads").get_by_role("link", name="Open P-2, 4 May 2026")
    assert link.get_attribute("href") == "/clips/other"


def test_the_page_of_a_clip_says_where_else_its_recording_is(browser, server, folder):
    page = open_page(browser, server, f"/clips/{folder.clip_id}", locale="en")
    notes = page.locator("#assignment-card .caution")

    expect(notes.first).to_contain_text("The same recording is also filed for another patient")
    page.context.close()
