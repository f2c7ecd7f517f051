"""Editors' rights follow the roles."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from content.onboarding import give_editing_rights, take_editing_rights
from portal.municipalities.models import Membership


@receiver(post_save, sender=Membership)
def give(instance: Membership, **_: Any) -> None:
    give_editing_rights(instance)


@receiver(post_delete, sender=Membership)
def take(instance: Membership, **_: Any) -> None:
    take_editing_rights(instance)
