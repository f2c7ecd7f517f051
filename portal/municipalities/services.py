"""Giving and taking roles."""

from django.db import transaction

from portal.accounts.models import User
from portal.audit.record import Record
from portal.municipalities.models import Membership, Municipality
from portal.municipalities.rls import in_force


@transaction.atomic
def give_role(user: User, municipality: Municipality, role: str, *, record: Record) -> Membership:
    """Let a person work for a municipality; twice is once.

    Raises ValidationError for an unknown role and for a volunteer's account: an employee who also volunteers uses
    two accounts (001:369).
    """
    with in_force(municipality=municipality.code, user=record.actor.user_id):
        existing = Membership.objects.within(municipality).filter(user=user, role=role).first()
        if existing:
            return existing
        membership = Membership(user=user, municipality=municipality, role=role)
        with in_force(municipality=municipality.code, user=user.pk):
            membership.full_clean()
        membership.save()
        record.write("role.given", membership, role=role)
    return membership


@transaction.atomic
def take_role(membership: Membership, *, record: Record) -> None:
    """End a role; what it opened is closed at the next request."""
    with in_force(municipality=membership.municipality_id, user=record.actor.user_id):
        record.write("role.taken", membership, role=membership.role)
        membership.delete()
