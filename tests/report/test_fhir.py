"""FHIR: valid by an independent library, no code that nobody looked up, no more than measured."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import unquote

import pytest

from hipcv import language
from hipcv.core.answers import Answers
from hipcv.core.clip_info import RecordingTime
from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.core.person import Person
from hipcv.report.formats.fhir import observations, withdrawn
from hipcv.report.formats.fhir_bundle import merged
from hipcv.report.formats.fhir_codes import Codes, Coding
from hipcv.report.formats.fhir_components import FIELDS
from hipcv.report.review import NO_CASE, Case, Signature, format_automatic
from hipcv.report.summary import summarise
from hipcv.report.wording import FINDINGS
from hipcv.results.document import build_document
from tests.builders import CLIP, HIKE, assessment, external_rep, refused, rep, trial

library = pytest.importorskip("fhir.resources.R4B.bundle")

SIGNED = Signature("final", "AB", datetime(2026, 3, 3, 14, 5, tzinfo=UTC))
REJECTED = {"kind": "rep", "side": "left", "rep": 0, "after": {"accepted": False}, "why": "laughed"}
VERIFIED = {
    "364564000", "24136001", "287679003", "287579007", "12852001", "7771000", "24028007", "deg",
    "exam", "unknown",
}  # fmt: skip

ONE = trial(assessment(reps=(rep(findings=(HIKE,)),)))
BOTH = trial(assessment(), assessment(Side.RIGHT, 48.2))
LOST = trial(refused(Side.LEFT, Issue("low_visibility", "refuse", Side.LEFT)))
NO_PELVIS = trial(assessment(pelvis_relative_deg=None))
LIFTED = rep(
    51.0, findings=(replace(HIKE, value=11.0, limit=10.0, severity="invalid"),), clean_deg=38
)
PASSED = rep(49.0, begins_s=3.0, held=False)
NOT_COUNTED = trial(replace(refused(), reps=(LIFTED, PASSED), start_tilt_deg=-2.1))
PROVISIONAL = trial(assessment(provisional=True, category=None))
TILTED = trial(assessment(rotation_deg=37.0, result_deg=29.0, result_basis="pelvis_relative"))
SAID = replace(ONE, person=Person(34, "female"), answers=Answers(3, "left groin", "cramp"))


def bundle_of(result, **context):
    return observations(build_document(result), **context)


def first(result, **context):
    return bundle_of(result, **context)["entry"][0]["resource"]


def resources(bundle, kind="Observation"):
    found = (entry["resource"] for entry in bundle.get("entry", ()))
    return [resource for resource in found if resource["resourceType"] == kind]


def component(resource, text):
    return next(part for part in resource["component"] if text in part["code"]["text"])


def notes(resource):
    return "\n".join(note["text"] for note in resource["note"])


@pytest.mark.parametrize(
    "result", [ONE, BOTH, LOST, NO_PELVIS, NOT_COUNTED, PROVISIONAL, TILTED, SAID, trial()]
)
@pytest.mark.parametrize(
    "case",
    [
        Case(),
        Case("P-1", date(2026, 3, 3), SIGNED, [REJECTED]),
        Case(corrections=[REJECTED], automatic=build_document(NOT_COUNTED)),
    ],
)
def test_the_bundle_is_valid_fhir(result, case):
    written = json.dumps(bundle_of(result, case=case))

    assert library.Bundle.model_validate_json(written).type == "transaction"


def test_the_value_is_read_back_as_degrees_by_ucum():
    bundle = library.Bundle.model_validate(bundle_of(ONE))
    quantity = bundle.entry[0].resource.valueQuantity

    assert (float(quantity.value), quantity.system, quantity.code) == (
        34.8,
        "http://unitsofmeasure.org",
        "deg",
    )


def test_every_measured_side_has_an_observation_of_its_own():
    sites = [resource["bodySite"]["text"] for resource in resources(bundle_of(BOTH))]

    assert sites == ["Left hip joint", "Right hip joint"]


@pytest.mark.parametrize("result", [ONE, BOTH, LOST, NOT_COUNTED, PROVISIONAL, TILTED])
def test_only_verified_codes_are_used(result):
    codes = []

    def collect(pairs):
        found = dict(pairs)
        if isinstance(found.get("code"), str) and found.get("system") != FIELDS:
            codes.append(found["code"])
        return found

    json.loads(json.dumps(bundle_of(result)), object_pairs_hook=collect)

    assert set(codes) <= VERIFIED


def test_no_loinc_code_is_given_unasked():
    assert "loinc" not in json.dumps(bundle_of(BOTH)).lower()


def test_a_code_of_ones_own_stands_on_its_side_alone():
    own = Codes(observation_right=(Coding("http://loinc.org", "0000-0", "hip"),))
    codings = [len(one["code"]["coding"]) for one in resources(bundle_of(BOTH, codes=own))]

    assert codings == [1, 2]


@pytest.mark.parametrize("status", ["preliminary", "final", "amended"])
def test_the_status_is_that_of_the_signature(status):
    assert first(ONE, case=Case(signature=Signature(status, "AB")))["status"] == status


def test_an_unsigned_result_is_preliminary():
    assert first(ONE)["status"] == "preliminary"


def test_the_one_who_signed_performed_it():
    assert first(ONE, case=Case(signature=SIGNED))["performer"] == [{"display": "AB"}]


@pytest.mark.parametrize(
    ("name", "limits_deg"), [("the value", [28.2, 41.4]), ("the rotation", [32.1, 37.5])]
)
def test_the_intervals_of_another_day_and_of_the_reading_stand_in_components(name, limits_deg):
    parts = [
        part for part in first(ONE)["component"] if f"interval of {name}" in part["code"]["text"]
    ]

    assert [part["valueQuantity"]["value"] for part in parts] == limits_deg


def _both_ways(side):
    done = {"external_rotation_deg": 27.0, "external_interval_deg": (21.0, 33.0)}
    return trial(replace(side, **done, external_reps=(external_rep(27.0),)))


def test_external_rotation_and_the_arc_are_components_with_their_limits():
    parts = first(_both_ways(assessment()))["component"]

    values = {p["code"]["text"]: p.get("valueQuantity", {}).get("value") for p in parts}
    assert values["External rotation"] == 27.0
    assert values["Total arc, internal and external rotation"] == 61.8
    limits = [values[text] for text in values if "of the total arc" in text]
    assert limits == pytest.approx([61.8 - 6.58, 61.8 + 6.58], abs=0.01)


def test_a_refused_side_has_its_external_rotation_and_no_value():
    resource = first(_both_ways(refused()))

    texts = [part["code"]["text"] for part in resource["component"]]
    assert "External rotation" in texts
    assert ("dataAbsentReason" in resource, "valueQuantity" in resource) == (True, False)


def test_the_angles_in_the_picture_and_from_the_vertical_are_components():
    names = ("Angle in the picture", "Angle along the thigh", "Angle from the vertical")
    values = [component(first(ONE), name)["valueQuantity"]["value"] for name in names]

    assert values == [33.6, 34.8, 32.7]


def test_a_result_of_an_earlier_method_has_no_components_that_it_did_not_measure():
    document = build_document(ONE)
    for name in ("picture_deg", "from_vertical_deg"):
        del document["sides"]["left"][name]

    (resource,) = resources(observations(document))
    texts = [part["code"]["text"] for part in resource["component"]]
    assert [text for text in texts if text.startswith("Angle")] == ["Angle along the thigh"]


def test_the_target_is_no_reference_range():
    assert "referenceRange" not in first(ONE)


def test_a_side_without_a_number_says_that_it_is_absent():
    resource = first(LOST)

    assert ("valueQuantity" in resource, "dataAbsentReason" in resource) == (False, True)


def test_a_side_without_a_number_says_why():
    assert "low_visibility" in notes(first(LOST))


def test_a_result_of_an_earlier_schema_has_its_rotation_as_value_and_no_interval_of_another_day():
    document = build_document(ONE)
    for name in ("result_deg", "result_interval_deg", "result_basis", "provisional"):
        del document["sides"]["left"][name]
    document["sides"]["left"]["category"] = "at_target_within_error"

    (resource,) = resources(observations(document))
    texts = [part["code"]["text"] for part in resource["component"]]
    assert (
        resource["valueQuantity"]["value"],
        [text for text in texts if "another day" in text],
        resource["interpretation"][0]["text"].startswith("Close to"),
    ) == (34.8, [], True)


def test_a_side_of_which_no_repetition_counts_has_no_angle_of_the_rotation_anywhere():
    written = json.dumps(bundle_of(NOT_COUNTED))

    assert [
        number for number in ("51.0", "49.0", 'valueQuantity": {"value": 38') if number in written
    ] == []


def test_the_absence_of_a_number_names_the_rule_that_each_repetition_broke():
    reason = first(NOT_COUNTED)["dataAbsentReason"]["text"]

    assert reason.endswith("repetition 1 (hip lift), repetition 2 (not held).")


def test_a_side_that_does_not_count_says_how_far_it_went_before_and_asks_to_repeat():
    text = notes(first(NOT_COUNTED))

    cue = FINDINGS["pelvic_hike"].cue
    assert ("38.0°" in text, f"Repeat the test: {cue[0].lower()}{cue[1:]}" in text) == (True, True)


def test_a_provisional_result_has_a_value_and_is_marked():
    resource = first(PROVISIONAL)

    assert (
        resource["valueQuantity"]["value"],
        resource["interpretation"][0]["text"].startswith("Provisional"),
        "Provisional" in notes(resource),
    ) == (34.8, True, True)


def test_a_hip_lift_that_was_taken_off_is_said_beside_the_rotation():
    resource = first(TILTED)

    assert (
        resource["valueQuantity"]["value"],
        component(resource, "Angle along the thigh")["valueQuantity"]["value"],
        "8.0° of hip lift taken off" in notes(resource),
        "less a hip lift of 3° or more" in resource["method"]["text"],
    ) == (29.0, 37.0, True, True)


@pytest.mark.parametrize("rotation_deg", [5, 19, 23.9, 36, 42.5, 44, 47, 60, 72])
def test_the_interpretation_is_the_verdict_of_the_report(rotation_deg):
    result = trial(assessment(rotation_deg=rotation_deg))

    (side,) = summarise(result).sides
    assert first(result)["interpretation"] == [{"text": side.verdict.removesuffix(".")}]


@pytest.mark.parametrize("result", [ONE, BOTH, LOST, NOT_COUNTED, PROVISIONAL, TILTED])
def test_the_values_are_the_numbers_of_the_report(result):
    quantities = [one.get("valueQuantity") for one in resources(bundle_of(result))]
    values = [f"{quantity['value']:.1f}°" if quantity else "–" for quantity in quantities]

    assert values == [side.value for side in summarise(result).sides]


@pytest.mark.parametrize(
    ("result", "case"),
    [
        (ONE, NO_CASE),
        (PROVISIONAL, NO_CASE),
        (NOT_COUNTED, NO_CASE),
        (LOST, NO_CASE),
        (ONE, Case(corrections=[REJECTED], automatic=build_document(NOT_COUNTED))),
    ],
    ids=["counted", "provisional", "not counted", "refused", "corrected"],
)
def test_every_state_is_valid_and_says_what_the_report_says(result, case):
    resource, (side,) = first(result, case=case), summarise(result).sides
    number = resource.get("valueQuantity", {}).get("value")

    observation = library.Bundle.model_validate(bundle_of(result, case=case)).entry[0].resource
    assert (number is not None) == side.measured == (observation.dataAbsentReason is None)
    assert side.value == ("–" if number is None else f"{number:.1f}°")
    assert side.repeat in notes(resource)
    assert format_automatic(case, Side.LEFT) in notes(resource)


def test_a_pelvis_that_was_not_measured_is_absent_and_not_zero():
    assert "dataAbsentReason" in component(first(NO_PELVIS), "relative to the pelvis")


def test_compensations_are_notes_with_their_moment():
    text = notes(first(ONE))

    assert all(part in text for part in ("pelvic_hike", FINDINGS["pelvic_hike"].text, "1.4"))


def test_a_correction_is_noted_with_the_reading_before_it():
    case = Case(corrections=[REJECTED], automatic=build_document(ONE))

    automatic = format_automatic(case, Side.LEFT)
    assert ("34.8°" in automatic, automatic in notes(first(ONE, case=case))) == (True, True)


def test_a_withdrawn_correction_is_not_noted():
    case = Case(corrections=[REJECTED | {"withdrawn": True}], automatic=build_document(ONE))

    assert "laughed" not in notes(first(ONE, case=case))


def test_every_observation_says_that_it_is_no_medical_device():
    assert "not a medical device" in notes(first(ONE))


def test_the_same_result_keeps_its_identifier():
    case = Case("P-1", date(2026, 3, 3))
    signed = replace(case, signature=SIGNED, corrections=[REJECTED])

    assert first(ONE, case=case)["identifier"] == first(ONE, case=signed)["identifier"]


def test_two_visits_with_the_same_clip_stay_two_observations():
    days = [bundle_of(ONE, effective=date(2026, 3, day)) for day in (3, 10)]

    assert len(resources(merged(days))) == 2


@pytest.mark.parametrize(
    ("source", "when"), [("container", "2026-11-20T14:03:22+01:00"), ("file", None)]
)
def test_the_time_of_the_clips_own_record_is_that_of_the_movement(source, when):
    at = datetime(2026, 11, 20, 14, 3, 22, tzinfo=timezone(timedelta(hours=1)))
    recorded = trial(assessment(), clip=replace(CLIP, recorded=RecordingTime(at, source)))

    assert first(recorded).get("effectiveDateTime") == when


def test_a_bundle_never_holds_an_address_twice():
    addresses = [entry["fullUrl"] for entry in merged([bundle_of(ONE), bundle_of(ONE)])["entry"]]

    assert (len(addresses), len(set(addresses))) == (2, 2)  # the Observation and the Device


def test_the_number_of_decimals_is_that_of_the_document():
    result = trial(assessment(rotation_deg=33.333333))

    assert first(replace(result))["valueQuantity"]["value"] == 33.33


def test_age_and_answers_after_the_test_are_notes():
    text = notes(first(SAID))

    assert ("Age at the test: 34 years." in text, "3 of 10, left groin" in text) == (True, True)


def test_interpretation_of_a_minor_names_no_adults():
    child = trial(assessment(category="below_target", is_minor=True), person=Person(12))

    assert "adult" not in json.dumps(first(child)["interpretation"])


IN_FULL = Case("P-1", date(2026, 3, 3), SIGNED, [REJECTED], anchor=f"57:{'a' * 64}")


def references(value):
    """Yield every reference in a JSON value."""
    if isinstance(value, dict):
        yield from [value["reference"]] if "reference" in value else []
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


@pytest.mark.parametrize(
    ("result", "case"),
    [(BOTH, IN_FULL), (trial(), Case("P-1", superseded=[build_document(BOTH)]))],
    ids=["signed", "all withdrawn"],
)
def test_every_reference_resolves_within_the_bundle(result, case):
    bundle = bundle_of(result, case=case)
    addresses = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    context = {address for address, kind in addresses.items() if kind in {"Patient", "Device"}}

    assert len(context) == 2
    assert context <= set(references(bundle)) <= set(addresses)


def test_every_entry_of_the_transaction_has_a_request():
    bundle = library.Bundle.model_validate(bundle_of(BOTH, case=IN_FULL))

    assert [(entry.request.method, entry.request.url.split("?")[0]) for entry in bundle.entry] == [
        ("PUT", "Observation"), ("PUT", "Observation"), ("POST", "Patient"), ("POST", "Device"),
        ("POST", "Provenance"),
    ]  # fmt: skip


def test_an_observation_is_put_under_its_own_identifier():
    entry = bundle_of(ONE)["entry"][0]
    identifier = entry["resource"]["identifier"][0]

    token = entry["request"]["url"].partition("identifier=")[2]
    assert unquote(token) == f"{identifier['system']}|{identifier['value']}"


@pytest.mark.parametrize("kind", ["Observation", "Patient", "Device"])
def test_every_identifier_has_a_system(kind):
    found = resources(bundle_of(BOTH, case=IN_FULL), kind)

    assert found
    assert all(":" in one["system"] for resource in found for one in resource["identifier"])


def test_the_system_of_the_pseudonyms_is_that_of_the_clinic_where_it_gives_one():
    own = Codes(patient_system="urn:oid:2.999.1")
    (patient,) = resources(bundle_of(ONE, case=IN_FULL, codes=own), "Patient")

    assert patient["identifier"] == [{"system": "urn:oid:2.999.1", "value": "P-1"}]


def test_the_body_site_is_coded_with_its_side():
    codes = [
        [coding["code"] for coding in resource["bodySite"]["coding"]]
        for resource in resources(bundle_of(BOTH))
    ]

    assert codes == [["287679003", "24136001"], ["287579007", "24136001"]]


def test_a_component_has_the_same_code_in_every_language():
    with language.using("es"):
        codes = [part["code"]["coding"] for part in first(ONE)["component"]]

    assert codes == [part["code"]["coding"] for part in first(ONE)["component"]]


def test_a_side_that_was_refused_has_the_reason_with_the_absent_value():
    reason = first(LOST)["dataAbsentReason"]["text"]

    assert build_document(LOST)["issues"][0]["text"] in reason


def test_a_signed_result_has_a_provenance_with_the_anchor_of_the_audit_trail():
    (provenance,) = resources(bundle_of(ONE, case=IN_FULL), "Provenance")

    assert (
        provenance["recorded"],
        provenance["agent"][0]["who"],
        provenance["entity"][0]["what"]["identifier"]["value"],
    ) == (SIGNED.at.isoformat(), {"display": "AB"}, IN_FULL.anchor)


def test_a_side_that_an_earlier_analysis_had_is_entered_in_error():
    case = Case("P-1", date(2026, 3, 3), superseded=[build_document(BOTH)])
    statuses = [one["status"] for one in resources(bundle_of(ONE, case=case))]

    assert statuses == ["preliminary", "entered-in-error"]


def test_a_side_is_withdrawn_under_the_identifier_of_its_day():
    case, day = Case(superseded=[build_document(BOTH)]), date(2026, 3, 10)
    lost = resources(bundle_of(ONE, case=case, effective=day))[1]

    assert lost["identifier"] == resources(bundle_of(BOTH, effective=day))[1]["identifier"]


def test_a_withdrawn_result_is_valid_without_a_value_and_has_the_identifier_of_its_export():
    case = Case("P-1", date(2026, 3, 3))
    bundle = withdrawn(build_document(ONE), case=case, why="Moved.")
    library.Bundle.model_validate(bundle)

    (resource,) = resources(bundle)
    assert (resource["status"], "valueQuantity" in resource, resource["identifier"]) == (
        "entered-in-error", False, first(ONE, case=case)["identifier"],
    )  # fmt: skip
