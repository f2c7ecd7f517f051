"""A contact detail reaches another party only under a consent in force – in the code and in the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.privacy.consent import give_consent, withdraw_consents
from portal.privacy.disclosure import disclose
from portal.privacy.models import Consent, ContactDetails, Disclosure, PartyKind
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def household(odsherred):
    return factories.make_party(odsherred, PartyKind.HOUSEHOLD, name="Rojîn", phone="5550 9876", email="")


@pytest.fixture
def volunteer(odsherred):
    return factories.make_party(odsherred, PartyKind.VOLUNTEER, user=factories.make_user())


def consent(party, recipient, *fields, now=NOW):
    return give_consent(
        party=party,
        recipient=recipient,
        fields=fields or ("name", "phone"),
        purpose="match",
        language="ar",
        given_how="adviser_screen",
        now=now,
        record=Record(SYSTEM, party.municipality_id),
    )


@pytest.mark.demand("F041")
def test_without_a_consent_nothing_is_shown(household, volunteer):
    assert disclose(subject=household, recipient=volunteer, now=NOW) == {}


@pytest.mark.demand("F041")
def test_a_consent_shows_the_fields_that_it_names_and_no_other(household, volunteer):
    consent(household, volunteer, "name")
    assert disclose(subject=household, recipient=volunteer, now=NOW) == {"name": "Rojîn"}


def test_what_was_shown_is_logged_for_the_person_once_a_day(household, volunteer):
    given = consent(household, volunteer)
    disclose(subject=household, recipient=volunteer, now=NOW)
    disclose(subject=household, recipient=volunteer, now=NOW)
    logged = Disclosure.objects.following("the person's own log").get(party=household)
    assert (logged.consent, logged.recipient, logged.fields) == (given, volunteer, ["name", "phone"])


def test_a_day_is_the_readers_day_also_in_the_hour_after_midnight(household, volunteer):
    late = datetime(2027, 1, 15, 23, 30, tzinfo=UTC)
    consent(household, volunteer, now=late)
    for minutes in (0, 5):
        disclose(subject=household, recipient=volunteer, now=late + timedelta(minutes=minutes))
    assert Disclosure.objects.following("the person's own log").filter(party=household).count() == 1


@pytest.mark.demand("F041")
def test_an_expired_consent_shows_nothing(household, volunteer, settings):
    settings.PORTAL_CONSENT_DAYS = 10
    consent(household, volunteer, now=NOW - timedelta(days=11))
    assert disclose(subject=household, recipient=volunteer, now=NOW) == {}


@pytest.mark.demand("F041")
def test_withdrawal_closes_access_at_once_and_leaves_the_proof(household, volunteer):
    consent(household, volunteer)
    withdraw_consents(party=household, recipient=volunteer, now=NOW, record=Record(SYSTEM, 306))
    assert disclose(subject=household, recipient=volunteer, now=NOW) == {}
    assert set(Event.objects.values_list("action", flat=True)) == {"consent.given", "consent.withdraw"}


def test_the_database_hides_the_row_of_details_until_there_is_a_consent(as_site, household, volunteer):
    def seen():
        with as_site(user=volunteer.user_id):
            return ContactDetails.objects.following("a test").filter(party=household).exists()

    assert not seen()
    consent(household, volunteer)
    assert seen()
    withdraw_consents(party=household, recipient=volunteer, now=NOW, record=Record(SYSTEM, 306))
    assert not seen()


def test_the_recipient_cannot_write_the_details_even_under_a_consent(as_site, household, volunteer):
    consent(household, volunteer)
    with as_site(user=volunteer.user_id):
        assert ContactDetails.objects.following("a test").filter(party=household).update(phone="1") == 0


@pytest.mark.parametrize("change", [{"fields": ["email"]}, {"expires_at": NOW + timedelta(days=9999)}])
def test_the_site_cannot_change_a_consent_that_was_given(as_site, household, volunteer, change):
    given = consent(household, volunteer)
    with (
        as_site(municipality=306),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        Consent.objects.following("a test").filter(pk=given.pk).update(**change)


@pytest.mark.parametrize("bad", [{"fields": []}, {"recipient": None}])
def test_the_database_refuses_a_consent_that_names_nothing_or_nobody(household, volunteer, bad):
    values = {"party": household, "recipient": volunteer, "fields": ["name"]} | bad
    if bad.get("recipient", volunteer) is None:
        values["recipient"] = household
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            **values,
            purpose="match",
            language="da",
            given_how="own_screen",
            given_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
