"""What the portal keeps about a party in messages: what was sent, what came back, and links to pages."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy

from portal.messages.models import IN_CONFIDENCE, Link, Message, Reply
from portal.privacy.export import Gatherer, Row, entries
from portal.privacy.models import Party

MESSAGE = {
    "created_at": gettext_lazy("Written"),
    "channel": gettext_lazy("Sent by"),
    "state": gettext_lazy("What became of it"),
    "subject": gettext_lazy("Subject"),
    "body": gettext_lazy("The words"),
    "calendar": gettext_lazy("Calendar file"),
}
REPLY = {"received_at": gettext_lazy("Received"), "text": gettext_lazy("The words")}
LINK = {
    "purpose": gettext_lazy("A link to a page, to"),
    "created_at": gettext_lazy("Since"),
    "expires_at": gettext_lazy("Until"),
    "used_at": gettext_lazy("Used"),
    "revoked_at": gettext_lazy("Closed"),
}


def _messages(party: Party, now: datetime) -> Iterator[Row]:
    for message in Message.objects.within(party.municipality_id).filter(party=party):
        yield entries(message, MESSAGE, in_confidence=message.text in IN_CONFIDENCE)


def _replies(party: Party, now: datetime) -> Iterator[Row]:
    for reply in Reply.objects.within(party.municipality_id).filter(party=party):
        yield entries(reply, REPLY)


def _links(party: Party, now: datetime) -> Iterator[Row]:
    for link in Link.objects.within(party.municipality_id).filter(party=party).order_by("created_at"):
        yield entries(link, LINK)


GATHERERS = (
    Gatherer(
        "messages", gettext_lazy("Messages that we wrote to you"), frozenset({"portal_messages.Message"}), _messages
    ),
    Gatherer("replies", gettext_lazy("SMS that you wrote to us"), frozenset({"portal_messages.Reply"}), _replies),
    Gatherer("links", gettext_lazy("Links that we sent you"), frozenset({"portal_messages.Link"}), _links),
)
