"""The certificate of the connection with a phone."""

import sys
from datetime import timedelta

import pytest
from cryptography import x509

from hipcv.web.phone import certificate
from hipcv.web.phone.certificate import FILE, current_certificate

ADDRESSES = ("192.168.1.7", "10.0.0.3")


def parsed(path):
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_certificate_is_for_the_addresses_of_the_machine(tmp_path):
    made = parsed(current_certificate(tmp_path, ADDRESSES).path)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert {*map(str, names.get_values_for_type(x509.IPAddress))} == {*ADDRESSES}


def test_certificate_may_sign_no_other(tmp_path):
    made = parsed(current_certificate(tmp_path, ADDRESSES).path)

    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_certificate_lasts_no_longer_than_phones_accept(tmp_path):
    made = parsed(current_certificate(tmp_path, ADDRESSES).path)

    assert made.not_valid_after_utc - made.not_valid_before_utc <= timedelta(days=397)


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_key_is_private(tmp_path):
    assert current_certificate(tmp_path, ADDRESSES).path.stat().st_mode & 0o777 == 0o600


def test_certificate_stays_the_same(tmp_path):
    first = current_certificate(tmp_path, ADDRESSES)

    assert current_certificate(tmp_path, ADDRESSES[::-1]) == first


@pytest.mark.parametrize("addresses", [ADDRESSES[:1], (*ADDRESSES, "10.0.0.4")], ids=str)
def test_certificate_is_renewed_where_the_addresses_change(tmp_path, addresses):
    first = current_certificate(tmp_path, ADDRESSES)

    assert current_certificate(tmp_path, addresses).fingerprint != first.fingerprint


@pytest.mark.parametrize("days", [-0.5, 0.5])
def test_certificate_is_renewed_before_it_ends(tmp_path, monkeypatch, days):
    monkeypatch.setattr(certificate, "VALID_DAYS", days)
    first = current_certificate(tmp_path, ADDRESSES)
    monkeypatch.undo()

    assert current_certificate(tmp_path, ADDRESSES).fingerprint != first.fingerprint


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----"])
def test_damaged_certificate_is_renewed(tmp_path, content):
    first = current_certificate(tmp_path, ADDRESSES)
    first.path.write_bytes(content)

    assert current_certificate(tmp_path, ADDRESSES).fingerprint != first.fingerprint


def test_certificate_with_the_key_of_another_is_renewed(tmp_path):
    (tmp_path / "other").mkdir()
    key = current_certificate(tmp_path, ADDRESSES).path.read_text().partition("-----BEGIN CERT")[0]
    other = current_certificate(tmp_path / "other", ADDRESSES).path.read_text()
    (tmp_path / FILE).write_text(key + other[other.index("-----BEGIN CERT") :])
    mixed = parsed(tmp_path / FILE)

    assert parsed(current_certificate(tmp_path, ADDRESSES).path) != mixed


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_certificate_whose_key_others_could_read_is_renewed(tmp_path):
    first = current_certificate(tmp_path, ADDRESSES)
    first.path.chmod(0o644)
    second = current_certificate(tmp_path, ADDRESSES)

    assert second.fingerprint != first.fingerprint
    assert second.path.stat().st_mode & 0o777 == 0o600
