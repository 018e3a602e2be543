"""Writes every call of Python's socket library to the file HIPCV_SOCKET_LOG, in every process."""

import json
import os
import sys

log = os.open(os.environ["HIPCV_SOCKET_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def record(event, args):
    if event.startswith("socket."):
        line = json.dumps([event, *map(repr, args), *sys.argv])
        os.write(log, line.encode() + b"\n")


sys.addaudithook(record)
