"""Short PINs of initials, asked for before a change is made in somebody's name."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from hipcv.core.errors import BadRequest, HipcvError
from hipcv.core.text import normal_form
from hipcv.files import write_private
from hipcv.language import N_, _
from hipcv.web.passwords import Attempts, PasswordHash
from hipcv.web.secret_files import refuse_unless_private
from hipcv.web.sessions import Session

FILE: Final = "pins.json"
FORMAT: Final = "hipcv.pins/1"

ASK_AFTER_S: Final = 300.0
"""Time without a change in somebody's name after which the PIN is asked for anew."""

_LONG_WAIT: Final = N_("Too many wrong PINs. Wait half a minute, then try again.")


class PinRequired(HipcvError):
    """The PIN of the initials is missing or wrong."""


@dataclass(slots=True)
class Pins:
    """The PINs of a desk, in a private file of its data folder, as scrypt hashes."""

    path: Path
    _attempts: Attempts = field(default_factory=Attempts)  # by initials

    def confirm(self, session: Session, initials: str, pin: str) -> None:
        """Check who makes a change, unless the same session made one for them just now.

        Raises:
            PinRequired: these initials have a PIN, and it was not given.
            BadRequest: the file cannot be read.
        """
        form, now_s = normal_form(initials), time.monotonic()
        stored = self._read().get(form)
        latest_s = session.confirmed.get(form)
        if stored is not None and (latest_s is None or now_s - latest_s > ASK_AFTER_S):
            self._check(form, stored, pin, initials)
        session.confirmed.clear()  # another user begins anew
        session.confirmed[form] = now_s

    def set(self, session: Session, initials: str, *, pin: str, earlier: str) -> None:
        """Set the PIN of initials, or another one, or with "" none.

        Raises:
            PinRequired: the earlier PIN is missing or wrong.
            BadRequest: the file cannot be used.
        """
        form, stored = normal_form(initials), self._read()
        if form in stored:
            self._check(form, stored[form], earlier, initials)
        changed = {name: value for name, value in stored.items() if name != form}
        if pin:
            changed[form] = PasswordHash.of(pin)
        rows = [{"initials": name, **asdict(value)} for name, value in changed.items()]
        write_private(self.path, json.dumps({"format": FORMAT, "pins": rows}, indent=1) + "\n")
        session.confirmed.clear()

    def _check(self, form: str, stored: PasswordHash, pin: str, initials: str) -> None:
        if not pin:
            raise PinRequired(_("Type the PIN of {initials}.").format(initials=initials))
        wait_s = self._attempts.reserve(form)
        if wait_s is None or wait_s > 0:
            raise PinRequired(_(_LONG_WAIT))
        if not stored.matches(pin):
            raise PinRequired(_("That is not the PIN of {initials}.").format(initials=initials))
        self._attempts.succeeded(form)

    def _read(self) -> Mapping[str, PasswordHash]:
        if not self.path.exists():
            return {}
        refuse_unless_private(self.path)
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            return {str(row.pop("initials")): PasswordHash(**row) for row in document["pins"]}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            text = _("{file}: not a file of PINs. Delete it, then set the PINs again.")
            raise BadRequest(text.format(file=self.path)) from error
