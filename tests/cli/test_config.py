import pytest

from hipcv.cli.config import Run, load
from hipcv.core.errors import BadRequest, InvalidProtocol
from hipcv.core.person import Person
from hipcv.report.formats.fhir_codes import Coding


def settings_file(folder, text):
    (folder / "hipcv.toml").write_text(text, encoding="utf-8")
    return folder


def test_folder_without_a_file_has_the_defaults(tmp_path):
    assert load(tmp_path).run == Run()


def test_file_changes_how_clips_are_analysed(tmp_path):
    settings_file(
        tmp_path, '[analyze]\nmodel = "lite"\nblur_face = true\nexternal = true\nout = "results"'
    )

    assert load(tmp_path).run == Run(model="lite", blur_face=True, external=True, out="results")


def test_file_says_how_clips_are_named(tmp_path):
    settings_file(tmp_path, "[batch]\npattern = '(?P<patient>\\d+)'")

    assert load(tmp_path).batch.pattern == r"(?P<patient>\d+)"


def test_file_names_the_system_of_the_pseudonyms(tmp_path):
    settings_file(tmp_path, '[export.fhir]\npatient_system = "urn:oid:2.999.1"')

    assert load(tmp_path).codes.patient_system == "urn:oid:2.999.1"


def test_file_changes_the_codes_of_an_export(tmp_path):
    settings_file(tmp_path, '[export.fhir.codes]\nleft = { system = "urn:a", code = "L" }')

    assert load(tmp_path).codes.left == (Coding("urn:a", "L"),)


def test_file_can_take_a_code_away(tmp_path):
    settings_file(tmp_path, "[export.fhir.codes]\nmovement = []")

    assert load(tmp_path).codes.movement == ()


def test_file_changes_the_protocol(tmp_path):
    settings_file(tmp_path, "[protocol]\ntarget_deg = 40")

    assert load(tmp_path).options().protocol.target_deg == 40


def test_file_says_who_is_tested(tmp_path):
    settings_file(tmp_path, '[person]\nage = 34\nsex = "female"')

    assert load(tmp_path).options().person == Person(34, "female")


def test_flag_for_the_sex_leaves_the_age_of_the_file(tmp_path):
    settings_file(tmp_path, "[person]\nage = 34")

    assert load(tmp_path).options(person=Person(sex="male")).person == Person(34, "male")


def test_order_on_the_command_line_beats_the_file(tmp_path):
    settings_file(tmp_path, "[protocol]\ntarget_deg = 40")

    assert load(tmp_path).options(["target_deg=35"]).protocol.target_deg == 35


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[analyse]\n", "analyse"),
        ('[analyze]\nmodle = "full"', "modle"),
        ('[analyze]\nmodel = "huge"', "huge"),
        ("[analyze]\noverlay = 1", "overlay"),
        ("[analyze]\nout = 3", "out"),
        ("analyze = 3", "analyze"),
        ("[batch]\npatern = ''", "patern"),
        ("[batch]\npattern = 3", "pattern"),
        ("[batch]\npattern = '(?P<leg>.)'", "leg"),
        ("[export]\nfihr = 1", "fihr"),
        ("[export.fhir]\ncode = 1", "code"),
        ("[export.fhir.codes]\nside = []", "side"),
        ("[export.fhir]\npatient_system = 7", "patient_system"),
        ("[export.fhir]\npatient_system = 'clinic'", "patient_system"),
        ("[export.fhir.codes]\nleft = '7771000'", "left"),
        ('[export.fhir.codes]\nleft = [{ system = "SNOMED", code = "7771000" }]', "left"),
        ('[export.fhir.codes]\nleft = [{ system = "urn:a", code = 7 }]', "left"),
        ("[protocol]\ntarget = 45", "target"),
        ("[protocol]\ntarget_deg = 'high'", "target_deg"),
        ("[protocol]\ntarget_deg = 900", "target_deg"),
        ("[protocol\n", "TOML"),
    ],
)
def test_mistake_in_the_file_is_named_together_with_the_file(tmp_path, text, named):
    settings_file(tmp_path, text)

    with pytest.raises(BadRequest, match=rf"hipcv\.toml: .*{named}"):
        load(tmp_path)


def test_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "hipcv.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(BadRequest, match=r"hipcv\.toml: .*TOML"):
        load(tmp_path)


@pytest.mark.parametrize("text", ["target_deg", "target_deg=", "=3", "target_deg=high", ""])
def test_setting_that_is_no_assignment_is_refused(tmp_path, text):
    with pytest.raises(BadRequest):
        load(tmp_path).options([text])


@pytest.mark.parametrize("value", ["nan", "inf", "-1e9"])
def test_setting_out_of_its_range_is_refused(tmp_path, value):
    with pytest.raises(InvalidProtocol, match="target_deg"):
        load(tmp_path).options([f"target_deg={value}"])


def test_a_flag_stands_above_the_file():
    assert Run(model="heavy", overlay=False).override(model="lite", overlay=True) == Run(
        model="lite", overlay=True
    )


def test_a_flag_that_was_not_given_leaves_the_file_as_it_is():
    assert Run(overlay=False).override(overlay=None, model=None) == Run(overlay=False)


def test_file_changes_what_a_clip_may_be(tmp_path):
    settings_file(tmp_path, "[limits]\nduration_max_s = 1200")

    assert load(tmp_path).options().limits.duration_max_s == 1200


def test_set_changes_a_limit_and_leaves_the_protocol(tmp_path):
    options = load(tmp_path).options(["frames_max=500", "target_deg=40"])

    assert (options.limits.frames_max, options.protocol.target_deg) == (500, 40)


@pytest.mark.parametrize("line", ["duration_max_s = 1e9", "no_such = 1", 'frames_max = "many"'])
def test_invalid_limit_is_refused(tmp_path, line):
    settings_file(tmp_path, f"[limits]\n{line}")
    with pytest.raises(BadRequest, match=line.split()[0]):
        load(tmp_path)


def test_names_of_uploads_stay_out_of_exports_unless_asked_for(tmp_path):
    unset = load(tmp_path).clip_names
    settings_file(tmp_path, "[export]\nclip_names = true")

    assert (unset, load(tmp_path).clip_names) == (False, True)


def test_setting_on_names_is_true_or_false(tmp_path):
    settings_file(tmp_path, '[export]\nclip_names = "yes"')
    with pytest.raises(BadRequest, match="clip_names"):
        load(tmp_path)


@pytest.mark.parametrize("value", ["-1", "65", "1.5", "true"])
def test_number_of_workers_that_cannot_be_is_refused(tmp_path, value):
    settings_file(tmp_path, f"[review]\nworkers = {value}")

    with pytest.raises(BadRequest, match="workers"):
        load(tmp_path)


def test_file_says_how_many_clips_the_desk_analyses_at_once(tmp_path):
    settings_file(tmp_path, "[review]\nworkers = 3")

    assert load(tmp_path).review.workers == 3


def test_clips_from_a_phone_are_allowed_by_a_setting(tmp_path):
    assert not load(tmp_path).review.phone
    settings_file(tmp_path, "[review]\nphone = true\nphone_port = 8443")

    assert (load(tmp_path).review.phone, load(tmp_path).review.phone_port) == (True, 8443)


@pytest.mark.parametrize("line", ["phone = 1", "phone_port = 65536", "phone_port = true"])
def test_setting_of_a_phone_that_cannot_be_is_refused(tmp_path, line):
    settings_file(tmp_path, f"[review]\n{line}")

    with pytest.raises(BadRequest, match="phone"):
        load(tmp_path)
