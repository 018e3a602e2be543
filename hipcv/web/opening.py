"""Opening of the app in a browser, without a secret on a command line or in a history.

The browser is started with the address of a page in a private folder. That page sends a
single-use key to the app, and is deleted once the key was used. A second `hipcv review` makes such
a key for the app that runs, by the secret in a private file of the data folder.
"""

import json
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from hipcv.files import exclusive_lock, write_private
from hipcv.language import _
from hipcv.report.pages import environment
from hipcv.web.sessions import OPENED_KEY_S, Keys

LOCK: Final = "desk.lock"
"""Lock of the data folder while an app has it open."""

ANNOUNCEMENT: Final = "desk.json"
PAGES: Final = "opening"


@dataclass(frozen=True, slots=True)
class RunningApp:
    """Address of an app that runs, and the secret of its keys."""

    url: str
    secret: str  # "": users sign in by name

    def link(self) -> str:
        """Return the address to open by hand, with a new key where keys open the app."""
        return f"{self.url}/?token={Keys(self.secret).new()}" if self.secret else f"{self.url}/"

    @contextmanager
    def announced(self, folder: Path) -> Iterator[Self]:
        """Let the owner's other processes find the app within the context."""
        write_private(folder / ANNOUNCEMENT, json.dumps(asdict(self)))
        discard_pages(folder, older_than_s=0)
        try:
            yield self
        finally:
            (folder / ANNOUNCEMENT).unlink(missing_ok=True)
            discard_pages(folder, older_than_s=0)

    @classmethod
    def find(cls, folder: Path) -> Self | None:
        """Return the app that has a data folder open, or None."""
        with suppress(OSError, ValueError, TypeError):
            found = cls(**json.loads((folder / ANNOUNCEMENT).read_text(encoding="utf-8")))
            with suppress(BlockingIOError), exclusive_lock(folder / LOCK):
                return None  # it was killed
            return found
        return None


def open_browser(app: RunningApp, folder: Path) -> None:
    """Open the app in the user's browser."""
    if not app.secret:
        webbrowser.open(app.link())
        return
    webbrowser.open(write_page(app, folder).absolute().as_uri())


def write_page(app: RunningApp, folder: Path) -> Path:
    """Write a page that opens the app with a new key, and return its path."""
    key = Keys(app.secret).new(OPENED_KEY_S)
    template = environment("hipcv.web").get_template("redirect.html")
    html = template.render(title=_("The desk opens"), url=app.url, key=key)
    pages = folder / PAGES
    pages.mkdir(mode=0o700, exist_ok=True)
    return write_private(_page_of(folder, key), html)


def discard_page(folder: Path, key: str) -> None:
    """Delete the page of a key that was used."""
    _page_of(folder, key).unlink(missing_ok=True)


def discard_pages(folder: Path, older_than_s: float = OPENED_KEY_S) -> None:
    """Delete pages whose keys are not valid any more."""
    for page in (folder / PAGES).glob("*.html"):
        with suppress(OSError):
            if time.time() - page.stat().st_mtime >= older_than_s:
                page.unlink()


def _page_of(folder: Path, key: str) -> Path:
    name = sha256(key.encode("utf-8", "replace")).hexdigest()[:16]
    return folder / PAGES / f"{name}.html"
