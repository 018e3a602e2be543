import os
import subprocess
import sys
from pathlib import Path

import pytest

import hipcv


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version_is_printed(run_main, capsys, flag):
    run_main(flag)

    assert capsys.readouterr().out == f"hipcv {hipcv.__version__}\n"


def test_commands_are_completed_by_the_shell():
    run = subprocess.run(
        [Path(sys.executable).with_name("hipcv")],
        env=os.environ
        | {"_HIPCV_COMPLETE": "complete_bash", "COMP_WORDS": "hipcv an", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout.split() == ["analyze"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--help"], 0),
        (["analyze"], 2),
        (["analyze", "x.mp4", "--side", "up"], 2),
        (["analyze", "x.mp4", "--start-s", "-1"], 2),
        (["analyze", "x.mp4", "--set", "no_such=1"], 2),
        (["no-such-command"], 2),
    ],
)
def test_wrong_usage_exits_with_its_code(run_main, words, code):
    assert run_main(*words) == code


def test_fault_in_a_command_becomes_its_sentence_and_exit_code(run_main, capsys):
    code = run_main("protocol", "--json", "--markdown")

    assert (code, capsys.readouterr().err.count("\n")) == (2, 1)


def test_interrupted_command_exits_with_130(monkeypatch, run_main):
    def interrupt(*_asked):
        raise KeyboardInterrupt

    monkeypatch.setattr("hipcv.cli.doctor.examine", interrupt)

    assert run_main("doctor") == 130


def test_package_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "hipcv", "--version"], capture_output=True, text=True, check=True
    )

    assert done.stdout == f"hipcv {hipcv.__version__}\n"
