"""What the pages are made of."""

import hashlib
import re
from pathlib import Path

import pytest

from hipcv.web import pages

VENDOR = pages.STATIC / "vendor" / "uplot"


def test_vendored_files_are_those_that_were_published():
    told = dict(
        reversed(line.split(maxsplit=1))
        for line in (VENDOR / "SHA256SUMS").read_text().splitlines()
    )
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "SHA256SUMS"
    }

    assert {name.strip("*"): digest for name, digest in told.items()} == found


@pytest.mark.parametrize(
    "path",
    sorted(pages.STATIC.glob("*.js")) + sorted(pages.STATIC.glob("*.css")),
    ids=lambda path: path.name,
)
def test_our_own_files_name_no_other_host(path: Path):
    addresses = re.findall(r"https?://[^\s\"'`)]+", path.read_text(encoding="utf-8"))

    assert [each for each in addresses if not each.startswith("http://www.w3.org/")] == []
