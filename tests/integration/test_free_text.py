"""Every text that anybody can write into a form refuses a CPR number."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.core.exceptions import ValidationError

import content
import matching
import volunteers
from content.models import MunicipalityPage, NationalHomePage, NeedPage

PAGES = (NationalHomePage, MunicipalityPage, NeedPage)
# Texts that cannot hold one, by field.
OTHERWISE_SAFE = {
    "postcode": "becomes one of the known postcodes; what was typed is not stored",
    "new_place": "becomes one of the known postcodes; what was typed is not stored",
    "place": "becomes one of the known postcodes; what was typed is not stored",
    "video_url": "an address; the number of a video room may be any ten digits",
    "submission": "a UUID or nothing",
}
Found = tuple[str, str, forms.CharField]


def _modules() -> Iterator[object]:
    for package in (volunteers, matching, content):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and ".management" not in module.name:
                yield importlib.import_module(module.name)


def _plain_forms() -> Iterator[Found]:
    for module in _modules():
        for name, form in inspect.getmembers(module, inspect.isclass):
            if issubclass(form, forms.BaseForm) and form.__module__ == module.__name__:
                yield from _texts(name, form.base_fields)


def _texts(name: str, fields: dict[str, forms.Field]) -> Iterator[Found]:
    for field_name, field in fields.items():
        if isinstance(field, forms.CharField) and field_name not in OTHERWISE_SAFE:
            yield name, field_name, field


PLAIN = sorted(_plain_forms(), key=lambda found: found[:2])


def _refuses(field: forms.CharField) -> bool:
    text = "010190-1234@example.org" if isinstance(field, forms.EmailField) else "010190-1234"
    try:
        field.run_validators(text)
    except ValidationError as refusal:
        return "cpr" in {error.code for error in refusal.error_list}
    return False


@pytest.mark.demand("F045")
@pytest.mark.parametrize(("form", "name", "field"), PLAIN, ids=[f"{form}-{name}" for form, name, _ in PLAIN])
def test_a_text_in_a_form_refuses_a_cpr_number(form, name, field):
    assert _refuses(field)


def test_the_forms_of_volunteers_and_households_are_among_those_looked_at():
    names = {(form, name) for form, name, _ in PLAIN}

    assert {("ContactForm", "email"), ("ProfileForm", "phone"), ("HouseholdForm", "contact_name")} <= names
    assert ("CertificateForm", "organisation") in names


@pytest.mark.django_db
@pytest.mark.demand("F045")
@pytest.mark.parametrize("page", PAGES)
def test_every_text_of_a_page_refuses_a_cpr_number(page):
    form = page.get_edit_handler().get_form_class()(instance=page())

    open_fields = [name for _, name, field in _texts(page.__name__, form.fields) if not _refuses(field)]

    assert "title" in form.fields
    assert open_fields == []
