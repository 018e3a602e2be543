"""The record page with given scenes: what it says and plays, asks, and shows at last."""

import json

import pytest
from playwright.sync_api import expect

from hipcv import language
from hipcv.report import answers
from tests.browser.conftest import open_page, page_key
from tests.browser.guided import begin, lead, scenes, with_voices
from tests.guide.test_speech import SPOKEN
from tests.waiting import wait_until

pytestmark = pytest.mark.slow  # left to the sweep

LOCAL = {"en": ("Local", "en-GB", True), "es": ("De aquí", "es-ES", True)}
REMOTE = {"en": ("Remote", "en-US", False), "es": ("De lejos", "es-MX", False)}
LANGUAGES = [
    code if code == "es" else pytest.param(code, marks=pytest.mark.slow) for code in language.NAMES
]
FIRST_TONES_HZ = [660, 660, 660, 990]


@pytest.fixture(scope="module")
def camera_browser(chromium):
    """A browser with a camera of its own making."""
    launched = chromium("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    yield launched
    launched.close()


@pytest.fixture
def open_record(camera_browser, server):
    """Function that opens the record page in a language with these voices."""
    pages = []

    def opened(code, *voices):
        page = open_page(camera_browser, server, permissions=["camera"], locale=code)
        pages.append(page)
        with_voices(page, *voices)
        page.goto(f"{server.origin}/record")
        return page

    yield opened
    for page in pages:
        page.context.close()


def led(page, code, *, mute=False):
    """Lead a page through a whole test; return what it said and the tones it played."""
    lead(page, scenes(code), recording=False)
    begin(page)
    if mute:
        page.keyboard.press("m")
    page.locator("#setup").wait_for(state="visible")
    return page.evaluate("[window.spoken, window.tones]")


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_voice_of_the_machine_says_what_the_command_says(open_record, code):
    page = open_record(code, REMOTE[code], LOCAL[code], *LOCAL.values())
    spoken, tones = led(page, code)
    texts = [text for text, _name, _language in spoken]

    assert {(name, tag) for _text, name, tag in spoken} == {LOCAL[code][:2]}
    assert set(texts) <= set(SPOKEN[code])
    assert texts[0] == SPOKEN[code][0]
    assert texts[-1] == SPOKEN[code][-1]
    assert tones == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_voice_elsewhere_is_never_used_and_tones_are_played_instead(open_record, code):
    page = open_record(code, REMOTE[code])
    note = page.locator("#sound-note")
    expect(note).not_to_be_empty()
    spoken, tones = led(page, code)

    assert (spoken, tones[:4]) == ([], FIRST_TONES_HZ)


def test_a_voice_of_another_language_is_not_used(open_record):
    spoken, tones = led(open_record("es", LOCAL["en"]), "es")

    assert (spoken, bool(tones)) == ([], True)


@pytest.mark.slow
def test_a_muted_page_is_silent(open_record):
    page = open_record("en", LOCAL["en"])
    page.click("#sound")

    assert led(page, "en") == [[], []]


def test_external_rotation_is_asked_for_shown_inwards_and_uploaded(open_record, folder):
    page, uploads, sockets = open_record("en"), [], []
    page.on("request", lambda request: uploads.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    expect(page.locator("#step-inwards")).to_be_hidden()
    page.check("#external")
    expect(page.locator("#step-inwards")).to_be_visible()
    page.evaluate(NOTE_MOVEMENTS)
    after_a_test(page, folder.clip_id, external=True)

    assert page.evaluate("window.movements") == [
        {"way": "out", "shown": True, "dial": False, "goal": False},
        {"way": "out", "shown": False, "dial": True, "goal": True},
        {"way": "in", "shown": True, "dial": False, "goal": False},
        {"way": "out", "shown": False, "dial": True, "goal": False},
    ]
    (upload,) = [url for url in uploads if "/api/uploads" in url]
    assert "external=1" in upload


def test_without_the_switch_no_external_rotation_is_asked_for(open_record, folder):
    page, uploads = open_record("en"), []
    page.on("request", lambda request: uploads.append(request.url))
    after_a_test(page, folder.clip_id)

    assert not any("external" in url for url in uploads if "/api/uploads" in url)


NOTE_MOVEMENTS = """
window.movements = [];
const [screen, figure, dial] =
  ["screen", "figure", "dial"].map((id) => document.getElementById(id));
new MutationObserver(() => {
  if (["off", "safety", "finished"].includes(screen.dataset.stage)) return;
  const shown = getComputedStyle(figure).display !== "none";
  const goal = !dial.hidden && dial.querySelector(".goal") !== null;
  const now = { way: figure.dataset.way, shown, dial: !dial.hidden, goal };
  if (JSON.stringify(now) !== JSON.stringify(window.movements.at(-1))) window.movements.push(now);
}).observe(screen, { subtree: true, childList: true, attributes: true });
"""
"""Script of a page that notes how the figure moves, and when the dial has its place."""


APPLIES = {
    "young_with_pain": "today",
    "fever": "Do not test now",
    "fracture": "ask your doctor or physical therapist first",
}


@pytest.mark.parametrize("code", APPLIES)
def test_what_speaks_against_the_test_keeps_it_from_beginning(open_record, code):
    page = open_record("en")
    page.click("#turn-on")
    page.check("#safe")
    page.locator("#begin:enabled").wait_for()
    page.check(f"input[value={code}]")

    expect(page.locator("#advice")).to_contain_text(APPLIES[code])
    expect(page.locator("#begin")).to_be_disabled()
    expect(page.locator("#safe")).to_be_disabled()


def test_a_clinicians_consent_allows_what_is_to_be_asked_first(open_record):
    page = open_record("en")
    page.click("#turn-on")
    page.check("input[value=fracture]")
    page.check("#agreed")
    page.check("#safe")

    expect(page.locator("#begin")).to_be_enabled()


def test_a_clinicians_consent_does_not_allow_a_red_flag(open_record):
    page = open_record("en")
    page.check("input[value=fracture]")
    page.check("#agreed")
    page.check("input[value=fever]")

    expect(page.locator("#safe")).to_be_disabled()


def test_pain_ends_the_test_with_what_to_do(open_record):
    page = open_record("en")
    begun = [scene for scene in scenes("en") if scene["stage"] != "finished"]
    keys = lead(page, begun, recording=False)
    begin(page)
    page.locator("#screen[data-stage=turning]").wait_for()
    page.locator("[data-key=pain]").click()

    wait_until(lambda: page.title() and {"key": "pain"} in keys)  # asks: messages are handled


def after_a_test(page, clip_id, *, external=False):
    """Record a test whose upload gives a clip that is measured already."""
    created = json.dumps({"clip": clip_id})
    page.route("**/api/uploads*", lambda route: route.fulfill(status=201, body=created))
    page.route("**/api/recordings*", lambda route: route.fulfill(status=404, body="{}"))
    lead(page, scenes(page.evaluate("document.documentElement.lang"), external=external))
    begin(page)
    page.locator("#after").wait_for()


def answers_of(page, clip_id):
    fetching = "async ([id, headers]) => (await fetch(`/api/clips/${id}`, { headers })).json()"
    view = page.evaluate(fetching, [clip_id, page_key(page)])
    return view["clip"]["answers"]


@pytest.mark.parametrize("code", language.NAMES)
def test_the_answers_are_stored_and_the_result_is_shown_to_the_person(open_record, folder, code):
    page, clip_id = open_record(code), folder.copies.pop()
    after_a_test(page, clip_id)
    page.check("input[name=pain][value='4']", force=True)
    page.check("input[name=pain_where][value=groin]", force=True)
    page.check("input[name=limiter][value=stretch]", force=True)
    page.click("#answers [type=submit]")
    page.locator(".side-result .value").wait_for()

    given = {"pain": 4, "pain_where": "groin", "limiter": "stretch"}
    report = page.locator("#outcome-links a").first
    with language.using(code):
        expect(page.locator("#outcome-next")).to_contain_text(answers.ADVICE["hurt"])
    assert answers_of(page, clip_id) == given
    assert report.get_attribute("href").startswith(f"/clips/{clip_id}/report?key=")
    expect(page.locator("#outcome-links [href='/record']")).to_have_count(0)


UNCOUNTED = {
    "problem": "",
    "sides": [
        {
            "title": "Your left hip",
            "value": "",
            "mark": "",
            "verdict": "No number: your hip lifted off the seat.",
            "more": "",
        }
    ],
    "next_step": "Repeat the test.",
    "may_repeat": True,
}


def test_answers_may_be_left_out_and_a_missing_number_has_its_reason(open_record, folder):
    page, clip_id = open_record("en"), folder.not_counted
    page.route("**/api/outcome*", lambda route: route.fulfill(body=json.dumps(UNCOUNTED)))
    after_a_test(page, clip_id)
    expect(page.locator("#pain_where")).to_be_hidden()
    page.click("#leave-out")

    expect(page.locator(".side-result .value.none")).to_have_text("No number")
    expect(page.locator(".side-result .verdict")).to_have_text(UNCOUNTED["sides"][0]["verdict"])
    assert answers_of(page, clip_id) is None
