"""A Postgres server of the tests' own, from the system's package; gone when they end."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

START_S = 120


def binaries():
    """The folder of the newest installed server; None where there is none."""
    candidates = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(candidates, key=lambda path: int(path.parts[-3]), default=None)
    return newest and newest.parent


@contextmanager
def server(folder_of_binaries):
    """The address of a running server's database, of a user who may do anything."""
    folder = Path(tempfile.mkdtemp(prefix="hipcv-pg-"))  # short: a socket's path is
    who = unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    try:
        data = folder / "data"
        make = [folder_of_binaries / "initdb", "-D", data, "-U", "hipcv", "-A", "trust"]
        quick = ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([*make, *quick], check=True, capture_output=True, cwd=folder, **who)
        with running(folder_of_binaries / "postgres", data, folder, who):
            yield f"postgresql://hipcv@/postgres?host={folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(program, data, folder, who):
    settings = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"]
    process = subprocess.Popen(
        [program, "-D", data, "-k", folder, *settings],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **who,
    )
    try:
        wait_for(folder / ".s.PGSQL.5432", process)
        yield
    finally:
        process.send_signal(2)  # a fast shutdown
        process.wait(START_S)


def wait_for(socket, process):
    import psycopg

    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            psycopg.connect(f"postgresql://hipcv@/postgres?host={socket.parent}").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("Postgres did not start")


def unprivileged():
    """Postgres refuses to run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    names = [entry.pw_name for entry in pwd.getpwall()]
    someone = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": someone.pw_uid, "group": someone.pw_gid, "extra_groups": []}
