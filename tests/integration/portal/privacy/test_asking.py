"""A household is asked for its yes: read aloud with the adviser, by a link to its phone; and told before it ends."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matching.services.consent_ends import tell_of_ending_consents
from portal.audit.record import SYSTEM, Record
from portal.languages.texts import current
from portal.messages.models import Link, LinkPurpose, Message
from portal.privacy.consent import matching_consent
from portal.privacy.models import Channel
from tests import factories

pytestmark = pytest.mark.django_db
RECORD = Record(SYSTEM, factories.ODSHERRED)


@pytest.fixture
def household(odsherred):
    contact = {"name": "Rojîn", "phone": "55501111", "email": ""}
    return factories.make_household(odsherred, language="ar", consent=False, contact=contact)


@pytest.fixture
def staff(odsherred):
    client = Client()
    client.force_login(factories.make_member(odsherred))
    return client


def url(view, household):
    return reverse(view, args=["odsherred", household.pk])


def messages(odsherred, text):
    return Message.objects.within(odsherred).filter(text=text)


def tell(odsherred, now=None):
    return tell_of_ending_consents(municipality=odsherred.pk, now=now or timezone.now(), record=RECORD)


@pytest.mark.demand("F042", "F139")
def test_from_the_households_page_a_yes_is_two_taps_away_and_by_telephone_three(staff, household):
    page = staff.get(household.get_absolute_url()).content.decode()
    first = re.search(r'href="([^"]+/samtykke/laes-op/)"', page)[1]
    script = staff.get(first).content.decode()
    form = re.search(r'<form class="narrow" method="post" action="([^"]+)">(.*?)</form>', script, re.DOTALL)
    assert form[2].count('type="submit"') == 1
    assert re.search(r'value="adviser_screen" checked', form[2])
    text = re.search(r'name="tekst" value="(\d+)"', form[2])[1]

    staff.post(form[1], {"svar": "ja", "tekst": text, "hvordan": "telephone"})

    given = matching_consent(household.party, timezone.now())
    assert (given.language, given.given_how, given.text) == ("ar", "telephone", current("consent_matching", "ar"))


@pytest.mark.demand("F042")
def test_the_script_stands_in_danish_and_in_the_households_language_each_in_its_own_direction(staff, household):
    page = staff.get(url("consent_read_aloud", household)).content.decode()
    assert current("consent_script", "da").subject in page
    assert re.search(r'<section lang="ar" dir="rtl"', page)
    assert current("consent_matching", "ar").subject in page
    assert page.count("data-reads=") == 2


def test_a_language_without_a_text_is_asked_in_danish_and_english_and_the_page_says_to_use_an_interpreter(
    staff, odsherred
):
    household = factories.make_household(odsherred, language="tr", consent=False)
    page = staff.get("/en" + url("consent_read_aloud", household)).content.decode()
    assert "Use an interpreter" in page
    assert current("consent_matching", "en").subject in page


@pytest.mark.demand("F137")
def test_the_question_goes_to_the_phone_in_its_language_with_a_link_bound_to_the_household(staff, household, odsherred):
    staff.post(url("consent_ask", household))

    message, link = messages(odsherred, "consent_ask").get(), Link.objects.within(odsherred).get()
    assert (message.channel, message.language, message.link) == ("sms", "ar", link)
    assert (link.purpose, link.party) == (LinkPurpose.CONSENT, household.party)
    assert household.display_name not in message.body


def test_who_wants_to_be_called_is_not_written_to_and_the_page_says_so(staff, household, odsherred):
    household.party.channel = Channel.PHONE
    household.party.save()
    assert "consent_ask" not in staff.get(household.get_absolute_url()).content.decode()
    page = staff.post("/en" + url("consent_ask", household), follow=True).content.decode()
    assert "Call them instead" in page
    assert not messages(odsherred, "consent_ask").exists()


def test_before_a_yes_ends_both_sides_hear_of_it_once_each_with_a_way_to_renew_it(odsherred):
    household = factories.make_household(odsherred, consent=False, contact={"phone": "55501111"})
    volunteer = factories.make_volunteer(odsherred, consent=False)
    for party in (household.party, volunteer.party):
        factories.make_consent(party, given_days_ago=350)

    assert (tell(odsherred), tell(odsherred)) == (2, 0)

    to_household = messages(odsherred, "consent_ends").get(party=household.party)
    to_volunteer = messages(odsherred, "consent_ends").get(party=volunteer.party)
    assert to_household.link.purpose == LinkPurpose.CONSENT
    assert "/frivillig/profil/" in to_volunteer.body


def test_who_has_renewed_has_plenty_of_time_or_is_not_to_be_written_to_hears_nothing(odsherred):
    renewed, fresh, silent = (factories.make_volunteer(odsherred, consent=False) for _ in range(3))
    for party, days_ago in ((renewed.party, 350), (renewed.party, 0), (fresh.party, 300), (silent.party, 350)):
        factories.make_consent(party, given_days_ago=days_ago)
    silent.party.silent_since = timezone.now()
    silent.party.save()
    assert tell(odsherred) == 0
    assert tell(odsherred, timezone.now() + timedelta(days=40)) == 1
