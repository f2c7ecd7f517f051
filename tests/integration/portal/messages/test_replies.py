"""What people write back: yes, no, STOP, or something that an adviser reads."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from portal.messages.models import Message, NumberRoute, Reply
from portal.messages.replies import Incoming, receive
from portal.messages.sending import send_next
from portal.messages.signals import reply_received
from portal.municipalities.rls import scope
from portal.privacy.models import Party
from tests.integration.portal.messages.conftest import NOON, make_household, stored, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(odsherred, gateway):
    """A household that has been written to."""
    party = make_household(odsherred, phone="20 30 40 50")
    write(party, "before")
    assert send_next(municipality=odsherred.pk, now=NOON) == "sent"
    gateway.received.clear()
    return party


def reply(text, *, number="4520304050", pk="1", now=NOON):
    return receive(Incoming(pk, number, text), now=now)


def send_all(municipality, now=NOON):
    while send_next(municipality=municipality.pk, now=now) is not None:
        pass


@contextmanager
def upstairs(answer):
    """Somebody upstairs who listens, and says whether it was dealt with."""
    heard = []

    def listen(sender, **told):
        heard.append((told["meaning"], told["reply"].text, scope()[0]))
        return answer

    reply_received.connect(listen)
    try:
        yield heard
    finally:
        reply_received.disconnect(listen)


@pytest.mark.demand("F137")
def test_a_yes_is_told_upstairs_with_its_municipality_in_force(household, as_site):
    with upstairs(True) as heard, as_site():
        stored_reply = reply("JA!")
    assert heard == [("yes", "JA!", household.municipality_id)]
    assert stored_reply.handled_at == NOON


def test_what_nobody_understands_gets_one_helpful_answer_a_day_and_waits_for_the_adviser(household, gateway):
    for number, hours in (("1", 0), ("2", 1), ("3", 30)):
        told = reply("Hvem er det?", pk=number, now=NOON + timedelta(hours=hours))
        assert told.handled_at is None
        send_all(household.municipality, NOON + timedelta(hours=hours))
    assert len(gateway.received) == 2
    helps = Message.objects.within(household.municipality).filter(text="sms_help")
    assert helps.count() == 2


def test_the_same_sms_told_twice_is_handled_once(household):
    with upstairs(True) as heard:
        assert reply("JA") is not None
        assert reply("JA") is None
    assert len(heard) == 1
    assert Reply.objects.within(household.municipality).count() == 1


def test_a_number_that_nobody_wrote_to_leaves_nothing_behind(household):
    with upstairs(True) as heard:
        assert reply("JA", number="4599999999") is None
        assert reply("JA", number="") is None
    assert heard == []
    assert not Reply.objects.within(household.municipality).exists()


def test_a_reply_belongs_to_whom_was_written_to_last(household, roskilde, as_site):
    moved = make_household(roskilde, phone="+45 20304050")
    write(moved, "moved", now=NOON + timedelta(days=1))
    send_all(roskilde, NOON + timedelta(days=1))
    with upstairs(True) as heard, as_site():
        reply("nej")
    assert heard == [(None, "nej", roskilde.pk)]  # from a phone that two share, a no is nobody's own


def test_stop_stops_every_sms_to_the_phone_at_once_and_says_so_once(household, gateway, as_site):
    waiting = write(household, "waiting")
    with as_site():
        assert reply("Stop").handled_at == NOON
        assert reply("STOP!!", pk="2").handled_at == NOON
    send_all(household.municipality)
    assert (stored(waiting).state, stored(waiting).last_error) == ("failed", "stopped")
    assert [text.text for text in sent(household)] == ["match_ended_household", "sms_stopped"]
    assert len(gateway.received) == 1
    assert Party.objects.within(household.municipality_id).get(pk=household.pk).sms_stopped_at == NOON
    assert write(household, "after").channel == "email"


def test_start_starts_again(household, gateway):
    reply("stop", pk="1")
    reply("START", pk="2")
    send_all(household.municipality)
    assert write(household, "after").channel == "sms"
    assert send_next(municipality=household.municipality_id, now=NOON) == "sent"
    assert [text.text for text in sent(household)][-1] == "match_ended_household"


def test_stop_holds_for_a_new_household_with_the_same_phone(household, roskilde):
    reply("stop")
    other = write(make_household(roskilde, phone="20304050"), "other")
    send_all(roskilde)
    assert stored(other).last_error == "stopped"


def sent(party):
    rows = Message.objects.within(party.municipality_id).filter(party=party, state="sent")
    return rows.order_by("sent_at", "created_at", "attempts")


@pytest.mark.parametrize("text", ["Mit nummer er 010190-1234", "٠١٠١٩٠١٢٣٤"])
def test_a_cpr_number_is_not_kept(household, text):
    kept = reply(text).text
    assert not any(sign.isdigit() for sign in kept)


def test_a_long_answer_is_cut(household):
    assert len(reply("a" * 900).text) == 500


def test_an_answer_with_broken_signs_is_kept_without_them(household):
    assert reply("h\0e\ud800j").text == "hej"


def test_no_number_is_stored_for_the_way_back(household):
    (route,) = NumberRoute.objects.all()
    assert "20304050" not in str(vars(route))


@pytest.mark.demand("F049")
def test_a_municipality_sees_no_reply_of_another(household, roskilde, as_site):
    reply("hej")
    with as_site(municipality=roskilde.pk):
        assert not Reply.objects.following("a test of the second wall").exists()
