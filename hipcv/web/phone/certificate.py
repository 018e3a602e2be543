"""The certificate of the connection with a phone, made here and signed by nobody else."""

import ipaddress
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hipcv.core.errors import BadRequest
from hipcv.files import write_private
from hipcv.web.secret_files import refuse_unless_private

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as Parsed

FILE: Final = "phone.pem"
"""File of the data folder with the certificate and its key."""

VALID_DAYS: Final = 365
RENEWED_DAYS: Final = 1
"""Days before its end at which a certificate is replaced."""

_COMMON_NAME: Final = "hipcv"
_EARLIER: Final = timedelta(days=1)  # clocks of phones may be slow


@dataclass(frozen=True, slots=True)
class Certificate:
    """A file with a certificate and its key, and the fingerprint that browsers show."""

    path: Path
    fingerprint: str  # SHA-256, as "AB:CD:..."


def current_certificate(folder: Path, addresses: Collection[str]) -> Certificate:
    """Return the certificate of a data folder, valid now and for exactly these addresses.

    One that is missing, ends soon, is for other addresses or could be read by others is replaced.

    Raises:
        OSError: it cannot be written.
    """
    path = folder / FILE
    parsed = _read(path)
    if parsed is None or not _serves(parsed, addresses):
        parsed = _write(path, addresses)
    return Certificate(path, _fingerprint(parsed))


def _read(path: Path) -> "Parsed | None":
    """Return the stored certificate; None where it or its key cannot be used."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    with suppress(OSError, ValueError, BadRequest):
        refuse_unless_private(path)
        content = path.read_bytes()
        parsed = x509.load_pem_x509_certificate(content)
        if load_pem_private_key(content, None).public_key() == parsed.public_key():
            return parsed
    return None


def _serves(parsed: "Parsed", addresses: Collection[str]) -> bool:
    """Return True if a certificate is valid for a while, for exactly these addresses."""
    from cryptography import x509

    names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    stored = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    now = datetime.now(UTC)
    lasts = now + timedelta(days=RENEWED_DAYS) < parsed.not_valid_after_utc
    return stored == {*addresses} and parsed.not_valid_before_utc <= now and lasts


def _write(path: Path, addresses: Collection[str]) -> "Parsed":
    """Make a certificate with a new key, and store both in one private file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _COMMON_NAME)])
    names = [x509.IPAddress(ipaddress.ip_address(address)) for address in sorted(addresses)]
    now = datetime.now(UTC)
    parsed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(path, (private + parsed.public_bytes(Encoding.PEM)).decode())
    return parsed


def _fingerprint(parsed: "Parsed") -> str:
    from cryptography.hazmat.primitives import hashes

    return parsed.fingerprint(hashes.SHA256()).hex(":").upper()
