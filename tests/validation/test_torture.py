"""The torture run: what it covers, how it judges, and a few of its clips."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from validation.damage import KINDS, without_packets
from validation.torture import Answer, Store, judged, run, verdict
from validation.torture_cases import CODINGS, SHORT, Case, all_cases, damaged
from validation.torture_page import write_page
from validation.variants import CODECS, RATES_HZ, TURNS_DEG, matrix_variants, one_of_each

CASE = Case("damage", "bits flipped", "one", Path, "clean_left", 1.5, frozenset({"damaged"}),
            may_be_unreadable=True, may_lack_sides=True)  # fmt: skip
RIGHT = Answer("measured", {"left": 35.0})
REFUSED = Answer("not_measured", refusals=["damaged"], warnings=[])


@pytest.mark.parametrize("sample", range(len(SHORT)))
def test_every_value_of_every_factor_comes_with_every_sample(sample):
    variants = matrix_variants(sample)

    assert {(v.container, v.codec) for v in variants} == {
        (box, codec) for box, codecs in CODECS.items() for codec in codecs
    }
    assert {v.rate_hz for v in variants} == set(RATES_HZ)
    assert {v.turn_deg for v in variants} == set(TURNS_DEG)
    assert {v.mirror for v in variants} == {"", "tag", "selfie"}


def test_a_few_variants_hold_every_value():
    variants = matrix_variants(0)

    for field in ("container", "codec", "rate_hz", "turn_deg", "mirror"):
        chosen = {getattr(v, field) for v in one_of_each(variants)}
        assert chosen == {getattr(v, field) for v in variants}


def test_there_are_300_damaged_clips_of_every_kind_and_coding():
    cases = list(damaged())

    assert len({case.name for case in cases}) == 300
    assert {(case.kind, case.sample) for case in cases} >= {(k, s) for k in KINDS for s in SHORT}
    assert all(any(coding in case.name for case in cases) for coding in CODINGS)


def test_cases_have_names_of_their_own():
    titles = [case.title for case in all_cases()]

    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "packets" not in kind])
def test_damage_depends_on_its_seed_alone(kind, tmp_path):
    (tmp_path / "whole").write_bytes(np.random.default_rng(0).bytes(100_000))
    for target, seed in (("a", 1), ("b", 1), ("c", 2)):
        KINDS[kind](tmp_path / "whole", tmp_path / target, np.random.default_rng(seed))
    whole, first, again, other = ((tmp_path / name).read_bytes() for name in ("whole", *"abc"))

    assert first == again
    assert len({whole, first, other}) == 3


def test_a_lost_packet_leaves_a_hole(tmp_path):
    source = Path(__file__).parents[2] / "sample_videos" / "clean_left.mp4"
    without_packets(source, tmp_path / "lost.mp4", {30, 31})
    with av.open(str(tmp_path / "lost.mp4")) as container:
        times = sorted(packet.pts for packet in container.demux(video=0) if packet.size)

    assert len(times) == 88


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (replace(RIGHT, angles_deg={"left": 36.4}), "right"),
        (replace(RIGHT, angles_deg={"left": 36.6}), "WRONG"),
        (replace(RIGHT, angles_deg={"left": 36.6}, warnings=["frames_damaged"]), "warned"),
        (replace(RIGHT, angles_deg={"right": 35.0}), "WRONG"),
        (REFUSED, "refused"),
        (replace(REFUSED, refusals=["no_movement"]), "WRONG"),
        (Answer("error 3", text="a.mp4: the clip is damaged."), "unreadable"),
        (Answer("error 3", text="two\nlines"), "WRONG"),
        (Answer("error 6"), "WRONG"),
        (Answer("traceback"), "WRONG"),
        (Answer("hung"), "WRONG"),
    ],
)
def test_an_answer_is_judged_by_the_untouched_clip(answer, expected):
    assert verdict(CASE, answer, RIGHT) == expected


def test_a_warning_excuses_no_wrong_angle_of_an_intact_clip():
    intact = replace(CASE, may_lack_sides=False, limit_deg=1.0)
    answer = replace(RIGHT, angles_deg={"left": 37.0}, warnings=["frames_damaged"])

    assert verdict(intact, answer, RIGHT) == "WRONG"


def test_an_angle_of_a_clip_without_a_test_is_wrong():
    assert verdict(replace(CASE, family="public", sample=""), RIGHT, None) == "WRONG"


def test_answers_are_stored_and_the_page_names_what_is_wrong(tmp_path):
    untouched = Case("untouched", "untouched", "clean_left", Path, "clean_left")
    store = Store(tmp_path)
    store.add(untouched, RIGHT)
    store.add(CASE, replace(RIGHT, angles_deg={"left": 40.0}))
    (tmp_path / "images").mkdir()
    write_page(judged([untouched, CASE], Store(tmp_path)), tmp_path, Counter(damage=300))

    page = (tmp_path / "torture.md").read_text(encoding="utf-8")
    assert "1 of 300 were run" in page
    assert "| bits flipped | 1 | 0 | 0 | 0 | 0 | 1 |" in page
    assert "| one | left 35.0° | measured left 40.0° |" in page


@pytest.mark.model
@pytest.mark.parametrize("kind", ["bits flipped", "packets lost"])
def test_a_damaged_clip_gives_the_right_angle_or_a_word(kind, tmp_path):
    of_kind = (case for case in damaged() if case.kind == kind and "H.264" in case.name)
    case = next(case for case in of_kind if case.sample == "clean_left")

    assert verdict(case, run(case, tmp_path), RIGHT) != "WRONG"
