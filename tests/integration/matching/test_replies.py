"""A yes or no by SMS: one open question is answered by it, several are told apart by links, late ones are harmless."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from matching.models import Match, Proposal
from matching.services.proposals import answer_for_volunteer, withdraw
from portal.messages.links import make_link
from portal.messages.models import Message, Reply
from portal.messages.outbox import queue
from portal.messages.sending import deliver
from portal.municipalities.models import OpenBorder
from portal.privacy.models import Channel, Consent, ContactDetails, GivenHow, Purpose
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS
from tests.integration.matching.phones import link_of, path_of, tap, texts_to, writes, writes_from

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(django_capture_on_commit_callbacks, household, volunteer):
    """A proposal whose questions have gone out."""
    with django_capture_on_commit_callbacks(execute=True):
        return factories.make_proposal(household.requests.get(), volunteer)


def state_of(proposal):
    return Proposal.objects.within(proposal.municipality_id).get(pk=proposal.pk).state


@pytest.mark.demand("F137", "F048")
@pytest.mark.parametrize(
    ("text", "state", "thanks"),
    [
        ("JA", "household_yes", "sms_thanks_yes"),
        ("نعم", "household_yes", "sms_thanks_yes"),
        ("Nej tak", "declined", "sms_thanks_no"),
        ("لا", "declined", "sms_thanks_no"),
    ],
)
def test_a_yes_or_no_by_sms_answers_the_one_open_question(sent, household, text, state, thanks):
    reply = writes(household.party, text)
    assert state_of(sent) == state
    assert reply.handled_at is not None
    assert texts_to(household.party)[-1] == thanks


def test_the_consent_says_that_it_was_given_by_sms_and_to_which_words(sent, household, record):
    writes(household.party, "ja")
    answer_for_volunteer(proposal=sent, yes=True, now=timezone.now(), record=record)
    given = Consent.objects.following("the test").get(party=household.party, purpose=Purpose.MATCH)
    assert (given.given_how, given.language, given.text.code) == (GivenHow.SMS, "ar", "consent_match_household")


def test_the_link_is_useless_after_the_sms(sent, household):
    link = link_of(household.party)
    writes(household.party, "ja")
    assert tap(link, "nej").status_code == 200
    assert state_of(sent) == "household_yes"


def test_the_second_yes_by_sms_makes_the_match_and_tells_how_to_reach_each_other(sent, household, record):
    answer_for_volunteer(proposal=sent, yes=True, now=timezone.now(), record=record)
    writes(household.party, "ja")
    assert state_of(sent) == "accepted"
    assert "match_household" in texts_to(household.party) and "sms_thanks_yes" not in texts_to(household.party)


def test_a_volunteer_who_chose_sms_may_write_back_too(django_capture_on_commit_callbacks, household, volunteer):
    volunteer.party.channel = Channel.SMS
    volunteer.party.save()
    with django_capture_on_commit_callbacks(execute=True):
        proposal = factories.make_proposal(household.requests.get(), volunteer)
    writes(volunteer.party, "Ja, gerne!")
    assert state_of(proposal) == "volunteer_yes"


def test_with_several_open_questions_each_gets_its_own_link_and_none_is_answered(
    django_capture_on_commit_callbacks, odsherred
):
    family = factories.make_household(odsherred, wishes=("contact_family", "mentor"), language="en")
    with django_capture_on_commit_callbacks(execute=True):
        proposals = [
            factories.make_proposal(wish, factories.make_volunteer(odsherred, kinds=(wish.kind,)))
            for wish in family.requests.all()
        ]
    writes(family.party, "YES")
    asked_which = Message.objects.within(odsherred.code).filter(party=family.party, text="sms_which_one")
    assert {message.link.subject_id for message in asked_which} == {str(proposal.pk) for proposal in proposals}
    assert [state_of(proposal) for proposal in proposals] == ["proposed", "proposed"]


def test_the_same_yes_twice_is_one_answer_and_one_thanks(sent, household):
    writes(household.party, "ja")
    again = writes(household.party, "ja ja")
    assert texts_to(household.party).count("sms_thanks_yes") == 1
    assert "sms_too_late" not in texts_to(household.party)
    assert again.handled_at is not None


def test_a_yes_can_be_taken_back_by_sms_until_the_other_has_answered(sent, household):
    writes(household.party, "ja")
    writes(household.party, "nej")
    assert state_of(sent) == "declined"


def test_a_no_to_what_is_a_match_already_ends_nothing_and_is_told_each_time_where_that_is_done(
    sent, household, record, django_capture_on_commit_callbacks
):
    answer_for_volunteer(proposal=sent, yes=True, now=timezone.now(), record=record)
    with django_capture_on_commit_callbacks(execute=True):
        writes(household.party, "ja")
    replies = [writes(household.party, "nej"), writes(household.party, "NEJ")]
    assert Match.objects.within(sent.municipality_id).get(proposal=sent).state == "active"
    assert texts_to(household.party)[-2:] == ["sms_after_match", "sms_after_match"]
    assert "sms_help" not in texts_to(household.party)
    assert [reply.handled_at for reply in replies] == [None, None]


def test_a_no_about_a_match_takes_no_yes_to_another_proposal_back(
    sent, household, record, django_capture_on_commit_callbacks
):
    writes(household.party, "ja")
    with django_capture_on_commit_callbacks(execute=True):
        queue(party=household.party, text="adviser_changed", key="other", record=record, now=timezone.now())
    assert writes(household.party, "nej").handled_at is None
    assert state_of(sent) == "household_yes"


def test_who_answers_too_late_hears_it_kindly(sent, household, record):
    withdraw(proposal=sent, now=timezone.now(), record=record)
    reply = writes(household.party, "ja")
    assert texts_to(household.party)[-1] == "sms_too_late"
    assert reply.handled_at is not None
    assert state_of(sent) == "withdrawn"


@pytest.mark.parametrize("text", ["ja", "kan I ringe?"])
def test_what_answers_no_question_waits_for_the_adviser(django_capture_on_commit_callbacks, household, record, text):
    with django_capture_on_commit_callbacks(execute=True):
        queue(party=household.party, text="adviser_changed", key="other", record=record, now=timezone.now())
    assert writes(household.party, text).handled_at is None
    assert texts_to(household.party)[-1] == "sms_help"


def test_a_volunteer_next_door_answers_by_sms_in_the_name_of_their_own_municipality(
    django_capture_on_commit_callbacks, odsherred
):
    next_door = factories.make_municipality(factories.LEJRE)
    for one, other in ((odsherred, next_door), (next_door, odsherred)):
        OpenBorder.objects.create(municipality=one, neighbour=other)
    volunteer = factories.make_volunteer(next_door, also_in=[odsherred.code])
    volunteer.party.channel = Channel.SMS
    volunteer.party.save()
    family = factories.make_household(odsherred)
    with django_capture_on_commit_callbacks(execute=True):
        proposal = factories.make_proposal(family.requests.get(), volunteer)
    writes(volunteer.party, "ja")
    assert state_of(proposal) == "volunteer_yes"
    writes(family.party, "ja")
    assert state_of(proposal) == "accepted"


def test_a_question_that_has_not_gone_out_yet_is_not_answered_by_chance(sent, household):
    Message.objects.within(sent.municipality_id).filter(party=household.party).update(state="queued")
    writes(household.party, "ja")
    assert state_of(sent) == "proposed"


@pytest.mark.django_db(transaction=True)
def test_two_yeses_in_the_same_moment_through_link_and_sms_make_one_match(odsherred):
    """Each side says yes twice at once: by link and by SMS."""
    family = factories.make_household(odsherred, contact=HOUSEHOLDS, language="ar")
    volunteer = factories.make_volunteer(odsherred)
    volunteer.party.channel = Channel.SMS
    volunteer.party.save()
    proposal = factories.make_proposal(family.requests.get(), volunteer)
    paths = [path_of(link_of(party)) for party in (family.party, volunteer.party)]
    ready = Barrier(4)

    def at_once(act):
        ready.wait()
        try:
            act()
        finally:
            connection.close()

    acts = [lambda path=path: Client().post(path, {"svar": "ja"}) for path in paths]
    acts += [lambda party=party: writes(party, "ja") for party in (family.party, volunteer.party)]
    threads = [Thread(target=at_once, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert Match.objects.within(odsherred.code).filter(proposal=proposal).count() == 1
    consents = Consent.objects.following("the test").filter(purpose=Purpose.MATCH, recipient__isnull=False)
    assert consents.count() == 2


def test_a_yes_to_something_else_is_no_yes_to_the_proposal(sent, household, record, django_capture_on_commit_callbacks):
    """They were asked whether they may be asked something: that yes must not open anybody's contact details."""
    with django_capture_on_commit_callbacks(execute=True):
        link = make_link(
            party=household.party, purpose="consent", subject=household, now=timezone.now(), days=7, record=record
        )
        values = {"text": "consent_ask", "key": "ask", "about": "consent_ask", "link": link}
        queue(party=household.party, now=timezone.now(), record=record, **values)

    writes(household.party, "JA")

    assert state_of(sent) == "proposed"
    assert texts_to(household.party)[-1] == "sms_which_one"


def test_a_yes_from_a_number_that_is_no_longer_theirs_answers_nothing(sent, household):
    mistaken = household.party.contact_details.phone
    ContactDetails.objects.following("the test").filter(party=household.party).update(phone="55559999")

    assert writes_from(mistaken, household.party, "JA") is None

    assert state_of(sent) == "proposed"


def test_a_yes_from_a_phone_that_two_families_share_is_left_to_an_adviser(sent, household, odsherred, record):
    phone = household.party.contact_details.phone
    other = factories.make_household(odsherred, contact={"phone": phone})
    queue(party=other.party, text="adviser_changed", key="other", now=timezone.now(), record=record)
    for message in Message.objects.within(odsherred).filter(party=other.party):
        deliver.func(str(message.pk), odsherred.pk)

    reply = writes(household.party, "JA") or Reply.objects.within(odsherred).latest("received_at")

    assert state_of(sent) == "proposed"
    assert reply.handled_at is None
