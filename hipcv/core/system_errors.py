"""Reasons of the operating system, in the language of the program."""

import errno
from typing import Final

from hipcv.language import N_, Translated

REASONS: Final = Translated(
    {
        errno.EACCES: N_("Permission denied"),
        errno.EADDRINUSE: N_("Address already in use"),
        errno.EADDRNOTAVAIL: N_("Cannot assign requested address"),
        errno.EBUSY: N_("Device or resource busy"),
        errno.ECONNREFUSED: N_("Connection refused"),
        errno.EDQUOT: N_("Disk quota exceeded"),
        errno.EEXIST: N_("File exists"),
        errno.EFBIG: N_("File too large"),
        errno.EINVAL: N_("Invalid argument"),
        errno.EIO: N_("Input/output error"),
        errno.EISDIR: N_("Is a directory"),
        errno.ELOOP: N_("Too many levels of symbolic links"),
        errno.EMFILE: N_("Too many open files"),
        errno.ENAMETOOLONG: N_("File name too long"),
        errno.ENFILE: N_("Too many open files in system"),
        errno.ENODEV: N_("No such device"),
        errno.ENOENT: N_("No such file or directory"),
        errno.ENOMEM: N_("Cannot allocate memory"),
        errno.ENOSPC: N_("No space left on device"),
        errno.ENOTDIR: N_("Not a directory"),
        errno.ENOTEMPTY: N_("Directory not empty"),
        errno.EPERM: N_("Operation not permitted"),
        errno.EPIPE: N_("Broken pipe"),
        errno.EROFS: N_("Read-only file system"),
        errno.ESTALE: N_("Stale file handle"),
        errno.ETIMEDOUT: N_("Connection timed out"),
        errno.EXDEV: N_("Invalid cross-device link"),
    }
)
"""Reason by its number; in English as the system says it."""


def reason_of(error: BaseException) -> str:
    """Return why a call of the system failed: in its own words where `REASONS` has none."""
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number in REASONS:
        return REASONS[number]
    return getattr(error, "strerror", None) or str(error)
