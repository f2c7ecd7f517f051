"""The week grid: 21 checkboxes."""

from django import forms

from volunteers.choices import SLOTS
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
