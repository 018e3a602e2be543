"""Hashes of passwords and PINs, in private files."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from hipcv.files import write_private
from hipcv.web.secret_files import refuse_unless_private

_SCRYPT_MEMORY: Final = 64 << 20
_LARGEST_COST: Final = 32 << 20  # bytes


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """The scrypt hash of a password, with its salt and its cost."""

    salt: str  # hexadecimal
    hash: str  # hexadecimal
    n: int = 1 << 15
    r: int = 8
    p: int = 1

    def __post_init__(self) -> None:
        cost = (self.n, self.r, self.p)
        whole = all(isinstance(number, int) and number > 0 for number in cost)
        if not (whole and self.n & (self.n - 1) == 0 and 128 * self.n * self.r <= _LARGEST_COST):
            raise ValueError(f"scrypt: {cost}")
        bytes.fromhex(self.salt + self.hash)

    @classmethod
    def of(cls, password: str) -> Self:
        """Return a hash with a new salt."""
        salt = secrets.token_bytes(16).hex()
        return cls(salt, cls(salt, "").compute(password))

    def compute(self, password: str) -> str:
        """Return the hash of a password with this salt and cost."""
        content, salt = password.encode("utf-8", "replace"), bytes.fromhex(self.salt)
        cost: dict[str, Any] = {"n": self.n, "r": self.r, "p": self.p}
        return hashlib.scrypt(content, salt=salt, maxmem=_SCRYPT_MEMORY, **cost).hex()

    def matches(self, password: str) -> bool:
        """Return True for the password of this hash."""
        return hmac.compare_digest(self.compute(password), self.hash)


@dataclass(frozen=True, slots=True)
class HashFile:
    """A private JSON file of hashes by name."""

    path: Path
    format: str
    rows: str  # field of the document with the hashes
    name: str  # field of each hash with its name

    def read(self) -> dict[str, PasswordHash]:
        """Return the hashes by name.

        Raises:
            BadRequest: others can read the file.
            ValueError: it cannot be read, or is no such file.
        """
        refuse_unless_private(self.path)
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            return {str(row.pop(self.name)): PasswordHash(**row) for row in document[self.rows]}
        except (OSError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(self.path) from error

    def write(self, hashes: Mapping[str, PasswordHash]) -> None:
        """Replace the file by one with these hashes."""
        rows = [{self.name: name, **asdict(value)} for name, value in hashes.items()]
        document = {"format": self.format, self.rows: rows}
        write_private(self.path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
