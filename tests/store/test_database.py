import sys

import pytest

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.store.records import Records


@pytest.mark.parametrize("address", ["nonsense", "mysql://user@host/desk", ""])
def test_address_of_an_unsupported_database_is_refused(address):
    with pytest.raises(BadRequest):
        Records.open(address)


def test_unreachable_server_is_an_environment_fault(tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(EnvironmentFault):
        Records.open(f"postgresql://hipcv@/desk?host={tmp_path}")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_missing_library_names_the_extra_to_install(monkeypatch, scheme):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(EnvironmentFault, match=r"hipcv\[postgres\]"):
        Records.open(f"{scheme}://hipcv@host/desk")


def test_missing_folder_is_an_environment_fault(tmp_path):
    with pytest.raises(EnvironmentFault):
        Records.open(f"sqlite:///{tmp_path / 'nowhere' / 'hipcv.sqlite3'}")


def test_file_that_is_no_database_is_an_environment_fault(tmp_path):
    path = tmp_path / "hipcv.sqlite3"
    path.write_text("a letter, not a database" * 100)

    with pytest.raises(EnvironmentFault):
        Records.open(f"sqlite:///{path}")
