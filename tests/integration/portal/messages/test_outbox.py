"""A message is written with what it tells, in the party's language, by its channel, and taken back with it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from portal.audit.models import Event
from portal.lifecycle import NotAllowed
from portal.messages import outbox
from portal.messages.models import Message
from portal.messages.sending import send_next
from tests import factories
from tests.integration.portal.messages.conftest import NOON, make_household, make_volunteer, record, stored, write


def queued(municipality):
    return Message.objects.within(municipality)


@pytest.mark.django_db
def test_a_message_is_in_the_partys_own_language(odsherred):
    danish = write(make_household(odsherred, language="da"), "1")
    arabic = write(make_household(odsherred, language="ar"), "2")
    assert (danish.language, arabic.language) == ("da", "ar")
    assert danish.body != arabic.body


@pytest.mark.django_db
def test_an_e_mail_in_another_language_has_the_danish_words_below(odsherred):
    household = make_household(odsherred, language="ar", phone="")
    danish = write(make_household(odsherred, language="da", phone=""), "1")
    arabic = write(household, "2")
    assert arabic.body.endswith(danish.body)
    assert len(arabic.body) > len(danish.body)


@pytest.mark.django_db
@pytest.mark.demand("F137")
@pytest.mark.parametrize(
    ("make", "details", "wish", "channel"),
    [
        (make_household, {}, "", "sms"),
        (make_household, {"phone": ""}, "", "email"),
        (make_household, {}, "email", "email"),
        (make_volunteer, {}, "", "email"),
        (make_volunteer, {"email": ""}, "", "sms"),
        (make_volunteer, {}, "sms", "sms"),
    ],
)
def test_a_household_is_written_to_by_sms_and_a_volunteer_by_e_mail_unless_they_want_otherwise(
    odsherred, make, details, wish, channel
):
    party = make(odsherred, **details)
    party.channel = wish
    party.save()
    assert write(party).channel == channel


@pytest.mark.django_db
def test_who_wants_to_be_called_and_who_is_gone_are_not_written_to(odsherred):
    called, gone = make_household(odsherred), make_household(odsherred)
    called.channel, gone.silent_since = "phone", NOON
    called.save()
    gone.save()
    assert write(called, "1") is None
    assert write(gone, "2") is None
    assert not queued(odsherred).exists()


@pytest.mark.django_db
def test_without_a_gateway_an_e_mail_goes_instead(odsherred, settings):
    settings.PORTAL_SMS_GATEWAY = ""
    assert write(make_household(odsherred)).channel == "email"


@pytest.mark.django_db
def test_the_same_event_tells_once(odsherred):
    party = make_household(odsherred)
    assert write(party) is not None
    assert write(party) is None
    assert queued(odsherred).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_about_something_rolled_back_is_never_sent():
    municipality = factories.make_municipality()
    party = make_volunteer(municipality)
    with transaction.atomic():
        write(party)
        transaction.set_rollback(True)
    assert mail.outbox == []
    assert not queued(municipality).exists()
    assert send_next(municipality=municipality.pk, now=NOON) is None


@pytest.mark.django_db
def test_what_is_about_the_same_thing_is_cancelled_together_on_both_sides_of_a_border(odsherred, roskilde, as_site):
    household, volunteer = make_household(odsherred), make_volunteer(roskilde)
    here = write(household, "1", about="proposal:7", send_after=NOON + timedelta(days=3))
    there = write(volunteer, "2", about="proposal:7", send_after=NOON + timedelta(days=3))
    other = write(household, "3", about="proposal:8", send_after=NOON + timedelta(days=3))
    with as_site(municipality=odsherred.pk):
        assert outbox.cancel(about="proposal:7", record=record(household), now=NOON) == 2
    assert [stored(message).state for message in (here, there, other)] == ["cancelled", "cancelled", "queued"]


@pytest.mark.django_db
def test_one_partys_messages_are_cancelled_without_the_others(odsherred):
    household, volunteer = make_household(odsherred), make_volunteer(odsherred)
    one, other = write(household, "1", about="match:1"), write(volunteer, "2", about="match:1")
    assert outbox.cancel(about="match:1", record=record(household), now=NOON, party=household) == 1
    assert outbox.cancel_all(party=volunteer, record=record(volunteer), now=NOON) == 1
    assert outbox.cancel_all(party=volunteer, record=record(volunteer), now=NOON) == 0
    assert [stored(message).state for message in (one, other)] == ["cancelled", "cancelled"]


@pytest.mark.django_db
def test_an_employee_gets_an_e_mail_in_danish_with_the_page_that_it_is_about(odsherred, smtp):
    adviser = factories.make_member(odsherred)
    message = outbox.queue_for_staff(
        user=adviser,
        municipality=odsherred,
        text="staff_concern",
        key="staff:1",
        record=record(make_household(odsherred)),
        now=NOON,
        address="http://x/kommune/odsherred/",
    )
    assert message.language == "da"
    assert send_next(municipality=odsherred.pk, now=NOON) == "sent"
    assert smtp.received[0]["To"] == adviser.email
    assert "http://x/kommune/odsherred/" in smtp.received[0].get_payload(decode=True).decode()


@pytest.mark.django_db
def test_the_trail_of_a_message_replays_to_its_state(odsherred):
    message = write(make_household(odsherred))
    send_next(municipality=odsherred.pk, now=NOON)
    state = None
    for event in Event.objects.about(message):
        assert event.details.get("from") == state
        state = event.details["to"]
    assert state == stored(message).state == "sent"


@pytest.mark.django_db
def test_only_what_was_given_up_is_sent_again(odsherred):
    household = make_household(odsherred, phone="", email="")
    message = write(household)
    with pytest.raises(NotAllowed):
        outbox.send_again(message, record=record(household), now=NOON)
    send_next(municipality=odsherred.pk, now=NOON)
    household.contact_details.email = "ny@example.org"
    household.contact_details.save()
    outbox.send_again(stored(message), record=record(household), now=NOON)
    assert stored(message).state == "queued"
