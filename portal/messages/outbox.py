"""Putting a message in the outbox, in the transaction of what it tells, and taking it back before it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from portal.accounts.models import User
from portal.audit.moves import move
from portal.audit.record import Record
from portal.languages.texts import REGISTRY, Words, words
from portal.messages.lifecycle import MESSAGE
from portal.messages.models import Link, Message, MessageChannel
from portal.messages.sending import deliver
from portal.municipalities.models import Municipality
from portal.municipalities.rls import in_force
from portal.privacy.models import Channel, Consent, ContactDetails, Party, PartyKind

# Read beside the party's own language in an e-mail: whoever helps the reader can read along.
HELPERS_LANGUAGE = "da"
UNDERSTOOD_ALONE = frozenset({"da", "en"})
LONGEST_SUBJECT = 200


def queue(
    *,
    party: Party,
    text: str,
    key: str,
    record: Record,
    now: datetime,
    values: Mapping[str, str] | None = None,
    about: str = "",
    link: Link | None = None,
    send_after: datetime | None = None,
    send_before: datetime | None = None,
    consent: Consent | None = None,
    calendar: str = "",
) -> Message | None:
    """Write a message to a party, in its language and by its channel; it goes out when the transaction is committed.

    `text` is a code of the text registry, `key` names the event that it tells, `about` what it is cancelled with.
    Where the text has {link}, the address of `link` stands. Held back until `send_after`; not sent from `send_before`
    on, nor once `consent` is no longer in force. `calendar` is an iCalendar text, for e-mails.
    None if the key was written before, the party is silent, or it wants to be reached by telephone only.
    """
    with in_force(municipality=party.municipality_id):
        details = ContactDetails.objects.following("where to write to the party").select_related("party__municipality")
        found = details.filter(party=party).first()
        channel = channel_for(found, text) if found else None
        if found is None or channel is None:
            return None
        municipality = found.party.municipality
        filled = _filled(text, found.party.language, municipality, values, has_link=link is not None)
        return _write(
            key,
            record,
            now,
            municipality_id=municipality.pk,
            party=party,
            channel=channel,
            text=text,
            language=filled.language,
            subject=filled.subject,
            body=filled.text if channel == MessageChannel.SMS else _letter(filled, text, municipality, values, link),
            about=about,
            link=link,
            send_after=send_after,
            send_before=send_before,
            consent=consent,
            calendar=calendar if channel == MessageChannel.EMAIL else "",
        )


def queue_for_staff(
    *,
    user: User,
    municipality: Municipality,
    text: str,
    key: str,
    record: Record,
    now: datetime,
    values: Mapping[str, str] | None = None,
    address: str = "",
) -> Message | None:
    """Write an e-mail in Danish to an employee; `address` is the page that it leads to. None if written before."""
    values = {**(values or {}), "address": address}
    filled = _filled(text, "da", municipality, values)
    with in_force(municipality=municipality.pk):
        return _write(
            key,
            record,
            now,
            municipality_id=municipality.pk,
            user=user,
            channel=MessageChannel.EMAIL,
            text=text,
            language=filled.language,
            subject=filled.subject,
            body=_framed(filled.text, filled.language, municipality),
        )


def cancel(*, about: str, record: Record, now: datetime, party: Party | None = None) -> int:
    """Cancel what is about the same thing and has not been sent, to everybody or to one party. Returns how many.

    What is about both sides of a border lies in two municipalities.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_messages_about(%s)", [about])
        municipalities = sorted(code for (code,) in cursor.fetchall())
    wanted = Q(about=about, party=party) if party else Q(about=about)
    return sum(_cancel(code, wanted, record) for code in municipalities)


def cancel_all(*, party: Party, record: Record, now: datetime) -> int:
    """Cancel everything that has not been sent to the party. Returns how many."""
    return _cancel(party.municipality_id, Q(party=party), record)


def send_again(message: Message, *, record: Record, now: datetime) -> None:
    """Let a message that was given up on go out once more. Raises NotAllowed for any other."""
    with in_force(municipality=message.municipality_id):
        row = Message.objects.within(message.municipality_id).select_for_update().get(pk=message.pk)
        row.attempts, row.send_after, row.provider_id = 0, None, ""
        move(row, MESSAGE, "send_again", record=record, fields=["attempts", "send_after", "provider_id"])
        _send_on_commit(row)


def write_anew(message: Message, *, link: Link, now: datetime, record: Record) -> Message | None:
    """Write a message that went to a wrong address once more, with a new link, to where its party is reached now.

    None where the party cannot be written to any more, or the words are forgotten.
    """
    party, key = link.party, f"anew:{link.pk}"
    kept: dict[str, Any] = {"about": message.about, "consent": message.consent, "send_before": message.send_before}
    if REGISTRY[message.text].placeholders <= {"link"}:
        return queue(party=party, text=message.text, key=key, link=link, now=now, record=record, **kept)
    details = ContactDetails.objects.following("where to write to the party").select_related("party").get(party=party)
    if not message.body or channel_for(details, message.text) is None:
        return None
    same = ("channel", "text", "language", "subject", "body", "calendar")
    copied = {name: getattr(message, name) for name in same}
    return _write(key, record, now, municipality_id=message.municipality_id, party=party, link=link, **copied, **kept)


def channel_for(details: ContactDetails, text: str) -> str | None:
    """How a party gets this text: the way it chose if that has an address, else the one that suits its kind.

    None for a party that is silent or wants to be called. Where there is no address, the message says so by failing.
    """
    party = details.party
    if party.silent_since or party.channel == Channel.PHONE:
        return None
    possible = {
        MessageChannel.SMS: bool(details.phone and settings.PORTAL_SMS_GATEWAY and not party.sms_stopped_at),
        MessageChannel.EMAIL: bool(details.email),
    }
    if not REGISTRY[text].sms:
        return MessageChannel.EMAIL
    first = party.channel or (MessageChannel.SMS if party.kind == PartyKind.HOUSEHOLD else MessageChannel.EMAIL)
    ways = [MessageChannel.SMS, MessageChannel.EMAIL]
    ways.sort(key=lambda way: way != first)
    return next((way for way in ways if possible[way]), ways[0])


def message_language(party: Party) -> str:
    """The language of the pages that a message leads to: the party's own where the site has it, else English."""
    return party.language if party.language in dict(settings.LANGUAGES) else "en"


def _filled(
    text: str, language: str, municipality: Municipality, values: Mapping[str, str] | None, *, has_link: bool = False
) -> Words:
    known = {"portal": settings.PORTAL_NAME, "municipality": municipality.official_name, **(values or {})}
    if has_link:
        known["link"] = "{link}"  # filled in when it is sent
    return words(text, language, known)


def _letter(
    filled: Words, text: str, municipality: Municipality, values: Mapping[str, str] | None, link: Link | None
) -> str:
    """The whole text of an e-mail: greeting and goodbye around it, and the Danish words below another language's."""
    own = _framed(filled.text, filled.language, municipality)
    if filled.language in UNDERSTOOD_ALONE:
        return own
    helpers = _filled(text, HELPERS_LANGUAGE, municipality, values, has_link=link is not None)
    return f"{own}\n\n* * *\n\n{_framed(helpers.text, HELPERS_LANGUAGE, municipality)}"


def _framed(text: str, language: str, municipality: Municipality) -> str:
    frame = _filled("mail_frame", language, municipality, {"text": text})
    if frame.language != language:  # Danish and English under each other would say everything twice
        frame = _filled("mail_frame", HELPERS_LANGUAGE, municipality, {"text": text})
    return frame.text


def _write(key: str, record: Record, now: datetime, **fields: Any) -> Message | None:
    fields["subject"] = " ".join(fields["subject"].split())[:LONGEST_SUBJECT]
    try:
        message, created = Message.objects.following("one key, one message").get_or_create(
            key=key, defaults={**fields, "created_at": now}
        )
    except IntegrityError as conflict:
        if "portal_messages_message_key" not in str(conflict):
            raise
        return None  # written before, in a municipality that the party has left
    if not created:
        return None
    record.write("message.queued", message, text=message.text, channel=message.channel, to=message.state)
    if message.send_after is None or message.send_after <= now:
        _send_on_commit(message)
    return message


def _send_on_commit(message: Message) -> None:
    """A quick start; what is not sent by it is found by the clock."""
    pk, municipality = str(message.pk), message.municipality_id
    transaction.on_commit(lambda: deliver.enqueue(pk, municipality))


def _cancel(municipality: int, wanted: Q, record: Record) -> int:
    with in_force(municipality=municipality):
        rows = Message.objects.within(municipality).unsent().filter(wanted)
        messages = list(rows.select_for_update().order_by("pk"))
        for message in messages:
            move(message, MESSAGE, "cancel", record=record)
    return len(messages)
