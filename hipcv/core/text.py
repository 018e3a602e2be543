"""Typed text and names of files: unsafe characters, and the form in which two are compared."""

import hashlib
import re
import unicodedata
from typing import Final

from hipcv.core.errors import BadRequest
from hipcv.language import _

LINE_BREAKS: Final = "\n\t"
"""Control characters that a text of several lines may hold."""

_DIRECTION: Final = "\u202a-\u202e\u2066-\u2069"
"""Characters that change the direction of all that follows, and can disguise a text."""

_UNSAFE: Final = re.compile(f"[\0-\x1f\x7f-\x9f\u2028\u2029{_DIRECTION}]")

MAX_NAME_BYTES: Final = 255
"""The longest name of a file that every usual file system holds, in UTF-8."""

_NOT_IN_NAMES: Final = re.compile(f'{_UNSAFE.pattern[:-1]}<>:"/\\\\|?*\ud800-\udfff]')
"""Characters that some file system or terminal does not take."""

_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows has for devices, with any suffix."""

_DIGEST_DIGITS: Final = 8

_CLUSTER: Final = re.compile(r".[\u0300-\u036f\u0483-\u0489\u064b-\u065f\u3099\u309a\ufe0f]*", re.S)
"""A character with the marks on it, which a normal form may join."""


def escape(text: str, allowed: str = "") -> str:
    r"""Return a text in which control characters and changes of direction stand as "\u001b".

    JSON text stays JSON, of the same value.

    Args:
        text: any text, such as the name of a file.
        allowed: control characters that stay as they are, such as `LINE_BREAKS`.
    """

    def visible(match: re.Match[str]) -> str:
        return match[0] if match[0] in allowed else f"\\u{ord(match[0]):04x}"

    return _UNSAFE.sub(visible, text)


def is_unsafe(text: str, allowed: str = "") -> bool:
    """Return True if a text holds what `escape` would change, or what is no character at all."""
    return escape(text, allowed) != text or text.encode("utf-8", "replace").decode() != text


def file_name(
    text: str, ending: str = "", *, most_bytes: int = MAX_NAME_BYTES, replacement: str = "_"
) -> str:
    """Return a text as the name of a file or folder on every system; "" if nothing of it is left.

    Args:
        text: in any script, without the ending.
        ending: of the name, such as ".mp4".
        most_bytes: of the name in UTF-8. A longer text is cut, and ends in a digest of the whole,
            so that two stay two.
        replacement: stands for each character that some system does not take.
    """
    stem = _NOT_IN_NAMES.sub(replacement, text).strip(". ")
    if not stem:
        return ""
    name = f"{'_' * bool(_DEVICE.match(stem))}{stem}{ending}"
    if len(name.encode()) <= most_bytes:
        return name
    ending = f"-{hashlib.sha256(stem.encode()).hexdigest()[:_DIGEST_DIGITS]}{ending}"
    return stem.encode()[: most_bytes - len(ending.encode())].decode("utf-8", "ignore") + ending


def refuse_unsafe(name: str, text: str, allowed: str = "") -> str:
    """Return a typed text as it is, in whatever script, unless it holds unsafe characters.

    Args:
        name: what the text is, for the error.
        text: the text.
        allowed: control characters that it may hold, such as `LINE_BREAKS`.

    Raises:
        BadRequest: it holds a control character, a change of direction, or no character at all.
    """
    if is_unsafe(text, allowed):
        error = _(
            "{name}: holds a control character, or one that changes the direction of writing. "
            "Give the text without it."
        )
        raise BadRequest(error.format(name=name))
    return text


def normal_form(text: str) -> str:
    """Return the form in which typed texts are compared.

    Two are equal whose letters differ in case, width, or composition alone, or in the kind and
    number of their spaces.
    """
    return " ".join(_folded(text).split())


def mask(text: str, word: str, replacement: str) -> str:
    """Return a text with a word replaced wherever its `normal_form` stands on its own."""
    clusters = _CLUSTER.findall(text)
    folded = [_folded(cluster) for cluster in clusters]
    starts, position = {}, 0
    for index, part in enumerate(folded):
        starts[position] = index
        position += len(part)
    starts[position] = len(clusters)
    pattern = r"\s+".join(map(re.escape, normal_form(word).split()))
    parts, end = [], 0
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", "".join(folded)):
        if match.start() in starts and match.end() in starts:
            parts += [*clusters[end : starts[match.start()]], replacement]
            end = starts[match.end()]
    return "".join([*parts, *clusters[end:]])


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
