"""Comparison of pseudonyms: two that a reader may take for each other are the same one."""

import unicodedata
from typing import Final

from hipcv.core.text import normal_form

_LOOKALIKES: Final = str.maketrans(
    {
        **dict(zip("авекмнорстухіјѕ", "abekmhopctyxijs", strict=True)),
        **dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True)),
    }
)
"""Letters of other scripts by the Latin letter that one of their forms looks like."""

_AS_DIGITS: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "|": "1", "_": "-"})
"""Letters and signs that are taken for others in a code."""

_LEFT_OUT: Final = ("Zs", "Cf", "Cc")  # spaces, and characters without a width
_DASHES: Final = ("Pd",)
_MINUS: Final = "\N{MINUS SIGN}"


def lookalike_form(pseudonym: str) -> str:
    """Return what a pseudonym has in common with all that are taken for it.

    Upper and lower case, widths, dashes, spaces, letters of other scripts and letters like digits
    make no difference.
    """
    signs = (_sign(sign) for sign in normal_form(pseudonym))
    return "".join(signs).translate(_LOOKALIKES).translate(_AS_DIGITS)


def _sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in _LEFT_OUT:
        return ""
    return "-" if category in _DASHES or sign == _MINUS else sign
