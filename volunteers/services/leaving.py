"""Who has stopped is forgotten: what remains cannot be led back to a person."""

import uuid
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession

from portal.accounts.models import User
from portal.audit.record import Record
from portal.messages import outbox
from portal.privacy.models import ContactDetails, Party
from volunteers.models import Volunteer

# Nobody has an address here: RFC 2606 keeps the name free for ever.
NOWHERE = "left.invalid"


def fall_silent(volunteer: Volunteer, *, now: datetime, record: Record) -> None:
    """After a death: nothing is written to the volunteer any more, and what waited to be sent is cancelled."""
    party = volunteer.party
    party.silent_since = now
    party.save(update_fields=["silent_since"])
    outbox.cancel_all(party=party, record=record, now=now)


def forget(volunteer: Volunteer) -> None:
    """Empty what says who the volunteer was, and close the account unless it has another role.

    The row itself stays, as past matches refer to it and the municipality counts them. Contact details are
    emptied rather than removed: a message that still waits to be sent then has no address to go to.
    """
    party = volunteer.party
    user, party.user = party.user, None
    party.save(update_fields=["user"])
    ContactDetails.objects.following("the volunteer's own").filter(party=party).update(name="", phone="", email="")
    party.spoken_languages.all().delete()
    volunteer.offers.update(open=False)
    volunteer.display_name, volunteer.organisation = "", ""
    volunteer.gender, volunteer.signed_up_from = "", ""
    volunteer.interests, volunteer.children, volunteer.came_as_newcomer = [], [], False
    volunteer.gender_wish, volunteer.not_same_background = [], False
    volunteer.save(
        update_fields=[
            "display_name", "organisation", "gender", "signed_up_from", "interests", "children", "came_as_newcomer",
            "gender_wish", "not_same_background",
        ]
    )  # fmt: skip
    if user is not None and not _has_another_role(user):
        _close_account(user)


def _has_another_role(user: User) -> bool:
    others = Party.objects.following("a person's own parties").filter(user=user)
    memberships = user.memberships.following("a person's own roles")
    return user.is_superuser or others.exists() or memberships.exists()


def _close_account(user: User) -> None:
    """Name and address go, nobody logs in with it again; the number stays for the audit trail."""
    EmailAddress.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    user.email, user.name, user.is_active = f"{uuid.uuid4().hex}@{NOWHERE}", "", False
    user.set_unusable_password()
    user.save()
