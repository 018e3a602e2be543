"""The backup of the desk, made and saved on the settings page."""

import re

import pytest
from playwright.sync_api import expect

from hipcv.store.restoring import restore
from tests.browser.conftest import open_page

pytestmark = pytest.mark.slow  # left to the sweep


def test_a_backup_is_made_and_saved_and_can_be_restored(
    browser, stub_desk, open_stub_clip, tmp_path
):
    open_stub_clip("40.mp4", patient="P-backup")
    page = open_page(browser, stub_desk, "/settings")
    page.click("#make-backup")
    with page.expect_download() as download:
        page.click("#save-backup")
    download.value.save_as(tmp_path / "desk.zip")

    expect(page.locator("#backup")).to_contain_text(re.compile("SHA-256 [0-9a-f]{64}"))
    assert restore(tmp_path / "desk.zip", tmp_path / "new").problems == ()
    assert page.log.problems == []
    page.context.close()
