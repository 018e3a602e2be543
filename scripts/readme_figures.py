"""Copy the figures of accuracy and speed from their pages into the README.

    python -m scripts.readme_figures

The README holds them between a line `<!-- accuracy: ... -->` and `<!-- /accuracy -->`, and so for
speed; a test fails where they differ from docs/validation.md and docs/performance.md.
"""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
README: Final = ROOT / "README.md"

ACCURACY: Final = """\
On rendered clips whose every angle is known, of random people, clothes, light and cameras, most with what real recordings have (a camera too high or low, cloth and calves that sag, hands and towels on the knee, overshoot, turning feet, poor light, video calls, and mixtures of these), {sides} of {tested} tested legs got a number. `make score` measures them and writes [docs/validation.md](docs/validation.md), from which these figures are:

| measured less true | legs | mean size | 95 % within | worst |
|---|---|---|---|---|
| rotation, knee steady | {steady} |
| rotation relative to the pelvis, knee steady | {pelvis} |
| rotation, knee straightened by more than 6° | {extended} |
| the light model's landmarks alone | {landmarks} |

The 95 % interval, {width} wide (median), held the truth on {inside} legs. Of clear compensations {found} of {clear} were found, and {false} of {checks} checks found one that was not there. In half of the legs the angle in the picture is within {rmse} of the truth over all frames (root mean square); no frame was off by more than {frame}. Of clips that must not give an angle, {refused} were refused or not counted. Rendered people are too clean, and some limits were set on these clips: expect more error on people. How the angle is measured: [docs/measurement.md](docs/measurement.md)."""  # noqa: E501

SPEED: Final = "How fast: {sentence} ([docs/performance.md](docs/performance.md), `make bench`)."


def page(name: str) -> str:
    """Return the text of a page of docs."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def row(text: str, after: str, first: str) -> list[str]:
    """Return the further cells of the next row of a table, by what stands before the table."""
    line = re.search(
        rf"^\| {re.escape(first)} \| (.*) \|$", text[text.index(after) :], re.MULTILINE
    )
    if line is None:
        raise ValueError(f"no row {first} after {after}")
    return line.group(1).split(" | ")


def without_bias(cells: list[str]) -> str:
    """Return legs, mean size, 95 % limit and worst error as cells."""
    legs, size, _bias, limit, worst = cells
    return " | ".join((legs, size, limit, worst))


def compensations(text: str) -> dict[str, str]:
    """Return how many clear compensations there were, and how many were found."""
    rows = re.findall(
        r"^\| [a-z ]+ \| [\d.]+° \| (\d+) of (\d+) \|",
        text[text.index("## Compensations") :],
        re.MULTILINE,
    )
    found, clear = (str(sum(map(int, column))) for column in zip(*rows, strict=True))
    return {"found": found, "clear": clear}


def numbers_in(text: str, pattern: str) -> tuple[str, ...]:
    """Return the groups of a pattern in a page; blanks match any space."""
    match = re.search(pattern.replace(" ", r"\s+"), text)
    if match is None:
        raise ValueError(f"not on the page: {pattern}")
    return match.groups()


def accuracy() -> str:
    """Return the part on accuracy, from the page of validation."""
    text = page("validation.md")
    shank, pelvis = (
        "Rotation of the shank from the start position",
        "Relative to the pelvis, against",
    )
    _sides, inside, width = row(text, "## Whether the interval is honest", "all")
    _sides, rmse, _worst, frame, *_sources = row(text, "## How far off in every frame", "all")
    false, checks = numbers_in(text, r"leg was held: (\d+) of (\d+) checks")
    (refused,) = numbers_in(text, r"(\d+ of \d+) were refused for the right reason")
    tested, sides = numbers_in(text, r"Of (\d+) sides to measure (\d+) got a number")
    return ACCURACY.format(
        sides=sides,
        tested=tested,
        steady=without_bias(row(text, shank, "knee steady")),
        pelvis=without_bias(row(text, pelvis, "knee steady")),
        extended=without_bias(row(text, shank, "knee extended by more than 6°")),
        landmarks=without_bias(row(text, shank, "any, landmarks alone")),
        inside=inside,
        width=width,
        rmse=rmse,
        frame=frame,
        false=false,
        checks=checks,
        refused=refused,
        **compensations(text),
    )


def speed() -> str:
    """Return the sentence on speed, the first one of its page."""
    (sentence,) = numbers_in(page("performance.md"), r"# Speed (.+?)\. ")
    return SPEED.format(sentence=sentence[0].lower() + sentence[1:])


def with_figures(readme: str) -> str:
    """Return the text of the README with the figures of now."""
    for name, content in (("accuracy", accuracy()), ("speed", speed())):
        before, start, rest = re.split(rf"(<!-- {name}: .* -->\n)", readme, maxsplit=1)
        end = f"<!-- /{name} -->"
        readme = f"{before}{start}\n{content}\n\n{end}{rest.partition(end)[2]}"
    return readme


if __name__ == "__main__":
    README.write_text(with_figures(README.read_text(encoding="utf-8")), encoding="utf-8")
