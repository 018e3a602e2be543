"""The sample clips against their truth, end to end."""

import tomllib
from pathlib import Path

import pytest

from hipcv.core.landmarks import Side

FOLDER = Path(__file__).parents[1] / "sample_videos"
TRUTHS = tomllib.loads((FOLDER / "truth.toml").read_text(encoding="utf-8"))["clip"]
SIDES = [
    pytest.param(clip["file"], side, id=f"{Path(clip['file']).stem}-{side['side']}")
    for clip in TRUTHS
    for side in clip.get("side", [])
]
TO_REFUSE = [
    pytest.param(clip["file"], clip["refused_as"], id=Path(clip["file"]).stem)
    for clip in TRUTHS
    if "refused_as" in clip
]


def mean(values):
    return sum(values) / len(values)


def test_every_clip_has_its_truth():
    assert sorted(clip["file"] for clip in TRUTHS) == sorted(p.name for p in FOLDER.glob("*.mp4"))


@pytest.mark.parametrize("clip", sorted(FOLDER.glob("*.mp4")), ids=lambda clip: clip.stem)
def test_sample_clip_is_small(clip):
    assert clip.stat().st_size < 1_000_000


@pytest.mark.model
@pytest.mark.parametrize(("name", "truth"), SIDES)
def test_interval_holds_the_true_rotation(sample_trial, name, truth):
    low, high = sample_trial(name).sides[truth["side"]].interval_deg

    assert low <= mean(truth["shank_deg"]) <= high


@pytest.mark.model
@pytest.mark.parametrize(("name", "truth"), SIDES)
def test_every_repetition_is_found(sample_trial, name, truth):
    assert len(sample_trial(name).sides[truth["side"]].reps) == len(truth["shank_deg"])


@pytest.mark.model
@pytest.mark.parametrize(("name", "truth"), SIDES)
def test_true_compensations_are_findings(sample_trial, name, truth):
    findings = set(sample_trial(name).sides[truth["side"]].findings)

    assert set(truth["compensations_deg"]) <= findings


@pytest.mark.model
@pytest.mark.parametrize(("name", "truth"), SIDES)
def test_only_sides_that_moved_are_measured(sample_trial, name, truth):
    moved = {side["side"] for clip in TRUTHS if clip["file"] == name for side in clip["side"]}

    assert {side.value for side in sample_trial(name).sides} == moved


@pytest.mark.model
@pytest.mark.parametrize(("name", "code"), TO_REFUSE)
def test_unusable_clip_is_refused_with_its_reason(sample_trial, name, code):
    trial = sample_trial(name)

    refusals = [issue.code for issue in trial.all_issues if issue.severity == "refuse"]
    assert (trial.status, refusals) == ("not_measured", [code])


@pytest.mark.model
@pytest.mark.parametrize(("name", "truth"), SIDES)
def test_every_repetition_is_read_from_the_outline_and_confirmed_by_masks(
    sample_trial, name, truth
):
    reps = sample_trial(name).sides[truth["side"]].reps

    assert all(rep.by_outline for rep in reps)
    assert [rep.witness_deg - rep.rotation_deg for rep in reps] == pytest.approx(
        [0.0] * len(reps), abs=1.0
    )


@pytest.mark.model
@pytest.mark.parametrize(("name", "truth"), SIDES)
def test_every_frame_has_the_angle_of_the_outline(sample_analysis, name, truth):
    motion = sample_analysis(name).motions[Side(truth["side"])]

    assert {motion.source_at(row) for row in range(len(motion.time_s))} == {"outline"}


@pytest.mark.parametrize(
    ("name", "side", "key"),
    [
        ("clean_left.mp4", "left", "shank_deg"),
        ("hip_lift_left.mp4", "left", "shank_deg"),
        ("hip_lift_left.mp4", "left", "hip_deg"),
        ("portrait_right.mp4", "right", "shank_deg"),
        ("both_legs.mp4", "left", "shank_deg"),
        ("both_legs.mp4", "right", "shank_deg"),
    ],
)
def test_page_of_the_samples_states_the_true_angle(name, side, key):
    (clip,) = [clip for clip in TRUTHS if clip["file"] == name]
    (truth,) = [truth for truth in clip["side"] if truth["side"] == side]
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in page.splitlines() if line.startswith(f"| `{name}`")]

    assert f"{mean(truth[key]):.0f}°" in line.rpartition("|")[0].rpartition("|")[2]
