"""Links in messages: one party's way to one page without an account, signed, expiring, and taken back at once.

The token is the link's id and municipality with a signature. It is made when a message is sent and stored nowhere, so
whoever reads the database cannot open anybody's page.
"""

from __future__ import annotations

import hmac
import time
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from portal.audit.record import Record
from portal.messages.models import Link, LinkPurpose
from portal.municipalities.rls import in_force
from portal.municipalities.scoping import ScopedQuerySet
from portal.privacy.models import Party

# Useless after the answer; the others open until they expire or are taken back.
SINGLE_USE = frozenset({LinkPurpose.PROPOSAL, LinkPurpose.CONSENT, LinkPurpose.CHECK_IN, LinkPurpose.HAND_OVER})
UNKNOWN, EXPIRED, REVOKED, USED, TOO_OFTEN = "unknown", "expired", "revoked", "used", "too_often"

SIGNATURE_BYTES = 12
TOKEN_LENGTH = 24 + 1 + 16
# Openings of one link, and wrong tokens from one address, in so many seconds. Many phones share an address, so that
# a link that was really sent opens from it whatever else is tried there.
WINDOW, OPENINGS, WRONG = 600, 120, 30


class LinkRefused(Exception):
    """The link opens nothing. `reason` says why; `link` is there unless the token itself was wrong."""

    def __init__(self, reason: str, link: Link | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.link = link


def make_link(*, party: Party, purpose: str, subject: Model, now: datetime, days: int, record: Record) -> Link:
    """A link for `party` to the page about `subject`, good for `days` days."""
    with in_force(municipality=party.municipality_id):
        link = Link.objects.create(
            municipality_id=party.municipality_id,
            party=party,
            purpose=purpose,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        record.write("link.made", link, purpose=purpose)
    return link


def address(link: Link) -> str:
    """The link's full address. Goes into a message that is being sent, and nowhere else."""
    return f"{settings.BASE_URL}/s/{token(link)}/"


def token(link: Link) -> str:
    """41 characters: id and municipality, a dot, and their signature."""
    body = urlsafe_b64encode(link.pk.bytes + link.municipality_id.to_bytes(2, "big")).decode()
    return f"{body}.{_signature(body)}"


def open_link(token: str, *, now: datetime) -> Link:
    """The link behind a token, with its party. Raises LinkRefused.

    The municipality in the token is in force for this look only.
    """
    pk, _ = _read(token)
    municipality = _where_it_lies(pk)  # its party may have moved since the token was made
    with in_force(municipality=municipality):
        link = (
            Link.objects.within(municipality).filter(pk=pk).select_related("party", "municipality").first()
            if municipality
            else None
        )
    if link is None:
        raise LinkRefused(UNKNOWN)
    _refuse_unless_open(link, now)
    return link


def opens(link: Link, *, now: datetime) -> bool:
    """Whether the link opens its page at a moment."""
    try:
        _refuse_unless_open(link, now)
    except LinkRefused:
        return False
    return True


def use(link: Link, *, now: datetime, record: Record) -> None:
    """Note that the link has done its work. Of two answers at once the later one is refused: raises LinkRefused."""
    with in_force(municipality=link.municipality_id):
        locked = Link.objects.within(link.municipality_id).select_for_update(of=("self",)).get(pk=link.pk)
        _refuse_unless_open(locked, now)
        if locked.used_at is None:
            locked.used_at = link.used_at = now
            locked.save(update_fields=["used_at"])
            record.write("link.used", locked, purpose=locked.purpose)


def revoke(*, subject: Model, now: datetime, record: Record, party: Party | None = None) -> int:
    """Take back every link to `subject`, or only one party's. Returns how many; they may lie in two municipalities."""
    kind, pk = subject._meta.label_lower, str(subject.pk)
    return sum(_revoke_in(code, kind, pk, party, now, record) for code in _municipalities_with_links(kind, pk))


def open_links_of(party: Party, *, now: datetime) -> ScopedQuerySet[Link]:
    """Every link of the party's that still opens something."""
    rows = Link.objects.within(party.municipality_id).filter(party=party, revoked_at=None, expires_at__gt=now)
    return rows.exclude(used_at__isnull=False, purpose__in=SINGLE_USE)


def renew(links: Sequence[Link], *, now: datetime, record: Record) -> Link:
    """Take back links about one thing and make one in their place, good as long as the last of them was.

    The caller holds their rows, with their municipality in force.
    """
    for link in links:
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        record.write("link.revoked", link, purpose=link.purpose)
    last = max(links, key=lambda link: link.expires_at)
    new = Link.objects.create(
        municipality_id=last.municipality_id,
        party_id=last.party_id,
        purpose=last.purpose,
        subject_type=last.subject_type,
        subject_id=last.subject_id,
        created_at=now,
        expires_at=last.expires_at,
    )
    record.write("link.made", new, purpose=new.purpose)
    return new


def check_rate(link: Link) -> None:
    """Count an opening of this link, whoever opens it. Raises LinkRefused where it has been opened too often."""
    if _count("opened", link.pk.hex) > OPENINGS:
        raise LinkRefused(TOO_OFTEN, link)


def count_wrong(request: HttpRequest) -> bool:
    """Note that a token was no link at all; True where this address has sent too many such.

    A view must then return its response: raising Http404 would take the note back with everything else it wrote.
    """
    return _count("wrong", get_adapter().get_client_ip(request)) > WRONG


def _signature(body: str) -> str:
    digest = salted_hmac("portal.messages.links", body, algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()


def _read(token: str) -> tuple[uuid.UUID, int]:
    body, _, signature = token.partition(".")
    if len(token) != TOKEN_LENGTH or not hmac.compare_digest(signature.encode(), _signature(body).encode()):
        raise LinkRefused(UNKNOWN)
    raw = urlsafe_b64decode(body)
    return uuid.UUID(bytes=raw[:16]), int.from_bytes(raw[16:], "big")


def _refuse_unless_open(link: Link, now: datetime) -> None:
    if link.revoked_at is not None:
        raise LinkRefused(REVOKED, link)
    if link.used_at is not None and link.purpose in SINGLE_USE:
        raise LinkRefused(USED, link)
    if link.expires_at <= now:
        raise LinkRefused(EXPIRED, link)


def _where_it_lies(pk: uuid.UUID) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_messages_link_lies(%s::uuid)", [str(pk)])
        return cursor.fetchone()[0]


def _municipalities_with_links(kind: str, pk: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_messages_links_to(%s, %s)", [kind, pk])
        return sorted(code for (code,) in cursor.fetchall())


def _revoke_in(code: int, kind: str, pk: str, party: Party | None, now: datetime, record: Record) -> int:
    with in_force(municipality=code):
        rows = Link.objects.within(code).filter(subject_type=kind, subject_id=pk, revoked_at=None)
        rows = rows.filter(party=party) if party else rows
        links = list(rows.select_for_update().order_by("pk"))
        for link in links:
            link.revoked_at = now
            link.save(update_fields=["revoked_at"])
            record.write("link.revoked", link, purpose=link.purpose)
    return len(links)


def _count(kind: str, who: str) -> int:
    """How often in this stretch of time, this one included. Neither address nor link is kept."""
    hidden = salted_hmac("portal.messages.links.rate", who).hexdigest()
    key = f"links:{kind}:{int(time.time()) // WINDOW}:{hidden}"
    number = int(cache.get(key, 0)) + 1
    cache.set(key, number, WINDOW)
    return number
