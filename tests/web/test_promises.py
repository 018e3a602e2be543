"""Each promise of the page on the desk has the names of the tests that protect it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)

PROMISES = {
    "the pages load nothing from anywhere else": (
        "test_pages_load_nothing_from_other_origins",
        "test_a_page_logs_nothing_and_requests_no_other_host",
    ),
    "the server answers to `127.0.0.1` alone": ("test_server_listens_on_loopback",),
    "the least certain first": ("test_clips_are_sorted_by_how_certain_they_are",),
    "*External rotation too*": (
        "test_an_upload_asks_for_external_rotation_where_the_box_is_checked",
    ),
    "video and curve in step": ("test_a_click_on_the_curve_shows_exactly_that_frame",),
    "minimal detectable change": ("test_change_of_four_degrees_is_within_measurement_error",),
    "with the number of any clip": (
        "test_the_recorded_test_has_the_rotation_of_the_film_and_of_its_file",
    ),
    "never by one that sends the text away": (
        "test_a_voice_elsewhere_is_never_used_and_tones_are_played_instead",
    ),
    "`M` turns both off": ("test_a_muted_page_is_silent",),
    "one next step": ("test_after_pain_the_next_step_is_not_to_repeat_the_test",),
    "which a cookie keeps for a year, else the browser's": (
        "test_a_language_chosen_in_the_foot_stays",
        "test_a_page_is_in_the_language_of_the_browser",
    ),
    "English and Spanish are complete": (
        "test_a_catalogue_holds_the_texts_of_the_source_and_no_others",
        "test_a_spanish_browser_sees_no_english_text",
    ),
    "colleagues may read the same one in both": (
        "test_a_report_follows_its_reader_not_the_one_before",
    ),
    "are light or dark": (
        "test_a_page_follows_the_system_unless_a_theme_was_chosen",
        "test_a_theme_chosen_in_the_foot_beats_the_system_and_stays",
        "test_the_curve_is_drawn_in_the_ink_of_the_theme",
    ),
    "a file follows the system of whoever opens it": (
        "test_a_report_is_in_the_theme_of_its_page_and_its_file_in_none",
    ),
    "a print is light": ("test_a_print_is_light",),
    "share one connection": (
        "test_ten_tabs_open_and_answer",
        "test_a_new_clip_appears_in_every_tab",
    ),
    "says so, connects again by itself": (
        "test_a_page_says_that_the_connection_is_lost",
        "test_a_page_without_shared_workers_connects_again_and_loads_anew",
    ),
    "asks for the sign-in": ("test_a_page_whose_desk_was_started_anew_asks_for_the_sign_in",),
    "is empty again after each batch of files": (
        "test_each_upload_says_for_whom_it_is_and_the_form_is_empty_for_the_next_one",
    ),
    "adding one is a step of its own": (
        "test_a_patient_is_added_in_a_step_of_its_own_and_is_then_chosen",
    ),
    "the second is refused by the name of the first": (
        "test_a_pseudonym_that_looks_like_another_is_refused_by_the_name_of_that_one",
    ),
    "a day in the future is refused": ("test_day_in_the_future_is_refused",),
    "by the `pattern` of `hipcv.toml` as in a batch": (
        "test_name_of_a_file_is_read_by_the_pattern_of_a_batch",
    ),
    "the upload asks before it is sent": (
        "test_a_name_that_contradicts_what_was_chosen_is_asked_about_before_it_is_sent",
    ),
    "the upload says so with a link": (
        "test_a_recording_that_is_here_already_says_so_with_a_link",
    ),
    "A recording that is filed for two patients": (
        "test_a_recording_that_is_filed_for_another_patient_says_so_with_a_link",
    ),
    "A clip of both legs can be signed once both were shown": (
        "test_both_legs_with_a_hip_lift_in_the_leg_not_shown_cannot_be_signed_unseen",
    ),
    "a clip without a patient not at all": ("test_clip_without_a_patient_cannot_be_signed",),
    "Names of files may be of any script and of up to 255 bytes": (
        "test_name_of_any_script_and_length_is_listed_and_exported",
        "test_clip_of_any_name_is_analysed",
        "test_forbidden_characters_are_removed_from_a_name",
    ),
    "a longer one is cut": (
        "test_clip_whose_name_is_too_long_for_a_file_is_analysed",
        "test_two_long_names_stay_two",
    ),
    "allows it, and opens nothing yet": (
        "test_phones_are_turned_off_by_default",
        "test_python_connects_nowhere_and_listens_for_this_machine_alone",
        "test_desk_offers_phones_where_the_settings_allow_them",
    ),
    "They arrive for the patient, day and leg chosen at the desk": (
        "test_clip_arrives_for_the_patient_day_and_leg_chosen_at_the_desk",
        "test_a_clip_from_a_phone_arrives_at_the_desk",
    ),
    "Nothing listens there unless a code is open": ("test_nothing_listens_unless_a_code_is_open",),
    "never listens on a public address": ("test_public_addresses_are_not_used",),
    "no route of the desk is reachable": (
        "test_no_route_of_the_desk_is_reachable",
        "test_no_other_path_is_reachable",
    ),
    "each by one method": (
        "test_page_answers_to_no_other_method",
        "test_upload_answers_to_no_other_method",
    ),
    "nothing is read from the records but": (
        "test_page_names_nobody_but_the_patient_it_is_for",
        "test_phone_learns_no_more_than_that_the_clip_is_here",
    ),
    "The phone cannot choose another patient": (
        "test_phone_chooses_nothing",
        "test_name_that_contradicts_what_was_chosen_is_refused",
    ),
    "The address in the code opens once": (
        "test_code_opens_once",
        "test_a_code_that_was_opened_says_so_on_a_second_phone",
    ),
    "It works for ten minutes": ("test_old_code_takes_no_clip",),
    "ends with the last clip of one choice, when its dialog or page is closed": (
        "test_code_ends_with_the_last_clip",
        "test_a_code_ends_with_its_dialog",
        "test_a_code_ends_with_its_page",
    ),
    "at sign-out and lock": ("test_code_ends_at_sign_out",),
    "90 seconds after the last sign of the page": (
        "test_code_ends_when_the_page_at_the_desk_is_gone",
    ),
    "At most 20 clips": ("test_number_of_clips_is_bounded",),
    "is being sent when the dialog is closed is dropped": (
        "test_clip_under_way_is_broken_off_when_the_code_is_closed",
    ),
    "Limits of size and speed are those of uploads": (
        "test_upload_that_declares_too_much_is_refused_before_it_is_sent",
        "test_upload_that_becomes_too_large_is_refused",
        "test_body_that_stalls_is_ended",
    ),
    "shows its SHA-256 fingerprint": ("test_fingerprint_at_the_desk_is_that_of_the_connection",),
    "(mode 0600), lasts a year": (
        "test_key_is_private",
        "test_certificate_is_renewed_before_it_ends",
        "test_certificate_is_renewed_where_the_addresses_change",
    ),
    "one short clip at a time is measured beside them": (
        "test_short_clip_is_analysed_in_addition_to_long_ones_that_take_all_workers",
        "test_only_one_clip_more_than_the_workers_is_analysed",
    ),
    "is not passed by for ever": (
        "test_long_clip_is_next_once_it_has_waited_for_longer_than_it_lasts",
    ),
    "it ended three times is not begun again by itself": (
        "test_analysis_that_always_ends_the_program_is_not_begun_for_ever",
    ),
    "Of more than nine earlier results": (
        "test_oldest_results_beyond_the_bound_are_deleted_with_their_files",
    ),
    "a move can be undone": ("test_move_is_undone_with_its_signature",),
    "A sign-off can be taken back": (
        "test_a_sign_off_is_taken_back_on_the_page_which_says_whose_it_was",
    ),
    "start position, hold, beginning and end of a repetition": (
        "test_a_plateau_is_dragged_and_the_rotation_follows_the_core",
    ),
    "it stays in the table, and does not count": (
        "test_rejected_repetition_is_not_valid",
        "test_a_rejected_repetition_leaves_no_rotation_without_another_one",
    ),
    "read as a goniometer is laid on": (
        "test_axes_drawn_at_start_and_hold_read_as_the_angle_between_them",
    ),
    "*Measure again*, which asks for leg": (
        "test_leg_mirror_and_beginning_can_be_mended_on_the_clip_page",
    ),
    "rested while the other moved, the page says so": (
        "test_the_page_of_a_clip_of_the_wrong_leg_asks_for_the_leg_and_the_mirror",
    ),
    "every correction can be withdrawn": (
        "test_other_corrections_stay_after_a_withdrawal",
        "test_automatic_result_is_not_altered_by_a_correction",
    ),
    "takes the signature away": ("test_correction_revokes_the_signature_and_amends",),
    "the second is told, and nothing is overwritten": (
        "test_one_of_two_concurrent_corrections_is_refused",
    ),
    "The picture is zoomed up to eight times": (
        "test_the_wheel_zooms_about_the_pointer",
        "test_two_fingers_zoom",
    ),
    "moved by dragging it or, with the focus on it, by the arrows": (
        "test_the_zoomed_picture_is_dragged_and_goes_on_being_paused",
        "test_the_zoomed_picture_is_moved_and_reset_by_the_keyboard_alone",
    ),
    "has the same pixel at any zoom": (
        "test_a_point_placed_at_zoom_four_is_stored_with_its_pixel",
    ),
    "one that the keyboard goes to is brought into view": (
        "test_a_point_that_the_keyboard_goes_to_is_brought_into_view",
    ),
    "shows the video with its controls alone": (
        "test_full_screen_shows_the_video_alone_with_its_controls",
        "test_full_screen_is_left_by_its_key_and_the_page_is_as_before",
    ),
    "which are dragged or moved by the arrows": (
        "test_the_angle_between_the_arms_is_read_beside_the_machine",
        "test_points_laid_at_zoom_four_are_stored_with_their_pixels",
        "test_a_reading_is_made_saved_shown_and_deleted_by_the_keyboard_alone",
    ),
    "Its angle, internal rotation positive": (
        "test_foot_away_from_the_midline_reads_positive",
        "test_reading_has_its_angle_and_the_machines_in_the_picture_of_the_frame",
    ),
    "is in the report and the audit, and changes no result": (
        "test_reading_and_its_deletion_are_audited",
        "test_report_has_the_reading",
        "test_reading_changes_no_result_and_is_no_correction",
    ),
    "saves the frame shown as PNG, to the pixel of the upright recording": (
        "test_frame_without_lines_is_that_of_the_clip_to_the_pixel",
        "test_frame_with_lines_differs_at_the_leg_alone",
        "test_the_frame_shown_is_saved_as_a_picture_with_or_without_lines",
    ),
    "named by pseudonym, day, leg and time": (
        "test_frame_is_named_by_pseudonym_day_leg_and_time",
        "test_frame_of_a_clip_without_a_patient_is_named_by_its_hash",
    ),
    "drawn on demand while the page shows how far it is": (
        "test_annotated_video_that_is_there_is_given_as_it_is",
        "test_annotated_video_of_a_corrected_result_is_drawn_anew",
        "test_the_annotated_video_is_drawn_and_saved",
        "test_progress_of_the_annotated_video_is_shown_and_its_failure_said",
    ),
    "Faces are blurred in both where they were in the result": (
        "test_face_is_blurred_where_it_was_in_the_result",
        "test_face_is_blurred_where_the_settings_say_so_now",
    ),
    "step a frame": ("test_frames_are_stepped_by_the_keyboard",),
    "plain texts of up to 2000 characters, up to 50 on each": (
        "test_note_has_its_author_and_time",
        "test_text_that_cannot_be_a_note_is_refused",
        "test_number_of_notes_is_bounded",
    ),
    "shown on the clip's page and at the visit": (
        "test_a_note_is_added_changed_and_shown_at_the_visit",
        "test_notes_stand_at_the_visit_of_the_patient",
    ),
    "in its reports as *Note of the therapist*": ("test_report_has_the_notes_of_the_therapist",),
    "never on the hand-out, in the name of a file": (
        "test_hand_out_has_no_note",
        "test_words_of_a_note_are_in_no_name_of_a_file",
    ),
    "Of two people who change a note at once the second is told": (
        "test_second_of_two_who_change_a_note_is_told",
        "test_what_was_typed_stays_where_a_note_is_refused",
    ),
    "and not its words": ("test_trail_has_the_changes_of_a_note_without_its_words",),
    "notes go with their clip or visit": (
        "test_notes_are_deleted_with_their_clip",
        "test_notes_are_deleted_with_their_visit",
        "test_notes_go_with_a_visit_to_its_new_day",
    ),
    "can be noted and changed on the page of any clip": (
        "test_pain_and_what_stopped_it_are_noted_for_an_uploaded_clip",
    ),
    "beside what was said at the visit before": (
        "test_answers_of_the_visit_before_stand_beside_those_of_the_clip",
    ),
    "what counts for each leg and who signed which clip": (
        "test_overview_has_the_result_and_the_sign_off_of_each_leg",
        "test_clip_that_counts_for_a_leg_is_marked",
        "test_all_clips_of_a_visit_are_in_one_pdf",
    ),
    "one page in plain words on both legs": (
        "test_handout_has_both_legs_on_one_page",
        "test_handout_says_whether_it_was_signed",
    ),
    "Both are PDF, on the patient's page": (
        "test_report_and_hand_out_of_a_visit_are_downloaded_from_the_page_of_the_patient",
    ),
    "*Make a backup* (settings page)": (
        "test_a_backup_is_made_and_saved_and_can_be_restored",
        "test_backup_under_way_ends_with_the_desk_and_leaves_nothing",
    ),
    "as it is at one moment, also while work goes on": (
        "test_backup_is_the_moment_it_was_begun",
        "test_deletion_meanwhile_asks_for_another_backup",
    ),
    "It appears whole or not at all, and only its owner can read it": (
        "test_backup_that_cannot_be_written_leaves_nothing",
        "test_backup_and_restored_desk_are_their_owners_alone",
    ),
    "What is missing in the data folder is named": ("test_file_that_is_missing_is_named",),
    "the same lists, results, signatures and record of changes": (
        "test_restored_desk_equals_the_one_that_was_backed_up",
        "test_desk_is_restored_from_its_backup",
        "test_altered_records_are_restored_and_reported",
    ),
    "A folder or a database that is not empty is never overwritten": (
        "test_desk_that_is_not_empty_is_not_overwritten",
        "test_database_with_records_is_not_overwritten",
    ),
    "is refused, and nothing is left of it": (
        "test_altered_backup_is_refused_and_leaves_nothing",
        "test_truncated_backup_is_refused",
        "test_other_files_are_no_backup",
        "test_backup_of_a_later_version_is_refused",
    ),
    "`clips/` by the SHA-256 of their content": ("test_name_is_the_hash_of_the_content",),
    "go to the next and the previous clip": (
        "test_keys_of_the_list_are_among_the_keys_that_help_names",
        "test_keys_leave_a_clip_that_was_not_measured",
    ),
    "the queue with its search, filter and order": (
        "test_keys_follow_the_queue_with_its_search_and_order",
        "test_neighbours_of_clips_to_review_are_those_of_the_list",
    ),
    "the latest visit first": (
        "test_keys_go_to_the_next_and_previous_clip_of_the_patient",
        "test_neighbours_of_a_patient_are_ordered_as_on_the_page",
    ),
    "stays where it was between its neighbours": (
        "test_a_clip_that_was_signed_is_followed_by_the_next_of_the_queue",
        "test_signed_clip_is_at_its_place_among_those_to_review",
    ),
    "the page says so and stays": ("test_what_was_moved_and_not_saved_is_not_left_behind",),
    "stands beside the one of today": (
        "test_the_last_visit_stands_beside_the_number_of_today",
        "test_last_visit_that_is_not_counted_gives_way_to_the_one_with_a_number",
        "test_last_visit_is_no_later_one_and_none_of_the_same_day",
    ),
    "with the change since then in words": (
        "test_the_change_since_the_last_visit_is_said_and_one_link_from_both_videos",
    ),
    "the last two visits of each leg a link away": (
        "test_the_last_two_visits_are_one_link_from_the_page_of_the_patient",
    ),
    "and a form for any two of its clips": (
        "test_two_visits_are_chosen_and_played_by_the_keyboard_alone",
    ),
    "compared with the present one from the list": (
        "test_an_earlier_result_is_compared_with_the_present_one",
        "test_earlier_result_of_a_clip_has_its_own_curves",
    ),
    "which is chosen for each": ("test_another_repetition_is_chosen_of_each_video",),
    "the same time since then whatever their frame rates": (
        "test_both_videos_begin_at_the_onset_and_are_stepped_to_the_same_time",
    ),
    "They play, pause and stop together": (
        "test_videos_that_are_paused_while_they_play_show_the_same_time",
        "test_videos_play_to_the_end_and_stop_there",
    ),
    "as a plot and as a table": (
        "test_curves_have_one_time_axis_from_the_onset",
        "test_a_click_on_the_curves_shows_that_time_in_both_videos",
    ),
    "in the words of the patient's page and of `hipcv compare`": (
        "test_the_difference_is_said_in_the_words_of_the_comparison",
        "test_difference_is_that_of_the_comparison_of_visits",
    ),
    "gives no difference": ("test_a_side_that_is_not_counted_gives_no_difference",),
    "two readings of one recording are no change": (
        "test_two_results_of_one_recording_are_no_change_of_the_hip",
    ),
    "Results of two patients are not compared": ("test_results_of_two_patients_are_not_compared",),
    "a digit chooses that repetition of both": ("test_a_digit_chooses_that_repetition_of_both",),
    "it can only be added to": ("test_database_refuses_to_alter_the_trail",),
    "salted hashes of every column": (
        "test_every_altered_column_is_reported_with_its_row",
        "test_salts_of_erased_rows_are_deleted",
    ),
    "as its anchor": (
        "test_a_signed_report_prints_the_anchor_of_the_record_of_changes",
        "test_signed_report_has_an_anchor_that_the_trail_holds",
    ),
    "was altered shows no number": ("test_every_page_answers_over_an_altered_result",),
    "every reason typed for a change": (
        "test_free_text_about_an_erased_patient_is_nowhere_in_the_database",
        "test_pseudonym_is_nowhere_in_the_database",
    ),
    "either the whole of it or nothing": (
        "test_correction_interrupted_by_a_kill_is_whole_or_absent",
        "test_analysis_interrupted_by_a_kill_is_done_at_the_next_start",
        "test_disconnected_upload_leaves_no_file",
    ),
    "grows with the years": ("test_noted_age_grows_with_the_years",),
    "no page, report or export compares with adults": (
        "test_chart_of_a_minor_has_no_band_of_adults",
        "test_report_of_a_minor_says_that_there_is_no_comparison",
        "test_no_verdict_compares_a_minor_with_adults",
    ),
    "at each visit, in the report and in the exports": (
        "test_answers_stand_as_sentences_with_the_clip",
        "test_answers_and_age_stand_in_the_exported_documents",
    ),
    "also while the desk is open": ("test_result_is_filed_under_the_name_and_history_shows_it",),
    "FHIR is one R4 transaction": ("test_the_bundle_is_valid_fhir",),
    "`entered-in-error`": (
        "test_result_that_moved_to_another_patient_is_entered_in_error_for_the_first",
        "test_a_side_that_an_earlier_analysis_had_is_entered_in_error",
    ),
    "names each clip by pseudonym and day of the visit": (
        "test_exports_are_named_by_pseudonym_and_day",
        "test_name_of_the_upload_is_exported_where_the_settings_ask_for_it",
    ),
    "a private folder (mode 0600 in 0700)": (
        "test_files_of_the_opening_are_private",
        "test_browser_opens_the_app_by_a_private_page",
    ),
    "leaves no key in the history nor on a command line": (
        "test_history_of_the_browser_holds_no_key",
        "test_browser_is_started_without_a_secret",
    ),
    "works once as well": ("test_key_opens_the_app_once", "test_old_key_does_not_open_the_app"),
    "which goes when the desk closes": ("test_app_that_closes_leaves_no_page_and_no_secret",),
    "A cookie that no script": ("test_cookie_is_same_site_and_http_only",),
    "without the page key it reads and changes nothing": (
        "test_other_local_server_cannot_use_what_it_gets",
        "test_cookie_alone_reads_and_changes_nothing",
    ),
    "in all pages of this browser": ("test_sign_out_ends_the_session_in_every_page",),
    "the page locks itself and the session ends": (
        "test_page_that_nobody_uses_warns_and_then_locks_itself",
        "test_session_that_nobody_uses_is_locked",
    ),
    "uploads and a guided test under way keep it open": ("test_session_in_use_stays_open",),
    "0 turns it off": ("test_lock_can_be_turned_off",),
    "links give no access": ("test_link_without_a_user_opens_nothing",),
    "who is removed can not": ("test_removed_user_cannot_sign_in",),
    "corrects and signs with it alone": (
        "test_initials_with_a_pin_sign_with_it_alone",
        "test_pin_is_asked_for_after_a_change_with_other_initials",
    ),
    "Initials are asked for anew": ("test_initials_are_asked_for_anew_after_a_pause",),
    "`pins.json` in the data folder holds scrypt hashes": (
        "test_file_of_pins_is_private_and_has_no_pin",
        "test_guesses_have_to_wait",
    ),
    "all of an IPv6 network, /64, are one": (
        "test_wrong_passwords_of_others_do_not_delay",
        "test_addresses_of_one_network_are_one",
    ),
    "up to 30 seconds": (
        "test_wrong_passwords_delay_the_next_ones_of_the_same_address_more_and_more",
        "test_attempts_beyond_the_longest_wait_are_refused",
    ),
    "readable by you alone (`chmod 600`), else they are refused": (
        "test_secret_that_others_can_read_is_refused_with_the_remedy",
    ),
    "must arrive within 10 seconds": ("test_head_that_does_not_arrive_closes_the_connection",),
    "the oldest one is closed": ("test_oldest_waiting_connection_is_closed_for_a_new_one",),
    "Requests by another name, from another origin or without a session are refused": (
        "test_foreign_host_name_is_refused",
        "test_sign_in_from_another_origin_is_refused",
        "test_only_sign_in_is_open_without_a_session",
    ),
    "pages run no script but their own": ("test_no_page_may_run_inline_scripts",),
    "in a process of its own before it is believed": (
        "test_a_file_is_not_read_before_it_was_opened_in_a_limited_process",
    ),
}
"""Names of the tests of each promise of docs/review.md, by words of the promise."""


@pytest.fixture(scope="module")
def page():
    return " ".join((ROOT / "docs" / "review.md").read_text("utf-8").split())


@pytest.fixture(scope="module")
def names():
    paths = (ROOT / "tests").rglob("test_*.py")
    return {name for path in paths for name in TEST.findall(path.read_text("utf-8"))}


def test_every_promise_stands_on_the_page(page):
    assert [words for words in PROMISES if words not in page] == []


def test_every_promise_has_its_tests(names):
    assert {name for tests in PROMISES.values() for name in tests} - names == set()
