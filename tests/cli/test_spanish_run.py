"""An analysis in Spanish says all that it says in English, with the same numbers and exit codes."""

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hipcv import language

pytestmark = pytest.mark.slow  # left to the sweep

CLIP = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")
COMMAND = f"hipcv analyze {CLIP.name}"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs over the sample clip and a missing one, by language: the process and its folder."""
    environment = {name: text for name, text in os.environ.items() if name != language.VARIABLE}
    done = {}
    for code in language.NAMES:
        folder = tmp_path_factory.mktemp(code)
        words = ["--lang", code, "analyze", CLIP, "missing.mp4", "--no-overlay", "--out", "out"]
        command = [sys.executable, "-m", "hipcv", *words]
        done[code] = (
            subprocess.run(
                command, capture_output=True, text=True, cwd=folder, env=environment, check=False
            ),
            folder / "out" / CLIP.stem,
        )
    return done


def sentences(text):
    return {line.strip() for line in text.splitlines() if WORDS.search(line)}


def sentences_of_page(path):
    page = re.sub(r"<(script|style).*?</\1>", "", path.read_text("utf-8"), flags=re.DOTALL)
    texts = (html.unescape(text) for text in re.split(r"<[^>]*>", page))
    return {" ".join(text.split()) for text in texts if WORDS.search(text)}


@pytest.mark.model
def test_the_terminal_has_no_english_sentence(runs):
    english, spanish = (
        sentences(run.stdout + run.stderr) for run, _folder in (runs["en"], runs["es"])
    )

    assert len(spanish) > 10
    assert english & spanish == set()


@pytest.mark.model
def test_the_report_has_no_english_sentence(runs):
    english, spanish = (
        sentences_of_page(folder / "report.html") for _run, folder in (runs["en"], runs["es"])
    )

    assert len(spanish) > 40
    assert (english & spanish) - {COMMAND} == set()


@pytest.mark.model
def test_exit_code_and_stored_result_do_not_depend_on_the_language(runs):
    codes = {run.returncode for run, _folder in runs.values()}
    documents = [json.loads((folder / "result.json").read_text()) for _run, folder in runs.values()]

    assert codes == {3}  # for the missing clip
    for document in documents:
        document.pop("timing", None)
    assert documents[0] == documents[1]
