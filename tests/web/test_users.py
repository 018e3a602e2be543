"""Users with a password each: who signs in is who signs."""

import json
import stat
import sys
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import BadRequest
from hipcv.files import write_private
from hipcv.web.passwords import UsersFile
from hipcv.web.security import Auth
from tests.web import conftest

PASSWORD, OTHER = "correct horse battery", "another long password"


@pytest.fixture
def users(tmp_path):
    users = UsersFile(tmp_path / "users.json")
    users.add("Ana Ruiz", PASSWORD)
    users.add("BK", OTHER)
    return users


@pytest.fixture
def settings(settings, users):
    return replace(settings, auth=Auth(users=users))


@pytest.fixture
def client(client, state):
    """A browser at which Ana Ruiz signed in."""
    conftest.sign_in(client, state, "Ana Ruiz")
    return client


def sign_in(browser, name, password):
    return browser.post("/signin", data={"name": name, "password": password})


@pytest.mark.parametrize("name", ["Ana Ruiz", "ana ruiz", " Ana Ruiz "])
def test_user_signs_in_with_name_and_password(stranger, name):
    conftest.follow(stranger, sign_in(stranger, name, PASSWORD))

    assert 'data-user="Ana Ruiz"' in stranger.get("/").text


@pytest.mark.parametrize(
    ("name", "password"),
    [("Ana Ruiz", OTHER), ("BK", PASSWORD), ("", PASSWORD), ("C", PASSWORD), ("BK", "")],
)
def test_name_and_password_must_belong_together(stranger, name, password):
    assert sign_in(stranger, name, password).status_code == 401


def test_link_without_a_user_opens_nothing(stranger, state):
    assert "set-cookie" not in stranger.get(f"/?token={state.auth.keys.new()}").headers


def test_signature_is_that_of_the_user_who_signed_in(therapist):
    view = therapist.placed(patient="P-1")
    path = f"/api/analyses/{view['analysis']['id']}/sign"
    body = {"version": view["analysis"]["version"], "by": "BK"}
    signed = therapist.client.post(path, json=body).json()["analysis"]

    assert signed["signed_by"] == "Ana Ruiz"


def test_audit_says_who_did_it(therapist):
    view = therapist.placed(patient="P-1")
    therapist.correct(view, by="BK")
    therapist.upload("20.mp4")
    rows = therapist.get("/api/audit")["rows"]

    assert {row["who"] for row in rows if row["what"].startswith("correct")} == {"Ana Ruiz"}
    assert "BK" not in {row["who"] for row in rows}


def test_upload_is_by_the_user(therapist):
    clip_id = therapist.uploaded("20.mp4", by="BK")
    rows = therapist.get("/api/audit", subject=clip_id)["rows"]

    assert rows[0]["who"] == "Ana Ruiz"


def test_pages_ask_a_user_for_no_initials(client):
    assert 'id="who"' not in client.get("/").text


def test_removed_user_cannot_sign_in(users, stranger):
    users.remove("BK")

    assert sign_in(stranger, "BK", OTHER).status_code == 401


def test_user_added_while_the_app_runs_can_sign_in(users, stranger):
    users.add("CD", "a third long password")

    assert sign_in(stranger, "CD", "a third long password").status_code == 200


def test_file_holds_no_password(users):
    text = users.path.read_text()

    assert (PASSWORD in text, PASSWORD.encode().hex() in text) == (False, False)


def test_equal_passwords_have_different_hashes(users):
    users.add("CD", PASSWORD)
    stored = users.read()

    assert stored["CD"].hash != stored["Ana Ruiz"].hash


@pytest.mark.skipif(sys.platform == "win32", reason="modes as POSIX has them")
def test_file_is_private(users):
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"users": {}}', '{"users": [1]}', '{"users": [{"name": "A"}]}',
     '{"users": [{"name": "A", "salt": "zz", "hash": "00"}]}',
     '{"users": [{"name": "A", "salt": "00", "hash": "00", "n": 1073741824}]}',
     '{"users": [{"name": "A", "salt": "00", "hash": "00", "n": -1}]}',
     '{"users": [{"name": "A", "salt": "00", "hash": "00", "n": "x"}]}'],
)  # fmt: skip
def test_damaged_file_is_refused_in_one_sentence(tmp_path, content):
    if content == '{"users": {}}':
        content = json.dumps({"users": {"A": 1}})
    file = write_private(tmp_path / "users", content)

    with pytest.raises(BadRequest, match="not a file of users"):
        UsersFile(file).read()


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 33])
def test_invalid_name_is_refused(users, name):
    with pytest.raises(BadRequest):
        users.add(name, PASSWORD)


def run(tmp_path, *words, typed=""):
    file = str(tmp_path / "new.json")
    return CliRunner().invoke(app, ["review", "--users", file, *words], input=typed)


def test_command_adds_a_user(tmp_path):
    run(tmp_path, "--add-user", "Ana Ruiz", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert UsersFile(tmp_path / "new.json").check("Ana Ruiz", PASSWORD) == "Ana Ruiz"


def test_command_prints_no_password(tmp_path):
    result = run(tmp_path, "--add-user", "Ana Ruiz", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert PASSWORD not in result.output


def test_command_refuses_a_short_password(tmp_path):
    result = run(tmp_path, "--add-user", "Ana Ruiz", typed="short\nshort\n")

    assert isinstance(result.exception, BadRequest)


def test_command_removes_a_user(tmp_path):
    run(tmp_path, "--add-user", "Ana Ruiz", typed=f"{PASSWORD}\n{PASSWORD}\n")
    run(tmp_path, "--remove-user", "Ana Ruiz")

    assert not UsersFile(tmp_path / "new.json").read()
