"""Sign-in with a password."""

import asyncio
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest

from hipcv.web.passwords import MAX_ADDRESSES, Attempts
from hipcv.web.security import Auth
from tests.web.conftest import follow

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


def test_empty_password_is_refused_without_a_password():
    assert asyncio.run(Auth().sign_in("", "", "10.0.0.1")) is None


class Clock:
    now_s = 1000.0


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    clock = Clock()
    monkeypatch.setattr("hipcv.web.passwords.time.monotonic", lambda: clock.now_s)
    return clock


def test_wrong_passwords_delay_the_next_ones_of_the_same_address_more_and_more(clock):
    attempts = Attempts()
    delays = []
    for _ in range(9):
        delays.append(attempts.reserve("10.0.0.1"))
        clock.now_s += delays[-1]

    assert delays == [0, 0, 0, 1, 2, 4, 8, 16, 30]


@pytest.mark.parametrize("other", ["10.0.0.2", "2001:db8:0:1::1"])
def test_wrong_passwords_of_others_do_not_delay(clock, other):
    attempts = Attempts()
    for address in ("10.0.0.1", "2001:db8:0:2::1"):
        for _ in range(1000):
            attempts.reserve(address)

    assert attempts.reserve(other) == 0


def test_addresses_of_one_network_are_one(clock):
    attempts = Attempts()
    for number in range(10):
        attempts.reserve(f"2001:db8::{number}")

    assert attempts.reserve("2001:db8::ffff") != 0


def test_attempts_sent_at_once_are_checked_one_after_the_other(clock):
    attempts = Attempts()
    waits = [attempts.reserve("10.0.0.1") for _ in range(100)]

    assert [wait for wait in waits if wait is not None] == [0, 0, 0, 1, 3, 7, 15, 31]


def test_attempt_is_taken_again_after_a_while(clock):
    attempts = Attempts()
    for _ in range(100):
        attempts.reserve("10.0.0.1")
    clock.now_s += 60

    assert attempts.reserve("10.0.0.1") is not None


def test_right_password_ends_the_delay(clock):
    attempts = Attempts()
    for _ in range(8):
        attempts.reserve("10.0.0.1")
    attempts.succeeded("10.0.0.1")

    assert attempts.reserve("10.0.0.1") == 0


def test_attempts_of_many_addresses_take_bounded_memory(clock):
    attempts = Attempts()
    for number in range(3 * MAX_ADDRESSES):
        attempts.reserve(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert len(attempts._by_address) == MAX_ADDRESSES


def test_attempts_beyond_the_longest_wait_are_refused(stranger, state, clock):
    for _ in range(100):
        state.auth.attempts.reserve("testclient")

    assert sign_in(stranger, PASSWORD).status_code == 429
