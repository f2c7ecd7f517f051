"""What the volunteer reads, and what the household is shown in its own language."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.privacy.words import in_digits
from tests import factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db


def make_proposal(odsherred, *, language="ar", **household):
    """A proposal to a household that is asked in `language`."""
    return factories.make_proposal(factories.make_household(odsherred, language=language, **household).requests.get())


@pytest.mark.demand("F048")
@pytest.mark.parametrize(
    ("language", "shown", "direction"),
    [
        ("ar", "ar", "rtl"),
        ("uk", "uk", "ltr"),
        ("da", "da", "ltr"),
        ("en", "en", "ltr"),
        ("ti", "ti", "ltr"),
        ("ps", "ps", "rtl"),
        ("vi", "en", "ltr"),
    ],
)
def test_the_household_is_asked_in_its_own_language_or_else_in_english(
    staff, staff_url, odsherred, language, shown, direction
):
    proposal = make_proposal(odsherred, language=language)
    page = staff.get(staff_url("household_answer", proposal.pk)).content.decode()
    assert f'<html lang="{shown}" dir="{direction}">' in page


@pytest.mark.parametrize("chosen", ["da", "en", "uk", "ar", "ti", "kmr", "fa"])
def test_another_language_can_be_chosen_on_the_screen(staff, staff_url, odsherred, chosen):
    proposal = make_proposal(odsherred)
    page = staff.get(staff_url("household_answer", proposal.pk), {"sprog": chosen}).content.decode()
    assert f'<html lang="{chosen}"' in page


def test_a_language_that_does_not_exist_is_not_used(staff, staff_url, odsherred):
    proposal = make_proposal(odsherred)
    page = staff.get(staff_url("household_answer", proposal.pk), {"sprog": "xx"})
    assert page.context["language"] == "en"


def test_the_advisers_own_language_stays_as_it_was(staff, staff_url, odsherred):
    proposal = make_proposal(odsherred)
    page = staff.get(staff_url("household_answer", proposal.pk))
    assert page.context["back"] == staff_url("proposal", proposal.pk)
    assert '<aside class="screen-adviser d-print-none" lang="da" dir="ltr"' in page.content.decode()
    assert 'lang="da"' in staff.get(page.context["back"]).content.decode()


@pytest.mark.parametrize("language", ["ti", "so", "ckb"])
def test_the_consent_is_read_in_the_same_language_and_the_adviser_reads_their_own(
    staff, staff_url, odsherred, language
):
    proposal = make_proposal(odsherred, language=language)
    page = staff.get(staff_url("household_answer", proposal.pk))
    assert page.context["consent"].language == language
    assert "On the screen: what the household may know" not in page.content.decode()
    assert page.context["adviser_line"] in page.content.decode()


@pytest.mark.demand("F041")
def test_before_saying_yes_the_household_reads_which_fields_whom_why_and_until_when(
    staff, staff_url, odsherred, settings
):
    proposal = make_proposal(odsherred, language="en")
    page = staff.get(staff_url("household_answer", proposal.pk))
    text = page.content.decode()
    assert "your name, your phone number and your e-mail address" in text
    assert "No other volunteer gets to see it" in text
    assert in_digits(timezone.now() + timedelta(days=settings.PORTAL_CONSENT_DAYS)) in text


def test_the_thanks_after_the_answer_are_in_the_same_language(staff, staff_url, odsherred):
    proposal = make_proposal(odsherred)
    page = staff.post(staff_url("household_answer", proposal.pk), {"svar": "nej", "sprog": "uk"}, follow=True)
    assert page.context["stage"] == "said_no"
    assert '<html lang="uk"' in page.content.decode()
    proposal.refresh_from_db()
    assert proposal.household_language == "uk"


def test_nothing_but_yes_counts_as_yes(staff, staff_url, odsherred):
    proposal = make_proposal(odsherred)
    staff.post(staff_url("household_answer", proposal.pk), {"svar": "måske"})
    proposal.refresh_from_db()
    assert proposal.state == "declined"


@pytest.mark.demand("F054", "F060", "F068")
def test_the_volunteer_reads_what_one_may_and_may_not_do_and_that_one_is_no_authority(odsherred):
    proposal = make_proposal(odsherred)
    client = signed_in(proposal.volunteer.party.user)
    page = client.get(f"/en/frivillig/forslag/{proposal.pk}/")
    text = page.content.decode()
    assert page.context["task"].code == "contact_family"
    assert page.context["task"].may in text
    assert page.context["task"].must_not in text
    assert "You are not an authority" in text
    assert "The rest stays with the municipality" in text


@pytest.mark.demand("F026")
def test_the_volunteer_sees_town_distance_ages_and_languages_of_the_household(odsherred):
    proposal = make_proposal(odsherred, children=["7-9", "15-17"], postcode="4534")
    text = signed_in(proposal.volunteer.party.user).get(f"/en/frivillig/forslag/{proposal.pk}/").content.decode()
    for words in ("Hørve", "km away", "7–9 and 15–17 years", "English"):
        assert words in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting_for_municipality", "does not take part in the portal yet"),
        ("awaiting_email", "Confirm your e-mail address"),
        ("paused", "You are on a break"),
        ("active", "Nothing to answer right now"),
    ],
)
def test_the_volunteers_page_says_how_things_stand(odsherred, state, words):
    volunteer = factories.make_volunteer(odsherred, state=state)
    assert words in signed_in(volunteer.party.user).get("/en/frivillig/").content.decode()


def test_what_waits_for_an_answer_stands_first_on_the_volunteers_page(odsherred):
    volunteer = factories.make_volunteer(odsherred, capacity=2)
    first, second = [
        factories.make_proposal(factories.make_household(odsherred).requests.get(), volunteer) for _ in range(2)
    ]
    client = signed_in(volunteer.party.user)
    client.post(reverse("volunteer_proposal", args=[first.pk]), {"svar": "ja"})
    page = client.get(reverse("volunteer_home"))
    assert page.context["to_answer"] == [second]
    assert page.context["answered"] == [first]


def test_who_is_no_volunteer_has_no_volunteers_page(staff):
    assert staff.get(reverse("volunteer_home")).status_code == 404
