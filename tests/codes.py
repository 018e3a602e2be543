"""Codes that are part of the contract: of issues of a clip, and of broken framing rules."""

REFUSALS = (
    "no_person", "legs_out_of_frame", "side_view", "not_seated", "posture_changed",
    "both_legs_moved", "sideways_picture", "no_movement", "external_rotation", "low_visibility",
    "too_short",
    "unstable_camera", "damaged", "all_rejected", "scene_cut",
)  # fmt: skip
WARNINGS = (
    "view_oblique", "several_people", "person_changed", "low_frame_rate", "variable_frame_rate",
    "gaps", "start_not_still", "start_tilted", "camera_moved", "few_reps", "inconsistent_reps",
    "mirrored_container", "loose_clothing", "low_light", "seat_low", "camera_low", "other_leg",
    "landmarks_only", "outline_disputed", "compensated_throughout", "not_held",
    "pelvis_not_measured", "frames_damaged", "no_external",
    "nobody_at_times", "picture_frozen", "size_changed", "left_unread", "zoomed", "picture_changed",
)  # fmt: skip

FRAMING = (
    "nobody", "feet_cut", "shoulders_cut", "move_left", "move_right", "turn_left", "turn_right",
    "camera_clockwise", "camera_anticlockwise", "raise_camera", "lower_camera", "move_back",
    "come_closer", "more_light", "others", "sit", "hands_under",
)  # fmt: skip
