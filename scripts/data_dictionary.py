"""Data dictionary and JSON Schema of results, written into docs.

    python scripts/data_dictionary.py

Writes docs/data_dictionary.md and docs/result.schema.json; a test keeps both current.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hipcv.data_dictionary import CHANNELS, EVIDENCE, TABLES, json_schema

DOCS = Path(__file__).resolve().parent.parent / "docs"
SCHEMA = "result.schema.json"

HEAD = f"""# Data dictionary

Written by `python scripts/data_dictionary.py`; a test keeps it current. The same as a JSON Schema
is in [{SCHEMA}]({SCHEMA}); in Python, `hipcv.data_dictionary.json_schema()`.

The end of a name is its unit: `_deg` degrees, `_s` seconds, `_hz` hertz, `_px` pixels, `_deg_s`
degrees a second, `_ratio` lengths of the shank at the start. Internal rotation is positive on both
sides. A number that was not measured is `null` in JSON, an empty cell in a table, NaN in an array.
Times count from the first frame of the clip.
"""


def page() -> str:
    """Return the page."""
    definitions = json_schema()["$defs"]
    parts = [HEAD, "## result.json"]
    for name, definition in definitions.items():
        parts.append(f"### {name}\n\n{definition['description']}")
        rows = [
            (f"`{key}`", kind(value) + optional(key, definition), value["description"])
            for key, value in definition["properties"].items()
        ]
        parts.append(table(("key", "type", "meaning"), rows))
    for name, columns in TABLES.items():
        rows = [(f"`{column}`", text) for column, text in columns.items() if column not in CHANNELS]
        channels = "\n\nThe compensation channels are columns as well.\n" * (name == "angles.csv")
        parts.append(f"## {name}\n\n{table(('column', 'meaning'), rows)}{channels}")
    named = [(f"`{name}`", text) for name, text in CHANNELS.items()]
    parts.append(
        f"## Compensation channels\n\n{table(('channel', 'change from the start'), named)}"
    )
    arrays = [(f"`{name}`", text) for name, text in EVIDENCE.items()]
    parts.append(
        "## evidence.npz\n\nArrays by name, with their shapes: T frames of the clip, K frames that "
        "were segmented, F frames whose regions were followed.\n\n"
        + table(("array", "meaning"), arrays)
    )
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def optional(key: str, definition: Mapping[str, Any]) -> str:
    """Return the mark of a key that results of earlier methods may lack."""
    return "" if key in definition.get("required", ()) else "; optional"


def kind(value: Mapping[str, Any]) -> str:
    """Return the type of a value in words, such as "number or null"."""
    return " or ".join(dict.fromkeys(kinds(value)))


def kinds(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield the types that a value may have."""
    if "anyOf" in value:
        for choice in value["anyOf"]:
            yield from kinds(choice)
    elif "$ref" in value:
        yield value["$ref"].rpartition("/")[2]
    elif "enum" in value:
        yield ", ".join(map(str, value["enum"]))
    elif value["type"] == "array":
        length = f"{value['minItems']} × " if "minItems" in value else "list of "
        yield length + kind(value["items"])
    elif "additionalProperties" in value:
        yield f"object of {kind(value['additionalProperties'])}"
    else:
        yield value.get("format") or value["type"]


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return rows as a table of Markdown."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def files() -> dict[str, str]:
    """Return the text of each file by its name in docs."""
    schema = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    return {"data_dictionary.md": page(), SCHEMA: schema + "\n"}


if __name__ == "__main__":
    for name, text in files().items():
        (DOCS / name).write_text(text, encoding="utf-8")
