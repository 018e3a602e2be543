"""`hipcv protocol`: every number a clinician may question, with unit, range, reason and source."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hipcv import language
from hipcv.cli import config
from hipcv.cli.terminal import show_json
from hipcv.core.errors import BadRequest
from hipcv.core.limits import ClipLimits
from hipcv.core.protocol import MeasurementProtocol, settings
from hipcv.language import N_, _

SCHEMA = "hipcv.protocol/1"

PAGE_HEAD = """\
# Protocol

Every number of the measurement that someone could argue about, as `hipcv protocol --markdown` prints it. Each result keeps a copy. To change one for a single run: `hipcv analyze CLIP --set name=value`; for every run in a folder, in its `hipcv.toml`:

```toml
[protocol]
target_deg = 40
```

A value outside the range is refused. "Engineering default" means that no published value exists.

## Measurement

| setting | default | unit | range | what it decides | source |
|---|---:|---|---|---|---|
"""  # noqa: E501 - a page's paragraph

PAGE_LIMITS = """
## What a clip may be at most

A clip beyond one of these is refused before it is decoded, or as soon as it is found to be, whatever its header declares. They change no number and are no part of a result. `--set` takes them too; in `hipcv.toml`, which also holds for the uploads of `hipcv review` started in that folder:

```toml
[limits]
duration_max_s = 1200
```

| setting | default | unit | range | what it decides | source |
|---|---:|---|---|---|---|
"""  # noqa: E501 - a page's paragraph

Values = MeasurementProtocol | ClipLimits


def command(
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help=N_("The page docs/protocol.md: defaults only."))
    ] = False,
) -> None:
    """Show every limit the measurement rests on.

    Values are those that hold in this folder, so a hipcv.toml in it counts.
    """
    if as_json and as_markdown:
        raise BadRequest(_("--json and --markdown exclude each other."))
    if as_markdown:
        typer.echo(page(), nl=False)
        return
    of_folder = config.load(Path.cwd()).options()
    used = of_folder.protocol, of_folder.limits
    if as_json:
        show_json(document(*used))
    else:
        typer.echo("\n".join(line for values in used for line in table(values)))


def page() -> str:
    """Return the protocol as a Markdown page."""
    return f"{PAGE_HEAD}{_rows(MeasurementProtocol)}{PAGE_LIMITS}{_rows(ClipLimits)}"


def _rows(declaration: type[Values]) -> str:
    return "".join(
        f"| `{s.name}` | {s.default:g} | {s.unit} | {s.low:g} to {s.high:g} | {s.why} "
        f"| {s.source} |\n"
        for s in settings(declaration)
    )


def document(*used: Values) -> dict[str, object]:
    """Return the protocol as JSON values: declarations, and the values used in this folder."""
    return {
        "schema": SCHEMA,
        "settings": {
            s.name: {
                "value": getattr(values, s.name),
                **{key: value for key, value in asdict(s).items() if key != "name"},
            }
            for values in used
            for s in language.translate(settings(type(values)))
        },
    }


def table(used: Values) -> list[str]:
    """Return the protocol as lines of text, a setting and its reason on two of them."""
    lines = []
    for s in language.translate(settings(type(used))):
        value = getattr(used, s.name)
        values = f"{s.name:28} {value:>7g} {s.unit}"
        limits = _("{low:g} to {high:g}").format(low=s.low, high=s.high)
        default = _("default {default:g}").format(default=s.default)
        changed = f"   ({default})" if value != s.default else ""
        lines.append(f"{values}   [{limits}]{changed}")
        lines.append(f"    {s.why}; {s.source}")
    return lines
