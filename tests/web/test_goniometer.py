"""Goniometer readings by hand over the API: notes of the clip, which change no result."""

import pytest

ROW = 60  # in the middle of the first swing
VERTEX, DOWN = [690.0, 392.0], [690.0, 552.0]
OUTWARDS_45 = [790.0, 492.0]  # of a left leg


@pytest.fixture
def view(therapist):
    """An analysed clip of P-017 in which the left leg moves."""
    return therapist.placed(patient="P-017")


def lay(therapist, view, **body):
    laid = {"side": "left", "row": ROW, "vertex_px": VERTEX, "proximal_px": DOWN, "by": "AB"}
    path = f"/api/clips/{view['clip']['id']}/goniometer"
    return therapist.client.post(path, json=laid | {"distal_px": OUTWARDS_45} | body)


def test_reading_has_its_angle_and_the_machines_in_the_picture_of_the_frame(therapist, view):
    (note,) = lay(therapist, view).json()["notes"]
    curves = therapist.get(f"/api/clips/{view['clip']['id']}/curves")

    assert note["payload"] == {
        "side": "left",
        "row": ROW,
        "time_s": pytest.approx(curves["frames"]["time_s"][ROW], abs=1e-3),
        "proximal_px": DOWN,
        "vertex_px": VERTEX,
        "distal_px": OUTWARDS_45,
        "angle_deg": 45.0,
        "machine_deg": curves["sides"]["left"]["raw_deg"][ROW],
    }


def test_leg_that_was_not_read_has_no_angle_of_the_machine(therapist, view):
    (note,) = lay(therapist, view, side="right").json()["notes"]

    assert (note["payload"]["angle_deg"], note["payload"]["machine_deg"]) == (-45.0, None)
    assert note["reading"] == (
        "Goniometer on the right hip at 2.00\xa0s: −45.0° by hand, not read by the machine."
    )


def test_reading_is_listed_with_who_laid_it_when_and_what_was_typed(therapist, view):
    lay(therapist, view, text="patella hard to see")
    (note,) = therapist.get(f"/api/clips/{view['clip']['id']}")["notes"]["clip"]

    assert note["reading"].startswith("Goniometer on the left hip at 2.00\xa0s: 45.0° by hand, ")
    assert (note["added_by"], note["text"]) == ("AB", "patella hard to see")
    assert note["added_at"]


def test_reading_changes_no_result_and_is_no_correction(therapist, view):
    lay(therapist, view)
    now = therapist.get(f"/api/clips/{view['clip']['id']}")["analysis"]

    assert now == view["analysis"]


def test_reading_and_its_deletion_are_audited(therapist, view):
    (note,) = lay(therapist, view).json()["notes"]
    body = {"version": 1, "by": "KM"}
    after = therapist.client.request("DELETE", f"/api/notes/{note['id']}", json=body).json()
    rows = therapist.get(f"/api/audit?subject={view['clip']['id']}")["rows"]

    assert after == {"notes": []}
    assert [(row["what"], row["who"]) for row in rows[-2:]] == [
        ("add_note", "AB"),
        ("delete_note", "KM"),
    ]


def test_report_has_the_reading(therapist, view):
    lay(therapist, view)
    report = therapist.client.get(f"/clips/{view['clip']['id']}/report").text

    assert "Goniometer on the left hip at 2.00\xa0s: 45.0° by hand" in report


@pytest.mark.parametrize(
    "body",
    [
        {"row": 100_000},
        {"row": -1},
        {"distal_px": VERTEX},
        {"distal_px": [5000.0, 100.0]},
        {"distal_px": [100.0]},
        {"distal_px": "[1, 2]"},
        {"side": "both"},
        {"by": ""},
        {"angle_deg": 45.0},
    ],
)
def test_reading_that_cannot_be_is_refused(therapist, view, body):
    assert lay(therapist, view, **body).status_code == 400


def test_clip_that_was_not_analysed_takes_no_reading(therapist, view):
    view["clip"]["id"] = "00000000-0000-4000-8000-000000000000"

    assert lay(therapist, view).status_code == 404
