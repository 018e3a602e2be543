"""Language of the pages: chosen in the browser, else the browser's own, else English."""

from uuid import UUID

import pytest

from hipcv import language
from hipcv.report import wording
from hipcv.web.errors import HTTP_TEXTS, INVALID
from hipcv.web.request_language import COOKIE, FIELD, accepted

SPANISH = {"accept-language": "es-MX,es;q=0.9,en;q=0.5"}
HTML = '<html lang="{}">'


def test_the_tags_of_a_header_are_in_the_order_of_their_weights():
    assert accepted("fr;q=0.3, es-AR;q=0.8,en;q=0.9, de;q=0, *;q=0.1") == ["en", "es-AR", "fr"]


@pytest.mark.parametrize(
    ("header", "code"), [("", "en"), ("es-MX,en;q=0.5", "es"), ("fr", "en"), ("en,es", "en")]
)
def test_a_page_is_in_the_language_of_the_browser(client, header, code):
    assert HTML.format(code) in client.get("/", headers={"accept-language": header}).text


def test_a_choice_is_stored_and_beats_the_language_of_the_browser(client):
    chosen = client.get("/", params={FIELD: "en"}, headers=SPANISH)
    later = client.get("/settings", headers=SPANISH)
    assert HTML.format("en") in chosen.text
    assert HTML.format("en") in later.text


def test_a_language_that_there_is_not_is_not_stored(client):
    client.get("/", params={FIELD: "fr"})
    assert COOKIE not in client.cookies


@pytest.mark.parametrize("path", ["/signin", "/"])
def test_the_sign_in_page_offers_every_language(stranger, path):
    page = stranger.get(path, headers=SPANISH).text
    assert HTML.format("es") in page
    assert all(f'href="?{FIELD}={code}"' in page for code in language.NAMES)


def test_a_page_has_the_translations_of_its_scripts_alone(client):
    page = client.get("/", headers=SPANISH).text
    assert "data-messages" not in client.get("/").text
    assert language.messages("es")["Cancel"] in page


def spanish(client, path):
    return client.get(path, headers=SPANISH).json()


def test_a_refusal_is_in_the_language_of_the_reader(therapist):
    clip_id = therapist.placed("refused.mp4")["clip"]["id"]
    view = spanish(therapist.client, f"/api/clips/{clip_id}")
    (issue,) = [
        one for one in view["analysis"]["automatic"]["issues"] if one["severity"] == "refuse"
    ]
    with language.using("es"):
        words = wording.ISSUES[issue["code"]]
    assert view["clip"]["said"] == issue["text"]
    assert issue["text"].startswith(words.text)
    assert issue["remedy"] == words.remedy


def test_a_finding_is_in_the_language_of_the_reader(therapist):
    clip_id = therapist.placed("cheated-30.mp4")["clip"]["id"]
    document = spanish(therapist.client, f"/api/clips/{clip_id}")["analysis"]["automatic"]
    findings = [one for rep in document["sides"]["left"]["reps"] for one in rep["findings"]]
    with language.using("es"):
        assert findings
        assert all(one["text"].startswith(wording.FINDINGS[one["code"]].text) for one in findings)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/api/nothing", HTTP_TEXTS.data[404]),
        ("/api/clips/1", INVALID.data["uuid_parsing"]),
        ("/media/{id}/proxy.mp4", "There is no such file."),
    ],
)
def test_an_error_is_in_the_language_of_the_reader(client, path, text):
    error = spanish(client, path.format(id=UUID(int=7)))["error"]
    assert error == language.messages("es")[text].format(field="clip_id")


def test_a_report_follows_its_reader_not_the_one_before(therapist):
    clip_id = therapist.placed()["clip"]["id"]
    path = f"/clips/{clip_id}/report"
    pages = [therapist.client.get(path, headers=header).text for header in (SPANISH, {}, SPANISH)]
    assert [page.count('<html lang="es">') for page in pages] == [1, 0, 1]
    assert pages[0] == pages[2]


def test_a_failure_is_in_the_language_of_who_uploaded_the_clip(therapist):
    therapist.client.headers.update(SPANISH)
    said = therapist.analysed("crash.mp4")["clip"]["said"]
    text = "The analysis broke down ({how}). Re-save the clip as H.264 MP4 and try again."
    assert language.messages("es")[text].partition("{how}")[0] in said
