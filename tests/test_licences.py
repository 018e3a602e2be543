"""Every locked package and every model has a licence, and one that is allowed."""

import subprocess

import pytest

from scripts import licences


@pytest.fixture(scope="module", autouse=True)
def _every_package_is_installed():
    """Licences are read from the metadata of what the lock installs."""
    for name in ("alembic", "distributed", "ezc3d", "psycopg", "scipy"):
        pytest.importorskip(name, reason="make setup installs every locked package")


def test_every_locked_package_and_model_has_an_allowed_licence_and_stands_on_the_page():
    assert list(licences.problems()) == []


def test_package_without_a_licence_is_named(monkeypatch):
    monkeypatch.setattr(licences, "licence_of", lambda name: "" if name == "numpy" else "MIT")

    assert any(text.startswith("numpy: no licence") for text in licences.problems())


def test_package_with_a_licence_that_is_not_allowed_is_named(monkeypatch):
    other = {"numpy": "AGPL-3.0-only"}
    monkeypatch.setattr(licences, "licence_of", lambda name: other.get(name, "MIT"))

    assert any("AGPL-3.0-only is not" in text for text in licences.problems())


def test_model_without_a_licence_is_named(monkeypatch):
    monkeypatch.setattr(licences, "models", lambda: {"new.task": ""})

    assert any(text.startswith("new.task: no licence") for text in licences.problems())


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT AND PSF-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only", False),
        ("", False),
    ],
)
def test_parts_joined_by_and_must_all_be_allowed_and_one_of_those_joined_by_or(expression, allowed):
    assert licences.is_allowed(expression) == allowed


def test_library_that_an_extra_brings_is_said_to_be_of_that_extra():
    purposes = licences.purposes(licences.locked())

    assert [purposes[name] for name in ("jinja2", "mako", "zict", "pytest")] == [
        "hipcv",
        "extra app",
        "extra cluster",
        "development",
    ]


@pytest.mark.slow
def test_audit_of_the_packages_says_plainly_that_it_has_no_network(tmp_path):
    nowhere = "http://127.0.0.1:1/"
    proxies = {"HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "PIP_RETRIES": "0"}
    environment = {"PATH": "/usr/bin:/bin", "PIP_INDEX_URL": nowhere, **proxies}
    script = licences.ROOT / "scripts" / "audit.sh"
    run = subprocess.run(
        ["sh", script], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (run.returncode, "needs the network" in run.stderr) == (6, True)
