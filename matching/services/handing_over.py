"""A change of adviser, with a note from the old one to the new, so that nobody has to tell their story again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from matching.models import AdviserChange, Household
from portal.accounts.models import User
from portal.audit.record import Record
from portal.messages.outbox import queue
from portal.municipalities.rls import in_force


@transaction.atomic
def hand_over(household: Household, *, adviser: User, note: str, now: datetime, record: Record) -> AdviserChange | None:
    """Give the household a new adviser and tell it so; the note waits for that adviser. None if they have it already.

    The proposals and matches under way go on as they are.
    """
    rows = Household.objects.within(household.municipality_id).select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("party").get(pk=household.pk)
    if locked.adviser_id == adviser.pk:
        return None
    change = AdviserChange.objects.create(
        municipality_id=locked.municipality_id,
        household=locked,
        before_id=locked.adviser_id,
        after=adviser,
        note=note,
        changed_at=now,
    )
    locked.adviser = adviser
    locked.save(update_fields=["adviser"])
    record.write("household.handed_over", locked, with_note=bool(note))
    key = f"household:{locked.pk}:adviser:{change.pk}"
    queue(party=locked.party, text="adviser_changed", key=key, now=now, record=record)
    return change


@transaction.atomic
def hand_over_several(
    households: Iterable[Household], *, adviser: User, note: str, now: datetime, record: Record
) -> int:
    """Give several households the same new adviser; returns how many got one."""
    ordered = sorted(households, key=lambda one: one.pk)
    changes = [hand_over(one, adviser=adviser, note=note, now=now, record=record) for one in ordered]
    return sum(change is not None for change in changes)


def note_read(change: AdviserChange, *, now: datetime, record: Record) -> bool:
    """The new adviser has read the note: it leaves their start page. False if it was read already."""
    with in_force(municipality=change.municipality_id, user=record.actor.user_id):
        rows = AdviserChange.objects.within(change.municipality_id).select_for_update(no_key=True)
        locked = rows.get(pk=change.pk)
        if locked.read_at is not None:
            return False
        locked.read_at = now
        locked.save(update_fields=["read_at"])
        record.write("household.note_read", locked)
    return True
