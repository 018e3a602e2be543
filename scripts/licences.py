"""Write the licence of every locked package and of every model into THIRD_PARTY.md.

    python scripts/licences.py           write the tables
    python scripts/licences.py --check   compare them, and the licences with the allowed ones

The licence of an installed package is that of its metadata; `STATED` has those whose metadata name
none, or that no system of the checks installs.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-dev.lock"
PROJECT = ROOT / "pyproject.toml"
MODELS = ROOT / "models" / "models.toml"
PAGE = ROOT / "THIRD_PARTY.md"
BEGIN, END = "<!-- scripts/licences.py begin -->", "<!-- scripts/licences.py end -->"

ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC",
        "LGPL-2.1-or-later", "LGPL-3.0-only", "Matplotlib", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0",
        "PSF-2.0", "Zlib",
    }
)  # fmt: skip
"""Licences of packages that may be installed with hipcv; "BSD" where the variant is not named."""

_ORDER = {"hipcv": 0, "development": 2}
"""Order of the purposes; extras come between."""

ALLOWED_OF_MODELS = frozenset({"Apache-2.0", "CC0-1.0", "MIT"})

NAMES = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD",
    "bsd license": "BSD",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "gnu general public license v2 or later (gplv2+)": "GPL-2.0-or-later",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "lgplv2+": "LGPL-2.1-or-later",
    "license agreement for matplotlib versions 1.3.0 and later": "Matplotlib",
    "mit license": "MIT",
    "mozilla public license 1.1 (mpl 1.1)": "MPL-1.1",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
"""Short names of licences by what metadata write, in small letters."""

STATED = {
    "appnope": "BSD-2-Clause",
    "axe-playwright-python": "MIT",  # its LICENSE; axe.min.js in it MPL-2.0
    "colorama": "BSD-3-Clause",
    "comtypes": "MIT",
    "ezc3d": "MIT",  # its LICENSE
    "pyobjc-core": "MIT",
    "pyobjc-framework-avfoundation": "MIT",
    "pyobjc-framework-cocoa": "MIT",
    "pyobjc-framework-coreaudio": "MIT",
    "pyobjc-framework-coremedia": "MIT",
    "pyobjc-framework-quartz": "MIT",
    "pypiwin32": "PSF-2.0",
    "pywin32": "PSF-2.0",
    "uharfbuzz": "Apache-2.0",  # HarfBuzz in it MIT
}
"""Licences of packages whose metadata name none here, as their projects state them."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of the lock."""

    name: str
    needed_by: frozenset[str]  # names; empty for what pyproject.toml asks for


def locked() -> dict[str, Locked]:
    """Return every package of the lock by its name."""
    found: dict[str, Locked] = {}
    for block in re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8")):
        if match := re.match(r"([A-Za-z0-9._-]+)==", block):
            name = normal(match[1])
            via = frozenset(
                normal(one) for one in re.findall(r"#\s+(?:via )?([\w.-]+)$", block, re.M)
            )
            earlier = found[name].needed_by if name in found else frozenset()
            found[name] = Locked(name, earlier | (via - {"via", "hipcv"}))
    return found


def licence_of(name: str) -> str:
    """Return the licence of a package as an SPDX expression; "" where nobody names one."""
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return STATED.get(name, "")
    stated = package.get("License-Expression")
    return stated or _by_text(package) or _by_classifiers(package) or STATED.get(name, "")


def is_allowed(expression: str, allowed: frozenset[str] = ALLOWED) -> bool:
    """Return True if every part joined by AND, of one alternative joined by OR, is allowed."""
    return any(
        all(part.strip() in allowed for part in alternative.split(" AND "))
        for alternative in expression.split(" OR ")
    )


def models() -> dict[str, str]:
    """Return the licence of each model by its file; "" where none is named."""
    declared = tomllib.loads(MODELS.read_text(encoding="utf-8"))["model"]
    return {model["file"]: model.get("licence", "") for model in declared}


def purposes(packages: dict[str, Locked]) -> dict[str, str]:
    """Return for what each package is needed: hipcv itself, one of its extras, or development."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    groups = {"hipcv": project["dependencies"]}
    groups |= {f"extra {name}": asked for name, asked in project["optional-dependencies"].items()}
    found: dict[str, str] = {}
    for purpose, asked in groups.items():
        for name in _with_needs({normal(re.match(r"[\w.-]+", one)[0]) for one in asked}, packages):  # type: ignore[index]
            found.setdefault(name, purpose)
    return {name: found.get(name, "development") for name in packages}


def tables() -> str:
    """Return the generated part of the page."""
    packages = locked()
    purpose = purposes(packages)
    rows = sorted(packages, key=lambda name: (_ORDER.get(purpose[name], 1), purpose[name], name))
    return "\n".join(
        [
            "| package | needed by | licence |",
            "|---|---|---|",
            *(f"| {name} | {purpose[name]} | {licence_of(name)} |" for name in rows),
            "",
            "| model | licence |",
            "|---|---|",
            *(f"| {file} | {licence} |" for file, licence in models().items()),
        ]
    )


def problems() -> Iterator[str]:
    """Yield a sentence for each package or model without a licence that is allowed."""
    named = {name: (licence_of(name), ALLOWED) for name in locked()}
    named |= {file: (licence, ALLOWED_OF_MODELS) for file, licence in models().items()}
    for name, (licence, allowed) in named.items():
        if not licence:
            yield f"{name}: no licence is named; look it up and add it to STATED."
        elif not is_allowed(licence, allowed):
            yield f"{name}: the licence {licence} is not on the list of allowed ones."
    if written() != tables():
        yield f"{PAGE.name}: not up to date; run python scripts/licences.py."


def written() -> str:
    """Return the part of the page that was generated."""
    return PAGE.read_text(encoding="utf-8").partition(f"{BEGIN}\n")[2].partition(f"\n{END}")[0]


def write() -> None:
    """Replace the generated part of the page."""
    before, _begin, rest = PAGE.read_text(encoding="utf-8").partition(f"{BEGIN}\n")
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{after}", encoding="utf-8")


def normal(name: str) -> str:
    """Return a package's name in its normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _with_needs(names: set[str], packages: dict[str, Locked]) -> set[str]:
    """Return packages with everything that they need."""
    found: set[str] = set()
    while names - found:
        found |= names
        names = found | {name for name, one in packages.items() if one.needed_by & found}
    return found


def _by_text(package: metadata.PackageMetadata) -> str:
    text = (package.get("License") or "").strip().split("\n")[0].strip(" .")
    return NAMES.get(text.lower(), text if text in ALLOWED else "")


def _by_classifiers(package: metadata.PackageMetadata) -> str:
    texts = [one.rpartition("::")[2].strip() for one in package.get_all("Classifier") or []]
    return " OR ".join(NAMES[text.lower()] for text in texts if text.lower() in NAMES)


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        write()
    if found := list(problems()):
        sys.exit("\n".join(found))
