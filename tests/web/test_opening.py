"""Opening of the app in a browser: no secret on a command line, and private files."""

import json
import re
import stat
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from typer.testing import CliRunner

from hipcv.cli.main import app
from hipcv.files import exclusive_lock, write_private
from hipcv.web import opening
from hipcv.web.opening import RunningApp
from hipcv.web.sessions import Keys, KeyState

URL = "http://127.0.0.1:8123"


@pytest.fixture
def running(tmp_path):
    """An app that has the folder open."""
    announced = RunningApp(URL, Keys().secret).announced(tmp_path)
    with exclusive_lock(tmp_path / opening.LOCK), announced as running:
        yield running


@pytest.fixture
def opened(monkeypatch):
    """Addresses with which the browser was started."""
    addresses = []
    monkeypatch.setattr(opening.webbrowser, "open", addresses.append)
    return addresses


def page_of(address):
    return Path(unquote(urlsplit(address).path))


def key_in(page):
    return re.search(r'name="token" value="([^"]+)"', page.read_text())[1]


def test_browser_is_started_without_a_secret(running, tmp_path, opened):
    opening.open_browser(running, tmp_path)
    (address,) = opened

    page = page_of(address)
    assert (key_in(page) in address, running.secret in address) == (False, False)


def test_page_holds_a_key_that_opens_the_app(running, tmp_path, opened):
    opening.open_browser(running, tmp_path)

    assert Keys(running.secret).use(key_in(page_of(opened[0]))) is KeyState.VALID


def test_page_sends_the_key_in_the_body(running, tmp_path):
    page = opening.write_page(running, tmp_path).read_text()

    assert f'<form method="post" action="{URL}/open">' in page


@pytest.mark.skipif(sys.platform == "win32", reason="modes as POSIX has them")
def test_files_of_the_opening_are_private(running, tmp_path):
    page = opening.write_page(running, tmp_path)
    paths = [page, page.parent, tmp_path / opening.ANNOUNCEMENT]

    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in paths} == {0}


def test_used_page_is_deleted(running, tmp_path):
    page = opening.write_page(running, tmp_path)
    opening.discard_page(tmp_path, key_in(page))

    assert not page.exists()


def test_old_pages_are_deleted(running, tmp_path):
    page = opening.write_page(running, tmp_path)
    opening.discard_pages(tmp_path, older_than_s=0)

    assert not page.exists()


def test_app_that_closes_leaves_no_page_and_no_secret(tmp_path):
    with RunningApp(URL, "s").announced(tmp_path) as running:
        opening.write_page(running, tmp_path)

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_app_that_was_killed_is_not_found(tmp_path):
    content = json.dumps({"url": URL, "secret": "s"})
    write_private(tmp_path / opening.ANNOUNCEMENT, content)

    assert RunningApp.find(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": 1}', '{"other": ""}', "\udcff"])
def test_damaged_announcement_is_no_app(tmp_path, content):
    path = tmp_path / opening.ANNOUNCEMENT
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with exclusive_lock(tmp_path / opening.LOCK):
        assert RunningApp.find(tmp_path) is None


def review(tmp_path, *words):
    return CliRunner().invoke(app, ["review", "--data-dir", str(tmp_path), *words])


def test_second_command_prints_a_new_link_of_the_app_that_runs(running, tmp_path):
    start, _, key = review(tmp_path, "--no-browser").stdout.strip().partition("=")

    assert (start, Keys(running.secret).use(key)) == (f"{URL}/?token", KeyState.VALID)


def test_second_command_opens_the_app_that_runs(running, tmp_path, opened):
    review(tmp_path)

    assert [page_of(address).parent for address in opened] == [tmp_path / opening.PAGES]
