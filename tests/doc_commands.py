"""Commands that the README and the documentation print, each as it is printed."""

import itertools
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

PROGRAMS = (
    "apt-get", "dask", "docker", "for", "hipcv", "jupyter", "make", "pip", "pipx", "py", "pytest",
    "python", "python3", "sbatch", "sha256sum", "ssh", "uv",
)  # fmt: skip
"""First words by which a piece of code is taken for a command."""

FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FOLDER_OF_PROGRAM = re.compile(r"^(?:[\w/.-]*/)?\.venv/bin/|^(?:[A-Z_]+=\S+ )+")
BEFORE_PROGRAM = re.compile(r"^(?:exec|srun) ")
SHELL_ALONE = re.compile(r"^\w+=|^until ")
LOOP = re.compile(r"^for .*?^done$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Command:
    """A command, and the page that prints it."""

    text: str
    page: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text}"

    @property
    def program(self) -> str:
        """The program that it runs."""
        return self.text.partition(" ")[0]

    @property
    def words(self) -> tuple[str, ...]:
        """The words after the program, up to a pipe, without notation for repetition."""
        words = shlex.split(self.text.replace("...", ""))[1:]
        return tuple(itertools.takewhile(lambda word: word not in {"|", ">", "&"}, words))

    @property
    def options(self) -> tuple[str, ...]:
        """The options among the words, long and short."""
        return tuple(word.partition("=")[0] for word in self.words if word.startswith("-"))


def printed() -> list[Command]:
    """Return every command that a page prints, each once, in the order of the pages."""
    found = (command for page in PAGES for command in commands_of(page))
    return list(dict.fromkeys(found))


def commands_of(page: Path):
    """Yield the commands of a page: lines of its shell blocks, and code within its sentences.

    The bare name of a program is not one.
    """
    for block in blocks_of(page, "sh", "bash", "console"):
        yield from (Command(line, page.name) for line in lines_of(block))
    for code in code_of(page):
        line = plain(code)
        if " " in line and line.partition(" ")[0] in PROGRAMS:
            yield from (Command(variant, page.name) for variant in variants(line))


def blocks_of(page: Path, *kinds: str) -> list[str]:
    """Return the fenced blocks of a page that are of some language."""
    found = FENCED.findall(page.read_text(encoding="utf-8"))
    return [block for kind, block in found if kind in kinds]


def code_of(page: Path) -> list[str]:
    """Return the pieces of code within the sentences and tables of a page."""
    sentences = FENCED.sub("", page.read_text(encoding="utf-8"))
    return [code.replace(r"\|", "|") for code in INLINE.findall(sentences)]


def lines_of(block: str):
    """Yield the commands of a shell block; a loop is one, and so is a line that goes on.

    What only sets a variable or waits for a file is none.
    """
    joined = block.replace("\\\n", " ")
    for loop in LOOP.findall(joined):
        yield " ".join(loop.split())
    for line in LOOP.sub("", joined).splitlines():
        without_comment = re.sub(r"(^|\s)#.*", "", line).strip()
        if without_comment and not SHELL_ALONE.match(without_comment):
            yield plain(BEFORE_PROGRAM.sub("", without_comment))


def plain(line: str) -> str:
    """Return a command without the folder of its program and the variables set before it."""
    return FOLDER_OF_PROGRAM.sub("", " ".join(line.split()))


def variants(line: str):
    """Yield what a notation stands for: `[x]` may be left out, and `a|b` is one of both."""
    choices = []
    for word in re.findall(r"\[[^\]]*\]|\S+", line):
        if word.startswith("["):
            choices.append(("", word.strip("[]")))
        elif "|" in word and word != "|" and not word.startswith(("'", '"')):
            choices.append(tuple(word.split("|")))
        else:
            choices.append((word,))
    for words in itertools.product(*choices):
        yield " ".join(word for word in words if word)


def options_of(command):
    """Return the options of a command and of its subcommands."""
    own = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    return own.union(*map(options_of, getattr(command, "commands", {}).values()))
