"""A volunteer's yes: to being suggested to households, and to each household of a match; given, and taken back."""

from datetime import datetime

from portal.audit.record import Record
from portal.languages.texts import current
from portal.municipalities.rls import in_force
from portal.privacy.consent import give_matching_consent, withdraw, withdraw_matching_consent
from portal.privacy.models import Consent, GivenHow, Purpose
from volunteers.models import Volunteer
from volunteers.signals import consent_withdrawn, contact_closes

# The words that a volunteer says yes to (`portal.languages.texts`).
MATCHING_WORDS = "consent_matching_volunteer"


def say_yes_to_matching(
    volunteer: Volunteer, *, language: str, text: int | None = None, now: datetime, record: Record
) -> Consent:
    """The volunteer may be suggested from now on; given on their own screen.

    `text` is the version of the words that was read; without it, the one in force in that language.
    """
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        # The volunteer first, then the party: as when it is taken back.
        rows = Volunteer.objects.within(volunteer.municipality_id).select_for_update(no_key=True, of=("self",))
        party = rows.select_related("party").get(pk=volunteer.pk).party
        return give_matching_consent(
            party=party,
            language=language,
            given_how=GivenHow.OWN_SCREEN,
            text=text or current(MATCHING_WORDS, language).pk,
            now=now,
            record=record,
        )


def take_back_yes_to_matching(volunteer: Volunteer, *, now: datetime, record: Record) -> bool:
    """Nobody is asked about this volunteer any more, and open proposals are taken back. False if there was no yes.

    The volunteer is locked, as by whoever proposes: a proposal made at this very moment is taken back too.
    """
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        locked = Volunteer.objects.within(volunteer.municipality_id).select_for_update().get(pk=volunteer.pk)
        withdrawn = withdraw_matching_consent(party=locked.party, now=now, record=record)
        consent_withdrawn.send(sender=Volunteer, volunteer=locked, record=record)
    return bool(withdrawn)


def take_back(volunteer: Volunteer, consent: Consent, *, now: datetime, record: Record) -> bool:
    """Take back any one yes of the volunteer's, with what hangs on it. False where it was over already.

    Without the yes to a household of a match the match goes on, and the household sees nothing of the volunteer.
    """
    if consent.purpose == Purpose.MATCHING:
        return take_back_yes_to_matching(volunteer, now=now, record=record)
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        if consent.purpose == Purpose.MATCH:
            contact_closes.send(sender=Volunteer, volunteer=volunteer, consent=consent, now=now, record=record)
        return withdraw(consent, now=now, record=record)
