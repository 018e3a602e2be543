"""Addresses of the app, and the password and TLS that other machines need."""

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import BadRequest
from hipcv.web.serve import Address, running_app
from hipcv.web.sessions import KeyState


@pytest.fixture
def files(tmp_path):
    """A password and TLS files."""
    for name, text in (("password", "correct horse battery"), ("cert", "c"), ("key", "k")):
        (tmp_path / name).write_text(text)
    return {
        "password_file": tmp_path / "password",
        "tls_cert": tmp_path / "cert",
        "tls_key": tmp_path / "key",
    }


def test_default_address_is_loopback():
    assert Address().host == "127.0.0.1"


@pytest.mark.parametrize("lacking", ["password_file", "tls_cert", "tls_key"])
@pytest.mark.parametrize("host", ["192.168.1.5", "0.0.0.0", "clinic.local", "::", "10.0.0.1"])
def test_other_address_needs_password_and_tls(files, host, lacking):
    given = {name: path for name, path in files.items() if name != lacking}

    with pytest.raises(BadRequest):
        Address(host, names=("clinic.local",), **given).auth()


def test_other_address_with_password_and_tls_is_accepted(files):
    assert Address("192.168.1.5", **files).auth().hosts == ("192.168.1.5",)


def test_wildcard_address_needs_a_name(files):
    with pytest.raises(BadRequest):
        Address("0.0.0.0", **files).auth()


def test_wildcard_address_answers_to_its_name_only(files):
    assert Address("0.0.0.0", names=("clinic.local",), **files).auth().hosts == ("clinic.local",)


@pytest.mark.parametrize("password", ["", "short", "   \n"])
def test_short_password_is_refused(files, password):
    files["password_file"].write_text(password)

    with pytest.raises(BadRequest):
        Address("192.168.1.5", **files).auth()


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
def test_command_refuses_a_host_without_password_and_tls(refused, host):
    assert "--password-file" in str(refused("--host", host))


@pytest.mark.parametrize("words", [["--name", "a/b"], ["--name", "a:1"], ["--tls-cert", "x"]])
def test_command_refuses_an_invalid_address(refused, words):
    assert isinstance(refused(*words), BadRequest)


def test_invalid_certificate_is_refused(refused, files):
    words = [f"--{name.replace('_', '-')}={path}" for name, path in files.items()]

    assert isinstance(refused("--host", "192.168.1.5", *words), BadRequest)
