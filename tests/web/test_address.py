"""Addresses of the app, and the users and TLS that other machines need."""

import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import BadRequest
from hipcv.files import write_private
from hipcv.web.passwords import UsersFile
from hipcv.web.serve import Address, running_app
from hipcv.web.sessions import KeyState

PASSWORD = "correct horse battery"


@pytest.fixture
def files(tmp_path):
    """A file of users and TLS files."""
    UsersFile(tmp_path / "users").add("Ana Ruiz", PASSWORD)
    for name in ("cert", "key"):
        write_private(tmp_path / name, name)
    return {
        "users_file": tmp_path / "users",
        "tls_cert": tmp_path / "cert",
        "tls_key": tmp_path / "key",
    }


def test_default_address_is_loopback():
    assert Address().host == "127.0.0.1"


@pytest.mark.parametrize("lacking", ["users_file", "tls_cert", "tls_key"])
@pytest.mark.parametrize("host", ["192.168.1.5", "0.0.0.0", "clinic.local", "::", "10.0.0.1"])
def test_other_address_needs_users_and_tls(files, host, lacking):
    given = {name: path for name, path in files.items() if name != lacking}

    with pytest.raises(BadRequest):
        Address(host, names=("clinic.local",), **given).auth()


def test_other_address_with_users_and_tls_is_accepted(files):
    assert Address("192.168.1.5", **files).auth().hosts == ("192.168.1.5",)


def test_wildcard_address_needs_a_name(files):
    with pytest.raises(BadRequest):
        Address("0.0.0.0", **files).auth()


def test_wildcard_address_answers_to_its_name_only(files):
    assert Address("0.0.0.0", names=("clinic.local",), **files).auth().hosts == ("clinic.local",)


@pytest.mark.parametrize("password", ["", "short", "   \n"])
def test_short_password_is_refused(tmp_path, password):
    file = write_private(tmp_path / "password", password)

    with pytest.raises(BadRequest):
        Address(password_file=file).auth()


def test_password_file_alone_does_not_open_the_app_to_others(files, tmp_path):
    del files["users_file"]
    files["password_file"] = write_private(tmp_path / "password", PASSWORD)

    with pytest.raises(BadRequest, match="--users"):
        Address("192.168.1.5", **files).auth()


@pytest.mark.skipif(sys.platform == "win32", reason="modes as POSIX has them")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
@pytest.mark.parametrize("name", ["users_file", "tls_key", "password_file"])
def test_secret_that_others_can_read_is_refused_with_the_remedy(files, tmp_path, name, mode):
    if name == "password_file":
        files = {name: write_private(tmp_path / "password", PASSWORD)}
    files[name].chmod(mode)

    with pytest.raises(BadRequest, match=f"chmod 600 {files[name]}"):
        Address(**files).auth()


@pytest.mark.skipif(sys.platform == "win32", reason="owners as POSIX has them")
def test_secret_of_another_user_is_refused(files, monkeypatch):
    monkeypatch.setattr("hipcv.web.secret_files.os.geteuid", lambda: 12345)
    real = Path.stat

    def of_another(path, **options):
        state = list(real(path, **options))
        state[4] = 54321
        return os.stat_result(state)

    monkeypatch.setattr(Path, "stat", of_another)

    with pytest.raises(BadRequest, match="another user"):
        Address(**files).auth()


def test_certificate_may_be_read_by_others(files):
    files["tls_cert"].chmod(0o644)

    assert Address(**files).auth()


def test_link_has_a_key_that_opens_the_app():
    address = Address()
    auth = address.auth()
    start, _, key = running_app(auth, address, 8123).link().partition("=")

    assert (start, auth.keys.use(key)) == ("http://127.0.0.1:8123/?token", KeyState.VALID)


def test_key_of_another_start_is_refused():
    assert Address().auth().keys.use(Address().auth().keys.new()) is KeyState.WRONG


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """A function that runs the command and returns its error."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        result = CliRunner().invoke(app, ["review", "--data-dir", str(tmp_path / "d"), *words])
        return result.exception

    return run


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "clinic.local"])
def test_command_refuses_a_host_without_users_and_tls(refused, host):
    assert "--users" in str(refused("--host", host))


@pytest.mark.parametrize("words", [["--name", "a/b"], ["--name", "a:1"], ["--tls-cert", "x"]])
def test_command_refuses_an_invalid_address(refused, words):
    assert isinstance(refused(*words), BadRequest)


def test_invalid_certificate_is_refused(refused, files):
    options = {"users_file": "users", "tls_cert": "tls-cert", "tls_key": "tls-key"}
    words = [f"--{options[name]}={path}" for name, path in files.items()]

    assert isinstance(refused("--host", "192.168.1.5", *words), BadRequest)
