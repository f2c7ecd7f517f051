"""The second wall also stands between what may be read and what may be written."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from matching.models import Proposal, Request
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Membership
from portal.privacy.consent import withdraw_consents
from portal.privacy.models import Consent, ContactDetails
from tests import factories
from volunteers.models import CertificateCheck

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def refused():
    return pytest.raises(DatabaseError, match="row-level security")


def test_nobody_gives_themselves_a_role(as_site, odsherred):
    user = factories.make_user()
    with as_site(user=user.pk), refused(), transaction.atomic():
        Membership.objects.create(user=user, municipality=odsherred, role="adviser")


def test_nobody_gives_a_consent_for_somebody_else(as_site, odsherred):
    proposal = factories.make_proposal()
    volunteer, household = proposal.volunteer.party, proposal.request.household.party
    with as_site(user=volunteer.user_id), refused(), transaction.atomic():
        Consent.objects.create(
            party=household,
            recipient=volunteer,
            fields=["name"],
            purpose="match",
            language="da",
            given_how="own_screen",
            given_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )


def test_a_recipient_can_neither_take_a_withdrawal_back_nor_remove_the_details(as_site, odsherred):
    match = factories.make_match(municipality=odsherred)
    volunteer, household = match.volunteer.party, match.household_party
    with as_site(user=volunteer.user_id):
        assert ContactDetails.objects.following("a test").filter(party=household).delete()[0] == 0
    withdraw_consents(party=household, recipient=volunteer, now=NOW, record=Record(SYSTEM, odsherred.code))
    with as_site(user=volunteer.user_id):
        received = Consent.objects.following("a test").filter(recipient=volunteer)
        assert received.update(withdrawn_at=None) == 0
    with as_site(municipality=odsherred.code), pytest.raises(DatabaseError, match="final"), transaction.atomic():
        Consent.objects.following("a test").filter(recipient=volunteer).update(withdrawn_at=None)


def test_a_volunteer_reads_their_proposal_and_certificate_and_writes_neither(as_site, odsherred):
    proposal = factories.make_proposal()
    with as_site(user=proposal.volunteer.party.user_id):
        assert Proposal.objects.following("a test").update(state="household_yes") == 0
        checks = CertificateCheck.objects.following("a test")
        assert checks.exists()
        assert checks.update(renew_by=NOW.date() + timedelta(days=3650)) == 0


def test_a_municipality_adds_no_wish_to_anothers_household(as_site, odsherred, roskilde):
    household = factories.make_household(odsherred)
    with as_site(municipality=roskilde.code), refused(), transaction.atomic():
        Request.objects.create(municipality=roskilde, household=household, kind="company")


@pytest.mark.django_db
def test_every_function_that_acts_as_the_owner_looks_in_the_schema_first():
    """With `pg_temp` left out, PostgreSQL looks there first: a temporary view of the site's role would stand in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, array_to_string(proconfig, ';') FROM pg_proc p "
            "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname = 'public'"
        )
        functions = dict(cursor.fetchall())

    assert len(functions) > 10
    assert {name for name, setting in functions.items() if setting != "search_path=public, pg_temp"} == set()
