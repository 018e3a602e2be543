"""Static files of the pages."""

import ast
import hashlib
import re
from pathlib import Path

import pytest

from hipcv import store
from hipcv.web.ui_text import STATIC

VENDOR = STATIC / "vendor" / "uplot"


def test_vendored_files_are_those_that_were_published():
    published = dict(
        reversed(line.split(maxsplit=1))
        for line in (VENDOR / "SHA256SUMS").read_text().splitlines()
    )
    actual = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "SHA256SUMS"
    }

    assert {name.strip("*"): digest for name, digest in published.items()} == actual


OWN_FILES = sorted(
    path
    for path in STATIC.rglob("*.[jc]s*")
    if path.suffix in {".js", ".css"} and "vendor" not in path.parts
)


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_own_files_name_no_other_host(path: Path):
    addresses = re.findall(r"https?://[^\s\"'`)]+", path.read_text(encoding="utf-8"))

    assert [url for url in addresses if not url.startswith("http://www.w3.org/")] == []


def test_every_change_in_the_audit_has_a_label_with_its_details():
    """The first argument of `audit` is the change; its keywords are the details."""
    modules = [path.read_text("utf-8") for path in Path(store.__file__).parent.glob("*.py")]
    calls = [
        node
        for module in modules
        for node in ast.walk(ast.parse(module))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "audit" and node.args
    ]
    changes = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    details = {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}
    script = (STATIC / "shared" / "audit.js").read_text(encoding="utf-8")

    assert changes | details <= set(re.findall(r'(\w+): _\("', script))
