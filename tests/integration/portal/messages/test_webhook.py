"""The gateway's word is believed with its signature, of today, and once."""

import json
import time
from datetime import timedelta

import jwt
import pytest

from portal.messages.models import Message, Reply
from portal.messages.sending import send_next
from tests.integration.portal.messages.conftest import NOON, make_household, stored, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(odsherred, gateway):
    """An SMS that the gateway took."""
    message = write(make_household(odsherred, phone="20304050"))
    send_next(municipality=odsherred.pk, now=NOON)
    return stored(message)


def incoming(**told):
    now = int(time.time())
    return {"id": 77, "msisdn": 4520304050, "receiver": 451204, "message": "hej", "senttime": now, **told}


def report(message, status="DELIVERED", **told):
    about = {"id": int(message.provider_id or 5), "msisdn": 4520304050, "userref": message.reference}
    return {**about, "status": status, "time": int(time.time()), **told}


def post(client, told, *, signed=None, secret=None, algorithm="HS256", settings):
    token = jwt.encode(signed or told, secret or settings.PORTAL_SMS_WEBHOOK_SECRET, algorithm=algorithm)
    return post_raw(client, json.dumps(told), token)


def post_raw(client, body, token):
    headers = {"X-Gwapi-Signature": token} if token else {}
    return client.post("/sms/ind/", body, content_type="application/json", headers=headers).status_code


def replies(message):
    return Reply.objects.within(message.municipality_id)


def test_an_answer_with_the_gateways_signature_is_taken(client, message, settings):
    assert post(client, incoming(), settings=settings) == 200
    assert [reply.text for reply in replies(message)] == ["hej"]


def test_a_replay_is_answered_and_changes_nothing(client, message, settings):
    told = incoming()
    assert [post(client, told, settings=settings) for _ in range(3)] == [200, 200, 200]
    assert replies(message).count() == 1


def test_a_missing_wrong_or_weak_signature_is_refused_and_leaves_nothing_behind(client, message, settings, caplog):
    caplog.set_level("DEBUG")
    told = incoming()
    body = json.dumps(told)
    assert post_raw(client, body, "") == 401
    assert post_raw(client, body, "a.b.c") == 401
    assert post_raw(client, body, jwt.encode(told, None, algorithm="none")) == 401
    assert post(client, told, secret="somebody else's secret, which is long too", settings=settings) == 401
    assert post(client, told, algorithm="HS384", settings=settings) == 401
    assert post(client, told, signed={**told, "message": "JA"}, settings=settings) == 401
    assert post(client, [told], signed=told, settings=settings) == 401
    assert not replies(message).exists()
    assert "20304050" not in caplog.text


def test_without_a_secret_nobody_is_believed(client, message, settings):
    told = incoming()
    token = jwt.encode(told, "x" * 32, algorithm="HS256")
    settings.PORTAL_SMS_WEBHOOK_SECRET = ""
    assert post_raw(client, json.dumps(told), token) == 401


@pytest.mark.parametrize("hours", [-25, 1])
def test_what_is_older_than_a_day_or_of_the_future_is_refused(client, message, settings, hours):
    moment = int(time.time() + timedelta(hours=hours).total_seconds())
    assert post(client, incoming(senttime=moment), settings=settings) == 401
    assert post(client, incoming(senttime=None), settings=settings) == 401
    assert not replies(message).exists()


def test_a_body_that_is_too_long_is_refused(client, settings):
    assert post(client, incoming(message="a" * 30_000), settings=settings) == 413


def test_only_posts_are_answered(client):
    assert client.get("/sms/ind/").status_code == 405


def test_a_delivery_report_says_that_it_arrived(client, message, settings):
    assert [post(client, report(message), settings=settings) for _ in range(2)] == [200, 200]
    assert stored(message).state == "delivered"
    assert stored(message).delivered_at is not None


@pytest.mark.parametrize("status", ["UNDELIVERABLE", "EXPIRED", "REJECTED"])
def test_a_delivery_report_says_that_it_did_not(client, message, settings, status):
    post(client, report(message, status), settings=settings)
    assert (stored(message).state, stored(message).last_error) == ("failed", status.lower())


@pytest.mark.parametrize(
    "told",
    [{"status": "ENROUTE"}, {"userref": "x"}, {"userref": "306.x"}, {"userref": ""}, {"id": 4}, {"status": ["x"]}],
)
def test_a_report_about_nothing_of_ours_changes_nothing(client, message, settings, told):
    assert post(client, report(message, **told), settings=settings) == 200
    assert stored(message).state == "sent"


def test_a_report_for_another_municipality_finds_no_message(client, message, settings, roskilde):
    assert post(client, report(message, userref=f"265.{message.pk}"), settings=settings) == 200
    assert stored(message).state == "sent"


def test_a_report_proves_that_an_sms_whose_sender_was_killed_went_out(client, message, settings):
    Message.objects.within(message.municipality_id).update(state="sending", provider_id="", claimed_at=NOON)
    told = report(stored(message))
    assert post(client, told, settings=settings) == 200
    assert (stored(message).state, stored(message).provider_id) == ("delivered", str(told["id"]))
    assert send_next(municipality=message.municipality_id, now=NOON + timedelta(hours=1)) is None
