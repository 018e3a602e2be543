"""The page of refusals covers every code, and its clips are what they say."""

from hipcv.core.issues import REFUSALS
from validation.refusals import CHANGES, CLIPS, QUANTITIES, Reading, is_refused_when, table


def test_every_refusal_has_three_clips_and_the_quantity_that_decides_it():
    assert {code: len(clips) >= 3 for code, clips in CLIPS.items()} == dict.fromkeys(REFUSALS, True)
    assert {quantity.code for quantity in QUANTITIES} == set(REFUSALS)


def test_no_two_clips_have_one_name():
    names = [clip.name for clips in CLIPS.values() for clip in clips]

    assert len(set(names)) == len(names)


def test_a_clip_that_changes_while_it_is_read_is_refused(tmp_path):
    assert {name: is_refused_when(change, tmp_path) for name, change in CHANGES.items()} == (
        dict.fromkeys(CHANGES, True)
    )


def test_the_table_names_the_nearest_valid_clip_and_its_distance():
    length = next(q for q in QUANTITIES if (q.code, q.unit) == ("too_short", "s"))
    far = {q.key: q.limit + (1 if q.refused == "below" else -1) for q in QUANTITIES}
    beyond = {q.key: q.limit - (1 if q.refused == "below" else -1) for q in QUANTITIES}
    valid = [
        Reading("long", far, ()),
        Reading("nearest", far | {length.key: length.limit + 0.1}, ()),
    ]

    row = table([("too_short", Reading("brief", beyond, ("too_short",)))], valid)[
        QUANTITIES.index(length)
    ]

    assert row.split(" | ")[3:] == ["brief 0.2", "nearest 1.3", "0.1 |"]


def test_a_small_clip_is_written_with_its_change(tmp_path):
    clip = next(clip for clip in CLIPS["too_short"] if clip.name == "one_second")

    assert clip.write(tmp_path).stat().st_size > 0
