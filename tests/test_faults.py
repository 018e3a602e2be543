"""Nothing that is saved is ever half: a kill, a full disk or a disk error at any system call."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills by a signal")


@pytest.mark.parametrize(
    "kind", ["kill", *(pytest.param(k, marks=pytest.mark.slow) for k in ("ENOSPC", "full", "EIO"))]
)
@pytest.mark.parametrize(
    "action",
    [
        *("new result", "result", "batch", "store"),
        pytest.param("result without exchange", marks=pytest.mark.slow),
    ],
)
def test_what_is_saved_is_old_or_new_whole_after_a_fault_at_any_call(
    tmp_path, pytestconfig, action, kind
):
    (tmp_path / "runs").mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults", action, kind, tmp_path / "runs"],
        cwd=pytestconfig.rootpath,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr[-2000:]
    assert int(ended.stdout) >= 10
