"""/udvikling/sms/: the phones of one's own machine. Shows the SMS that no gateway sent, and answers them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.messages import links
from portal.messages.lifecycle import MessageState
from portal.messages.models import Message, MessageChannel, Reply
from portal.messages.replies import LONGEST, Incoming, receive
from portal.messages.sms.port import DEVELOPMENT
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force
from portal.privacy.models import ContactDetails

NEWEST = 40


@dataclass(frozen=True, slots=True)
class Bubble:
    """One SMS as a phone shows it."""

    at: datetime
    number: str
    text: str
    language: str
    incoming: bool
    state: str = ""
    meaning: str = ""


class ReplyForm(forms.Form):
    number = forms.CharField(label=_("From the phone"), max_length=30)
    text = forms.CharField(label=_("Answer"), max_length=LONGEST)


@require_http_methods(["GET", "HEAD", "POST"])
def sms_page(request: HttpRequest) -> HttpResponse:
    """The newest SMS, and a form to write back. Not there at all outside development."""
    if not settings.DEBUG or settings.PORTAL_SMS_GATEWAY != DEVELOPMENT:
        raise Http404
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        told = Incoming(f"development:{uuid.uuid4()}", form.cleaned_data["number"], form.cleaned_data["text"])
        receive(told, now=timezone.now())
        return redirect("sms_in_development")
    bubbles = sorted(_bubbles(), key=lambda bubble: bubble.at, reverse=True)[:NEWEST]
    numbers = list(dict.fromkeys(bubble.number for bubble in bubbles if bubble.number))
    return render(request, "development/sms.html", {"bubbles": bubbles, "numbers": numbers, "form": form})


def _bubbles() -> Iterator[Bubble]:
    for code in Municipality.objects.joined().values_list("pk", flat=True):
        with in_force(municipality=code):
            yield from map(
                _sent,
                _newest(
                    Message.objects.within(code).filter(channel=MessageChannel.SMS).select_related("link"), "created_at"
                ),
            )
            yield from map(_received, _newest(Reply.objects.within(code).select_related("party"), "received_at"))


def _newest(rows: Any, by: str) -> list[Any]:
    return list(rows.order_by(f"-{by}")[:NEWEST])


def _sent(message: Message) -> Bubble:
    text = message.body.replace("{link}", links.address(message.link)) if message.link else message.body
    at = message.sent_at or message.created_at
    return Bubble(at, _number(message), text, message.language, False, state=str(MessageState(message.state).label))


def _received(reply: Reply) -> Bubble:
    meaning = str(reply.get_meaning_display()) if reply.meaning else ""
    return Bubble(reply.received_at, _number(reply), reply.text, reply.party.language, True, meaning=meaning)


def _number(row: Message | Reply) -> str:
    details = ContactDetails.objects.following("the phones of one's own machine").filter(party=row.party_id).first()
    return details.phone if details else ""
