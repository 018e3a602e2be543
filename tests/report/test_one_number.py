"""One number for one thing: every output of one result gives the same text for the same angle."""

import csv
import html
import io
import json
import re
from contextlib import contextmanager

import numpy as np
import pytest

from hipcv.core.landmarks import Side
from hipcv.report import drawing, numbers, terminal
from hipcv.results import export, pictures
from hipcv.results.output import Output
from hipcv.results.write import write
from tests.conftest import SAMPLES
from tests.report.test_pdf import words

PAGES = {"html": "report", "handout": "handout"}
OUTPUTS = ("terminal", "html", "handout", "pdf")
ANGLE = re.compile(r"(\d+\.\d)(?= ?°| deg)")
CLIPS = ("clean_left.mp4", "hip_lift_left.mp4", "portrait_right.mp4")

pytestmark = pytest.mark.model


def visible(page):
    """Text of a page, without styles and markup."""
    body = re.sub(r"(?s)<(style|script)\b.*?</\1>", " ", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def texts_of(pages, trial, motions):
    """Text of every output for people, by its name."""
    texts = {name: visible(page.decode()) for name, page in pages.items()}
    return texts | {"terminal": terminal.render(trial, width=100), "pdf": words(trial, motions)}


class Outputs:
    """Every output of one result as text, at once and again from the folder."""

    def __init__(self, folder, clip, analysis):
        self.clip, self.analysis, self.labels = SAMPLES / clip, analysis, []
        with self.noted_labels():
            write(self.clip, analysis, Output(folder))
        self.document = json.loads((folder / "result.json").read_bytes())
        stills = json.loads((folder / "stills" / "stills.json").read_bytes())
        self.captions = {still["title"]: still["caption"] for still in stills}
        pages = {name: (folder / f"{file}.html").read_bytes() for name, file in PAGES.items()}
        self.first = texts_of(pages, analysis.trial, analysis.motions)
        source = export.load(folder)
        exported = {name: export.export(source, name).content for name in ("fhir", "reps", *PAGES)}
        pages = {name: exported[name] for name in PAGES}
        self.again = texts_of(pages, source.result.trial, source.result.motions)
        self.fhir = json.loads(exported["fhir"])
        self.reps = list(csv.DictReader(io.StringIO(exported["reps"].decode("utf-8-sig"))))

    @contextmanager
    def noted_labels(self):
        """Note the labels of pictures instead of drawing them."""
        with pytest.MonkeyPatch.context() as patch:
            note = lambda _picture, text, *_, **__: self.labels.append(text)  # noqa: E731
            patch.setattr(drawing, "label", note)
            yield

    def draw_frame(self, row, side):
        with self.noted_labels():
            pictures.draw_frame(self.clip, self.analysis, row, [side])

    @property
    def side(self):
        return self.document["sides"][self.document["tested_side"]]


@pytest.fixture(scope="module", params=CLIPS)
def outputs(request, sample_analysis, tmp_path_factory):
    folder = tmp_path_factory.mktemp("outputs") / "result"
    return Outputs(folder, request.param, sample_analysis(request.param))


@pytest.mark.parametrize("name", OUTPUTS)
def test_first_angle_of_an_output_is_the_result(outputs, name):
    assert ANGLE.search(outputs.first[name]).group() + "°" == numbers.angle(
        outputs.side["result_deg"]
    )


@pytest.mark.parametrize("name", OUTPUTS)
def test_output_made_again_from_the_folder_has_the_same_angles(outputs, name):
    assert ANGLE.findall(outputs.again[name]) == ANGLE.findall(outputs.first[name])


@pytest.mark.parametrize("name", OUTPUTS)
def test_hip_lift_that_was_taken_off_is_one_number(outputs, name):
    lift_deg = outputs.side["rotation_deg"] - outputs.side["result_deg"]
    texts = re.findall(r"with (\S+) of hip lift taken off|took (\S+) off", outputs.first[name])
    expected = set() if outputs.side["result_basis"] == "rotation" else {numbers.angle(lift_deg)}

    assert {text for pair in texts for text in pair if text} == expected


def test_label_and_caption_of_the_end_range_are_the_angle_of_its_repetition(outputs):
    best_deg = max(rep["rotation_deg"] for rep in outputs.side["reps"])
    (caption,) = [text for title, text in outputs.captions.items() if "End range" in title]

    assert ANGLE.search(caption).group() + "°" == numbers.angle(best_deg)
    assert outputs.labels[-1] == numbers.angle(best_deg)


def test_video_shows_the_angle_of_the_repetition_at_its_end_range(outputs):
    side = Side(outputs.document["tested_side"])
    motion, best = (
        outputs.analysis.motions[side],
        max(outputs.analysis.trial.sides[side].reps, key=lambda rep: rep.rotation_deg),
    )
    held = np.flatnonzero(best.plateau_s.contains(motion.time_s))
    row = held[np.argmin(np.abs(motion.rotation_deg[held] - best.rotation_deg))]
    outputs.draw_frame(int(row), side)

    shown = [float(label.removesuffix("°")) for label in outputs.labels[-1:]]
    assert shown == pytest.approx([best.rotation_deg], abs=0.1)


def test_table_has_the_angle_of_the_repetition(outputs):
    (row,), (rep,) = outputs.reps, outputs.side["reps"]

    assert numbers.angle(float(row["rotation_deg"])) == numbers.angle(rep["rotation_deg"])
    assert numbers.angle(rep["rotation_deg"]) in outputs.first["html"]
    assert numbers.angle(rep["rotation_deg"]) in outputs.first["pdf"]


def test_observation_has_the_result(outputs):
    values = [entry["resource"].get("valueQuantity") for entry in outputs.fhir["entry"]]
    (value_deg,) = [value["value"] for value in values if value]

    assert numbers.angle(value_deg) == numbers.angle(outputs.side["result_deg"])
