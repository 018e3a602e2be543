import pytest

from hipcv.core.errors import BadRequest
from hipcv.core.person import Person


@pytest.mark.parametrize("age_years", [-1, 121, 34.0, "34", True])
def test_age_is_a_whole_number_of_years_from_0_to_120(age_years):
    with pytest.raises(BadRequest, match="whole number of years from 0 to 120"):
        Person(age_years=age_years)


def test_sex_is_one_of_the_two_that_studies_report_or_not_given():
    with pytest.raises(BadRequest, match="female / male, or nothing"):
        Person(sex="f")


@pytest.mark.parametrize("person", [Person(), Person(0), Person(sex="male"), Person(34, "female")])
def test_person_survives_json_values(person):
    assert Person.from_dict(person.to_dict()) == person


def test_person_of_an_older_document_is_empty():
    assert Person.from_dict(None).is_empty


@pytest.mark.parametrize(("age_years", "is_minor"), [(None, False), (15, True), (16, False)])
def test_only_a_known_age_under_16_makes_a_minor(age_years, is_minor):
    assert Person(age_years).is_minor is is_minor


def test_override_leaves_what_it_does_not_give():
    assert Person(34, "female").override(Person(35)) == Person(35, "female")
