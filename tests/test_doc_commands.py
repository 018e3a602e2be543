"""Every command that the README and the documentation print is run, or named with a reason."""

import csv
import importlib
import re
import shlex
import shutil
import subprocess
import tomllib
from contextlib import suppress
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from hipcv import pipeline
from hipcv.cli import config
from hipcv.cli.main import app
from tests.doc_commands import PAGES, PROGRAMS, ROOT, blocks_of, code_of, options_of, printed
from tests.processors import PROCESSOR_DEG

COMMANDS = printed()
HIPCV = [command for command in COMMANDS if command.program == "hipcv"]
PROGRAM = typer.main.get_command(app)

WRONG_USAGE = typer.BadParameter.__mro__[1]
"""Error of every command line that cannot be parsed; Typer has no public name for it."""

NOT_RUN = {
    "record": "needs a camera; tests/cli/test_record.py plays a clip in its place",
    "review": "a server that stays; tests/web and tests/browser open it",
    "--watch": "runs until it is stopped; tests/batch stop it",
    "--scheduler": "needs a cluster; tests/batch make one",
    "--task": "names a clip of a cluster's batch; tests/batch ask for one",
    "--install-completion": "changes the settings of the shell",
}
"""Subcommands and options with which a command of hipcv is parsed and not run, and why."""

NAMES = {"hipcv models", "hipcv validate"}
"""Names of commands that need more, which the command itself checks."""

OTHER_PROGRAMS = {
    "apt-get": "installs system packages",
    "dask": "a server that stays; tests/batch start one",
    "docker": "needs a daemon and the network",
    "for": "needs machines with SSH",
    "make": "the targets are steps of `.ci/run`, or long, or need the network",
    "pip": "needs the network; scripts/check_wheel.py installs the wheel",
    "pipx": "needs the network",
    "py": "Windows",
    "pytest": "tests of this run, or of `make sweep`",
    "python": "long measurements, which have tests of their own",
    "python3": "`make setup` makes the environment",
    "sbatch": "needs Slurm",
    "ssh": "needs another machine",
    "uv": "needs the network",
}
"""Programs whose commands are not run here, and why; what they name has to exist."""

STANDS_FOR = {
    "CLIP": "my-clip.mp4",
    "FOLDER": "my-clips",
    "DIR": "hipcv-results",
    "RESULT": "hipcv-results/my-clip",
    "A": "hipcv-results/my-clip",
    "B": "hipcv-results/recording",
    "NAME": "P-017",
    "PATIENT": "P-017",
    "FORMAT": "csv",
    "READINGS.csv": "hipcv-study/readings.csv",
    "FILE": "desk.zip",
    "NEW": "another-desk",
    "COMMAND": "analyze",
    "name=value": "target_deg=40",
}
"""Values that a reader puts in the place of words in capitals."""


def filled_in(words):
    """Return words with what stands for those in capitals."""
    return [STANDS_FOR.get(word, word) for word in words]


def parse(words):
    """Parse words as the command line of hipcv does, which raises where an option is unknown."""
    group, rest = PROGRAM, filled_in(words)
    while hasattr(group, "commands") and rest and not rest[0].startswith("-"):
        group = group.commands[rest.pop(0)]
    if group is PROGRAM:  # whose options act as they are parsed
        assert set(rest) <= {name for option in PROGRAM.params for name in option.opts}
        return
    with suppress(typer.Exit):  # of --help
        group.make_context(group.name, rest)


def is_mention(command):
    """Return True for the name of a command, or of an option, without what it needs."""
    try:
        parse(command.words)
    except WRONG_USAGE as error:
        if type(error).__name__ in {"MissingParameter", "NoArgsIsHelpError"}:
            return True
        if "requires an argument" in str(error):
            return True
        raise
    return command.text in NAMES


def is_left_out(command):
    """Return True for a command with a reason not to run it."""
    return command.program in OTHER_PROGRAMS or bool({*command.words} & {*NOT_RUN})


def to_run(*names):
    """Return the printed commands of some subcommands that are to be run, each once."""
    found = [command for command in HIPCV if command.words[0] in names]
    to_do = [command for command in found if not is_left_out(command) and not is_mention(command)]
    return list({tuple(filled_in(command.words)): command for command in to_do}.values())


RUN_TOGETHER = {
    "clip": ("analyze", "report", "export", "reproduce", "COMMAND"),
    "demo": ("demo",),
    "folder": ("batch",),
    "records": ("history", "compare", "backup", "restore", "audit", "purge"),
    "study": ("validate",),
    "machine": ("-V", "cameras", "doctor", "models", "protocol"),
}
"""Subcommands of which one test runs all commands, on what it made once."""


SAMPLES = ("clean_left.mp4", "hip_lift_left.mp4")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Function that runs a printed command in an empty folder and checks its exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HIPCV_DATA_DIR", str(tmp_path / "desk"))
    monkeypatch.delenv("HIPCV_DATABASE_URL", raising=False)

    def invoke(*words, expected=(0,)):
        result = CliRunner().invoke(app, filled_in(words))
        assert result.exit_code in expected, (words, result.output, result.exception)
        return result.stdout

    return invoke


@pytest.fixture
def measured_before(monkeypatch, sample_analysis):
    """The sample clips are measured once, whatever they are called."""
    by_size = {
        (ROOT / "sample_videos" / name).stat().st_size: sample_analysis(name) for name in SAMPLES
    }
    measure = pipeline.analyze

    def analyze(path, options=None, progress=None, trace=None):
        if trace is not None:  # --explain draws the steps of the measurement itself
            return measure(path, options, progress, trace)
        stored = by_size[path.stat().st_size]
        trial = replace(
            stored.trial,
            clip=replace(stored.trial.clip, name=path.name),
            provenance=replace(stored.trial.provenance, command=options.command(path.name)),
            protocol=options.protocol,
        )
        return replace(stored, trial=trial)

    monkeypatch.setattr(pipeline, "analyze", analyze)


def put_clips(folder):
    """Give the sample clips the names that the documentation has; they stay the same files."""
    for name, sample in (("my-clip.mp4", SAMPLES[0]), ("recording.mp4", SAMPLES[1])):
        (folder / name).symlink_to(ROOT / "sample_videos" / sample)


@pytest.mark.parametrize("command", HIPCV, ids=str)
def test_options_of_a_printed_command_are_those_of_this_version(command):
    is_mention(command)  # raises where an option is unknown


def test_every_printed_command_is_run_or_named_with_a_reason():
    names = {name for group in RUN_TOGETHER.values() for name in group}
    neither = [
        command
        for command in COMMANDS
        if not is_left_out(command)
        and command.program != "sha256sum"
        and not (command.program == "hipcv" and (is_mention(command) or command.words[0] in names))
    ]

    assert neither == []


def test_no_reason_is_for_a_command_that_is_not_printed():
    assert set(NOT_RUN) <= {word for command in HIPCV for word in command.words}
    assert set(OTHER_PROGRAMS) <= {command.program for command in COMMANDS}


@pytest.mark.model
@pytest.mark.usefixtures("measured_before")
def test_commands_of_a_clip_run_as_printed(run, tmp_path):
    put_clips(tmp_path)
    for command in to_run(*RUN_TOGETHER["clip"]):
        if "--as" not in command.words:  # it is run with the records
            analyzes = command.words[0] == "analyze" and "--help" not in command.words
            run(*command.words, *(("--force", "--quiet") if analyzes else ()))

    folder = tmp_path / "hipcv-results" / "my-clip"
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "checksums.sha256"], cwd=folder, check=True)


@pytest.mark.model
@pytest.mark.usefixtures("measured_before")
def test_demo_runs_as_printed(run):
    for command in to_run(*RUN_TOGETHER["demo"]):
        run(*command.words)


@pytest.mark.model
def test_commands_of_a_folder_run_as_printed(run, tmp_path):
    """The folders have one clip, which is measured once: a batch knows it again."""
    results = tmp_path / "hipcv-results" / "batch"
    for command in to_run(*RUN_TOGETHER["folder"]):
        folder = tmp_path / filled_in(command.words)[1]
        if not folder.exists():
            folder.mkdir()
            shutil.copy(ROOT / "sample_videos" / SAMPLES[0], folder / "P07_1A_left.mp4")
            if results.exists():
                shutil.copytree(next(results.iterdir()), results / folder.name)
        stdout = run(*command.words)
        _, pipe, after = command.text.partition(" | ")
        if pipe and shutil.which("jq"):
            (line,) = subprocess.check_output(
                shlex.split(after), input=stdout, text=True
            ).splitlines()
            name, angle_deg = line.split("\t")
            assert (name, float(angle_deg)) == (
                "P07_1A_left.mp4",
                pytest.approx(35.1, abs=PROCESSOR_DEG),
            )


@pytest.mark.model
@pytest.mark.usefixtures("measured_before")
def test_commands_of_records_run_as_printed(run, tmp_path):
    pytest.importorskip("sqlalchemy", reason='records need `pip install "hipcv[app]"`')
    put_clips(tmp_path)
    for command in [each for each in to_run("analyze") if "--as" in each.words]:
        run(*command.words, "--quiet")
    run("analyze", "recording.mp4", "--quiet")
    anchor = re.search(r"\d+ [0-9a-f]{16,}|\d+:[0-9a-f]{16,}", run("audit", "--json"))
    commands = to_run(*RUN_TOGETHER["records"])

    for command in sorted(
        commands, key=lambda command: RUN_TOGETHER["records"].index(command.words[0])
    ):
        words = [anchor[0] if word == "ANCHOR" else word for word in command.words]
        run(*words, *(("--yes",) if words[0] == "purge" else ()))


def test_commands_of_a_study_run_as_printed(run, tmp_path):
    """The template comes first; its table is filled in, and the clips' summary is made up."""
    pytest.importorskip("scipy", reason='a study needs `pip install "hipcv[study]"`')
    template, *others = sorted(to_run("validate"), key=lambda each: "--template" not in each.words)
    run(*template.words)
    fill_in(tmp_path / "hipcv-study" / "readings.csv", tmp_path / SUMMARY)
    report = tmp_path / "hipcv-results" / "validate"

    for command in others:
        run(*command.words)
        shutil.rmtree(report)


SUMMARY = "hipcv-results/batch/clips/summary.csv"


def fill_in(readings, summary):
    """Give every row of a study's table an angle, and every clip of it the angle of its mean."""
    with readings.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clips = {}
    for number, row in enumerate(rows):
        angle_deg = 20 + int(row["subject"].strip("P")) + number * 7 % 5
        row["angle_deg"] = str(angle_deg)
        clips[row["subject"], row["session"] + row["rater"], row["side"]] = angle_deg + 1
    write_table(readings, rows)
    header = ("patient", "visit", "side", "rotation_deg")
    summary.parent.mkdir(parents=True)
    write_table(summary, [dict(zip(header, (*clip, clips[clip]), strict=True)) for clip in clips])


def write_table(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_commands_of_the_machine_run_as_printed(run, tmp_path):
    (tmp_path / "hipcv-results").mkdir()
    for command in to_run(*RUN_TOGETHER["machine"]):
        missing_camera = 6 if command.words[0] == "cameras" else 0
        run(*command.words, expected={0, missing_camera})


# --- what the commands of other programs name, and options and settings outside of commands

COMMAND_OF_PAGE = {"batch.md": "batch", "recording.md": "record", "review.md": "review"}
"""The command whose options the tables of a page list."""

OPTIONS_OF_OTHERS = {
    *("--check", "--help", "--new", "--nthreads", "--no-dashboard", "--only", "--user"),
}
"""Options named alone, of sha256sum, every command, Dask, benchmarks/batch.py, and Docker."""


OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def of_program(name):
    return [command for command in COMMANDS if command.program == name]


def test_make_targets_that_are_printed_exist():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert [each for each in of_program("make") if each.words[0] not in targets] == []


def test_test_files_that_are_printed_exist():
    paths = [word for each in of_program("pytest") for word in each.words if "/" in word]

    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("command", of_program("python"), ids=str)
def test_programs_of_python_that_are_printed_exist_and_have_their_options(command):
    first, *rest = command.words
    name, *rest = rest if first == "-m" else (first, *rest)
    page = next(page for page in PAGES if page.name == command.page)
    if name in {"hipcv", "pytest"} or f"`{name}`, " in page.read_text(encoding="utf-8"):
        return  # the last is printed on the same page
    path = ROOT / (name if name.endswith(".py") else f"{name.replace('.', '/')}.py")
    source = path.read_text(encoding="utf-8")

    assert [word for word in rest if word.startswith("-") and f'"{word}"' not in source] == []


@pytest.mark.parametrize("name", ["pip", "pipx", "uv"])
def test_extras_that_are_printed_exist(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        extra
        for each in of_program(name)
        for extras in re.findall(r"\[([\w,]+)\]", each.text)
        for extra in extras.split(",")
    ]

    assert named
    assert set(named) <= set(project["optional-dependencies"])


@pytest.mark.parametrize("command", of_program("dask"), ids=str)
def test_options_of_dask_that_are_printed_exist(command):
    pytest.importorskip("distributed", reason='needs `pip install "hipcv[cluster]"`')
    module = importlib.import_module(f"distributed.cli.dask_{command.words[0]}")

    assert set(command.options) <= options_of(module.main)


def test_options_that_are_named_alone_are_those_of_this_version():
    known = options_of(PROGRAM) | OPTIONS_OF_OTHERS
    named = {
        (page.name, option)
        for page in PAGES
        for code in code_of(page)
        if code.partition(" ")[0] not in PROGRAMS
        for option in OPTION.findall(code)
    }

    assert len(named) > 60
    assert [each for each in sorted(named) if each[1] not in known] == []


@pytest.mark.parametrize("page", COMMAND_OF_PAGE)
def test_table_of_options_lists_those_of_its_command_and_no_others(page):
    command = PROGRAM.commands[COMMAND_OF_PAGE[page]]
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`--[^|]*(?:\\\|[^|]*)*) \|", text, re.MULTILINE)
    listed = set(OPTION.findall(" ".join(rows)))
    named = set(OPTION.findall(text))
    own = [{*each.opts, *each.secondary_opts} for each in command.params if "--" in each.opts[0]]

    assert listed <= options_of(command)
    assert [names for names in own if not names & named] == []


@pytest.mark.parametrize("page", [page for page in PAGES if "```toml" in page.read_text()], ids=str)
def test_settings_that_are_printed_are_read(page, tmp_path):
    for number, text in enumerate(blocks_of(page, "toml")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / config.FILE_NAME).write_text(text, encoding="utf-8")
        config.load(folder).options()
