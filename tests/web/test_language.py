"""Language of the pages: chosen in the browser, else the browser's own, else English."""

import pytest

from hipcv import language
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


def test_a_choice_is_kept_and_beats_the_language_of_the_browser(client):
    chosen = client.get("/", params={FIELD: "en"}, headers=SPANISH)
    later = client.get("/settings", headers=SPANISH)
    assert HTML.format("en") in chosen.text
    assert HTML.format("en") in later.text


def test_a_language_that_there_is_not_is_not_kept(client):
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
