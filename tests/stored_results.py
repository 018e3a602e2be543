"""Result folders of stick patients, as `hipcv analyze` would leave them, without a model."""

import json

import numpy as np

from hipcv.core.assessment import Trial, assess
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.measure import measure
from hipcv.core.protocol import MeasurementProtocol
from hipcv.report import html
from hipcv.report.stills import Still, encode_jpeg
from hipcv.report.summary import summarise
from hipcv.result_schema import seal
from hipcv.results import checksums, document
from hipcv.results.stills import save_stills
from hipcv.store.archive import save_evidence
from tests.builders import CLIP, PROVENANCE
from tests.tracks import seated_track, swings

JPEG = encode_jpeg(np.full((80, 64, 3), 127, np.uint8))


def measured_folder(folder, *peaks_deg, side=Side.LEFT):
    """The result of one leg that turns to each peak."""
    track = seated_track(swings(*peaks_deg), side=side)
    assessment = assess(measure(track, None, side, MeasurementProtocol()))
    return _folder(
        folder, track, Trial(CLIP, {side: assessment}, (), MeasurementProtocol(), PROVENANCE, {})
    )


def sealed_folder(folder, *peaks_deg):
    """The same with the checksums of its document and of all files."""
    measured_folder(folder, *peaks_deg)
    path = folder / document.RESULT
    sealed = seal(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(document.dumps(sealed), encoding="utf-8")
    checksums.save(folder)
    return folder


def flip(path):
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def refused_folder(folder):
    """The result of a clip in which nothing was measured."""
    issues = (Issue("no_movement", "refuse"),)
    track = seated_track(swings(0.0))
    return _folder(folder, track, Trial(CLIP, {}, issues, MeasurementProtocol(), PROVENANCE, {}))


def _folder(folder, track, trial):
    folder.mkdir(exist_ok=True)
    text = document.dumps(document.build_document(trial, timing=False))
    (folder / "result.json").write_text(text, encoding="utf-8")
    save_evidence(folder / "evidence.npz", track, {})
    stills = [Still("Start position", "This is 0°.", JPEG)]
    save_stills(folder / "stills", stills)
    page = html.render(
        trial,
        summarise(trial),
        chart_svg="",
        stills=stills,
        command=trial.provenance.command,
    )
    (folder / "report.html").write_text(page, encoding="utf-8")
    return folder
