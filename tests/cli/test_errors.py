import pytest

from hipcv.cli.errors import attempt, worst
from hipcv.core.errors import Failure, UnreadableVideo


def raising(error):
    def action():
        raise error

    return action


def test_result_of_a_successful_call_is_returned():
    assert attempt(lambda: 42) == 42


def test_hipcv_error_keeps_its_text_and_exit_code():
    failure = attempt(raising(UnreadableVideo("x.mp4: words.")))

    assert failure == Failure(3, "x.mp4: words.")


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (OSError(28, "disk full", "out/result.json"), 6),
        (ImportError("libGL.so.1"), 6),
        (ZeroDivisionError("division by zero"), 1),
    ],
)
def test_unexpected_error_has_an_exit_code_of_its_kind(error, exit_code):
    assert attempt(raising(error)).exit_code == exit_code


def test_full_disk_error_names_the_file_and_the_reason():
    failure = attempt(raising(OSError(28, "disk full", "out/result.json")))

    assert failure.text == "out/result.json: No space left on device."


def test_missing_library_points_to_the_doctor():
    assert "hipcv doctor" in attempt(raising(ImportError("libGL.so.1"))).text


def test_fault_of_our_own_is_one_line(monkeypatch, capsys):
    monkeypatch.delenv("HIPCV_DEBUG", raising=False)

    failure = attempt(raising(ZeroDivisionError("division by zero")))

    assert (failure.text.count("\n"), capsys.readouterr().err) == (0, "")


def test_engineers_can_ask_for_the_trace(monkeypatch, capsys):
    monkeypatch.setenv("HIPCV_DEBUG", "1")

    attempt(raising(ZeroDivisionError("division by zero")))

    assert "Traceback" in capsys.readouterr().err


def test_request_to_stop_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt):
        attempt(raising(KeyboardInterrupt()))


@pytest.mark.parametrize(
    ("codes", "speaks"),
    [([], 0), ([0, 0], 0), ([0, 4], 4), ([4, 3, 0], 3), ([3, 6], 6), ([6, 1], 1), ([2, 4], 2)],
)
def test_worst_exit_code_counts_for_several_clips(codes, speaks):
    assert worst(codes) == speaks
