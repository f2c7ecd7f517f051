"""Name, phone number and e-mail address: changing them, and showing them to the coordinator."""

from datetime import datetime

from portal.accounts.models import User
from portal.audit.record import Actor, Record
from portal.messages.addresses import Addresses, follow_addresses
from portal.municipalities.rls import in_force
from portal.privacy.disclosure import details_for_staff
from portal.privacy.models import ContactDetails, PartyKind
from volunteers.models import Volunteer
from volunteers.services.profile import first_name


def change_contact_details(volunteer: Volunteer, *, name: str, phone: str, now: datetime, record: Record) -> bool:
    """Write the volunteer's own name and phone number; True if they changed.

    The e-mail address is the account's and is changed there, since a new one must be confirmed.
    """
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        details = ContactDetails.objects.following("the volunteer's own").get(party=volunteer.party_id)
        new = {"name": name, "phone": phone}
        changed = [field for field, value in new.items() if getattr(details, field) != value]
        if not changed:
            return False
        before = Addresses.of(details)
        details.name, details.phone = name, phone
        details.save(update_fields=["name", "phone"])
        follow_addresses(details, before, now=now, record=record)
        if "name" in changed:
            volunteer.display_name = first_name(name)
            volunteer.save(update_fields=["display_name"])
            User.objects.filter(parties=volunteer.party_id).update(name=name)
        record.write("volunteer.contact_changed", volunteer, fields=changed)
    return True


def follow_account_email(*, user: User, now: datetime) -> None:
    """The account has a new, confirmed address: messages to the volunteer go there from now on."""
    with in_force(user=user.pk):
        volunteer = (
            Volunteer.objects.following("the person's own")
            .filter(party__user=user, party__kind=PartyKind.VOLUNTEER)
            .first()
        )
        if volunteer is None:
            return
        record = Record(Actor.of(user), volunteer.municipality_id)
        with in_force(municipality=volunteer.municipality_id, user=user.pk):
            details = ContactDetails.objects.following("the volunteer's own").get(party=volunteer.party_id)
            before = Addresses.of(details)
            details.email = user.email
            details.save(update_fields=["email"])
            follow_addresses(details, before, now=now, record=record)
        record.write("volunteer.contact_changed", volunteer, fields=["email"])


def contact_details_for_staff(volunteer: Volunteer, *, now: datetime, record: Record) -> ContactDetails:
    """The contact details for an employee who may see them; the trail notes it once a day and person."""
    return details_for_staff(volunteer.party, subject=volunteer, now=now, record=record)
