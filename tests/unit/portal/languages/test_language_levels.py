"""The field with rows of language and level."""

import pytest
from django import forms
from django.utils import translation

from portal.languages.fields import LanguageLevelsField


class Sheet(forms.Form):
    languages = LanguageLevelsField(rows=4)


def sent(*rows: tuple[str, str]) -> Sheet:
    """The form as a browser sends it, without JavaScript: every row, also the empty ones."""
    padded = [*rows, *[("", "")] * (4 - len(rows))]
    data = {}
    for number, (code, level) in enumerate(padded):
        data |= {f"languages_{number}_language": code, f"languages_{number}_level": level}
    return Sheet(data)


@pytest.mark.demand("F025")
def test_rows_become_levels_by_language() -> None:
    sheet = sent(("ti", "4"), ("da", "2"))

    assert sheet.is_valid()
    assert sheet.cleaned_data["languages"] == {"ti": 4, "da": 2}


def test_an_empty_row_in_between_is_left_out() -> None:
    sheet = sent(("ti", "4"), ("", ""), ("da", "2"))

    assert sheet.is_valid()
    assert sheet.cleaned_data["languages"] == {"ti": 4, "da": 2}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "required"),
        ([("ti", "")], "no_level"),
        ([("", "3")], "no_language"),
        ([("ti", "4"), ("ti", "2")], "twice"),
        ([("xx", "4")], "unknown"),
        ([("ti", "7")], "unknown"),
        ([("ti", "abc")], "unknown"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(rows: list[tuple[str, str]], code: str) -> None:
    sheet = sent(*rows)

    assert not sheet.is_valid()
    assert [error.code for error in sheet.errors["languages"].as_data()] == [code]


def test_an_error_names_the_language_for_the_reader() -> None:
    with translation.override("da"):
        (message,) = sent(("kmr", "")).errors["languages"]

    assert "Kurmanji (nordkurdisk)" in message


def test_every_wrong_row_is_told_at_once() -> None:
    sheet = sent(("ti", ""), ("", "2"))

    assert len(sheet.errors["languages"]) == 2


def test_what_was_chosen_stays_when_a_row_is_not_complete() -> None:
    page = str(sent(("ti", ""), ("da", "2"))["languages"])

    assert '<option value="ti" selected>' in page
    assert '<option value="da" selected>' in page
    assert '<option value="2" selected>' in page


def test_what_is_known_already_is_filled_in_with_a_row_to_go_on() -> None:
    known = {"ti": 4, "am": 3, "en": 2, "da": 1}

    page = str(Sheet(initial={"languages": known})["languages"])

    assert page.count("data-language-row>") == 5
    assert '<option value="am" selected>' in page


def test_no_more_rows_are_shown_than_are_read() -> None:
    known = dict.fromkeys(["ti", "am", "en", "da", "so", "ar", "fa", "ps"], 2)

    page = str(Sheet(initial={"languages": known})["languages"])

    assert page.count("data-language-row>") == 8


def test_a_field_that_need_not_be_filled_in_may_be_empty() -> None:
    assert LanguageLevelsField(required=False).clean([]) == {}


def test_menus_are_named_for_those_who_do_not_see_them() -> None:
    page = str(Sheet()["languages"])

    assert page.count("<label") == page.count("<select") == 8
    assert 'id="id_languages_0"' in page, "the error summary leads to the first menu"
