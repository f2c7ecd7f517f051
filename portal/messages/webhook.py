"""POST /sms/ind/: what the SMS gateway tells: answers that came in, and what became of ours.

Believed only with the gateway's signature, of today, and once. Nothing of it is logged: it is about somebody's phone.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.messages.replies import Incoming, receive
from portal.messages.reports import Report, note

LARGEST_BODY = 20_000
# Older than this is a replay; a gateway tries again for less long. A clock may be a little fast.
OLDEST, FASTEST = timedelta(hours=24), timedelta(minutes=10)
REGISTERED_CLAIMS = frozenset({"iat", "exp", "nbf", "iss", "aud", "jti", "sub"})


class NotBelieved(Exception):
    """The request is not the gateway's, or not of today."""


@csrf_exempt
@require_POST
def sms_webhook(request: HttpRequest) -> HttpResponse:
    """200 for everything that the gateway really says, so that it does not say it again; 401 for anybody else."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return HttpResponse(status=413)
    now = timezone.now()
    try:
        told = _believed(request.body, request.headers.get("X-Gwapi-Signature", ""), now)
    except NotBelieved:
        return HttpResponse(status=401)
    if "message" in told:
        receive(Incoming(_text(told, "id"), _text(told, "msisdn"), _text(told, "message")), now=now)
    elif "status" in told:
        note(Report(_text(told, "id"), _text(told, "userref"), _text(told, "status")), now=now)
    return HttpResponse()


def _believed(body: bytes, signature: str, now: datetime) -> dict[str, Any]:
    """What the body says. Raises NotBelieved unless the signature is over just that and it was said lately."""
    secret = settings.PORTAL_SMS_WEBHOOK_SECRET
    if not secret:
        raise NotBelieved
    try:
        claims = jwt.decode(signature, secret, algorithms=["HS256"], leeway=FASTEST)
        told = json.loads(body)
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise NotBelieved from error
    if not isinstance(told, dict) or not told.get("id") or _signed(claims) != _signed(told):
        raise NotBelieved
    _refuse_unless_of_today(claims.get("iat"), told.get("senttime", told.get("time")), now)
    return told


def _signed(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in REGISTERED_CLAIMS}


def _refuse_unless_of_today(signed_at: Any, happened_at: Any, now: datetime) -> None:
    times = [time for time in (signed_at, happened_at) if time is not None]
    oldest, newest = (now - OLDEST).timestamp(), (now + FASTEST).timestamp()
    if not times or not all(isinstance(time, int | float) and oldest <= time <= newest for time in times):
        raise NotBelieved


def _text(told: dict[str, Any], name: str) -> str:
    return str(told.get(name) or "")
