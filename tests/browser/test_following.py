"""While a match lives: how is it going, something is wrong, the worklist, and the page about the duty to notify."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.timezone import now as clock

from matching.models import CheckIn, Match
from matching.services.check_ins import ask_due
from portal.audit.record import SYSTEM, Record
from portal.messages.links import token
from portal.municipalities.models import Role
from tests import factories
from tests.integration.content.pages import make_municipality_page
from tests.integration.matching.phones import link_of, path_of

LANGUAGES = ("da", "ar", "ti")
SMALL = {"width": 320, "height": 560}


@pytest.fixture
def odsherred(transactional_db):
    municipality = factories.make_municipality(factories.ODSHERRED)
    municipality.concern_phone = "59 66 60 00"
    municipality.save()
    make_municipality_page(municipality)
    return municipality


@pytest.fixture
def match(odsherred):
    """A match two weeks later, at which both have been asked how it is going."""
    adviser = factories.make_member(odsherred)
    household = factories.make_household(odsherred, language="ar", adviser=adviser)
    match = factories.make_match(household.requests.get())
    CheckIn.objects.within(odsherred).filter(match=match, occasion="2w").update(due_on=localdate())
    ask_due(municipality=odsherred.code, now=clock(), record=Record(SYSTEM, odsherred.code))
    return match


@pytest.mark.demand("F039")
def test_how_is_it_going_is_one_tap_in_each_direction_of_writing(person, look, match):
    link = link_of(match.household_party, "check_in")
    page = person(SMALL)
    for language in LANGUAGES:
        page.goto(path_of(link, language=language))
        look(page, f"question-{language}")
    page.click(".answers button >> nth=2")
    look(page, "thanks")
    answered = CheckIn.objects.within(match.municipality_id).get(pk=link.subject_id)
    assert answered.answer == "talk"


@pytest.mark.demand("F051")
def test_something_is_wrong_is_told_without_a_word_and_without_javascript(person, look, match):
    link = link_of(match.household_party, "match")
    page = person(SMALL)
    for language in LANGUAGES:
        page.goto(f"/s/{token(link)}/galt?sprog={language}")
        look(page, f"wrong-{language}")
    old_phone = person(SMALL, javascript=False)
    old_phone.goto(f"/s/{token(link)}/galt")
    old_phone.check("input[value=pressure]")
    old_phone.click("main button[type=submit]")
    assert "112" in old_phone.text_content("main")
    assert Match.objects.within(match.municipality_id).get(pk=match.pk).state == "stopped"


def test_the_pages_of_those_who_follow_up_are_accessible(person, look, match, odsherred):
    adviser, coordinator = match.household.adviser, factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR)
    concern = factories.make_concern(match)
    factories.make_reply(match.household_party)
    CheckIn.objects.within(odsherred).filter(match=match, side="household", occasion="2w").update(
        state="answered", answer="talk", answered_at=clock()
    )
    slug = odsherred.slug
    page = person(user=adviser)
    for view, args in (("follow_up", []), ("match", [match.pk]), ("work", []), ("household_concern", [match.pk])):
        page.goto(reverse(view, args=[slug, *args]))
        look(page, view)
    page = person(user=coordinator)
    for view, args in (("concerns", []), ("concern", [concern.pk]), ("work", [])):
        page.goto(reverse(view, args=[slug, *args]))
        look(page, f"coordinator-{view}")
    page = person(user=match.volunteer.party.user)
    for view in ("volunteer_match", "volunteer_concern"):
        page.goto(reverse(view, args=[match.pk]))
        look(page, view)


@pytest.mark.demand("F067")
@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_the_page_about_the_duty_to_notify_is_accessible_to_every_visitor(person, look, odsherred, prefix):
    page = person()
    page.goto(f"{prefix}{reverse('duty')}")
    page.select_option("#kommune", odsherred.slug)
    page.click("main button[type=submit]")
    assert "59 66 60 00" in page.text_content("main")
    look(page, f"duty{prefix.replace('/', '-')}")
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] != "django_language"]
