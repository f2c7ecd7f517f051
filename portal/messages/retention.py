"""How long messages, replies and links are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from portal.audit.record import Record
from portal.messages.lifecycle import MessageState
from portal.messages.models import Link, Message, NumberRoute, Reply
from portal.privacy.models import ContactDetails
from portal.privacy.retention import Rule

ON_ITS_WAY = (MessageState.QUEUED, MessageState.SENDING)


def _messages(municipality: int, before: datetime) -> Any:
    rows = Message.objects.within(municipality).filter(created_at__lt=before).exclude(body="")
    return rows.exclude(state__in=ON_ITS_WAY)


def _empty_messages(municipality: int, keys: Sequence[Any], record: Record) -> None:
    Message.objects.within(municipality).filter(pk__in=keys).update(subject="", body="", calendar="")


def _replies(municipality: int, before: datetime) -> Any:
    return Reply.objects.within(municipality).filter(received_at__lt=before)


def _remove_replies(municipality: int, keys: Sequence[Any], record: Record) -> None:
    Reply.objects.within(municipality).filter(pk__in=keys).delete()


def _links(municipality: int, before: datetime) -> Any:
    on_its_way = Message.objects.within(municipality).filter(state__in=ON_ITS_WAY, link__isnull=False)
    rows = Link.objects.within(municipality).filter(expires_at__lt=before)
    return rows.exclude(pk__in=on_its_way.values("link"))


def _remove_links(municipality: int, keys: Sequence[Any], record: Record) -> None:
    """The messages that they stood in stay."""
    Message.objects.within(municipality).filter(link__in=keys).update(link=None)
    Link.objects.within(municipality).filter(pk__in=keys).delete()


def _routes(municipality: int, before: datetime) -> Any:
    """A STOP is kept: it must hold also for whoever is written to at that number next."""
    reachable = ContactDetails.objects.following("whether a number is known").exclude(phone="").values("party")
    rows = NumberRoute.objects.filter(municipality_code=municipality, stopped_at=None, last_sent_at__lt=before)
    return rows.exclude(party_id__in=reachable)


def _remove_routes(municipality: int, keys: Sequence[Any], record: Record) -> None:
    NumberRoute.objects.filter(municipality_code=municipality, pk__in=keys).delete()


RULES = (
    Rule("messages", gettext_lazy("The words of messages that we have sent"), 90, _messages, _empty_messages),
    Rule("replies", gettext_lazy("SMS that people wrote to us"), 90, _replies, _remove_replies),
    Rule("links", gettext_lazy("Links in messages, after their last day"), 90, _links, _remove_links),
    Rule(
        "routes",
        gettext_lazy("Whose a forgotten phone number was, so that an SMS from it found its way"),
        30,
        _routes,
        _remove_routes,
    ),
)
