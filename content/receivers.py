"""Editors' rights follow the roles, and what editors do with pages is in the audit trail."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageLogEntry
from wagtail.signals import post_page_move, pre_page_move

from content.boundary import NotForVolunteers, need_objections
from content.models import MunicipalityPage, NeedPage
from content.onboarding import give_editing_rights, take_editing_rights
from content.stopping import drop_schedule, scheduled_with, unpublish_need
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.models import Membership
from volunteers.boundary.signals import side_changed

# What Wagtail notes of a page → what the trail says; the rest (locks, comments, previews) changes nothing for others.
PAGE_ACTIONS = {
    "wagtail.create": "page.created",
    "wagtail.publish": "page.published",
    "wagtail.publish.schedule": "page.scheduled",
    "wagtail.schedule.cancel": "page.unscheduled",
    "wagtail.unpublish": "page.unpublished",
    "wagtail.delete": "page.deleted",
    "wagtail.move": "page.moved",
    "wagtail.workflow.start": "page.submitted",
    "wagtail.workflow.approve": "page.approved",
    "wagtail.workflow.reject": "page.rejected",
}


@receiver(post_save, sender=Membership)
def give(instance: Membership, **_: Any) -> None:
    """A role brings the rights to edit that go with it."""
    give_editing_rights(instance)


@receiver(post_delete, sender=Membership)
def take(instance: Membership, **_: Any) -> None:
    """Without the role, no rights."""
    take_editing_rights(instance)


@receiver(pre_page_move)
def refuse_to_move(instance: Page, parent_page_after: Page, **_: Any) -> None:
    """What volunteers may be asked for in one municipality another may have kept to itself; in drafts too."""
    need, there = instance.specific, getattr(parent_page_after.specific, "municipality_id", None)
    if not isinstance(need, NeedPage) or there in (None, need.municipality_id):
        return
    found = [objection for objection in need_objections(need, there) if need.live or not objection.may_wait]
    if found:
        raise NotForVolunteers(found, need=need, municipality=there)


@receiver(post_page_move)
def follow_the_place(instance: Page, **_: Any) -> None:
    """A need belongs to the municipality whose page it stands below."""
    if isinstance(instance.specific, NeedPage):
        instance.specific_class.objects.get(pk=instance.pk).save(clean=False)


@receiver(post_save, sender=PageLogEntry)
def write_trail(instance: PageLogEntry, created: bool, **_: Any) -> None:
    """What Wagtail logs of a municipality's page goes into the municipality's trail, in the same transaction."""
    action = PAGE_ACTIONS.get(instance.action)
    if not created or action is None:
        return
    page = instance.page.specific if instance.page_id and instance.action != "wagtail.delete" else instance.page
    if page is not None and isinstance(page.specific, NeedPage | MunicipalityPage):
        actor = Actor.of(instance.user) if instance.user else SYSTEM
        Record(actor, page.specific.municipality_id).write(action, page.specific)


@receiver(side_changed)
def take_down(
    codes: Collection[str], municipality: int | None, now: datetime, record: Record, **_: Any
) -> dict[int, int]:
    """A task has got another side: live needs that may not ask for it as it stands now are unpublished."""
    stopped: Counter[int] = Counter()
    for need, revision in scheduled_with(codes):
        if municipality in (None, need.municipality_id):
            found = need_objections(revision.as_object(), need.municipality_id)
            if found:
                drop_schedule(need, revision, found, now=now, record=record)
                stopped[need.municipality_id] += 1
    live = NeedPage.objects.live().filter(tasks__task_type__in=codes)
    if municipality is not None:
        live = live.filter(municipality=municipality)
    for pk in sorted(set(live.values_list("pk", flat=True))):
        # An alias has followed its page by now.
        need = NeedPage.objects.live().filter(pk=pk).first()
        if need and (found := need_objections(need)):
            unpublish_need(need, found, now=now, record=record)
            stopped[need.municipality_id] += 1
    return stopped
