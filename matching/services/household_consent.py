"""A household's yes: to being suggested, and to the volunteer of a match; asked for, given, and taken back."""

from datetime import datetime, timedelta

from django.conf import settings

from matching.models import Household
from matching.services.contact import call_off_meetings_of
from matching.services.hand_overs import withdraw_hand_over_consent
from matching.services.locks import lock_household
from matching.services.proposals import withdraw as withdraw_proposal
from portal.audit.record import Record
from portal.languages.texts import current
from portal.messages.lifecycle import MessageState
from portal.messages.links import LinkPurpose, make_link
from portal.messages.models import Message
from portal.messages.outbox import cancel, queue
from portal.municipalities.rls import in_force
from portal.privacy.consent import give_matching_consent, withdraw, withdraw_matching_consent
from portal.privacy.models import Consent, Purpose

# The words that a household says yes to (`portal.languages.texts`).
MATCHING_WORDS = "consent_matching"
ASKS = "consent_ask"
# Nobody is asked the same twice in a day.
BETWEEN_QUESTIONS = timedelta(hours=24)


def about(household: Household) -> str:
    """What a question to the household is cancelled with."""
    return f"consent:{household.pk}"


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


class AskedJustNow(Exception):
    """The question went out less than a day ago: somebody else asked, or the button was pressed twice."""


def question_asked(household: Household) -> Message | None:
    """The newest question to the household whether it may be suggested, if there was one and it is not answered."""
    rows = Message.objects.within(household.municipality_id).filter(party=household.party_id, text=ASKS)
    asked = rows.exclude(state=MessageState.CANCELLED).select_related("link").order_by("created_at").last()
    return None if asked is None or (asked.link and asked.link.used_at) else asked


def ask_for_household_consent(household: Household, *, now: datetime, record: Record) -> Message | None:
    """Send the question to the household, with a link to the page where it answers. None where it wants to be called.

    Links that were sent before stay good: whichever is opened first does the work. Raises AskedJustNow, unless the
    question of today reached nobody.
    """
    with in_force(municipality=household.municipality_id, user=record.actor.user_id):
        Household.objects.within(household.municipality_id).select_for_update(no_key=True).get(pk=household.pk)
        asked = question_asked(household)
        if asked and asked.state != MessageState.FAILED and asked.created_at > now - BETWEEN_QUESTIONS:
            raise AskedJustNow
        cancel(about=about(household), party=household.party, now=now, record=record)
        days = settings.PORTAL_LINK_DAYS
        link = make_link(
            party=household.party, purpose=LinkPurpose.CONSENT, subject=household, now=now, days=days, record=record
        )
        return queue(
            party=household.party,
            text=ASKS,
            key=f"consent_ask:{link.pk}",
            about=about(household),
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
    if consent.purpose == Purpose.HAND_OVER:
        return withdraw_hand_over_consent(consent, now=now, record=record)
    with in_force(municipality=household.municipality_id, user=record.actor.user_id):
        if consent.purpose == Purpose.MATCH:
            call_off_meetings_of(household.party_id, consent.recipient_id, now=now, record=record)
        return withdraw(consent, now=now, record=record)
