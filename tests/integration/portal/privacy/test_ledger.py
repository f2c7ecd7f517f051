"""People read who has seen what, in plain words, and take back each yes with one tap."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from matching import selectors
from matching.models import Match
from portal.audit.record import SYSTEM, Record
from portal.languages.models import Text
from portal.languages.texts import current
from portal.messages.lifecycle import MessageState
from portal.messages.models import Message
from portal.messages.outbox import queue
from portal.messages.sending import send_next
from portal.municipalities.models import Role
from portal.municipalities.rls import in_force
from portal.privacy.consent import pause_consents, withdraw
from portal.privacy.disclosure import disclose
from portal.privacy.ledger import can_be_taken_back, what_was_shown
from portal.privacy.models import Consent, PartyKind, Purpose
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime(2027, 5, 3, 12, tzinfo=timezone.get_default_timezone())
RECORD = Record(SYSTEM, factories.ODSHERRED)


@pytest.fixture
def match(odsherred):
    household = factories.make_household(odsherred, contact={"name": "Rojîn", "phone": "55501111", "email": ""})
    household.party.user = factories.make_user()
    household.party.save()
    return factories.make_match(household.requests.get())


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def lines(party, subject, now=None):
    return [line.text for line in what_was_shown(party, subject=subject, now=now or timezone.now())]


def yes_to_the_other(party):
    return Consent.objects.following("a test").get(party=party, purpose=Purpose.MATCH)


@pytest.mark.demand("F043")
def test_a_showing_is_told_in_one_plain_sentence_without_a_name(odsherred):
    household = factories.make_household(odsherred, consent=False)
    volunteer = factories.make_volunteer(odsherred, consent=False)
    Consent.objects.create(
        party=volunteer.party, recipient=household.party, fields=["name", "phone"], purpose="match", language="da",
        given_how="own_screen", given_at=DAY, expires_at=DAY + timedelta(days=30),
    )  # fmt: skip
    disclose(subject=volunteer.party, recipient=household.party, now=DAY)

    with translation.override("en"):
        told = lines(volunteer.party, volunteer, now=DAY)

    assert "On May 3, 2027 the family you said yes to saw your name and your phone number." in told
    assert household.display_name not in " ".join(told)


@pytest.mark.demand("F043", "F049")
def test_a_household_reads_that_an_employee_looked_them_up_once_a_day_and_never_who(odsherred):
    household = factories.make_household(odsherred)
    advisers = [factories.make_member(odsherred, user=factories.make_user(name="Lone Holm")) for _ in range(2)]
    for adviser in advisers:
        browser(adviser).get(household.get_absolute_url())

    with translation.override("en"):
        told = [line for line in lines(household.party, household) if "employee of your municipality" in line]

    assert len(told) == 1
    assert "Lone" not in told[0]


@pytest.mark.demand("F043")
def test_a_yes_is_told_with_how_and_in_which_language_and_so_are_its_break_and_its_end(odsherred):
    volunteer = factories.make_volunteer(odsherred, consent=False)
    other = factories.make_party(odsherred, PartyKind.HOUSEHOLD)
    consent = Consent.objects.create(
        party=volunteer.party, recipient=other, fields=["email"], purpose="match", language="uk",
        given_how="telephone", given_at=DAY, expires_at=DAY + timedelta(days=30),
    )  # fmt: skip

    with translation.override("en"):
        pause_consents(party=volunteer.party, recipient=other, now=DAY + timedelta(days=1), record=RECORD)
        held_back = lines(volunteer.party, volunteer, now=DAY + timedelta(days=2))
        consent.refresh_from_db()
        withdraw(consent, now=DAY + timedelta(days=3), record=RECORD)
        ended = lines(volunteer.party, volunteer, now=DAY + timedelta(days=4))

    assert held_back[0].startswith("Since May 4, 2027 this has been closed for a while")
    assert ended[0].startswith("On May 6, 2027 your yes ended")
    assert "by telephone, in this language: Ukrainian" in ended[1]
    with translation.override("da"):
        assert any("(ukrainsk)" in line for line in lines(volunteer.party, volunteer))


@pytest.mark.parametrize("whose", ["volunteer", "household", "adviser"])
@pytest.mark.demand("F041", "F043")
def test_one_tap_takes_a_yes_back_and_the_other_one_sees_nothing_at_the_next_request(match, odsherred, whose):
    volunteer_user, household_user = match.volunteer.party.user, match.household_party.user
    pages = {
        "volunteer": (volunteer_user, reverse("volunteer_ledger"), match.volunteer.party),
        "household": (household_user, reverse("own_ledger"), match.household_party),
        "adviser": (
            factories.make_member(odsherred),
            reverse("household_ledger", args=[odsherred.slug, match.household_id]),
            match.household_party,
        ),
    }
    user, address, party = pages[whose]
    page = browser(user).get("/en" + address).content.decode()
    assert re.search(rf'name="samtykke" value="{yes_to_the_other(party).pk}"', page)

    response = browser(user).post("/en" + address, {"samtykke": str(yes_to_the_other(party).pk)}, follow=True)

    assert "cannot see how to reach you" in response.content.decode()
    details = selectors.details_for_household if whose == "volunteer" else selectors.details_for_volunteer
    assert details(match, timezone.now()) == {}
    match.refresh_from_db()
    assert match.state == "active"  # it goes on; contact is closed


def test_taking_back_the_yes_to_being_suggested_from_the_page_withdraws_open_proposals(odsherred):
    proposal = factories.make_proposal()
    party = proposal.volunteer.party
    (yes,) = can_be_taken_back(party, now=timezone.now())

    browser(party.user).post(reverse("volunteer_ledger"), {"samtykke": str(yes.consent.pk)})

    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def test_nobody_takes_back_what_another_has_said(match):
    for samtykke in (yes_to_the_other(match.household_party).pk, "nonsense"):
        response = browser(match.volunteer.party.user).post(reverse("volunteer_ledger"), {"samtykke": str(samtykke)})
        assert response.status_code == 404
    assert yes_to_the_other(match.household_party).withdrawn_at is None


def test_the_same_tap_twice_is_harmless(match):
    consent, client = yes_to_the_other(match.volunteer.party), browser(match.volunteer.party.user)
    for _ in range(2):
        assert client.post(reverse("volunteer_ledger"), {"samtykke": str(consent.pk)}).status_code == 302


@pytest.mark.demand("F041")
def test_a_message_that_hangs_on_the_yes_is_not_sent_any_more(match):
    consent = yes_to_the_other(match.household_party)
    with in_force(municipality=match.municipality_id):
        message = queue(
            party=match.volunteer.party, text="match_resumed", key="a test", consent=consent, now=timezone.now(),
            send_after=timezone.now() + timedelta(hours=1), record=RECORD,
        )  # fmt: skip
    withdraw(consent, now=timezone.now(), record=RECORD)

    send_next(municipality=match.municipality_id, now=timezone.now() + timedelta(hours=2), only=str(message.pk))

    assert Message.objects.within(match.municipality_id).get(pk=message.pk).state == MessageState.CANCELLED


def test_two_matches_of_the_same_two_are_closed_by_one_tap(match):
    consent = yes_to_the_other(match.household_party)
    Consent.objects.create(
        party=consent.party, recipient=consent.recipient, fields=["name"], purpose="match", language="da",
        given_how="own_screen", expires_at=consent.expires_at,
    )  # fmt: skip
    assert len([yes for yes in can_be_taken_back(consent.party, now=timezone.now()) if yes.consent.recipient_id]) == 1

    withdraw(consent, now=timezone.now(), record=RECORD)

    assert selectors.details_for_volunteer(match, timezone.now()) == {}


@pytest.mark.demand("F041")
def test_a_yes_keeps_the_very_words_that_were_read_even_when_they_have_been_rewritten_since(odsherred):
    volunteer = factories.make_volunteer(odsherred, consent=False)
    client = browser(volunteer.party.user)
    page = client.get("/en" + reverse("volunteer_profile")).content.decode()
    read = current("consent_matching_volunteer", "en")
    assert f'name="tekst" value="{read.pk}"' in page
    Text.objects.create(
        code=read.code, language="en", version=read.version + 1, subject="New", text="New {day}", source="person",
        reviewed_at=timezone.now(),
    )  # fmt: skip

    client.post("/en/frivillig/samtykke/", {"svar": "ja", "tekst": str(read.pk)})

    (yes,) = can_be_taken_back(volunteer.party, now=timezone.now())
    assert (yes.consent.text, yes.consent.language, yes.words.subject) == (read, "en", read.subject)


def test_what_a_household_has_said_yes_to_is_no_volunteers_page_and_no_other_municipalitys(match, roskilde):
    other = factories.make_member(roskilde, Role.ADVISER)
    address = reverse("household_ledger", args=["odsherred", match.household_id])
    assert browser(other).get(address).status_code == 404
    assert browser(match.volunteer.party.user).get(reverse("own_ledger")).status_code == 404
    assert Match.objects.within(match.municipality_id).count() == 1
