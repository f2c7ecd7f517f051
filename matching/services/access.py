"""A newcomer's own account: given by the adviser, taken back by the adviser."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from matching.models import Household
from matching.services.links import address_for
from portal.accounts.models import User
from portal.audit.record import Record
from portal.messages.outbox import queue
from portal.municipalities.rls import in_force
from portal.privacy.models import ContactDetails, Party, PartyKind


class AccessRefused(Exception):
    """No account can be given; each reason is a class of its own."""


class NoAddress(AccessRefused):
    """The household has no e-mail address to log in with."""


class WorkAddress(AccessRefused):
    """The address is an employee's: a work account is never a household's (001:369)."""


class AddressTaken(AccessRefused):
    """The address is another household's account already."""


@transaction.atomic
def give_access(household: Household, *, now: datetime, record: Record) -> bool:
    """Let whoever reads the household's e-mail log in, and write to them how; False if they could already.

    An account that exists, such as a volunteer's, becomes the household's as well: one account, two roles
    (000:119). A new one has no password: the code that is sent to the address is the only way in.
    Raises NoAddress, WorkAddress or AddressTaken.
    """
    party = _locked_party(household)
    if party.user_id is not None:
        return False
    email = ContactDetails.objects.following("the household's own").get(party=party).email.lower()
    if not email:
        raise NoAddress
    party.user = _account(email)
    _check(party.user, household)
    _save(party)
    given = record.write("household.access_given", household)
    values = {"email": email, "address": address_for(party, "account_request_login_code")}
    queue(party=party, text="access", values=values, key=f"access:{given.pk}", now=now, record=record)
    return True


@transaction.atomic
def take_access(household: Household, *, record: Record) -> bool:
    """Part the account from the household; whoever logs in with it sees nothing more. False if there was none."""
    party = _locked_party(household)
    if party.user_id is None:
        return False
    party.user = None
    party.save(update_fields=["user"])
    record.write("household.access_ended", household)
    return True


def _locked_party(household: Household) -> Party:
    rows = Party.objects.within(household.municipality_id).select_for_update(no_key=True)
    return rows.get(pk=household.party_id)


def _account(email: str) -> User:
    """The account whose address this is, or a new one.

    An address that somebody merely typed into another account, and never confirmed, makes that account nobody's.
    """
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    user = confirmed.user if confirmed else User.objects.filter(email__iexact=email).first()
    if user is None:
        user = _new_account(email)
    if not EmailAddress.objects.filter(user=user).exists():
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
    return user


def _new_account(email: str) -> User:
    """Somebody may have made it at the same moment, by signing up or for another household."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email)
    except IntegrityError:
        return User.objects.get(email__iexact=email)


def _check(user: User, household: Household) -> None:
    """Refuse a work account and another household's; whose it is elsewhere is read as the person would."""
    with in_force(municipality=household.municipality_id, user=user.pk):
        if user.is_staff or user.current_memberships:
            raise WorkAddress
        if user.parties.following("whose account it is").filter(kind=PartyKind.HOUSEHOLD).exists():
            raise AddressTaken


def _save(party: Party) -> None:
    """The database has the last word on one household an account."""
    try:
        with transaction.atomic():
            party.save(update_fields=["user"])
    except IntegrityError as conflict:
        if "party_once_per_kind" in str(conflict):
            raise AddressTaken from conflict
        raise
