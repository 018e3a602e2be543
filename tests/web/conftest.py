import json
import re
import shutil
import warnings
from contextlib import suppress
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

pytest.importorskip("fastapi", reason='the app needs `pip install "hipcv[app]"`')
pytest.importorskip("sqlalchemy", reason='the app needs `pip install "hipcv[app]"`')

with warnings.catch_warnings():  # it would have another HTTP library, which does the same
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from hipcv.core.errors import BadRequest
from hipcv.core.landmarks import Side
from hipcv.store.files import DATABASE
from hipcv.store.models import NewClip
from hipcv.store.records import Records
from hipcv.web.app import create_app
from hipcv.web.security import PAGE_KEY_HEADER
from hipcv.web.state import Settings, open_app_state
from tests.clips import numbered_pictures, write_clip
from tests.store.conftest import empty_schema, postgres_server  # noqa: F401 - a fixture
from tests.waiting import LIMIT_S, wait_until
from tests.web import stub
from tests.web.driver import quick_limits, stub_command

LONG_TIMES_S = (0, 180, 360)
"""Of the pictures of a clip that does not count as short."""

BASE = "http://127.0.0.1:8000"
WS = "ws://127.0.0.1:8000"  # the test client does not take it from its base


class Therapist:
    """A user of the app."""

    def __init__(self, state, client, folder):
        self.state, self.client, self.folder = state, client, folder

    def clip_file(self, name="30.mp4", *, pictures=3):
        """Return a small real clip; its name decides its content and the stub's result.

        One named `long` lasts more than six minutes.
        """
        path = self.folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_clip(path, numbered_pictures(pictures), LONG_TIMES_S if "long" in name else None)
            path.write_bytes(path.read_bytes() + name.encode())  # content of its own
        return path

    def upload(self, name="30.mp4", **fields):
        """Upload a clip and return the response."""
        if fields.get("patient"):
            with suppress(BadRequest):  # there already, or no possible pseudonym
                self.state.records.add_patient(fields["patient"], by="AB")
        content = self.clip_file(name).read_bytes()
        return self.client.put("/api/uploads", params={"name": name, **fields}, content=content)

    def uploaded(self, name="30.mp4", **fields):
        """Upload a clip and return its id."""
        return self.upload(name, **fields).json()["clip"]

    def analysed(self, name="30.mp4", **fields):
        """Upload a clip, wait for its analysis and return it."""
        clip_id = self.uploaded(name, **fields)
        self.wait(clip_id)
        return self.get(f"/api/clips/{clip_id}")

    def placed(self, name="30.mp4", *, patient=None, on=None):
        """Store an analysed clip directly, without upload and job, and return it."""
        path, records, files = self.clip_file(name), self.state.records, self.state.files
        on = on or date(2026, 3, 1)
        visit_id = patient and records.visit_of(patient, on, by="AB").id
        part = files.incoming_folder() / name
        part.write_bytes(path.read_bytes())
        new = NewClip(
            visit_id=visit_id,
            sha256=files.add_clip(part, ".mp4"),
            name=name,
            suffix=".mp4",
            size_bytes=path.stat().st_size,
            mirrored=False,
            external=False,
            side=None,
        )
        clip, analysis_id = records.add_clip(new, by="AB"), str(uuid4())
        records.set_state(clip.id, "analysing", by="AB")
        folder = files.analysis_folder(analysis_id)
        folder.mkdir(parents=True)
        stub.write(path, folder, Side.LEFT)
        shutil.copyfile(path, folder / "proxy.mp4")
        document = json.loads((folder / "result.json").read_text())
        records.add_analysis(clip.id, document, 3, by="AB", analysis_id=analysis_id)
        return self.get(f"/api/clips/{clip.id}")

    def wait(self, clip_id, *, state=None, timeout_s=LIMIT_S):
        """Wait until the clip is done with, or in a state."""
        states = ("ready", "refused", "failed") if state is None else (state,)
        wait_until(lambda: self.state.records.clip(clip_id).state in states, timeout_s)
        return self.state.records.clip(clip_id).state

    def get(self, path, **query):
        return self.client.get(path, params=query).json()

    def correct(self, view, **changes):
        """Correct an analysis and return the response."""
        asked = {
            "version": view["analysis"]["version"],
            "kind": "rep",
            "side": "left",
            "rep": 0,
            "after": {"accepted": False},
            "why": "the heel was hidden",
            "by": "AB",
        } | changes
        return self.client.post(f"/api/analyses/{view['analysis']['id']}/corrections", json=asked)


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory):
    """An empty database, created once."""
    path = tmp_path_factory.mktemp("records") / DATABASE
    Records.open(f"sqlite:///{path}").close()
    return path


def settings_in(folder, empty_records):
    (folder / "desk").mkdir()
    shutil.copyfile(empty_records, folder / "desk" / DATABASE)
    return Settings(
        folder=folder / "desk",
        limits=quick_limits(),
        command=stub_command(folder / "runs"),
    )


def browser(app):
    """Return a client that follows no redirects and gets errors as responses."""
    return TestClient(
        app, BASE, raise_server_exceptions=False, follow_redirects=False, headers={"origin": BASE}
    )


def sign_in(client, state, user=""):
    """Give a client a session."""
    session = state.auth.sessions.begin(user)
    client.cookies.set("hipcv", session.cookie)
    client.headers[PAGE_KEY_HEADER] = session.page_key
    return session


def follow(browser, answer):
    """Store the page key as the page that begins a session does."""
    browser.headers[PAGE_KEY_HEADER] = re.search(r'data-page-key="([^"]+)"', answer.text)[1]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def each_database(request):
    """URL of each kind of database in turn, for modules that override `database` with it."""
    if request.param == "sqlite":
        return ""
    return empty_schema(request.getfixturevalue("postgres_server"))


@pytest.fixture
def database():
    """URL of the database; "": a file of the data folder. Modules may override it."""
    return ""


@pytest.fixture
def settings(tmp_path, empty_records, database):
    return replace(settings_in(tmp_path, empty_records), database=database)


@pytest.fixture
def state(settings):
    with open_app_state(settings) as state:
        yield state


@pytest.fixture
def client(state):
    """A client with a session."""
    with browser(create_app(state)) as client:
        sign_in(client, state)
        yield client


@pytest.fixture
def stranger(client):
    """A client without a session."""
    return browser(client.app)


@pytest.fixture
def therapist(state, client, tmp_path):
    return Therapist(state, client, tmp_path / "clips")


@pytest.fixture(scope="module")
def shared(tmp_path_factory, empty_records):
    """A therapist and one analysed clip, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("shared")
    with (
        open_app_state(settings_in(folder, empty_records)) as state,
        browser(create_app(state)) as client,
    ):
        sign_in(client, state)
        therapist = Therapist(state, client, folder / "clips")
        yield therapist, therapist.placed()
