"""Sending: over a real SMTP server and a real HTTP gateway, at the right hour, giving up where all can see."""

import json
from base64 import b64decode
from datetime import timedelta

import pytest
from django.db import transaction

from portal.messages.links import make_link
from portal.messages.models import Link, Message
from portal.messages.sending import ATTEMPTS, PATIENCE, send_next
from portal.privacy.consent import withdraw_matching_consent
from tests import factories
from tests.integration.portal.messages.conftest import (
    MORNING,
    NIGHT,
    NOON,
    make_household,
    make_volunteer,
    record,
    stored,
    write,
)

db = pytest.mark.django_db


def send(municipality, now=NOON):
    return send_next(municipality=municipality.pk, now=now)


@pytest.mark.django_db(transaction=True)
def test_an_e_mail_goes_out_when_its_transaction_is_committed_and_not_before(smtp):
    municipality = factories.make_municipality()
    party = make_volunteer(municipality, email="ane@example.org")
    with transaction.atomic():
        write(party)
        assert smtp.received == []
    assert [message["To"] for message in smtp.received] == ["ane@example.org"]
    assert Message.objects.within(municipality).get().state == "sent"


@db
def test_an_e_mail_says_that_a_machine_wrote_it_and_carries_its_own_number(odsherred, smtp):
    message = write(make_volunteer(odsherred))
    send(odsherred)
    (received,) = smtp.received
    assert received["Message-ID"] == f"<{message.pk}@127.0.0.1>"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received.get_content_type() == "text/plain"


@db
def test_a_calendar_is_attached_to_an_e_mail(odsherred, smtp):
    write(make_volunteer(odsherred), calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    send(odsherred)
    _, calendar = smtp.received[0].get_payload()
    assert calendar.get_content_type() == "text/calendar"
    assert "BEGIN:VCALENDAR" in calendar.get_payload(decode=True).decode()


@db
@pytest.mark.demand("F137")
def test_an_sms_goes_to_the_gateway_as_its_interface_says(odsherred, gateway):
    message = write(make_household(odsherred, phone="20 30 40 50", language="da"))
    assert send(odsherred) == "sent"
    (sms,) = gateway.received
    assert sms == {
        "sender": "Kommunen",
        "message": message.body,
        "recipients": [{"msisdn": 4520304050}],
        "userref": f"306.{message.pk}",
    }
    assert gateway.paths == ["/rest/mtsms"]
    assert b64decode(gateway.headers[0]["Authorization"].removeprefix("Basic ")) == b"a-token:"
    assert stored(message).provider_id == "1001"


@db
def test_what_does_not_fit_in_seven_bits_says_so(odsherred, gateway):
    write(make_household(odsherred, language="ar"))
    send(odsherred)
    assert gateway.received[0]["encoding"] == "UCS2"


@db
def test_no_sms_goes_out_at_night_and_all_do_in_the_morning(odsherred, settings):
    settings.PORTAL_SMS_QUIET_FROM, settings.PORTAL_SMS_QUIET_UNTIL = 21, 8
    message = write(make_household(odsherred), now=NIGHT)
    assert send(odsherred, NIGHT) is None
    assert send(odsherred, MORNING - timedelta(seconds=1)) is None
    assert send(odsherred, MORNING) == "sent"
    assert stored(message).state == "sent"


@db
def test_an_e_mail_disturbs_nobody_at_night(odsherred, settings):
    settings.PORTAL_SMS_QUIET_FROM, settings.PORTAL_SMS_QUIET_UNTIL = 21, 8
    write(make_volunteer(odsherred), now=NIGHT)
    assert send(odsherred, NIGHT) == "sent"


@db
@pytest.mark.demand("F138")
def test_a_reminder_is_held_back_until_its_time(odsherred, gateway):
    values = {"day": "fredag 27. november", "time": "16.00", "place": "Odsherred Bibliotek"}
    write(make_household(odsherred), text="meeting_reminder", values=values, send_after=NOON + timedelta(days=5))
    assert send(odsherred, NOON + timedelta(days=4, hours=23)) is None
    assert send(odsherred, NOON + timedelta(days=5)) == "sent"
    assert all(value in gateway.received[0]["message"] for value in values.values())


@db
def test_what_a_consent_allows_is_not_sent_once_it_is_withdrawn(odsherred, gateway):
    party = make_household(odsherred)
    message = write(party, consent=factories.make_consent(party))
    withdraw_matching_consent(party=party, now=NOON, record=record(party))
    assert send(odsherred) == "stopped"
    assert (stored(message).state, stored(message).last_error) == ("cancelled", "consent")
    assert gateway.received == []


@db
def test_nothing_automatic_is_sent_after_a_death(odsherred, gateway):
    party = make_household(odsherred)
    message = write(party)
    party.silent_since = NOON
    party.save()
    assert send(odsherred) == "stopped"
    assert stored(message).state == "cancelled"
    assert gateway.received == []


@db
@pytest.mark.parametrize(
    ("details", "reason"), [({"phone": "", "email": ""}, "no address"), ({"phone": "ring", "email": ""}, "no number")]
)
def test_who_cannot_be_reached_stands_among_the_failures(odsherred, details, reason):
    message = write(make_household(odsherred, **details))
    assert send(odsherred) == "stopped"
    assert stored(message).last_error == reason
    assert list(Message.objects.within(odsherred).given_up()) == [message]


@db
def test_a_server_that_is_away_is_tried_again_later_and_later_and_then_given_up(odsherred, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = write(make_volunteer(odsherred, email="ane@example.org"))
    now, waits = NOON, []
    while stored(message).state == "queued":
        assert send(odsherred, now) in ("trouble", "stopped")
        waits.append(round((stored(message).send_after - now).total_seconds() / 60))
        assert send(odsherred, stored(message).send_after - timedelta(seconds=1)) is None
        now = stored(message).send_after
    assert waits == [10, 20, 40, 80, 160, 320]
    assert (stored(message).state, stored(message).attempts) == ("failed", ATTEMPTS)
    assert stored(message).last_error == "ConnectionRefusedError 111"
    assert "ane@example.org" not in caplog.text


@db
def test_what_a_server_refuses_for_good_is_given_up_at_once(odsherred, smtp, caplog):
    smtp.refusal = "550 5.1.1 <ane@example.org> is unknown here"
    message = write(make_volunteer(odsherred, email="ane@example.org"))
    send(odsherred)
    assert (stored(message).state, stored(message).last_error) == ("failed", "SMTPRecipientsRefused 550")
    assert "ane@" not in caplog.text


@db
def test_what_a_server_does_not_take_now_it_may_take_later(odsherred, smtp):
    smtp.refusal = "451 come back later"
    message = write(make_volunteer(odsherred))
    send(odsherred)
    smtp.refusal = ""
    assert send(odsherred, NOON + timedelta(minutes=10)) == "sent"
    assert stored(message).attempts == 2


@db
@pytest.mark.parametrize(("status", "state"), [(400, "failed"), (422, "failed"), (401, "queued"), (503, "queued")])
def test_a_gateways_refusal_of_one_message_is_final_and_its_own_trouble_is_not(odsherred, gateway, status, state):
    gateway.status, gateway.body = status, json.dumps({"message": "4520304050 is bad"}).encode()
    message = write(make_household(odsherred))
    assert send(odsherred) == ("stopped" if state == "failed" else "trouble")
    assert stored(message).state == state
    assert stored(message).last_error == f"HTTP {status}"


@db
def test_a_gateway_that_took_an_sms_and_said_nothing_sensible_is_not_asked_again(odsherred, gateway):
    gateway.body = b"<html>"
    message = write(make_household(odsherred))
    assert send(odsherred) == "sent"
    assert stored(message).state == "sent"


@db
def test_a_gateway_that_falls_silent_may_have_taken_it_so_its_report_is_waited_for(odsherred, gateway):
    gateway.mute = True
    message = write(make_household(odsherred))
    assert send(odsherred) == "trouble"
    assert stored(message).state == "sending"
    patience = PATIENCE["sms"]
    assert send(odsherred, NOON + patience - timedelta(seconds=1)) is None
    gateway.mute = False
    assert send(odsherred, NOON + patience) == "sent"
    assert len({sms["userref"] for sms in gateway.received}) == 1


@db
def test_a_message_that_ends_every_sender_is_given_up(odsherred):
    message = write(make_volunteer(odsherred))
    Message.objects.within(odsherred).update(state="sending", claimed_at=NOON, attempts=ATTEMPTS)
    assert send(odsherred, NOON + timedelta(hours=1)) == "stopped"
    assert stored(message).state == "failed"


@db
def test_no_phone_number_is_ever_logged(odsherred, gateway, caplog):
    caplog.set_level("DEBUG")
    gateway.status = 503
    write(make_household(odsherred, phone="20304050"))
    send(odsherred)
    gateway.status, gateway.mute = 200, True
    send(odsherred, NOON + timedelta(hours=1))
    assert caplog.records
    assert "20304050" not in " ".join(line.getMessage() for line in caplog.records if line.name.startswith("portal"))


@db
def test_one_municipality_does_not_send_anothers(odsherred, roskilde, as_site):
    message = write(make_household(roskilde))
    with as_site():
        assert send(odsherred) is None
        assert not Message.objects.following("a test of the second wall").exists()
    assert stored(message).state == "queued"


@db
def test_a_message_that_is_too_late_is_cancelled(odsherred, smtp):
    message = write(make_volunteer(odsherred), send_before=NOON + timedelta(hours=1))
    send(odsherred, NOON + timedelta(hours=1))
    assert (stored(message).state, stored(message).last_error) == ("cancelled", "too late")
    assert smtp.received == []


@db
def test_a_message_whose_link_stayed_behind_in_another_municipality_is_cancelled(as_site, odsherred, roskilde, smtp):
    party = make_volunteer(odsherred)
    link = make_link(party=party, purpose="match", subject=party, now=NOON, days=7, record=record(party))
    message = write(party, text="meeting_cancelled", link=link)
    Link.objects.within(odsherred).update(municipality=roskilde)
    with as_site():
        send(odsherred)
    assert (stored(message).state, stored(message).last_error) == ("cancelled", "link")
    assert smtp.received == []
