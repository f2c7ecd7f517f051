"""What the portal asks of somebody who sends SMS, and who does it here."""

from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

NOBODY, DEVELOPMENT, GATEWAYAPI = "", "development", "gatewayapi"
SHORTEST_SECRET = 32


class GatewayBusy(Exception):
    """Not now: unreachable, overloaded or out of credit. Trying again later may do. Carries no number and no key."""


class GatewayUnsure(Exception):
    """Nobody knows: it was asked and did not answer, and may have taken the SMS. Carries no number and no key."""


class GatewayRefused(Exception):
    """Never: the gateway will not take this message however often it is tried. Carries no number and no key."""


class SmsGateway(Protocol):
    """Somebody who sends SMS."""

    def send(self, number: str, text: str, reference: str) -> str:
        """Hand one SMS over and return the gateway's number for it.

        `number` is digits with the country code, `reference` comes back in the delivery report.
        Raises GatewayBusy, GatewayUnsure or GatewayRefused.
        """


def gateway() -> SmsGateway | None:
    """The gateway that PORTAL_SMS_GATEWAY names, None without one."""
    from portal.messages.sms.development import KeepsThem
    from portal.messages.sms.gatewayapi import GatewayApi

    if settings.PORTAL_SMS_GATEWAY == GATEWAYAPI:
        return GatewayApi(settings.PORTAL_SMS_URL, settings.PORTAL_SMS_TOKEN, settings.PORTAL_SMS_SENDER)
    return KeepsThem() if settings.PORTAL_SMS_GATEWAY == DEVELOPMENT else None


def settings_problem() -> str | None:
    """What is wrong with the settings for SMS, None where nothing is."""
    name = settings.PORTAL_SMS_GATEWAY
    if name not in (NOBODY, DEVELOPMENT, GATEWAYAPI):
        return f"PORTAL_SMS_GATEWAY is {name!r}; leave it empty, or write development or gatewayapi."
    if name == NOBODY:
        return None
    sender = settings.PORTAL_SMS_SENDER
    if not (sender.isdecimal() and len(sender) <= 15) and not (sender.isascii() and 0 < len(sender) <= 11):
        return f"PORTAL_SMS_SENDER is {sender!r}; write up to 11 letters and digits, or a number of up to 15 digits."
    return _gatewayapi_problem() if name == GATEWAYAPI else None


def _gatewayapi_problem() -> str | None:
    if not settings.PORTAL_SMS_TOKEN:
        return "PORTAL_SMS_TOKEN is empty; GatewayAPI takes messages only with one."
    if len(settings.PORTAL_SMS_WEBHOOK_SECRET) < SHORTEST_SECRET:
        return f"PORTAL_SMS_WEBHOOK_SECRET is too short; give it at least {SHORTEST_SECRET} characters."
    address = urlsplit(settings.PORTAL_SMS_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        return f"PORTAL_SMS_URL is {settings.PORTAL_SMS_URL!r}; write it like https://gatewayapi.com"
    return None
