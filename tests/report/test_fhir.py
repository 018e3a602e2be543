"""FHIR: valid by an independent library, no code that nobody looked up, no more than measured."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hipcv.core.issues import Issue
from hipcv.core.landmarks import Side
from hipcv.report.formats.fhir import Codes, Coding, merged, observations
from hipcv.report.review import Case, Signature, format_automatic
from hipcv.report.wording import FINDINGS
from hipcv.results.document import build_document
from tests.builders import HIKE, assessment, refused, rep, trial

library = pytest.importorskip("fhir.resources.R4B.bundle")

SIGNED = Signature("final", "AB", datetime(2026, 3, 3, 14, 5, tzinfo=UTC))
REJECTED = {"kind": "rep", "side": "left", "rep": 0, "after": {"accepted": False}, "why": "laughed"}
VERIFIED = {"364564000", "24136001", "12852001", "7771000", "24028007", "deg", "exam", "unknown"}

ONE = trial(assessment(reps=(rep(findings=(HIKE,)),)))
BOTH = trial(assessment(), assessment(Side.RIGHT, 48.2))
LOST = trial(refused(Side.LEFT, Issue("low_visibility", "refuse", Side.LEFT)))
NO_PELVIS = trial(assessment(pelvis_relative_deg=None))


def bundle_of(result, **context):
    return observations(build_document(result), **context)


def first(result, **context):
    return bundle_of(result, **context)["entry"][0]["resource"]


def component(resource, text):
    return next(part for part in resource["component"] if text in part["code"]["text"])


def notes(resource):
    return "\n".join(note["text"] for note in resource["note"])


@pytest.mark.parametrize("result", [ONE, BOTH, LOST, NO_PELVIS, trial()])
@pytest.mark.parametrize("case", [Case(), Case("P-1", date(2026, 3, 3), SIGNED, [REJECTED])])
def test_the_bundle_is_valid_fhir(result, case):
    written = json.dumps(bundle_of(result, case=case))

    assert library.Bundle.model_validate_json(written).type == "collection"


def test_the_value_is_read_back_as_degrees_by_ucum():
    bundle = library.Bundle.model_validate(bundle_of(ONE))
    quantity = bundle.entry[0].resource.valueQuantity

    assert (float(quantity.value), quantity.system, quantity.code) == (
        34.8,
        "http://unitsofmeasure.org",
        "deg",
    )


def test_every_measured_side_has_an_observation_of_its_own():
    sites = [entry["resource"]["bodySite"]["text"] for entry in bundle_of(BOTH)["entry"]]

    assert sites == ["Left hip joint", "Right hip joint"]


@pytest.mark.parametrize("result", [ONE, BOTH, LOST])
def test_only_verified_codes_are_used(result):
    codes = []

    def collect(pairs):
        codes.extend(value for name, value in pairs if name == "code" and isinstance(value, str))
        return dict(pairs)

    json.loads(json.dumps(bundle_of(result)), object_pairs_hook=collect)

    assert set(codes) <= VERIFIED


def test_no_loinc_code_is_given_unasked():
    assert "loinc" not in json.dumps(bundle_of(BOTH)).lower()


def test_a_code_of_ones_own_stands_on_its_side_alone():
    own = Codes(observation_right=(Coding("http://loinc.org", "0000-0", "hip"),))
    codings = [len(e["resource"]["code"]["coding"]) for e in bundle_of(BOTH, codes=own)["entry"]]

    assert codings == [1, 2]


@pytest.mark.parametrize("status", ["preliminary", "final", "amended"])
def test_the_status_is_that_of_the_signature(status):
    assert first(ONE, case=Case(signature=Signature(status, "AB")))["status"] == status


def test_an_unsigned_result_is_preliminary():
    assert first(ONE)["status"] == "preliminary"


def test_the_one_who_signed_performed_it():
    assert first(ONE, case=Case(signature=SIGNED))["performer"] == [{"display": "AB"}]


def test_the_interval_stands_in_components():
    resource = first(ONE)
    limits = [
        component(resource, f"{end} limit")["valueQuantity"]["value"] for end in ("lower", "upper")
    ]

    assert limits == [32.1, 37.5]


def test_the_angles_in_the_picture_and_from_the_vertical_are_components():
    names = ("Angle in the picture", "Angle from the vertical")
    values = [component(first(ONE), name)["valueQuantity"]["value"] for name in names]

    assert values == [33.6, 32.7]


def test_a_result_of_an_earlier_method_has_no_components_that_it_did_not_measure():
    document = build_document(ONE)
    for name in ("picture_deg", "from_vertical_deg"):
        del document["sides"]["left"][name]

    (entry,) = observations(document)["entry"]
    texts = [part["code"]["text"] for part in entry["resource"]["component"]]
    assert not [text for text in texts if text.startswith("Angle")]


def test_the_target_is_no_reference_range():
    assert "referenceRange" not in first(ONE)


def test_a_side_without_a_number_says_that_it_is_absent():
    resource = first(LOST)

    assert ("valueQuantity" in resource, "dataAbsentReason" in resource) == (False, True)


def test_a_side_without_a_number_says_why():
    assert "low_visibility" in notes(first(LOST))


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
    assert first(ONE)["identifier"] == first(ONE, case=Case("P-1"))["identifier"]


def test_two_visits_with_the_same_clip_stay_two_observations():
    days = [bundle_of(ONE, effective=date(2026, 3, day)) for day in (3, 10)]

    assert len(merged(days)["entry"]) == 2


def test_a_bundle_never_holds_an_address_twice():
    assert len(merged([bundle_of(ONE), bundle_of(ONE)])["entry"]) == 1


def test_the_number_of_decimals_is_that_of_the_document():
    result = trial(assessment(rotation_deg=33.333333))

    assert first(replace(result))["valueQuantity"]["value"] == 33.33
