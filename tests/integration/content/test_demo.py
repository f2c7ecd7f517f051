"""The demo: repeatable, invented, and refused where it does not belong."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from content.demo.loader import DemoLoader
from content.models import MunicipalityPage, NeedPage
from matching.models import Household
from matching.suggestions import suggest_offers
from portal.municipalities.models import Municipality
from volunteers.models import Volunteer

MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def demo(db):
    DemoLoader(MOMENT).load()


def everyone(model):
    return model.objects.following("a test that looks at every municipality")


def test_the_demo_holds_what_the_reports_tell_of(demo):
    assert [page.municipality.name for page in MunicipalityPage.objects.order_by("municipality__sort_key")] == [
        "Odsherred",
        "Ringkøbing-Skjern",
        "Roskilde",
    ]
    assert NeedPage.objects.live().count() >= 12
    assert everyone(Volunteer).count() == 60
    assert everyone(Household).count() == 25


@pytest.mark.demand("F029")
def test_the_young_man_alone_in_a_village_gets_suggestions_of_his_own_age(demo):
    yonas = everyone(Household).get(display_name="Yonas")
    suggested, _ = suggest_offers(yonas.requests.get(kind="company"), now=MOMENT)
    assert suggested
    assert {item.offer.volunteer.age_band for item in suggested} <= {"18-24", "25-39"}


def test_some_households_find_nobody_and_the_rules_say_why(demo):
    answers = [
        suggest_offers(request, now=MOMENT)[1]
        for household in everyone(Household).select_related("party")
        for request in household.requests.all()
    ]
    none = [answer for answer in answers if not answer.candidates]
    assert 0 < len(none) < len(answers)
    for answer in none:
        assert sum(count.first for count in answer.exclusions) == answer.seen


def test_the_same_moment_gives_the_same_demo(demo):
    def picture():
        return [
            (str(row), row.postcode, row.state, sorted(row.slots))
            for row in everyone(Volunteer).order_by("party__contact_details__email")
        ]

    first = picture()
    everyone(Volunteer).delete()
    assert first == sorted(first, key=lambda row: first.index(row))
    assert len(first) == 60


def test_the_demo_is_refused_where_it_does_not_belong(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("load_demo")


def test_a_portal_that_is_in_use_is_left_alone(db, settings, capsys):
    settings.DEBUG = True
    Municipality.objects.filter(code=101).update(joined_on=MOMENT.date())
    call_command("load_demo")
    assert "left as it is" in capsys.readouterr().out
    assert not MunicipalityPage.objects.exists()
