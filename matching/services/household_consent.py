"""A household's yes to being suggested to volunteers, without name and address: given, and taken back."""

from datetime import datetime

from matching.models import Household
from matching.services.locks import lock_household
from matching.services.proposals import withdraw
from portal.audit.record import Record
from portal.municipalities.rls import in_force
from portal.privacy.consent import give_matching_consent, withdraw_matching_consent
from portal.privacy.models import Consent


def give_household_consent(
    household: Household, *, language: str, given_how: str, now: datetime, record: Record
) -> Consent:
    """The household may be suggested from now on."""
    with in_force(municipality=household.municipality_id, user=record.actor.user_id):
        return give_matching_consent(
            party=household.party, language=language, given_how=given_how, now=now, record=record
        )


def withdraw_household_consent(household: Household, *, now: datetime, record: Record) -> bool:
    """Take the yes back, and every proposal that awaits an answer with it. False if there was no yes.

    Wishes stay open but are suggested to nobody; matches go on. A proposal made at this very moment is taken
    back too: who proposes and who takes back wait for each other.
    """
    with in_force(municipality=household.municipality_id, user=record.actor.user_id):
        live = lock_household(household)
        withdrawn = withdraw_matching_consent(party=household.party, now=now, record=record)
        for proposal in live:
            withdraw(proposal=proposal, now=now, record=record)
    return bool(withdrawn)
