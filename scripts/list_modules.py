"""Every file of the package with the first line of its docstring: the list in docs/architecture.md.

python scripts/list_modules.py > docs/modules.md
"""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "hipcv"
HEAD = """# File by file

Written by `python scripts/list_modules.py`; a test keeps it true. What stands where, and why, is in
[architecture.md](architecture.md).
"""


def first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]


def page() -> str:
    rooms: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if first_line(path):
            rooms.setdefault(path.parent.relative_to(PACKAGE.parent).as_posix(), []).append(path)
    tables = [
        f"\n## {room}/\n\n| file | what it is |\n|---|---|\n"
        + "".join(f"| `{path.name}` | {first_line(path)} |\n" for path in paths)
        for room, paths in rooms.items()
    ]
    return HEAD + "".join(tables)


if __name__ == "__main__":
    print(page(), end="")
