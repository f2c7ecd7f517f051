"""A volunteer's yes to being suggested to households, without name or address: given, and taken back."""

from datetime import datetime

from portal.audit.record import Record
from portal.municipalities.rls import in_force
from portal.privacy.consent import give_matching_consent, withdraw_matching_consent
from portal.privacy.models import Consent, GivenHow
from volunteers.models import Volunteer
from volunteers.signals import consent_withdrawn


def say_yes_to_matching(volunteer: Volunteer, *, language: str, now: datetime, record: Record) -> Consent:
    """The volunteer may be suggested from now on; given on their own screen."""
    with in_force(municipality=volunteer.municipality_id, user=record.actor.user_id):
        # The volunteer first, then the party: as when it is taken back.
        rows = Volunteer.objects.within(volunteer.municipality_id).select_for_update(no_key=True, of=("self",))
        party = rows.select_related("party").get(pk=volunteer.pk).party
        return give_matching_consent(
            party=party, language=language, given_how=GivenHow.OWN_SCREEN, now=now, record=record
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
