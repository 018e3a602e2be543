import pytest


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """An empty data folder that this machine's settings name."""
    pytest.importorskip("sqlalchemy", reason='records need `pip install "hipcv[app]"`')
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.setenv("HIPCV_DATA_DIR", str(folder))
    monkeypatch.delenv("HIPCV_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def records(data_folder):
    """The records in it."""
    from hipcv.store.records import Records

    opened = Records.open(f"sqlite:///{data_folder / 'hipcv.sqlite3'}")
    yield opened
    opened.close()
