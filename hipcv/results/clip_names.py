"""Another name for the clip of a result: the name of its file may say who the patient is."""

import shlex
from typing import Any

from hipcv.results.document import JsonObject


def rename_clip(document: JsonObject, name: str) -> JsonObject:
    """Return a result document in which the clip, also in the stored command, has another name.

    Args:
        document: the result.
        name: the other name; "" leaves the document as it is.
    """
    if not name:
        return document
    clip, provenance = document["clip"], document["provenance"]
    command = _renamed(str(provenance.get("command", "")), str(clip["name"]), name)
    changed: dict[str, Any] = {
        "clip": {**clip, "name": name},
        "provenance": {**provenance, "command": command},
    }
    return {**document, **changed}


def _renamed(command: str, earlier: str, name: str) -> str:
    """Return a command line with another name for a file; "" if it cannot be read as one."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    return shlex.join(name if word == earlier else word for word in words)
