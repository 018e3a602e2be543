"""List of the package's files with the first line of each docstring, for docs/modules.md.

python scripts/list_modules.py > docs/modules.md
"""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "hipcv"
HEAD = """# File by file

Written by `python scripts/list_modules.py`; a test keeps it current. The structure is described in
[architecture.md](architecture.md).
"""


def first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]


def page() -> str:
    folders: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if first_line(path):
            folders.setdefault(path.parent.relative_to(PACKAGE.parent).as_posix(), []).append(path)
    tables = [
        f"\n## {folder}/\n\n| file | content |\n|---|---|\n"
        + "".join(f"| `{path.name}` | {first_line(path)} |\n" for path in paths)
        for folder, paths in folders.items()
    ]
    return HEAD + "".join(tables)


if __name__ == "__main__":
    print(page(), end="")
