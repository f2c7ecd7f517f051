"""Signing up and registering a household ask little: few answers, few pages, no waiting."""

from time import perf_counter

import pytest

from portal.municipalities.models import Role
from tests import factories
from tests.browser.conftest import DESKTOP
from tests.browser.journey import answers_missing, confirm, next_step, register_household, sign_up_steps
from tests.integration.content.pages import make_municipality_page

EMAIL = "ane@example.org"
# The program's share of the minutes that people have; a person types slower than this script.
SECONDS = 60


@pytest.fixture
def odsherred(transactional_db):
    municipality = factories.make_municipality(factories.ODSHERRED)
    make_municipality_page(municipality)
    return municipality


def test_signing_up_asks_few_questions_in_four_steps(person, odsherred):
    visitor = person()
    visitor.goto("/bliv-frivillig/")
    begun, asked, steps = perf_counter(), 0, sign_up_steps(EMAIL, {})
    for fill in steps:
        asked += answers_missing(visitor)
        fill(visitor)
        next_step(visitor)
    confirm(visitor, EMAIL)

    assert visitor.url.endswith("/frivillig/")
    assert len(steps) == 4
    assert 0 < asked <= 10
    assert perf_counter() - begun < SECONDS


def test_only_a_group_is_asked_what_it_is_called_and_only_a_family_how_old_its_children_are(person, odsherred):
    visitor = person()
    visitor.goto("/bliv-frivillig/")
    what_and_where, *_ = sign_up_steps(EMAIL, {})
    what_and_where(visitor)
    next_step(visitor)
    seen = {}
    for who in ("single", "couple", "family", "group"):
        visitor.check(f"[name=jer-household_type][value={who}]")
        fields = {
            "children": visitor.locator("[name=jer-children]").first,
            "called": visitor.locator("#id_jer-organisation"),
        }
        seen[who] = [name for name, field in fields.items() if field.is_visible()]

    assert seen == {"single": [], "couple": [], "family": ["children"], "group": ["called"]}


def test_registering_a_household_asks_few_questions_on_one_page(person, odsherred):
    adviser = person(DESKTOP, user=factories.make_member(odsherred, Role.ADVISER))
    adviser.goto("/kommune/odsherred/husstande/ny/")
    begun, asked = perf_counter(), answers_missing(adviser)
    register_household(adviser, name="Familien D.", phone="5550 9876", language="ar")

    assert "/ny/" not in adviser.url
    assert 0 < asked <= 6
    assert perf_counter() - begun < SECONDS
