"""A party may be suggested only while it has said yes to that: given, kept, renewed, taken back."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.privacy.consent import (
    give_consent,
    give_matching_consent,
    matching_consent,
    withdraw_consents,
    withdraw_matching_consent,
)
from portal.privacy.disclosure import disclose
from portal.privacy.models import Consent, PartyKind, Purpose
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()
RECORD = Record(SYSTEM, factories.ODSHERRED)


@pytest.fixture
def household(odsherred):
    return factories.make_party(odsherred, PartyKind.HOUSEHOLD, user=factories.make_user())


@pytest.fixture
def volunteer(odsherred):
    return factories.make_party(odsherred, PartyKind.VOLUNTEER, user=factories.make_user())


def give(party, now=NOW):
    return give_matching_consent(party=party, language="ar", given_how="own_screen", now=now, record=RECORD)


def withdraw(party, now=NOW):
    return withdraw_matching_consent(party=party, now=now, record=RECORD)


def consents(party):
    return Consent.objects.following("a test").filter(party=party, purpose=Purpose.MATCHING)


@pytest.mark.demand("F041")
def test_a_yes_names_language_purpose_and_expiry_and_shows_nobody_a_contact_detail(household, volunteer, settings):
    settings.PORTAL_CONSENT_DAYS = 100
    given = give(household)
    assert (given.language, given.purpose, given.fields, given.recipient) == ("ar", "matching", [], None)
    assert given.expires_at == NOW + timedelta(days=100)
    assert matching_consent(household, NOW) == given
    assert disclose(subject=household, recipient=volunteer, now=NOW) == {}


def test_a_yes_in_force_is_not_given_twice(household):
    assert give(household) == give(household)
    assert consents(household).count() == 1
    assert Event.objects.filter(action="consent.matching_given").count() == 1


def test_a_yes_that_ends_within_two_months_is_given_anew(household):
    first = give(household, now=NOW - timedelta(days=306))
    second = give(household)
    assert second != first
    assert matching_consent(household, NOW) == second


@pytest.mark.demand("F041")
def test_once_it_has_ended_or_is_taken_back_it_is_not_in_force_and_the_proof_stays(household):
    given = give(household)
    assert matching_consent(household, given.expires_at) is None

    assert withdraw(household) == 1

    assert matching_consent(household, NOW) is None
    assert consents(household).get().withdrawn_at == NOW
    assert withdraw(household) == 0
    assert list(Event.objects.order_by("at").values_list("action", "details")) == [
        ("consent.matching_given", {"to": "in_force"}),
        ("consent.matching_withdraw", {"from": "in_force", "to": "withdrawn"}),
    ]


def test_taking_back_ends_the_old_and_the_renewed_one_and_it_can_be_given_again(household):
    give(household, now=NOW - timedelta(days=306))
    give(household)
    assert withdraw(household) == 2
    again = give(household)
    assert matching_consent(household, NOW) == again


def test_a_yes_to_matching_and_a_yes_to_one_other_party_are_taken_back_apart(household, volunteer):
    values = {"fields": ["phone"], "purpose": "match", "language": "da", "given_how": "own_screen"}
    give_consent(party=household, recipient=volunteer, **values, now=NOW, record=RECORD)
    give(household)

    withdraw(household)
    assert disclose(subject=household, recipient=volunteer, now=NOW)
    give(household)
    withdraw_consents(party=household, recipient=volunteer, now=NOW, record=RECORD)

    assert not disclose(subject=household, recipient=volunteer, now=NOW)
    assert matching_consent(household, NOW)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"purpose": "match"}, id="a match with nobody"),
        pytest.param({"purpose": "match", "fields": ["name"]}, id="fields for nobody"),
    ],
)
def test_the_database_takes_no_consent_without_a_recipient_for_another_purpose(household, bad):
    values = {"purpose": "matching", "fields": [], "language": "da", "given_how": "own_screen"} | bad
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(party=household, given_at=NOW, expires_at=NOW + timedelta(days=1), **values)


def test_the_party_itself_and_its_municipality_give_and_take_back(as_site, household, odsherred):
    for scope in ({"user": household.user_id}, {"municipality": odsherred.code}):
        with as_site(**scope):
            give(household)
            assert matching_consent(household, NOW)
            assert withdraw(household) == 1


@pytest.mark.demand("F041")
def test_nobody_else_sees_gives_or_takes_back(as_site, household, volunteer, roskilde):
    given = give(household)
    for scope in ({"user": volunteer.user_id}, {"municipality": roskilde.code}):
        with as_site(**scope):
            assert matching_consent(household, NOW) is None
            assert consents(household).update(withdrawn_at=NOW) == 0
        with as_site(**scope), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Consent.objects.create(
                party=household, purpose="matching", fields=[], language="da", given_how="own_screen",
                expires_at=NOW + timedelta(days=1),
            )  # fmt: skip
    assert matching_consent(household, NOW) == given
