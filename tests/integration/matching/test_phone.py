"""The pages behind the links in messages: no account, one purpose each, useless after the answer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from matching.models import Match, Proposal
from matching.services.household_consent import take_back as take_back_of_household
from matching.services.proposals import answer_for_household, answer_for_volunteer, withdraw
from portal.messages.links import make_link, revoke
from portal.messages.models import LinkPurpose
from portal.municipalities.models import OpenBorder
from portal.privacy.models import Consent, Disclosure, GivenHow, Purpose
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, VOLUNTEERS
from tests.integration.matching.meetings import agree, meeting_of, told
from tests.integration.matching.phones import link_of, opened, path_of, tap
from volunteers.services import take_back as take_back_of_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(proposal, household):
    """The link that the household was sent."""
    return link_of(household.party)


@pytest.fixture
def matched(proposal, household, volunteer, record):
    now = timezone.now()
    answer_for_volunteer(proposal=proposal, yes=True, now=now, record=record)
    answer_for_household(proposal=proposal, yes=True, now=now, record=record)
    return Match.objects.within(proposal.municipality_id).get(proposal=proposal)


def state_of(proposal):
    return Proposal.objects.within(proposal.municipality_id).get(pk=proposal.pk).state


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.mark.demand("F048")
@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ti", "ltr"), ("ckb", "rtl"), ("da", "ltr")])
def test_the_question_opens_without_an_account_in_the_language_of_the_one_who_reads_it(asked, language, direction):
    asked.party.language = language
    asked.party.save()
    page = opened(asked)
    assert page.status_code == 200
    assert f'<html lang="{language}" dir="{direction}">' in page.content.decode()


def test_another_language_can_be_chosen_and_stays_chosen_in_the_answer(asked, proposal):
    page = opened(asked, language="uk").content.decode()
    assert '<html lang="uk"' in page and "sprog=uk" in page
    tap(asked, "ja", language="uk")
    assert Proposal.objects.within(proposal.municipality_id).get(pk=proposal.pk).household_language == "uk"


def test_the_page_tells_no_other_site_of_itself_and_is_kept_nowhere(asked):
    page = opened(asked)
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"] and "noindex" in page["X-Robots-Tag"]
    assert not page.cookies
    assert len(page.content) < 20_000


@pytest.mark.demand("F041")
def test_before_both_yeses_neither_page_holds_who_the_other_is(proposal, household, volunteer):
    to_household = opened(link_of(household.party)).content.decode()
    to_volunteer = opened(link_of(volunteer.party)).content.decode()
    assert not any(value in to_household for value in (*VOLUNTEERS.values(), volunteer.display_name))
    assert not any(value in to_volunteer for value in (*HOUSEHOLDS.values(), household.display_name))


@pytest.mark.demand("F035")
def test_who_has_not_moved_in_yet_reads_that_it_begins_by_video(odsherred):
    soon = timezone.localdate() + timedelta(days=20)
    family = factories.make_household(odsherred, arrival=soon, language="en")
    factories.make_proposal(family.requests.get())
    assert "on video first" in opened(link_of(family.party)).content.decode()


# --- Answering ------------------------------------------------------------------------------------------------------


def test_opening_the_link_answers_nothing_however_often(asked, proposal):
    for _ in range(3):
        opened(asked)
        Client().head(path_of(asked))
    assert state_of(proposal) == "proposed"


@pytest.mark.demand("F042", "F048", "F041")
def test_one_tap_says_yes_and_the_consent_keeps_how_in_which_language_and_to_which_words(
    asked, proposal, household, record
):
    tap(asked, "ja")
    answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=record)
    given = Consent.objects.following("the test").get(party=household.party, purpose=Purpose.MATCH)
    assert (given.given_how, given.language) == (GivenHow.OWN_PHONE, "ar")
    assert (given.text.code, given.text.language) == ("consent_match_household", "ar")


def test_after_the_answer_the_link_says_thanks_and_changes_nothing_more(asked, proposal):
    tap(asked, "ja")
    again = tap(asked, "nej")
    assert again.status_code == 200
    assert opened(asked).status_code == 200
    assert state_of(proposal) == "household_yes"


def test_the_second_yes_leads_at_once_to_how_they_reach_each_other(asked, proposal, volunteer, record):
    answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=record)
    page = tap(asked, "ja")
    assert VOLUNTEERS["name"] in page.content.decode()
    assert VOLUNTEERS["name"] not in opened(asked).content.decode()


def test_the_used_link_leads_to_the_match_as_long_as_the_one_sent_with_it_opens(asked, matched, household, record):
    to_match = path_of(link_of(household.party, LinkPurpose.MATCH))
    assert to_match in opened(asked).content.decode()
    revoke(subject=matched, party=household.party, now=timezone.now(), record=record)
    make_link(
        party=household.party, purpose=LinkPurpose.MATCH, subject=matched, now=timezone.now(), days=7, record=record
    )
    assert "/s/" not in opened(asked).content.decode()


@pytest.mark.parametrize("side", ["household", "volunteer"])
def test_a_yes_by_link_can_be_taken_back_there_until_the_other_has_answered(proposal, household, volunteer, side):
    link = link_of(volunteer.party if side == "volunteer" else household.party)
    tap(link, "ja")
    assert 'value="tilbage"' in opened(link).content.decode()
    Client().post(path_of(link), {"handling": "tilbage"})
    tap(link, "ja")
    assert state_of(proposal) == "declined"


def test_a_yes_cannot_be_taken_back_by_the_used_link_once_it_is_a_match(asked, matched, proposal):
    Client().post(path_of(asked), {"handling": "tilbage"})
    assert 'value="tilbage"' not in opened(asked).content.decode()
    assert state_of(proposal) == "accepted"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ti", "ltr")])
def test_the_words_of_the_consent_stand_in_their_own_direction(asked, household, record, language, direction):
    link = make_link(
        party=household.party, purpose="consent", subject=household, now=timezone.now(), days=7, record=record
    )
    for page in (opened(asked, language=language), opened(link, language=language)):
        assert f'<div lang="{language}" dir="{direction}">' in page.content.decode()


def test_languages_are_named_in_themselves_where_the_page_does_not_know_their_names(asked):
    page = opened(asked, language="ti").content.decode()
    assert ">dansk</bdi>" in page and "Danish" not in page


def test_a_volunteer_answers_by_link_as_well(proposal, volunteer):
    tap(link_of(volunteer.party), "ja")
    assert state_of(proposal) == "volunteer_yes"


def test_a_volunteer_from_across_an_open_border_answers_and_reaches_the_household(odsherred, record):
    next_door = factories.make_municipality(factories.LEJRE)
    for one, other in ((odsherred, next_door), (next_door, odsherred)):
        OpenBorder.objects.create(municipality=one, neighbour=other)
    volunteer = factories.make_volunteer(next_door, contact=VOLUNTEERS, also_in=[odsherred.code])
    family = factories.make_household(odsherred, contact=HOUSEHOLDS, language="en")
    factories.make_proposal(family.requests.get(), volunteer)

    tap(link_of(volunteer.party), "ja")
    page = tap(link_of(family.party), "ja")

    assert VOLUNTEERS["phone"] in page.content.decode()
    reached = opened(link_of(volunteer.party, LinkPurpose.MATCH))
    assert HOUSEHOLDS["phone"] in reached.content.decode()


# --- Links that open nothing ----------------------------------------------------------------------------------------


def test_a_wrong_link_ends_in_a_friendly_page_in_the_language_asked_for(client):
    page = client.get("/s/abc/", {"sprog": "ar"})
    assert page.status_code == 404
    assert '<html lang="ar" dir="rtl">' in page.content.decode()


def test_a_link_that_was_taken_back_or_is_too_old_names_the_municipalitys_phone(asked, proposal, odsherred, record):
    odsherred.contact_phone = "59 66 60 00"
    odsherred.save()
    withdraw(proposal=proposal, now=timezone.now(), record=record)
    page = opened(asked)
    assert page.status_code == 410 and "59 66 60 00" in page.content.decode()


def test_a_silent_party_is_asked_nothing_by_an_old_link(asked):
    asked.party.silent_since = timezone.now()
    asked.party.save()
    assert opened(asked).status_code == 410


def test_guessing_is_stopped_and_a_link_that_was_sent_still_opens_from_the_same_address(client, asked):
    pages = [client.get(f"/s/{number}/", {"sprog": "ar"}) for number in range(40)]
    assert pages[-1].status_code == 429
    assert '<html lang="ar" dir="rtl">' in pages[-1].content.decode()
    assert client.get(path_of(asked)).status_code == 200


def test_a_link_that_is_opened_too_often_rests_for_a_while_used_or_not(asked, monkeypatch):
    monkeypatch.setattr("portal.messages.links.OPENINGS", 2)
    assert [opened(asked).status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr("portal.messages.links.OPENINGS", 5)
    tap(asked, "ja")
    assert '<html lang="uk"' in opened(asked, language="uk").content.decode()
    assert opened(asked).status_code == 429


# --- A match --------------------------------------------------------------------------------------------------------


@pytest.mark.demand("F043")
def test_the_match_page_shows_the_other_and_writes_it_in_the_log(matched, household, volunteer):
    page = opened(link_of(household.party, LinkPurpose.MATCH)).content.decode()
    assert VOLUNTEERS["phone"] in page
    assert Disclosure.objects.following("the test").filter(party=volunteer.party, recipient=household.party).exists()


@pytest.mark.demand("F041")
def test_one_tap_takes_the_yes_back_and_the_other_sees_nothing_from_the_same_second(
    matched, household, volunteer, helper
):
    mine, theirs = (link_of(party, LinkPurpose.MATCH) for party in (household.party, volunteer.party))
    assert HOUSEHOLDS["phone"] in opened(theirs).content.decode()
    Client().post(path_of(mine), {"handling": "luk"})
    assert HOUSEHOLDS["phone"] not in opened(theirs).content.decode()
    assert VOLUNTEERS["phone"] in opened(mine).content.decode()
    matched.refresh_from_db()
    assert matched.state == "active"


def test_a_link_to_the_match_opens_nothing_for_another_partys_match(matched, odsherred, record):
    stranger = factories.make_household(odsherred).party
    forged = make_link(
        party=stranger, purpose=LinkPurpose.MATCH, subject=matched, now=timezone.now(), days=7, record=record
    )
    assert opened(forged).status_code == 410


def test_a_revoked_link_to_the_match_shows_nothing(matched, household, record):
    link = link_of(household.party, LinkPurpose.MATCH)
    revoke(subject=matched, now=timezone.now(), record=record)
    page = opened(link)
    assert page.status_code == 410 and VOLUNTEERS["phone"] not in page.content.decode()


def test_taking_the_yes_back_calls_off_what_was_agreed_and_tells_both(matched, household, volunteer):
    meeting = agree(meeting_of(matched))
    link = link_of(household.party, LinkPurpose.MATCH)
    assert "<strong>" in opened(link).content.decode()
    Client().post(path_of(link), {"handling": "luk"})
    meeting.refresh_from_db()
    assert meeting.state == "cancelled"
    off = told(meeting, "meeting_called_off")
    assert {message.party_id for message in off} == {household.party_id, volunteer.party_id}
    assert not any(message.link for message in off)
    assert {message.state for message in told(meeting, "meeting_reminder")} == {"cancelled"}


@pytest.mark.parametrize("side", ["household", "volunteer"])
def test_so_does_taking_it_back_across_an_open_border(odsherred, side):
    next_door = factories.make_municipality(factories.LEJRE)
    for one, other in ((odsherred, next_door), (next_door, odsherred)):
        OpenBorder.objects.create(municipality=one, neighbour=other)
    volunteer = factories.make_volunteer(next_door, also_in=[odsherred.code])
    match = factories.make_match(factories.make_household(odsherred).requests.get(), volunteer)
    meeting = agree(meeting_of(match))
    mine = volunteer.party if side == "volunteer" else match.household_party
    Client().post(path_of(link_of(mine, LinkPurpose.MATCH)), {"handling": "luk"})
    off = told(meeting, "meeting_called_off")
    assert {message.municipality_id for message in off} == {odsherred.code, next_door.code}


@pytest.mark.parametrize("whose", ["household", "volunteer"])
def test_so_does_taking_it_back_on_the_page_about_who_has_seen_what(matched, household, volunteer, record, whose):
    meeting = agree(meeting_of(matched))
    one, take_back = {
        "household": (household, take_back_of_household),
        "volunteer": (volunteer, take_back_of_volunteer),
    }[whose]
    given = Consent.objects.following("the test").get(party=one.party, purpose=Purpose.MATCH)
    assert take_back(one, given, now=timezone.now(), record=record)
    assert len(told(meeting, "meeting_called_off")) == 2


def test_a_stopped_match_says_that_nothing_is_shown_and_so_do_the_thanks(matched, household):
    link = link_of(household.party, LinkPurpose.MATCH)
    path = path_of(link)
    told_page = Client().post(f"{path}galt?sprog=en", {"hvad": "money"}, follow=True).content.decode()
    page = opened(link, language="en").content.decode()
    assert "Contact between you is closed now." in told_page
    assert "the other one can see nothing about you" in page and "You have said yes to showing" not in page


@pytest.mark.parametrize("step", ["galt", "galt?sendt=1", "moede"])
def test_every_page_below_the_match_leads_back_to_it(matched, household, step):
    path = path_of(link_of(household.party, LinkPurpose.MATCH))
    assert f'href="{path}?sprog=ar"' in Client().get(f"{path}{step}").content.decode()


# --- A consent ------------------------------------------------------------------------------------------------------


@pytest.mark.demand("F042")
@pytest.mark.parametrize(("answer", "given"), [("ja", 1), ("nej", 0)])
def test_the_yes_to_being_suggested_takes_one_tap_and_a_no_is_as_good(odsherred, record, answer, given):
    family = factories.make_household(odsherred, language="ar", consent=False)
    link = make_link(
        party=family.party, purpose=LinkPurpose.CONSENT, subject=family, now=timezone.now(), days=7, record=record
    )
    assert opened(link).status_code == 200
    assert tap(link, answer).status_code == 200
    tap(link, "ja")
    consents = Consent.objects.following("the test").filter(party=family.party)
    assert consents.filter(given_how=GivenHow.OWN_PHONE, text__code="consent_matching").count() == given
