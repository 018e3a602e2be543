"""Nothing is learnt from any command by other users of the machine, or by other machines."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.leaks.commands import PATIENT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and modes of files"),
]

ASK_FOR_A_HOST = f"""
import socket, sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.leaks.commands import PacketLog
log = PacketLog()
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.sendto(b"x", ("203.0.113.9", 53))
while not log.packets:
    time.sleep(0.01)
print(log.packets)
"""
"""A program that sends a packet to a nameserver of documentation's network, and what is noted."""


def test_every_command_does_its_work(observed):
    bad = {words: code for words, code in observed["exit_codes"].items() if code not in {0, 130}}

    assert set(bad) <= {"cameras"}  # this machine may have none


def test_uploaded_clip_is_analysed(observed):
    assert observed["analyses"] == 1


def test_nothing_written_is_readable_by_others_at_any_time(observed):
    assert observed["readable"] == []


def test_no_process_but_the_users_own_command_names_the_clip(observed):
    assert [words for words in observed["process_list"] if PATIENT in words] == []


def test_no_packet_leaves_and_no_host_is_asked_for(observed):
    if observed["packets"] is None:
        pytest.skip("needs `unshare --map-root-user --net`")

    assert observed["packets"] == []


def test_python_connects_nowhere_and_listens_for_this_machine_alone(observed):
    calls = [call for call in observed["sockets"] if call[0] != "socket.__new__"]

    assert [
        call for call in calls if call[0] != "socket.bind" or "'127.0.0.1'" not in call[2]
    ] == []


def test_the_observer_notes_a_packet_to_a_nameserver(namespace):
    if not namespace:
        pytest.skip("needs `unshare --map-root-user --net`")
    words = [*namespace, sys.executable, "-c", ASK_FOR_A_HOST]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)

    assert "203.0.113.9 port 53" in done.stdout
