"""`manage.py send_messages` sends what is due everywhere, and lets nothing hold it up."""

import time

import pytest
from django.core.management import call_command

from portal.messages.management.commands.send_messages import send_due
from portal.messages.models import Message
from portal.messages.sending import PATIENCE
from tests.integration.portal.messages.conftest import make_household, make_volunteer, write

pytestmark = pytest.mark.django_db


def states(*municipalities):
    return [state for one in municipalities for state in Message.objects.within(one).values_list("state", flat=True)]


def test_every_municipality_s_messages_go_out(odsherred, roskilde, smtp, gateway, as_site):
    write(make_volunteer(odsherred), "1")
    write(make_household(roskilde), "2")
    with as_site():
        call_command("send_messages")
    assert states(odsherred, roskilde) == ["sent", "sent"]
    assert (len(smtp.received), len(gateway.received)) == (1, 1)


def test_a_server_that_is_down_is_left_alone_until_the_next_run(odsherred, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for number in range(8):
        write(make_volunteer(odsherred), str(number))
    call_command("send_messages")
    assert Message.objects.within(odsherred).filter(attempts=1).count() == 3


def test_who_cannot_be_reached_does_not_hold_the_others_up(odsherred, gateway):
    for number in range(6):
        write(make_household(odsherred, phone="", email=""), f"away {number}")
    write(make_household(odsherred), "there")
    call_command("send_messages")
    assert sorted(states(odsherred)) == ["failed"] * 6 + ["sent"]


def test_a_run_ends_when_its_time_is_over(odsherred):
    for number in range(3):
        write(make_volunteer(odsherred), str(number))
    send_due(PATIENCE, until=time.monotonic() - 1)
    assert states(odsherred) == ["queued"] * 3
