"""A stored result or answer that was altered in the database: every page answers."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from hipcv.results import checksums
from hipcv.store import database, tables
from hipcv.store.files import DATABASE
from hipcv.web.pages import router

SLOW = pytest.mark.slow
CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "parsers"
STORED = [
    "{",
    "[" * 100_000,
    '{"schema": "hipcv.assessment/2"}',
    *[
        pytest.param(path.read_text(encoding="utf-8"), marks=SLOW)
        for path in sorted(CASES.glob("store-doc-*"))
    ],
]


@pytest.fixture
def view(therapist):
    patient = therapist.state.records.add_patient("P-017", by="AB")
    return therapist.placed(patient=patient.id)


@pytest.fixture
def altered(therapist):
    """A function that replaces the stored result of the clip, or another column."""

    def alter(text, column=tables.analyses.c.automatic):
        url = f"sqlite:///{therapist.state.settings.folder / DATABASE}"
        engine = database.engine_of(url)
        with database.write(engine) as connection:
            values = {column.name: sa.literal(text, sa.Text)}
            connection.execute(sa.update(column.table).values(values))
        engine.dispose()

    return alter


@pytest.mark.parametrize("text", STORED, ids=range(len(STORED)))
def test_every_page_answers_over_an_altered_result(therapist, view, altered, text):
    altered(text)

    for path in pages(view):
        response = therapist.client.get(path)
        assert response.status_code < 500, path
        assert "Internal error" not in response.text, path


def test_the_clip_of_an_altered_result_says_so(therapist, view, altered):
    altered("{")
    response = therapist.client.get(f"/api/clips/{view['clip']['id']}")

    assert "altered or damaged" in response.text


@pytest.mark.parametrize(
    "text",
    ["{", '{"pain": 99}', *(pytest.param(s, marks=SLOW) for s in ('{"pian": 3}', "[1]", "5"))],
)
def test_a_clip_with_altered_answers_has_none_and_every_page_answers(
    therapist, view, altered, text
):
    altered(text, tables.clips.c.answers)

    statuses = {path: therapist.client.get(path).status_code for path in pages(view)}
    assert set(statuses.values()) == {200}, statuses
    clip = therapist.get(f"/api/clips/{view['clip']['id']}")["clip"]
    assert clip["answered"] == []


def pages(view):
    """Every page and what it loads, of this clip and its patient."""
    clip, patient = view["clip"]["id"], view["patient"]["id"]
    fields = {"clip_id": clip, "patient_id": patient, "analysis_id": view["analysis"]["id"]}
    paths = [route.path for route in router.routes if "GET" in route.methods]
    api = [
        "/api/desk",
        "/api/clips/{clip_id}",
        "/api/clips/{clip_id}/curves",
        "/api/clips/{clip_id}/export?to=fhir",
        "/api/clips/{clip_id}/export?to=pdf",
        "/api/patients/{patient_id}",
        "/api/patients/{patient_id}/export?to=csv",
    ]
    for path in [*paths, *api]:
        if set(re.findall(r"{(\w+)}", path)) <= set(fields):
            yield path.format(**fields)


def test_a_changed_digit_of_a_stored_result_is_a_refusal(therapist, view, altered):
    url = f"sqlite:///{therapist.state.settings.folder / DATABASE}"
    engine = database.engine_of(url)
    with engine.connect() as connection:
        text = connection.execute(sa.text("SELECT automatic FROM analyses")).scalar_one()
    engine.dispose()
    altered(re.sub(r'("rotation_deg": )\d', r"\g<1>7", text))
    response = therapist.client.get(f"/api/clips/{view['clip']['id']}")

    assert "altered or damaged" in response.text


@pytest.mark.parametrize("name", ["result.json", "evidence.npz"])
def test_a_result_with_a_changed_file_is_a_refusal_on_every_page(therapist, view, name):
    folder = therapist.state.files.analysis_folder(view["analysis"]["id"])
    checksums.save(folder)
    path = folder / name
    path.write_bytes(path.read_bytes()[:-9] + b"x" + path.read_bytes()[-8:])
    for page in pages(view):
        response = therapist.client.get(page)
        assert response.status_code < 500, page
        assert "Internal error" not in response.text, page

    clip = therapist.client.get(f"/api/clips/{view['clip']['id']}")
    assert "altered or damaged" in clip.text
