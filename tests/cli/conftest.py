import os
import signal
import sys

import pytest

from hipcv.cli import isolation, main


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


@pytest.fixture(autouse=True)
def hangup_is_not_ignored():
    """Let commands get SIGHUP in a run under nohup too, whose children all ignore it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def run_main(monkeypatch):
    """Function that runs the command line in this process and returns its exit code.

    What it sets of the process is set back: handlers of signals, the mask of new files, isolation.
    """
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    if sys.platform != "win32":
        handlers[signal.SIGHUP] = signal.getsignal(signal.SIGHUP)
    mask = os.umask(0o077)
    os.umask(mask)
    monkeypatch.setattr(isolation, "enable", lambda: None)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["hipcv", *words])
        with pytest.raises(SystemExit) as ended:
            main.run()
        return ended.value.code

    yield run
    os.umask(mask)
    for number, handler in handlers.items():
        signal.signal(number, handler)
