"""Editors' rights follow the roles, and what editors do with pages is in the audit trail."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageLogEntry
from wagtail.signals import post_page_move

from content.models import MunicipalityPage, NeedPage
from content.onboarding import give_editing_rights, take_editing_rights
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.models import Membership

# What Wagtail notes of a page → what the trail says; the rest (locks, comments, previews) changes nothing for others.
PAGE_ACTIONS = {
    "wagtail.create": "page.created",
    "wagtail.publish": "page.published",
    "wagtail.publish.schedule": "page.scheduled",
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
