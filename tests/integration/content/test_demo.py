"""The demo: repeatable, invented, and refused where it does not belong."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from content.demo.loader import DemoLoader
from content.models import MunicipalityPage, NeedPage
from matching.models import CheckIn, Household, Match, Proposal, Request, Seat
from portal.municipalities.models import Municipality
from tests import factories
from volunteers.models import Activity, CertificateCheck, Offer, Volunteer

NEED = ["slug", "title", "kind", "postcode", "languages", "number_wanted", "needed_by", "municipality", "live"]
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def demo(db):
    DemoLoader(MOMENT).load()


def everyone(model):
    return model.objects.following("a test that looks at every municipality")


def spoken(who):
    return {row.language: row.level for row in who.party.spoken_languages.all()}


def rows(queryset, *order):
    """Every column but those that number the rows, and when the clock on the wall saw them written."""
    left_out = {field.attname for field in queryset.model._meta.concrete_fields if is_number(field)} | {"recorded_at"}
    return [
        {name: value for name, value in row.items() if name not in left_out}
        for row in queryset.order_by(*order).values()
    ]


def is_number(field):
    return field.primary_key or (field.is_relation and field.related_model is not Municipality)


def loaded(now):
    """What a demo of this moment holds; it is taken back afterwards."""
    with transaction.atomic():
        DemoLoader(now).load()
        picture = {
            "volunteers": rows(everyone(Volunteer), "party__contact_details__email"),
            "offers": rows(everyone(Offer), "volunteer__party__contact_details__email", "kind"),
            "certificates": rows(everyone(CertificateCheck), "volunteer__party__contact_details__email"),
            "households": rows(everyone(Household), "display_name"),
            "wishes": rows(everyone(Request), "household__display_name", "kind"),
            "activities": rows(everyone(Activity), "title"),
            "seats": rows(everyone(Seat), "activity__title"),
            "needs": list(NeedPage.objects.order_by("slug").values(*NEED)),
        }
        transaction.set_rollback(True)
    return picture


def test_the_demo_holds_what_the_reports_tell_of(demo):
    assert [page.municipality.name for page in MunicipalityPage.objects.order_by("municipality__sort_key")] == [
        "Odsherred",
        "Ringkøbing-Skjern",
        "Roskilde",
    ]
    assert NeedPage.objects.live().count() >= 12
    assert everyone(Volunteer).count() == 69
    assert everyone(Household).count() == 34
    assert everyone(Activity).filter(open=True).count() == 10


def test_the_contact_family_of_odsherred_speaks_kurmanji_and_has_children_of_several_ages(demo):
    family = everyone(Household).get(display_name="Familien A.")
    assert family.municipality_id == 306
    assert spoken(family) == {"kmr": 4, "ar": 2, "da": 1}
    assert family.children == ["3-6", "7-9", "10-14"]
    wish = family.requests.get(kind="contact_family")
    suggested = factories.answer_for(wish, now=MOMENT).found
    assert suggested
    assert all({"kmr", "ar", "da"} & spoken(item.offer.volunteer).keys() for item in suggested)


def test_the_mother_who_begins_at_the_first_danish_course_asks_women_for_help_in_everyday_life(demo):
    """Who does not read and write yet begins at Danish course 1; more than that is not kept about her."""
    amira = everyone(Household).get(display_name="Amira og børnene")
    assert (amira.municipality_id, amira.adults, amira.danish_module) == (306, 1, "du1-1")
    assert {wish.kind for wish in amira.requests.all()} == {"practical_help", "company"}
    for wish in amira.requests.all():
        suggested = factories.answer_for(wish, now=MOMENT).found
        assert {item.offer.volunteer.gender for item in suggested} <= {"woman"}


def test_the_family_newly_come_to_haraldsborg_has_not_begun_danish_and_knows_nobody(demo):
    family = everyone(Household).get(display_name="Familien N. på Haraldsborg")
    assert (family.municipality_id, family.postcode, family.danish_module) == (265, "4000", "none")
    assert family.has_network is False
    assert family.arrival == (MOMENT - timedelta(days=20)).date()
    assert {wish.kind for wish in family.requests.all()} == {"contact_family", "practical_help"}


def test_hodans_children_go_to_the_homework_cafe_while_the_family_waits_for_help_at_home(demo):
    family = everyone(Household).get(display_name__startswith="Hodan")
    (seat,) = everyone(Seat).filter(request__household=family, left_at=None)
    assert (seat.activity.title, seat.activity.taken) == ("Lektiecafé på Haraldsborg", 1)
    assert (seat.request.kind, seat.request.state) == ("homework_help", "open")


@pytest.mark.demand("F029")
def test_the_young_man_alone_in_a_village_gets_suggestions_of_his_own_age(demo):
    yonas = everyone(Household).get(display_name="Yonas")
    suggested = factories.answer_for(yonas.requests.get(kind="company"), now=MOMENT).found
    assert suggested
    assert {item.offer.volunteer.age_band for item in suggested} <= {"18-24", "25-39"}


def test_some_households_find_nobody_and_the_rules_say_why(demo):
    answers = [
        factories.answer_for(request, now=MOMENT)
        for household in everyone(Household).select_related("party")
        for request in household.requests.all()
    ]
    none = [answer.told for answer in answers if not answer.found]
    assert 0 < len(none) < len(answers)
    for answer in none:
        assert sum(count.first for count in answer.exclusions) == answer.seen


def test_the_same_moment_gives_the_same_demo(db):
    first, second = loaded(MOMENT), loaded(MOMENT)
    assert all(first.values())
    assert first == second


def test_another_day_gives_the_same_demo_as_of_that_day(db):
    later = timedelta(days=3)
    first, second = loaded(MOMENT), loaded(MOMENT + later)
    assert [row["arrival"] + later for row in first["households"]] == [row["arrival"] for row in second["households"]]
    assert [row["created_at"] + later for row in first["wishes"]] == [row["created_at"] for row in second["wishes"]]


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


@pytest.mark.demand("F039")
def test_some_have_been_matched_for_a_while_and_not_all_goes_by_itself(demo):
    matches = everyone(Match).filter(municipality_id=306)
    assert {match.state for match in matches} == {"active", "paused", "ended"}
    answers = everyone(CheckIn).exclude(answer="").values_list("answer", flat=True)
    assert set(answers) == {"good", "so_so", "talk"}
    waiting = everyone(Proposal).filter(state="volunteer_yes")
    assert [proposal.request.household.display_name for proposal in waiting] == ["Familien Y. i Grevinge"]
