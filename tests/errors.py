"""Checks of error texts: the facts in them and a remedy, not their wording."""

import re
from contextlib import contextmanager

import pytest

_REMEDY = re.compile(
    r"(?:^|[.:;,] (?:then |and )?|\bor )"
    r"(?:Allow|Analyse|Check|Choose|Close|Copy|Free|Give|Install|Look|Mark|Name|Plug|Put|Re-save"
    r"|Replace|Say|See|Send|Start|Use|Wait|allow|check|choose|close|name|overwrite|re-save"
    r"|run|start|try|use)\b"
    r"|(?: |^|[(])--[a-z]|`[a-z][^`]+`"
)
"""An instruction at the start of a sentence or clause, an option, or a command to run."""


def assert_plain_error(error, *facts):
    """Check that an error holds each fact and says what to do, in one paragraph of sentences."""
    text = str(error).strip()
    assert [fact for fact in map(str, facts) if fact not in text] == [], text
    assert text.endswith("."), text
    assert "\n" not in text, text
    assert _REMEDY.search(text), text


@contextmanager
def raises_plain(kind, *facts):
    """Check that the body raises an error of a class that passes `assert_plain_error`."""
    with pytest.raises(kind) as caught:
        yield
    assert_plain_error(caught.value, *facts)


def reported(stderr):
    """Return the error that a command printed last."""
    lines = [line for line in stderr.splitlines() if line.startswith("hipcv: ")]
    assert lines, stderr
    assert "Traceback" not in stderr
    return lines[-1]
