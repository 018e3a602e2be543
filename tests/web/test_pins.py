"""PINs: nobody changes or signs with the initials of another."""

import os
import stat

import pytest

from hipcv.store.files import PINS
from hipcv.web import pins


@pytest.fixture
def view(therapist):
    therapist.client.post("/api/pin", json={"by": "KM", "pin": "4711"})
    return therapist.placed("30.mp4", patient="P-1")


def sign(therapist, view, *, by="KM", pin=""):
    body = {"version": view["analysis"]["version"], "by": by, "pin": pin}
    return therapist.client.post(f"/api/analyses/{view['analysis']['id']}/sign", json=body)


@pytest.mark.parametrize("by", ["KM", "km", " KM "])
def test_initials_with_a_pin_sign_with_it_alone(therapist, view, by):
    answers = [sign(therapist, view, by=by, pin=pin) for pin in ("", "1234", "4711")]

    assert [one.status_code for one in answers] == [403, 403, 200]
    assert [one.json().get("pin") for one in answers[:2]] == [True, True]


def test_initials_without_a_pin_need_none(therapist, view):
    assert sign(therapist, view, by="CD").status_code == 200


def test_pin_is_asked_for_in_corrections(therapist, view):
    assert therapist.correct(view, by="KM").status_code == 403
    assert therapist.correct(view, by="KM", pin="4711").status_code == 200


def test_pin_holds_for_the_next_change_until_a_pause(therapist, view, monkeypatch):
    corrected = therapist.correct(view, by="KM", pin="4711").json()
    assert therapist.correct(corrected, by="KM", rep=1).status_code == 200

    monkeypatch.setattr(pins, "ASK_AFTER_S", -1.0)
    now = therapist.get(f"/api/clips/{view['clip']['id']}")
    assert sign(therapist, now).status_code == 403


def test_pin_is_asked_for_after_a_change_with_other_initials(therapist, view):
    first = therapist.correct(view, by="KM", pin="4711").json()
    second = therapist.correct(first, by="CD", rep=1).json()

    assert sign(therapist, second).status_code == 403


def test_guesses_have_to_wait(therapist, view):
    answers = [sign(therapist, view, pin=f"000{number}") for number in range(8)]

    assert "Wait" in answers[-1].json()["error"]
    assert "Wait" in sign(therapist, view, pin="4711").json()["error"]


def test_another_pin_is_set_with_the_earlier_one_alone(therapist, view):
    answers = [
        therapist.client.post("/api/pin", json={"by": "KM", "pin": "9999", "earlier": earlier})
        for earlier in ("", "0000", "4711")
    ]

    assert [one.status_code for one in answers] == [403, 403, 200]
    assert sign(therapist, view, pin="9999").status_code == 200


def test_removed_pin_is_not_asked_for(therapist, view):
    therapist.client.post("/api/pin", json={"by": "KM", "pin": "", "earlier": "4711"})

    assert sign(therapist, view).status_code == 200


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rules")
def test_file_of_pins_is_private_and_has_no_pin(state, therapist, view):
    path = state.settings.folder / PINS

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "4711" not in path.read_text()
