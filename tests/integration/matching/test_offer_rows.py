"""The database's own row of an offer says what the portal's rows say, and follows every change of them."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from matching.engine.columns import columns_of, offer_facts
from matching.models import OfferChange, OfferRow
from matching.services.matches import end_match
from matching.services.proposals import withdraw
from portal.audit.record import SYSTEM, Record
from portal.languages.models import SpokenLanguage
from tests import factories
from volunteers.lifecycle import VolunteerState
from volunteers.models import CertificateCheck, Offer, Volunteer

pytestmark = pytest.mark.django_db

RECORD = Record(SYSTEM, factories.ODSHERRED)


def facts_of(offer: Offer):
    return offer_facts(offer.municipality_id, [offer.pk]).get(offer.pk)


@pytest.fixture
def full(odsherred):
    """A volunteer of whom everything is told."""
    return factories.make_volunteer(
        odsherred,
        kinds=("host_programme",),
        languages={"da": 4, "kmr": 3, "en": 2, "fr": 1},
        capacity=3,
        children=["0-2", "10-14"],
        slots=["mon-morning", "sun-evening"],
        gender="woman",
        age_band="60-plus",
        interests=["food", "music"],
        smokes=True,
        has_pets=True,
        came_as_newcomer=True,
        gender_wish=["woman", "other"],
        no_smoke=True,
        no_pets=True,
        not_same_background=True,
        max_km=17,
    )


def test_the_row_says_what_the_volunteer_told(full):
    facts = facts_of(full.offers.get())
    assert (facts.volunteer_id, facts.municipality, facts.kind) == (full.pk, 306, "host_programme")
    assert (facts.latitude, facts.longitude, facts.max_km) == (full.latitude, full.longitude, 17.0)
    assert facts.languages == {"da": 4, "kmr": 3, "en": 2, "fr": 1}
    assert facts.children == {"0-2", "10-14"}
    assert facts.slots == {"mon-morning", "sun-evening"}
    assert (facts.gender, facts.age_band) == ("woman", "60-plus")
    assert facts.interests == {"food", "music"}
    assert (facts.smokes, facts.has_pets, facts.came_as_newcomer) == (True, True, True)
    assert facts.gender_wish == {"woman", "other"}
    assert (facts.no_smoke, facts.no_pets, facts.not_same_background) == (True, True, True)
    assert (facts.capacity, facts.load) == (3, 0)
    assert facts.certificate_until == timezone.localdate() + timedelta(days=365)
    assert (facts.paused, facts.verified, facts.consent) == (False, True, True)


def test_what_is_not_told_is_empty_and_not_guessed(odsherred):
    bare = factories.make_volunteer(odsherred, languages={"da": 2}, certificate=False, consent=False)
    facts = facts_of(bare.offers.get())
    assert (facts.gender, facts.children, facts.interests, facts.gender_wish) == ("", set(), set(), set())
    assert (facts.smokes, facts.has_pets, facts.came_as_newcomer) == (False, False, False)
    assert (facts.no_smoke, facts.no_pets, facts.not_same_background) == (False, False, False)
    assert facts.certificate_until is None
    assert facts.consent is False


CHANGES = {
    "capacity": (lambda v: v.offers.update(capacity=5), lambda facts: facts.capacity == 5),
    "a break": (
        lambda v: Volunteer.objects.within(306).filter(pk=v.pk).update(state=VolunteerState.PAUSED),
        lambda facts: facts.paused,
    ),
    "the place": (
        lambda v: Volunteer.objects.within(306).filter(pk=v.pk).update(latitude=56.5),
        lambda facts: facts.latitude == 56.5,
    ),
    "a language learnt": (
        lambda v: SpokenLanguage.objects.create(party=v.party, language="ti", level=2),
        lambda facts: facts.languages["ti"] == 2,
    ),
    "a language taken away": (
        lambda v: v.party.spoken_languages.filter(language="kmr").delete(),
        lambda facts: "kmr" not in facts.languages,
    ),
    "a certificate": (
        lambda v: factories.make_certificate(v, renew_in_days=700),
        lambda facts: facts.certificate_until == timezone.localdate() + timedelta(days=700),
    ),
    "no certificate": (
        lambda v: CertificateCheck.objects.within(306).filter(volunteer=v).delete(),
        lambda facts: facts.certificate_until is None,
    ),
    "a consent withdrawn": (
        lambda v: v.party.consents.update(withdrawn_at=timezone.now()),
        lambda facts: not facts.consent,
    ),
    "closing": (lambda v: v.offers.update(open=False), lambda facts: facts is None),
    "leaving": (
        lambda v: Volunteer.objects.within(306).filter(pk=v.pk).update(state=VolunteerState.LEFT),
        lambda facts: facts is None,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_reaches_the_row_at_once_and_is_told(full, change):
    happens, is_seen = CHANGES[change]
    offer = full.offers.get()
    OfferChange.objects.within(306).delete()
    happens(full)
    assert is_seen(facts_of(offer))
    assert set(OfferChange.objects.within(306).values_list("offer_id", flat=True)) == {offer.pk}


def test_a_change_that_the_engine_does_not_read_is_not_told(full):
    OfferChange.objects.within(306).delete()
    Volunteer.objects.within(306).filter(pk=full.pk).update(display_name="Et andet navn", transport=["car"])
    assert not OfferChange.objects.within(306).exists()


def test_an_offer_is_gone_with_its_row(full):
    offer = full.offers.get()
    full.offers.all().delete()
    assert not OfferRow.objects.within(306).filter(pk=offer.pk).exists()


def test_proposals_and_matches_that_go_on_take_room_and_give_it_back(odsherred):
    volunteer = factories.make_volunteer(odsherred, capacity=4)
    offer = volunteer.offers.get()
    proposal = factories.make_proposal(factories.make_household(odsherred).requests.get(), volunteer)
    match = factories.make_match(factories.make_household(odsherred).requests.get(), volunteer)
    assert facts_of(offer).load == 2
    withdraw(proposal=proposal, now=timezone.now(), record=RECORD)
    assert facts_of(offer).load == 1
    end_match(match, now=timezone.now(), record=RECORD)
    assert facts_of(offer).load == 0


def test_a_consent_ends_with_its_last_day_without_a_change(full):
    offer, until = full.offers.get(), timezone.localdate() + timedelta(days=365)
    assert offer_facts(306, [offer.pk], today=until - timedelta(days=1))[offer.pk].consent
    assert not offer_facts(306, [offer.pk], today=until)[offer.pk].consent


@pytest.mark.parametrize(
    ("corrupt", "problem"),
    [
        ({"latitude": float("nan")}, "coordinates"),
        ({"longitude": 400.0}, "coordinates"),
        ({"slots": ["mon-midnight"]}, "slots"),
        ({"children": ["18-99"]}, "children"),
        ({"gender": "unknown"}, "gender"),
        ({"gender_wish": ["unknown"]}, "gender_wish"),
        ({"age_band": "ancient"}, "age_band"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_and_nothing_else_is_lost(odsherred, full, corrupt, problem):
    sound = factories.make_volunteer(odsherred)
    Volunteer.objects.within(306).filter(pk=full.pk).update(**corrupt)
    columns = columns_of(306)
    assert [(row.offer_id, row.problems) for row in columns.bad_rows] == [(full.offers.get().pk, (problem,))]
    assert len(columns) == sound.offers.count()
    assert facts_of(full.offers.get()) is None


def test_a_certificate_from_the_future_and_an_unknown_language_are_named(odsherred, full):
    CertificateCheck.objects.within(306).update(
        obtained_on=timezone.localdate() + timedelta(days=9), renew_by=date(2090, 1, 1)
    )
    SpokenLanguage.objects.create(party=full.party, language="klingon", level=3)
    (row,) = columns_of(306).bad_rows
    assert row.problems == ("languages", "certificate_until")


def test_nobody_but_the_database_writes_the_rows(as_site, full):
    with as_site(municipality=306):
        assert OfferRow.objects.within(306).update(load=0) == 0
        assert OfferRow.objects.within(306).delete()[0] == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            OfferChange.objects.create(municipality_id=306, transaction=1)


def test_a_municipality_reads_its_own_rows_only(as_site, full):
    with as_site(municipality=factories.ROSKILDE), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matching_offerrow")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM matching_offer_facts")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM matching_offerchange WHERE offer_id IS NOT NULL")
        assert cursor.fetchone() == (0,)


def test_old_changes_are_forgotten_and_new_ones_kept(full):
    OfferChange.objects.within(306).delete()
    for days in (0, 1, 3):
        OfferChange.objects.create(municipality_id=306, transaction=1, at=timezone.now() - timedelta(days=days))
    call_command("forget_offer_changes", stdout=StringIO())
    assert OfferChange.objects.within(306).count() == 2
