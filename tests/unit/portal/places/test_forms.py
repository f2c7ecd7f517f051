"""The field takes a postcode or a town, and its errors help."""

import pytest
from django import forms

from portal.places.forms import PostcodeField
from portal.places.register import by_code


class Where(forms.Form):
    place = PostcodeField(label="Postcode or town")


class WhereOptional(forms.Form):
    place = PostcodeField(required=False)


@pytest.mark.demand("F026")
@pytest.mark.parametrize("typed", ["4500", " dk-4500 ", "Nykøbing Sj", "4500 Nykøbing Sj"])
def test_a_postcode_or_a_town_cleans_to_the_postcode(typed: str) -> None:
    form = Where({"place": typed})

    assert form.is_valid()
    assert form.cleaned_data["place"] == by_code()["4500"]


@pytest.mark.parametrize(
    ("typed", "code", "help_text"),
    [
        ("nykøbing", "several", "4800 Nykøbing F"),
        ("Roskide", "misspelt", "4000 Roskilde"),
        ("4501", "unknown", "4500 Nykøbing Sj"),
        ("0800", "po_box", "0800"),
        ("3900", "not_denmark", "3900"),
        ("  ", "required", "4500"),
        ("", "required", "4500"),
        ("4501\x00", "unknown", "4500 Nykøbing Sj"),
    ],
)
def test_anything_else_is_refused_with_a_text_that_helps(typed: str, code: str, help_text: str) -> None:
    form = Where({"place": typed})

    assert not form.is_valid()
    error = form.errors.as_data()["place"][0]
    assert error.code == code
    assert help_text in str(error.message)


def test_what_was_typed_stays_in_the_field_and_is_escaped() -> None:
    html = str(Where({"place": "<b>Roskide"})["place"])

    assert 'value="&lt;b&gt;Roskide"' in html


def test_phones_show_letters_too_and_browsers_fill_the_postcode_in() -> None:
    html = str(Where()["place"])

    assert 'type="text"' in html
    assert 'autocomplete="postal-code"' in html
    assert "inputmode" not in html


def test_an_optional_field_may_stay_empty() -> None:
    form = WhereOptional({"place": " "})

    assert form.is_valid()
    assert form.cleaned_data["place"] is None


def test_a_stored_postcode_is_shown_as_it_would_be_typed() -> None:
    html = str(Where(initial={"place": by_code()["4500"]})["place"])

    assert 'value="4500 Nykøbing Sj"' in html


@pytest.mark.parametrize(("typed", "changed"), [("4500", False), ("nykøbing sj", False), ("4000", True), ("", True)])
def test_the_same_postcode_in_other_words_is_no_change(typed: str, changed: bool) -> None:
    form = Where({"place": typed}, initial={"place": by_code()["4500"]})

    assert form.has_changed() is changed
