"""An SMS that comes in: whose it is, what it means, and who deals with it."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from portal.audit.record import SYSTEM, Record
from portal.messages.models import Meaning, NumberRoute, Reply
from portal.messages.numbers import NoNumber, normalised
from portal.messages.outbox import queue
from portal.messages.routes import is_stopped, routes_of, set_stopped
from portal.messages.signals import ANSWERED, reply_received
from portal.messages.yes_no import asks_to_start, asks_to_stop, understand
from portal.municipalities.rls import in_force
from portal.privacy.freetext import holds_cpr
from portal.privacy.models import ContactDetails, Party

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Incoming:
    """An SMS as a gateway tells it: its own number for it, from which phone, and the words."""

    provider_id: str
    number: str
    text: str


def receive(incoming: Incoming, *, now: datetime) -> Reply | None:
    """Deal with an SMS that came in, once. None where it is from nobody we have written to, or was told before.

    STOP and START are dealt with here. Any other answer is told upstairs (`reply_received`); what nobody there
    understands gets one helpful answer a day and waits for an adviser.
    """
    try:
        number = normalised(incoming.number)
    except NoNumber:
        return None
    routes = routes_of(number)
    meaning = _meaning(incoming.text, "")
    if meaning not in (Meaning.STOP, Meaning.START):
        routes = [route for route in routes if _is_reached_at(route, number)]
    if not routes:
        return None
    municipality = routes[0].municipality_code
    with in_force(municipality=municipality):
        party = Party.objects.within(municipality).filter(pk=routes[0].party_id).first()
        reply = _keep(incoming, party, now, is_shared=len(routes) > 1) if party else None
        if reply and _is_dealt_with(reply, number, now, Record(SYSTEM, municipality)):
            reply.handled_at = now
            reply.save(update_fields=["handled_at"])
    return reply


def _is_reached_at(route: NumberRoute, number: str) -> bool:
    """Whether it is still this party's number: who answers from an old or a mistaken one answers for nobody."""
    with in_force(municipality=route.municipality_code):
        details = ContactDetails.objects.following("whose number it is now").filter(party=route.party_id).first()
    try:
        return details is not None and normalised(details.phone) == number
    except NoNumber:
        return False


def _keep(incoming: Incoming, party: Party, now: datetime, *, is_shared: bool) -> Reply | None:
    """Store the answer; None if it was told before. From a phone that several share, a yes or no is nobody's own."""
    meaning = _meaning(incoming.text, party.language)
    if is_shared and meaning in (Meaning.YES, Meaning.NO):
        meaning = ""
    try:
        with transaction.atomic():
            return Reply.objects.create(
                municipality_id=party.municipality_id,
                party=party,
                text=_fit_to_keep(incoming.text),
                meaning=meaning,
                received_at=now,
                provider_id=incoming.provider_id,
            )
    except IntegrityError:
        return None


def _fit_to_keep(text: str) -> str:
    """At most 500 characters that the database can keep, and no CPR number: of a text with one, no digit is kept."""
    kept = text.encode(errors="ignore").decode().replace("\0", "")[:LONGEST]
    return re.sub(r"\d", "•", kept) if holds_cpr(kept) else kept


def _meaning(text: str, language: str) -> str:
    if asks_to_stop(text):
        return Meaning.STOP
    if asks_to_start(text):
        return Meaning.START
    return understand(text, language) or ""


def _is_dealt_with(reply: Reply, number: str, now: datetime, record: Record) -> bool:
    record.write("reply.received", reply, meaning=reply.meaning)
    if reply.meaning in (Meaning.STOP, Meaning.START):
        _stop_or_start(reply, number, now, record)
        return True
    answers = reply_received.send(Reply, reply=reply, meaning=reply.meaning or None, now=now, record=record)
    if said := [answer for _, answer in answers if answer]:
        return any(answer != ANSWERED for answer in said)
    # One helpful answer a day; an adviser reads the rest.
    key = f"sms_help:{reply.party_id}:{localdate(now)}"
    queue(party=reply.party, text="sms_help", key=key, record=record, now=now)
    return False


def _stop_or_start(reply: Reply, number: str, now: datetime, record: Record) -> None:
    """No more SMS to this phone, or SMS again, for everybody who is written to there; and say so once."""
    stops = reply.meaning == Meaning.STOP
    if stops == is_stopped(number):
        return
    confirmation, key = ("sms_stopped" if stops else "sms_started"), f"reply:{reply.pk}"
    if stops:  # while an SMS can still be chosen
        queue(party=reply.party, text=confirmation, key=key, record=record, now=now)
    set_stopped(number, now if stops else None)
    for route in routes_of(number):
        with in_force(municipality=route.municipality_code):
            party = Party.objects.within(route.municipality_code).filter(pk=route.party_id)
            party.update(sms_stopped_at=now if stops else None)
            for row in party:
                Record(record.actor, route.municipality_code).write(f"party.{confirmation}", row)
    if not stops:
        queue(party=reply.party, text=confirmation, key=key, record=record, now=now)
