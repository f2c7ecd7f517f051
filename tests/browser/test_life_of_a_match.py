"""From a proposal to an ending and a new beginning, as three people live it on their own screens."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from matching.models import Match, Meeting, Proposal
from matching.services.check_ins import ask_due
from portal.audit.record import SYSTEM, Record
from portal.messages.links import address
from portal.messages.models import Message, MessageChannel
from portal.privacy.models import Consent, Purpose
from tests import factories, invariants
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import press
from tests.integration.content.pages import make_municipality_page

CODE = factories.ODSHERRED
LINK = re.compile(r"(/s/[\w.=-]+/)")
YES = ".answers form:first-child button"
CANARIES = ("55501111", "55502222", "Rojîn Demir", "Ane Højgaard", "ane@example.org")


@pytest.fixture
def odsherred(transactional_db, live_server, settings):
    settings.BASE_URL = live_server.url
    municipality = factories.make_municipality(CODE)
    municipality.contact_phone, municipality.contact_email = "59 66 60 00", "integration@example.org"
    municipality.save()
    make_municipality_page(municipality)
    factories.make_meeting_place(municipality)
    return municipality


@pytest.fixture
def adviser(odsherred):
    return factories.make_member(odsherred, user=factories.make_user(name="Mette Holm"))


@pytest.fixture
def family(odsherred, adviser):
    """Reads Arabic, has a phone and nothing else."""
    contact = {"name": "Rojîn Demir", "phone": "55501111", "email": ""}
    return factories.make_household(odsherred, language="ar", contact=contact, adviser=adviser, adults=1)


@pytest.fixture
def ane(odsherred):
    """A volunteer who is written to by e-mail."""
    user = factories.make_user("ane@example.org", name="Ane Højgaard")
    contact = {"name": "Ane Højgaard", "phone": "55502222"}
    return factories.make_volunteer(odsherred, user=user, capacity=2, contact=contact)


def link_in_sms(party, text):
    """The link in the newest SMS of this kind, as the phone shows it."""
    rows = Message.objects.within(CODE).filter(party=party, text=text, channel=MessageChannel.SMS)
    return LINK.search(address(rows.latest("created_at").link)).group(1)


def link_in_mail(to, words):
    """The link in the newest e-mail with these words."""
    letter = next(letter for letter in reversed(mail.outbox) if to in letter.to and words in letter.body)
    return LINK.search(letter.body).group(1)


def the_match():
    return Match.objects.within(CODE).latest("started_at")


def propose(desk, volunteer):
    """The adviser's way: the wish, its suggestions, and the first of them."""
    desk.goto("/kommune/odsherred/arbejde/")
    press(desk, "a[href*='/oensker/']")
    expect(desk.locator("main")).not_to_contain_text("Ane Højgaard")
    press(desk, f"form:has([name=offer][value='{volunteer.offers.get().pk}']) button")


def both_say_yes(phone, screen, family):
    """The family by the link in an SMS in Arabic, the volunteer by the link in an e-mail."""
    phone.goto(link_in_sms(family.party, "proposal_household"))
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    for canary in CANARIES:
        expect(phone.locator("body")).not_to_contain_text(canary)
    press(phone, YES)
    screen.goto(link_in_mail("ane@example.org", "fundet nogen"))
    for canary in CANARIES:
        expect(screen.locator("body")).not_to_contain_text(canary)
    press(screen, YES)


def every_side_chooses_the_second_time(phone, screen, family):
    phone.goto(link_in_sms(family.party, "meeting_choose"))
    phone.check("input[name=tid] >> nth=1")
    press(phone, "button[value=vaelg]")
    screen.goto(link_in_mail("ane@example.org", "tre tider"))
    screen.check("input[name=tid] >> nth=1")
    press(screen, "button[value=vaelg]")


def ask_how_it_goes(days):
    """What the clock does on the day that has come."""
    return ask_due(municipality=CODE, now=timezone.now() + timedelta(days=days), record=Record(SYSTEM, CODE))


@pytest.mark.demand("F137")
@pytest.mark.demand("F048")
@pytest.mark.demand("F039")
def test_a_whole_match_from_the_proposal_to_the_next(person, look, odsherred, adviser, family, ane):
    phone, screen, desk = person(PHONE), person(PHONE), person(DESKTOP, user=adviser)

    # The proposal, and two yeses: by SMS in Arabic, and by e-mail.
    propose(desk, ane)
    both_say_yes(phone, screen, family)
    phone.goto(link_in_sms(family.party, "match_household"))
    expect(phone.locator("main")).to_contain_text("55502222")
    look(phone, "family-match")
    screen.goto(link_in_mail("ane@example.org", "sagt ja"))
    expect(screen.locator("main")).to_contain_text("55501111")

    # The first meeting.
    every_side_chooses_the_second_time(phone, screen, family)
    meeting = Meeting.objects.within(CODE).get()
    assert (meeting.state, meeting.at) == ("agreed", meeting.options[1])
    calendar = next(letter for letter in mail.outbox if letter.attachments and "ane@example.org" in letter.to)
    assert "BEGIN:VEVENT" in str(calendar.attachments[0][1])
    look(phone, "family-meeting")

    # How is it going? Fine after two weeks, and after a month the family wants to talk.
    assert ask_how_it_goes(15) == 2
    phone.goto(link_in_sms(family.party, "check_in"))
    press(phone, "button[value=good]")
    screen.goto(link_in_mail("ane@example.org", "Hvordan går det"))
    press(screen, "button[value=good]")
    assert ask_how_it_goes(32) == 2
    phone.goto(link_in_sms(family.party, "check_in"))
    look(phone, "family-how-is-it-going")
    press(phone, "button[value=talk]")
    expect(phone.locator("main")).to_contain_text("Mette Holm")

    # The adviser sees it first of all, and calls.
    desk.goto("/kommune/odsherred/opfoelgning/")
    expect(desk.locator("main")).to_contain_text(family.display_name)
    look(desk, "worklist")

    # The family ends it and would like to meet somebody else; nothing is left to see.
    phone.goto(link_in_sms(family.party, "match_household"))
    press(phone, "a[href*='slut']")
    look(phone, "family-ends")
    press(phone, "button[name=again][value=yes]")
    assert the_match().state == "ended"
    screen.goto(f"{link_in_mail('ane@example.org', 'Her ser du')}")
    expect(screen.locator("body")).not_to_contain_text("55501111")

    # And again.
    bo = factories.make_volunteer(odsherred)
    propose(desk, bo)
    again = Proposal.objects.within(CODE).latest("proposed_at")
    assert (again.volunteer, again.state) == (bo, "proposed")
    invariants.check_all(CODE, timezone.now())


@pytest.mark.demand("F041")
def test_a_consent_taken_back_in_the_middle_leaves_nothing_to_see(person, look, odsherred, adviser, family, ane):
    phone, screen, desk = person(PHONE), person(PHONE), person(DESKTOP, user=adviser)
    volunteer = person(PHONE, user=ane.party.user)
    propose(desk, ane)
    both_say_yes(phone, screen, family)
    open_page = f"/frivillig/match/{the_match().pk}/"
    volunteer.goto(open_page)
    expect(volunteer.locator("main")).to_contain_text("55501111")
    screen.goto(link_in_mail("ane@example.org", "sagt ja"))

    phone.goto(link_in_sms(family.party, "match_household"))
    press(phone, "button:has(svg)")
    look(phone, "taken-back")

    for page in (volunteer, screen):
        page.reload()
        expect(page.locator("body")).not_to_contain_text("55501111")
        expect(page.locator("body")).not_to_contain_text("Rojîn Demir")
    consents = Consent.objects.following("a look at the result").filter(purpose=Purpose.MATCH, party=family.party)
    assert [consent.withdrawn_at is not None for consent in consents] == [True]
    assert all("55501111" not in letter.body for letter in mail.outbox)
    invariants.check_all(CODE, timezone.now())
