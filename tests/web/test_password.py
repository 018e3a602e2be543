"""The door of a desk that others may reach."""

from dataclasses import replace
from http.cookies import SimpleCookie

import pytest

from hipcv.web.security import MAX_ATTEMPTS, Auth

PASSWORD = "correct horse battery"


@pytest.fixture
def settings(settings):
    return replace(settings, auth=Auth(password=PASSWORD))


def enter(browser, password, **headers):
    return browser.post("/signin", data={"password": password}, headers=headers)


def test_the_password_opens_the_desk(stranger):
    enter(stranger, PASSWORD)

    assert stranger.get("/api/desk").status_code == 200


def test_another_word_does_not(stranger):
    assert enter(stranger, "password").status_code == 401


def test_no_word_does_not(stranger):
    assert stranger.post("/signin").status_code == 401


def test_guessing_is_stopped(stranger):
    for _ in range(MAX_ATTEMPTS):
        enter(stranger, "guess")

    assert enter(stranger, PASSWORD).status_code == 429


def test_another_page_cannot_sign_in(stranger):
    assert enter(stranger, PASSWORD, origin="http://evil.example").status_code == 403


def test_the_forms_page_tells_its_origin(stranger):
    assert stranger.get("/").headers["referrer-policy"] == "same-origin"


def test_over_tls_the_cookie_never_leaves_it(stranger):
    stranger.base_url = "https://127.0.0.1:8000"
    answer = enter(stranger, PASSWORD, origin="https://127.0.0.1:8000")

    assert SimpleCookie(answer.headers["set-cookie"])["hipcv"]["secure"]


def test_without_a_password_no_word_opens(state):
    assert not Auth().check_password("")
