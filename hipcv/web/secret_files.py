"""Files with secrets, which their owner alone may read: passwords and keys."""

import os
import sys
from pathlib import Path

from hipcv.core.errors import BadRequest
from hipcv.language import _


def refuse_unless_private(path: Path) -> None:
    """Refuse a file with a secret that others than its owner can read or change.

    A missing file is left to its reader. Windows has other rules, which are not looked at.

    Raises:
        BadRequest: others can, or it is another user's.
    """
    if sys.platform == "win32" or not path.exists():
        return
    state = path.stat()
    if state.st_uid not in (os.geteuid(), 0):
        text = _("{file}: this file belongs to another user. Use a copy of your own.")
        raise BadRequest(text.format(file=path))
    if state.st_mode & 0o077:
        text = _(
            "{file}: other users of this machine can read this file, and it holds a secret. Make "
            "it private first: chmod 600 {file}"
        )
        raise BadRequest(text.format(file=path))
