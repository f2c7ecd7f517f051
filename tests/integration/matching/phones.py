"""Somebody with a phone and no account: opens the link in a message, taps, and writes back."""

import json
import time
from itertools import count
from typing import Any

import jwt
from django.conf import settings
from django.test import Client

from portal.messages.links import address
from portal.messages.models import Link, LinkPurpose, Message, Reply
from portal.privacy.models import ContactDetails, Party

_number = count(1)


def link_of(party: Party, purpose: str = LinkPurpose.PROPOSAL) -> Link:
    """The newest link of a kind that the party was sent."""
    rows = Link.objects.within(party.municipality_id).filter(party=party, purpose=purpose)
    return rows.select_related("party").latest("created_at")


def path_of(link: Link, *, language: str = "") -> str:
    """Where the link leads, without the host."""
    path = "/s/" + address(link).partition("/s/")[2]
    return f"{path}?sprog={language}" if language else path


def tap(link: Link, answer: str, *, language: str = "") -> Any:
    """Tap yes ("ja") or no ("nej") in a browser that has never been here, and follow where it leads."""
    return Client().post(path_of(link, language=language), {"svar": answer}, follow=True)


def opened(link: Link, *, language: str = "") -> Any:
    """The page that the link opens, in a browser that has never been here."""
    return Client().get(path_of(link, language=language))


def writes(party: Party, text: str) -> Reply | None:
    """An SMS from the party's own phone, as the gateway tells it; None where nobody there was ever written to."""
    phone = ContactDetails.objects.following("the test knows it").get(party=party).phone
    return writes_from(phone, party, text)


def writes_from(phone: str, party: Party, text: str) -> Reply | None:
    """An SMS from some phone, and the reply to the party's municipality that it became, if any."""
    told = {"id": f"in-{next(_number)}", "msisdn": phone, "message": text, "senttime": int(time.time())}
    signature = jwt.encode({**told, "iat": int(time.time())}, settings.PORTAL_SMS_WEBHOOK_SECRET, algorithm="HS256")
    headers = {"X-Gwapi-Signature": signature}
    answer = Client().post("/sms/ind/", json.dumps(told), content_type="application/json", headers=headers)
    assert answer.status_code == 200
    return Reply.objects.within(party.municipality_id).filter(provider_id=told["id"]).first()


def texts_to(party: Party) -> list[str]:
    """What was written to the party, oldest first, by the codes of the texts."""
    rows = Message.objects.within(party.municipality_id).filter(party=party).order_by("created_at", "pk")
    return list(rows.values_list("text", flat=True))
