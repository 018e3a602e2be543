"""Modes of written files, in folders that exist, whatever the user's umask is."""

import json
import subprocess
import sys

import pytest

from hipcv.core.options import AnalysisOptions
from hipcv.files import make_private
from tests.stored_results import measured_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such modes")


@pytest.fixture
def result(tmp_path):
    return measured_folder(tmp_path / "result", 30.0)


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_file_in_a_folder_that_existed_is_readable_by_its_owner_alone(result, umask):
    result.chmod(0o755)
    words = [sys.executable, "-m", "hipcv", "export", result, "--to", "csv", "--out", "new/a.csv"]
    subprocess.run(words, cwd=result, umask=umask, check=True, capture_output=True)

    modes = [path.stat().st_mode & 0o777 for path in (result / "new/a.csv", result / "new", result)]
    assert modes == [0o600, 0o700, 0o755]


def test_worker_of_a_cluster_writes_for_its_owner_alone(tmp_path):
    """Its parent is no program of hipcv."""
    order = {
        "clip": "a.mp4",
        "folder": "r",
        "options": AnalysisOptions().to_dict(),
        "growing": False,
    }
    report = (
        "import os, hipcv.batch.worker as w; w._analyze = lambda *_: print(oct(os.umask(0))) or 0"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{report}; w.end_with_parent = lambda: None; w.main()"],
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        check=True,
        umask=0,
        cwd=tmp_path,
    )

    assert done.stdout.strip() == "0o77"


def test_database_of_an_earlier_version_becomes_private_when_it_is_opened(tmp_path):
    pytest.importorskip("sqlalchemy", reason='records need `pip install "hipcv[app]"`')
    from hipcv.store.records import Records

    path = tmp_path / "hipcv.sqlite3"
    path.touch()
    path.chmod(0o644)
    records = Records.open(f"sqlite:///{path}")
    modes = {file.stat().st_mode & 0o777 for file in tmp_path.glob("hipcv.sqlite3*")}
    records.close()

    assert modes == {0o600}


def test_clip_that_is_read_only_stays_so(tmp_path):
    path = tmp_path / "clip.mp4"
    path.touch()
    path.chmod(0o444)
    make_private(path)

    assert path.stat().st_mode & 0o777 == 0o400
