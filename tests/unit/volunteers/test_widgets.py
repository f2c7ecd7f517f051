"""The week grid, and codes in words."""

import pytest
from django import forms
from django.utils import translation

from volunteers.choices import SLOTS
from volunteers.templatetags.volunteer_texts import child_age_names, interest_names, kind_name, slot_names
from volunteers.widgets import SlotsField


class Sheet(forms.Form):
    slots = SlotsField(required=False)


def test_the_grid_has_a_plain_checkbox_for_each_of_the_21_times() -> None:
    page = str(Sheet()["slots"])

    assert page.count('type="checkbox"') == len(SLOTS) == 21
    assert all(f'value="{slot}"' in page for slot in SLOTS)
    assert page.count("<legend>") == 7


def test_what_was_ticked_stays_ticked() -> None:
    sheet = Sheet({"slots": ["tue-evening", "sun-morning"]})

    assert sheet.is_valid()
    assert sheet.cleaned_data["slots"] == ["tue-evening", "sun-morning"]
    assert str(sheet["slots"]).count("checked") == 2


def test_a_time_that_is_not_in_the_week_is_refused() -> None:
    assert not Sheet({"slots": ["tue-midnight"]}).is_valid()


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], ""),
        (["tue-evening"], "Tuesday evening"),
        (["thu-evening", "tue-evening"], "Tuesday, Thursday evening"),
        (["sat-morning", "sat-afternoon", "tue-evening"], "Tuesday evening; Saturday morning, afternoon"),
        (["sat-morning", "sat-afternoon", "sat-evening"], "Saturday all day"),
        (
            [f"{day}-evening" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")],
            "evening every day",
        ),
        (list(SLOTS), "any time"),
    ],
)
def test_free_times_are_told_in_few_words(codes: list[str], words: str) -> None:
    with translation.override("en"):
        assert slot_names(codes) == words


def test_codes_are_told_in_words_one_or_many() -> None:
    with translation.override("en"):
        assert kind_name("contact_family") == "Contact family"
        assert child_age_names(["15-17", "0-2"]) == "0–2 years, 15–17 years"
        assert interest_names(None) == ""
