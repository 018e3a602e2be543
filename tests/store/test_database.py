import sys

import pytest

from hipcv.core.errors import BadRequest, EnvironmentFault
from hipcv.store.records import Records


@pytest.mark.parametrize("address", ["nonsense", "mysql://somebody@host/desk", ""])
def test_address_of_no_known_database_is_refused(address):
    with pytest.raises(BadRequest):
        Records.open(address)


def test_server_that_is_not_there_is_told(tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(EnvironmentFault, match="cannot be reached"):
        Records.open(f"postgresql://hipcv@/desk?host={tmp_path}")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_missing_library_says_what_to_install(monkeypatch, scheme):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(EnvironmentFault, match=r"hipcv\[postgres\]"):
        Records.open(f"{scheme}://hipcv@host/desk")


def test_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(EnvironmentFault, match="cannot be reached"):
        Records.open(f"sqlite:///{tmp_path / 'nowhere' / 'hipcv.sqlite3'}")


def test_file_that_is_no_database_is_told(tmp_path):
    path = tmp_path / "hipcv.sqlite3"
    path.write_text("a letter, not a database" * 100)

    with pytest.raises(EnvironmentFault, match="not a database"):
        Records.open(f"sqlite:///{path}")
