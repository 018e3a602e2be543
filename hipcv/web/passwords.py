"""Passwords: the file of users, and delays after wrong passwords."""

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hipcv.core.errors import BadRequest
from hipcv.core.text import is_unsafe, normal_form
from hipcv.language import _
from hipcv.web.password_hashes import HashFile, PasswordHash

MIN_PASSWORD_LENGTH: Final = 12
MAX_PASSWORD_LENGTH: Final = 1024
MAX_NAME_LENGTH: Final = 32
FORMAT: Final = "hipcv.users/1"

FREE_ATTEMPTS: Final = 3
"""Wrong passwords of one address before the next one has to wait."""

LONGEST_DELAY_S: Final = 30.0
LONGEST_WAIT_S: Final = 60.0
"""An attempt that would have to wait longer is not taken; it does not count as one."""

FORGOTTEN_AFTER_S: Final = 900.0
MAX_ADDRESSES: Final = 4096

_NOBODY: Final = PasswordHash(salt="00" * 16, hash="")
"""The hash that is computed for a name that nobody has, so that both take as long."""


@dataclass(frozen=True, slots=True)
class UsersFile:
    """The users with their passwords, in a private file; it is read at each sign-in."""

    path: Path

    def check(self, name: str, password: str) -> str | None:
        """Return the name of the user as the file has it; None for a wrong name or password.

        Raises:
            BadRequest: the file cannot be read, or others can read it.
        """
        users = self.read()
        user = _find(users, name)
        stored = _NOBODY if user is None else users[user]
        return user if stored.matches(password[:MAX_PASSWORD_LENGTH]) else None

    def read(self) -> Mapping[str, PasswordHash]:
        """Return the hashes by name.

        Raises:
            BadRequest: the file cannot be read, or others can read it.
        """
        try:
            return self._file.read()
        except ValueError as error:
            text = _(
                "{file}: not a file of users. `hipcv review --users {file} --add-user NAME` makes "
                "one."
            )
            raise BadRequest(text.format(file=self.path)) from error

    def add(self, name: str, password: str) -> None:
        """Add a user, or give one another password.

        Raises:
            BadRequest: name or password is not accepted, or the file cannot be used.
        """
        if is_unsafe(name) or not 0 < len(name) <= MAX_NAME_LENGTH or not name.strip():
            text = _(
                "A user's name has 1 to {most} characters on one line, none of them a control "
                "character."
            )
            raise BadRequest(text.format(most=MAX_NAME_LENGTH))
        if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
            text = _("The password must have {count} signs or more.")
            raise BadRequest(text.format(count=MIN_PASSWORD_LENGTH))
        users = dict(self.read()) if self.path.exists() else {}
        if (earlier := _find(users, name)) is not None:
            del users[earlier]
        self._file.write(users | {name: PasswordHash.of(password)})

    def remove(self, name: str) -> None:
        """Remove a user.

        Raises:
            BadRequest: there is no such user, or the file cannot be used.
        """
        users = dict(self.read())
        user = _find(users, name)
        if user is None:
            text = _("{file}: there is no user {name}.")
            raise BadRequest(text.format(file=self.path, name=name))
        del users[user]
        self._file.write(users)

    @property
    def _file(self) -> HashFile:
        return HashFile(self.path, FORMAT, rows="users", name="name")


def _find(users: Iterable[str], name: str) -> str | None:
    """Return the stored name of the user of a typed name; None if there is no such user."""
    form = normal_form(name)
    return next((user for user in users if normal_form(user) == form), None)


@dataclass(slots=True)
class _Failures:
    count: int = 0
    latest_s: float = 0.0
    next_s: float = 0.0  # when the next attempt may be checked


@dataclass(slots=True)
class Attempts:
    """Wrong passwords by address: each one delays the next of the same address alone."""

    _by_address: OrderedDict[str, _Failures] = field(default_factory=OrderedDict)

    def reserve(self, address: str) -> float | None:
        """Count an attempt; return how long it has to wait, or None where it is not taken."""
        now_s, failures = time.monotonic(), self._of(address)
        wait_s = max(0.0, failures.next_s - now_s)
        if wait_s > LONGEST_WAIT_S:
            return None
        failures.count, failures.latest_s = failures.count + 1, now_s  # until it proves right
        failures.next_s = now_s + wait_s + self._delay_s(failures)
        return wait_s

    async def wait(self, address: str) -> bool:
        """Wait as long as an attempt has to; return False where it is not taken."""
        wait_s = self.reserve(address)
        if wait_s is None:
            return False
        await asyncio.sleep(wait_s)
        return True

    def succeeded(self, address: str) -> None:
        """Forget the wrong passwords of an address."""
        self._by_address.pop(network_of(address), None)

    def _of(self, address: str) -> _Failures:
        key = network_of(address)
        failures = self._by_address.pop(key, None)
        if failures is None or time.monotonic() - failures.latest_s > FORGOTTEN_AFTER_S:
            failures = _Failures(latest_s=time.monotonic())
        self._by_address[key] = failures
        while len(self._by_address) > MAX_ADDRESSES:
            self._by_address.popitem(last=False)
        return failures

    @staticmethod
    def _delay_s(failures: _Failures) -> float:
        over = failures.count - FREE_ATTEMPTS
        return 0.0 if over < 0 else min(2.0 ** min(over, 10), LONGEST_DELAY_S)


def network_of(address: str) -> str:
    """Return an IPv4 address, or the /64 network of an IPv6 address, which one user has."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped is not None:  # noqa: PLR2004 - the version
        return str(ip.ipv4_mapped)
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network(f"{ip}/64", strict=False))  # noqa: PLR2004
