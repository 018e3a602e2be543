"""Where the desk may be reached, and what it takes to let others in."""

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.core.errors import BadRequest
from hipcv.web.serve import Address, link


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


def test_unasked_the_desk_is_for_this_machine_alone():
    assert Address().host == "127.0.0.1"


@pytest.mark.parametrize("lacking", ["password_file", "tls_cert", "tls_key"])
@pytest.mark.parametrize("host", ["192.168.1.5", "0.0.0.0", "clinic.local", "::", "10.0.0.1"])
def test_others_are_let_in_only_with_password_and_tls(files, host, lacking):
    given = {name: path for name, path in files.items() if name != lacking}

    with pytest.raises(BadRequest):
        Address(host, names=("clinic.local",), **given).auth()


def test_with_all_of_them_others_are_let_in(files):
    assert Address("192.168.1.5", **files).auth().hosts == ("192.168.1.5",)


def test_every_address_at_once_needs_a_name(files):
    with pytest.raises(BadRequest):
        Address("0.0.0.0", **files).auth()


def test_a_desk_for_others_answers_to_its_name_alone(files):
    assert Address("0.0.0.0", names=("clinic.local",), **files).auth().hosts == ("clinic.local",)


@pytest.mark.parametrize("password", ["", "short", "   \n"])
def test_a_password_that_is_soon_guessed_is_refused(files, password):
    files["password_file"].write_text(password)

    with pytest.raises(BadRequest):
        Address("192.168.1.5", **files).auth()


def test_the_link_carries_the_token():
    address = Address()
    auth = address.auth()

    assert link(auth, address, 8123) == f"http://127.0.0.1:8123/?token={auth.token}"


def test_each_start_has_a_token_of_its_own():
    assert Address().auth().token != Address().auth().token


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """What the command says, and its exit code."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        told = CliRunner().invoke(app, ["review", "--data-dir", str(tmp_path / "d"), *words])
        return told.exception

    return run


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "clinic.local"])
def test_the_command_lets_nobody_in_by_the_host_alone(refused, host):
    assert "--password-file" in str(refused("--host", host))


@pytest.mark.parametrize("words", [["--name", "a/b"], ["--name", "a:1"], ["--tls-cert", "x"]])
def test_the_command_refuses_what_makes_no_address(refused, words):
    assert isinstance(refused(*words), BadRequest)


def test_what_is_no_certificate_is_refused(refused, files):
    words = [f"--{name.replace('_', '-')}={path}" for name, path in files.items()]

    assert isinstance(refused("--host", "192.168.1.5", *words), BadRequest)
