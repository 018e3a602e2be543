import subprocess
import sys


def test_worker_is_the_hipcv_command_while_the_batch_holds_on():
    words = [sys.executable, "-m", "hipcv.batch.worker", "--version"]

    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.read().startswith(b"hipcv ")
