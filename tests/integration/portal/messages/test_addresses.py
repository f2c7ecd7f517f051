"""A changed number or address: nothing that went to the old one opens any more, and what was asked is asked anew."""

from datetime import timedelta

import pytest

from portal.messages import links
from portal.messages.addresses import Addresses, follow_addresses
from portal.messages.links import REVOKED, LinkRefused
from portal.messages.models import Link, LinkPurpose, Message
from portal.messages.replies import Incoming, receive
from portal.messages.sending import send_next
from portal.privacy.models import ContactDetails, Party
from tests.integration.portal.messages.conftest import NOON, make_household, make_volunteer, record, write

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
OLD, NEW = "20304050", "60708090"


def details_of(party: Party) -> ContactDetails:
    return ContactDetails.objects.following("a test").get(party=party)


def change(party: Party, **new: str) -> int:
    details = details_of(party)
    before = Addresses.of(details)
    for name, value in new.items():
        setattr(details, name, value)
    details.save()
    return follow_addresses(details, before, now=LATER, record=record(party))


def link_for(party: Party, purpose: str = LinkPurpose.PROPOSAL) -> Link:
    return links.make_link(party=party, purpose=purpose, subject=party, now=NOON, days=7, record=record(party))


def asked(party: Party, text: str = "proposal_household", key: str = "test:1", now=NOON, **fields) -> Message:
    link = link_for(party)
    message = write(party, key, text=text, link=link, about="proposal:1", now=now, **fields)
    send_next(municipality=party.municipality_id, now=now)
    return message


def opens(link: Link) -> bool:
    try:
        return bool(links.open_link(links.token(link), now=LATER))
    except LinkRefused as refusal:
        if refusal.reason == REVOKED:
            return False
        raise


def all_to(party: Party) -> list[Message]:
    return list(Message.objects.within(party.municipality_id).filter(party=party).order_by("created_at", "pk"))


def test_what_went_to_a_wrong_number_opens_nothing_and_the_question_goes_to_the_right_one(odsherred, later):
    party = make_household(odsherred, phone=OLD)
    first = asked(party)

    assert change(party, phone=NEW) == 1

    assert not opens(first.link)
    _, anew = all_to(party)
    assert (anew.text, anew.about, anew.state) == (first.text, first.about, "queued")
    assert anew.link != first.link
    assert opens(anew.link)


def test_words_that_name_a_day_are_written_anew_as_they_were(odsherred, later):
    party = make_volunteer(odsherred, email="old@example.org")
    first = asked(party, "proposal_volunteer", values={"day": "3.12.2026"})
    change(party, email="new@example.org")
    _, anew = all_to(party)
    assert (anew.body, anew.channel) == (first.body, "email")


def test_what_waits_goes_to_the_new_number_with_the_link_that_opens(odsherred, later):
    party = make_household(odsherred, phone=OLD)
    first = asked(party)
    reminder = write(
        party,
        "test:2",
        text="proposal_reminder_household",
        link=first.link,
        send_after=NOON + timedelta(days=3),
    )
    change(party, phone=NEW)
    reminder.refresh_from_db()
    assert (reminder.state, opens(reminder.link)) == ("queued", True)


def test_several_links_about_one_thing_bring_one_message(odsherred, later):
    party = make_household(odsherred, phone=OLD)
    first, second = asked(party), asked(party, "proposal_reminder_household", "test:2", LATER)
    assert change(party, phone=NEW) == 2
    assert not opens(first.link)
    assert not opens(second.link)
    assert [message.text for message in all_to(party)][2:] == [second.text]


def test_a_message_that_failed_waits_for_the_adviser_with_a_link_that_opens(odsherred, later):
    party = make_household(odsherred, phone=OLD)
    first = asked(party)
    Message.objects.within(odsherred).update(state="failed")
    change(party, phone=NEW)
    (only,) = all_to(party)
    assert only.pk == first.pk
    assert opens(only.link)


@pytest.mark.parametrize("phone", [OLD, "+45 20 30 40 50"])
def test_the_same_number_written_otherwise_changes_nothing(odsherred, later, phone):
    party = make_household(odsherred, phone=OLD)
    first = asked(party)
    assert change(party, phone=phone) == 0
    assert opens(first.link)


def test_a_link_in_an_e_mail_stays_when_only_the_number_changes(odsherred, later):
    party = make_volunteer(odsherred, phone=OLD)
    first = asked(party, "proposal_volunteer", values={"day": "3.12.2026"})
    assert change(party, phone=NEW) == 0
    assert opens(first.link)


def test_an_answered_question_is_not_asked_anew(odsherred, later):
    party = make_household(odsherred, phone=OLD)
    links.use(asked(party).link, now=NOON, record=record(party))
    assert change(party, phone=NEW) == 0
    assert len(all_to(party)) == 1


def test_who_wants_to_be_called_is_not_written_to_and_the_old_link_is_dead_all_the_same(odsherred, later):
    party = make_household(odsherred, phone=OLD)
    first = asked(party)
    Party.objects.within(odsherred).filter(pk=party.pk).update(channel="phone")
    change(party, phone=NEW)
    assert not opens(first.link)
    assert len(all_to(party)) == 1


def test_a_stop_stays_with_its_phone_and_does_not_follow_to_a_new_number(odsherred, later):
    party = make_household(odsherred, phone=OLD)
    asked(party)
    receive(Incoming("in-1", OLD, "STOP"), now=NOON)
    party.refresh_from_db()
    assert party.sms_stopped_at

    change(party, phone=NEW)
    party.refresh_from_db()
    assert party.sms_stopped_at is None

    change(party, phone=OLD)
    party.refresh_from_db()
    assert party.sms_stopped_at == NOON
