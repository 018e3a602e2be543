"""Sign-in with a password."""

from dataclasses import replace
from http.cookies import SimpleCookie

import pytest

from hipcv.web.security import Auth
from tests.web.test_security import follow

PASSWORD = "correct horse battery"


@pytest.fixture
def settings(settings):
    return replace(settings, auth=Auth(password=PASSWORD))


def sign_in(browser, password, **headers):
    return browser.post("/signin", data={"password": password}, headers=headers)


def test_password_starts_a_session(stranger):
    follow(stranger, sign_in(stranger, PASSWORD))

    assert stranger.get("/api/desk").status_code == 200


def test_wrong_password_is_refused(stranger):
    assert sign_in(stranger, "password").status_code == 401


def test_missing_password_is_refused(stranger):
    assert stranger.post("/signin").status_code == 401


def test_sign_in_from_another_origin_is_refused(stranger):
    assert sign_in(stranger, PASSWORD, origin="http://evil.example").status_code == 403


def test_sign_in_page_lets_the_browser_send_its_origin(stranger):
    assert stranger.get("/").headers["referrer-policy"] == "same-origin"


def test_cookie_over_tls_is_secure(stranger):
    stranger.base_url = "https://127.0.0.1:8000"
    answer = sign_in(stranger, PASSWORD, origin="https://127.0.0.1:8000")

    assert SimpleCookie(answer.headers["set-cookie"])["hipcv"]["secure"]


def test_empty_password_is_refused_without_a_password(state):
    assert not Auth().check_password("")
