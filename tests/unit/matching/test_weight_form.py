"""Weights as they are typed: whole per cents within bounds that add up to 100."""

import pytest
from django.utils import translation

from matching.domain.weights import BOUNDS, DEFAULT_WEIGHTS, Weights
from matching.forms.weights import MEANINGS, WeightsForm, initial

STANDARD = {part: str(value) for part, value in initial(DEFAULT_WEIGHTS, None).items() if value is not None}


def form(**changed):
    return WeightsForm({**STANDARD, "note": "Afstand betyder mest her", **changed})


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_every_part_says_what_it_means():
    assert list(MEANINGS) == list(BOUNDS)


def test_what_the_form_starts_with_is_what_it_gives_back():
    filled = form()
    assert filled.is_valid(), filled.errors
    assert Weights(**{part: float(value) for part, value in filled.values.items()}) == DEFAULT_WEIGHTS


@pytest.mark.parametrize("part", BOUNDS)
def test_a_weight_outside_its_bounds_is_refused_and_the_bounds_are_told(part):
    low, high = (round(bound * 100) for bound in BOUNDS[part])
    for wrong in (low - 1, high + 1, "", "12.5", "mange"):
        assert form(**{part: str(wrong)}).errors[part] == [f"Write a whole number from {low} to {high}."]


@pytest.mark.parametrize(("distance", "together"), [("22", 97), ("30", 105)])
def test_weights_that_do_not_add_up_are_refused_with_their_sum(distance, together):
    refused = form(distance=distance)
    assert refused.non_field_errors() == [f"The weights add up to {together} per cent; they must add up to 100."]
    assert refused["distance"].value() == distance


def test_somebody_says_why_in_a_few_words_without_a_cpr_number():
    assert "note" in form(note="").errors
    assert "CPR" in str(form(note="010190-1234").errors["note"])
    assert WeightsForm(STANDARD, trying=True).is_valid()


def test_what_is_no_whole_number_stays_in_its_field_to_be_corrected():
    refused = form(distance="33,3")
    assert 'value="33,3"' in str(refused["distance"]) and 'type="text"' in str(refused["distance"])
