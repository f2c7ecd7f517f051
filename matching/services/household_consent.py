"""A household's yes: to being suggested, and to the volunteer of a match; asked for, given, and taken back."""

from datetime import datetime

from django.conf import settings

from matching.models import Household
from matching.services.locks import lock_household
from matching.services.proposals import withdraw as withdraw_proposal
from portal.audit.record import Record
from portal.languages.texts import current
from portal.messages.links import LinkPurpose, make_link
from portal.messages.models import Message
from portal.messages.outbox import queue
from portal.municipalities.rls import in_force
from portal.privacy.consent import give_matching_consent, withdraw, withdraw_matching_consent
from portal.privacy.models import Consent, Purpose

# The words that a household says yes to (`portal.languages.texts`).
MATCHING_WORDS = "consent_matching"


def give_household_consent(
    household: Household, *, language: str, given_how: str, text: int | None = None, now: datetime, record: Record
) -> Consent:
    """The household may be suggested from now on.

    `text` is the version of the words that was read; without it, the one in force in that language.
    """
    with in_force(municipality=household.municipality_id, user=record.actor.user_id):
        return give_matching_consent(
            party=household.party,
            language=language,
            given_how=given_how,
            text=text or current(MATCHING_WORDS, language).pk,
            now=now,
            record=record,
        )


def ask_for_household_consent(household: Household, *, now: datetime, record: Record) -> Message | None:
    """Send the question to the household, with a link to the page where it answers. None where it wants to be called.

    Links that were sent before stay good: whichever is opened first does the work.
    """
    with in_force(municipality=household.municipality_id, user=record.actor.user_id):
        days = settings.PORTAL_LINK_DAYS
        link = make_link(
            party=household.party, purpose=LinkPurpose.CONSENT, subject=household, now=now, days=days, record=record
        )
        return queue(
            party=household.party,
            text="consent_ask",
            key=f"consent_ask:{link.pk}",
            about=f"consent:{household.pk}",
            link=link,
            now=now,
            record=record,
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
            withdraw_proposal(proposal=proposal, now=now, record=record, by_household=True)
    return bool(withdrawn)


def take_back(household: Household, consent: Consent, *, now: datetime, record: Record) -> bool:
    """Take back any one yes of the household's, with what hangs on it. False where it was over already.

    Without the yes to the volunteer of a match the match goes on, and the volunteer sees nothing of the household.
    """
    if consent.purpose == Purpose.MATCHING:
        return withdraw_household_consent(household, now=now, record=record)
    return withdraw(consent, now=now, record=record)
