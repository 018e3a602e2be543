"""Short PINs of initials, asked for before a change is made with these initials."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hipcv.core.errors import BadRequest, HipcvError
from hipcv.core.text import normal_form
from hipcv.language import _
from hipcv.web.password_hashes import HashFile, PasswordHash
from hipcv.web.passwords import Attempts
from hipcv.web.sessions import Session

FORMAT: Final = "hipcv.pins/1"

ASK_AFTER_S: Final = 300.0
"""Time without a change by the same user after which the PIN is asked for anew."""


class PinRequired(HipcvError):
    """The PIN of the initials is missing or wrong."""


@dataclass(slots=True)
class Pins:
    """The PINs of a desk, in a private file of its data folder, as scrypt hashes."""

    path: Path
    _attempts: Attempts = field(default_factory=Attempts)  # by initials

    def confirm(self, session: Session, initials: str, pin: str) -> None:
        """Check the PIN of a change, unless the session made one with these initials just now.

        Raises:
            PinRequired: these initials have a PIN, and it was not given.
            BadRequest: the file cannot be read.
        """
        form, now_s = normal_form(initials), time.monotonic()
        stored = self._read().get(form)
        recent = session.confirmed == form and now_s - session.confirmed_s <= ASK_AFTER_S
        if stored is not None and not recent:
            self._check(initials, stored, pin)
        session.confirmed, session.confirmed_s = form, now_s

    def set(self, session: Session, initials: str, *, pin: str, earlier: str) -> None:
        """Set the PIN of initials, or another one, or with "" none.

        Raises:
            PinRequired: the earlier PIN is missing or wrong.
            BadRequest: the file cannot be used.
        """
        form, stored = normal_form(initials), self._read()
        if form in stored:
            self._check(initials, stored[form], earlier)
        changed = {name: value for name, value in stored.items() if name != form}
        if pin:
            changed[form] = PasswordHash.of(pin)
        self._file.write(changed)
        session.confirmed = None

    def _check(self, initials: str, stored: PasswordHash, pin: str) -> None:
        form = normal_form(initials)
        if not pin:
            raise PinRequired(_("Type the PIN of {initials}.").format(initials=initials))
        wait_s = self._attempts.reserve(form)
        if wait_s is None or wait_s > 0:
            raise PinRequired(_("Too many wrong PINs. Wait half a minute, then try again."))
        if not stored.matches(pin):
            raise PinRequired(_("That is not the PIN of {initials}.").format(initials=initials))
        self._attempts.succeeded(form)

    @property
    def _file(self) -> HashFile:
        return HashFile(self.path, FORMAT, rows="pins", name="initials")

    def _read(self) -> Mapping[str, PasswordHash]:
        if not self.path.exists():
            return {}
        try:
            return self._file.read()
        except ValueError as error:
            text = _("{file}: not a file of PINs. Delete it, then set the PINs again.")
            raise BadRequest(text.format(file=self.path)) from error
