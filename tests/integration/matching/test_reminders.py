"""Who is written to about a proposal, when they are reminded, and that nobody is once it is answered or over."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from matching.services.proposals import answer_for_household, answer_for_volunteer, expire, withdraw
from portal.messages.models import Link, Message
from portal.privacy.models import Channel
from tests import factories
from tests.integration.matching.phones import link_of, opened, tap, texts_to
from volunteers.models import CertificateCheck

pytestmark = pytest.mark.django_db


def waiting(party):
    """The texts that would still go out to the party."""
    return set(
        Message.objects.within(party.municipality_id).unsent().filter(party=party).values_list("text", flat=True)
    )


def adviser_reads(staff, staff_url, proposal):
    with translation.override("en"):
        return staff.get(staff_url("proposal", proposal.pk)).content.decode()


# --- Who is asked ---------------------------------------------------------------------------------------------------


def test_both_are_asked_and_reminded_after_three_days(proposal, household, volunteer, settings):
    for party, kind in ((household.party, "household"), (volunteer.party, "volunteer")):
        rows = Message.objects.within(party.municipality_id).filter(party=party)
        question, reminder = rows.get(send_after=None), rows.get(send_after__isnull=False)
        assert (question.text, reminder.text) == (f"proposal_{kind}", f"proposal_reminder_{kind}")
        assert question.send_after is None
        assert reminder.send_after - proposal.proposed_at == timedelta(days=settings.PORTAL_REMINDER_DAYS)
        assert question.link == reminder.link


@pytest.mark.demand("F137")
def test_a_household_is_written_to_by_sms_first_in_its_own_language_and_short(proposal, household):
    question = Message.objects.within(proposal.municipality_id).get(text="proposal_household")
    assert (question.channel, question.language) == ("sms", "ar")
    assert len(question.body.replace("{link}", "l" * 70)) <= 4 * 67  # at most four SMS in the Arabic script


def test_no_question_says_the_word_refugee_or_who_the_other_is(proposal, household, volunteer):
    for message in Message.objects.within(proposal.municipality_id):
        said = f"{message.subject} {message.body}".lower()
        assert not any(word in said for word in ("flygtning", "refugee", household.display_name.lower(), "birthe"))


@pytest.mark.parametrize("how", ["no address", "wants to be called", "stopped"])
def test_a_household_that_cannot_be_written_to_is_asked_by_its_adviser(staff, staff_url, odsherred, how):
    contact = {"phone": "", "email": ""} if how == "no address" else {"email": ""}
    family = factories.make_household(odsherred, contact=contact, language="ar")
    family.party.channel = Channel.PHONE if how == "wants to be called" else ""
    family.party.sms_stopped_at = timezone.now() if how == "stopped" else None
    family.party.save()
    proposal = factories.make_proposal(family.requests.get())

    assert texts_to(family.party) == []
    assert not Link.objects.within(odsherred.code).filter(party=family.party).exists()
    page = adviser_reads(staff, staff_url, proposal)
    assert "You ask them" in page
    assert 'lang="ar" dir="rtl"' in page  # what is read aloud to them


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "waiting to be sent"),
        ("sent", "was asked by SMS"),
        ("delivered", "arrived by SMS"),
        ("failed", "did not reach the household. Call them."),
    ],
)
def test_the_adviser_sees_what_became_of_the_question(staff, staff_url, proposal, household, state, words):
    now = timezone.now()
    question = Message.objects.within(proposal.municipality_id).filter(text="proposal_household")
    question.update(state=state, sent_at=now, delivered_at=now)
    assert words in adviser_reads(staff, staff_url, proposal)


# --- Nothing more once it is answered or over -----------------------------------------------------------------------


def test_who_has_answered_is_not_reminded_and_the_other_still_is(proposal, household, volunteer, record):
    answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record)
    assert waiting(household.party) == set()
    assert "proposal_reminder_volunteer" in waiting(volunteer.party)


@pytest.mark.parametrize("end", ["no", "withdrawn", "expired", "match"])
def test_once_it_is_over_nobody_is_reminded_and_unused_links_open_nothing(proposal, household, volunteer, record, end):
    now = timezone.now()
    link = link_of(household.party)
    if end == "no":
        answer_for_volunteer(proposal=proposal, yes=False, now=now, record=record)
    elif end == "withdrawn":
        withdraw(proposal=proposal, now=now, record=record)
    elif end == "expired":
        expire(municipality=proposal.municipality_id, now=proposal.expires_at, record=record)
    else:
        answer_for_volunteer(proposal=proposal, yes=True, now=now, record=record)
        answer_for_household(proposal=proposal, yes=True, now=now, record=record)
    for party in (household.party, volunteer.party):
        assert not any(text.startswith(("proposal_reminder", "proposal_h")) for text in waiting(party))
    assert opened(link).status_code == (200 if end == "match" else 410)


@pytest.mark.parametrize("end", ["no", "withdrawn", "expired"])
def test_a_household_that_said_yes_hears_that_it_came_to_nothing_and_not_why(proposal, household, record, end):
    now = timezone.now()
    answer_for_household(proposal=proposal, yes=True, now=now, record=record)
    if end == "no":
        answer_for_volunteer(proposal=proposal, yes=False, now=now, record=record)
    elif end == "withdrawn":
        withdraw(proposal=proposal, now=now, record=record)
    else:
        expire(municipality=proposal.municipality_id, now=proposal.expires_at, record=record)
    assert texts_to(household.party)[-1] == "proposal_over_household"


def test_a_household_that_has_not_answered_is_told_nothing(proposal, household, record):
    answer_for_volunteer(proposal=proposal, yes=False, now=timezone.now(), record=record)
    assert "proposal_over_household" not in texts_to(household.party)


def test_a_yes_that_comes_when_the_pair_fits_no_longer_is_thanked_on_its_page(proposal, household, volunteer):
    CertificateCheck.objects.within(volunteer.municipality_id).filter(volunteer=volunteer).delete()
    page = tap(link_of(household.party), "ja")
    assert page.status_code == 200
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
