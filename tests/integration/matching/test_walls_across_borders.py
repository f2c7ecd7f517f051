"""Seeing a neighbour's volunteer opens nothing else: asked of the database itself, past the pages' own filters."""

from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from matching.services.proposals import answer_for_volunteer, withdraw
from matching.states import ProposalState
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.borders import close_border
from portal.municipalities.models import OpenBorder
from tests import factories

pytestmark = pytest.mark.django_db

HERE, THERE = factories.ODSHERRED, 316
RECORD = Record(SYSTEM, HERE)


def sql(query: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@pytest.fixture
def neighbour(odsherred):
    """A volunteer of Holbæk who would help in Odsherred too, with the border open."""
    there = factories.make_municipality(THERE)
    for one, other in ((HERE, THERE), (THERE, HERE)):
        OpenBorder.objects.create(municipality_id=one, neighbour_id=other)
    return factories.make_volunteer(there, postcode="4300", max_km=60, also_in=[HERE], capacity=3)


@pytest.fixture
def their_household(neighbour):
    return factories.make_household(neighbour.municipality, postcode="4300")


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE volunteers_offer SET capacity = 20 WHERE volunteer_id = %s",
        "DELETE FROM volunteers_offer WHERE volunteer_id = %s",
        "UPDATE volunteers_volunteer SET max_km = 1 WHERE id = %s",
    ],
)
def test_nothing_of_a_neighbours_volunteer_can_be_changed(as_site, neighbour, write):
    with as_site(municipality=HERE):
        assert sql(write, neighbour.pk) == 0


def test_no_offer_can_be_added_to_a_neighbours_volunteer(as_site, neighbour):
    row = """
        INSERT INTO volunteers_offer (volunteer_id, kind, capacity, open, municipality_id)
        VALUES (%s, 'mentor', 1, true, %s)
    """
    for municipality in (HERE, THERE):
        with pytest.raises(Error), transaction.atomic(), as_site(municipality=HERE):
            sql(row, neighbour.pk, municipality)


def test_who_a_neighbours_volunteer_meets_at_home_is_not_read(as_site, neighbour, their_household):
    factories.make_proposal(their_household.requests.get(), neighbour)
    factories.make_match(factories.make_household(neighbour.municipality, postcode="4300").requests.get(), neighbour)
    with as_site(municipality=HERE):
        assert sql("SELECT 1 FROM matching_proposal") == []
        assert sql("SELECT 1 FROM matching_match") == []
        assert sql("SELECT 1 FROM volunteers_certificatecheck") == []


def test_without_a_yes_to_being_suggested_a_neighbour_is_not_seen(as_site, neighbour):
    neighbour.party.consents.update(withdrawn_at=timezone.now())
    with as_site(municipality=HERE):
        assert sql("SELECT 1 FROM volunteers_volunteer") == []
        assert sql("SELECT 1 FROM matching_offerrow") == []


def test_a_volunteers_municipality_does_not_read_the_address_of_a_neighbours_household(as_site, odsherred, neighbour):
    ours = factories.make_volunteer(odsherred, max_km=60, also_in=[THERE])
    household = factories.make_household(neighbour.municipality, postcode="4300")
    factories.make_match(household.requests.get(), ours)
    with as_site(municipality=HERE):
        assert sql("SELECT 1 FROM privacy_contactdetails WHERE party_id = %s", household.party_id) == []


def test_the_engines_own_tables_are_not_the_sites_to_write(as_site, neighbour):
    with as_site(municipality=HERE):
        assert sql("UPDATE matching_enginecode SET number = number + 40 WHERE sort = 'kind'") == 0
        assert sql("SELECT matching_forget_offer_changes(now() + interval '1 day')") == [(0,)]
    with pytest.raises(Error), transaction.atomic(), as_site(municipality=HERE):
        sql("SELECT matching_write_all_offer_rows()")


def test_a_closed_activity_next_door_gives_no_place(as_site, neighbour, odsherred):
    activity = factories.make_activity(neighbour.municipality, postcode="4300", open=False)
    wish = factories.make_household(odsherred).requests.get()
    row = """
        INSERT INTO matching_seat (municipality_id, request_id, activity_id, taken_at, language, given_how)
        VALUES (%s, %s, %s, now(), 'da', 'adviser_screen')
    """
    with pytest.raises(Error), transaction.atomic(), as_site(municipality=HERE):
        sql(row, HERE, wish.pk, activity.pk)


def test_what_is_under_way_goes_on_when_a_border_is_closed(as_site, odsherred, neighbour):
    proposal = factories.make_proposal(factories.make_household(odsherred).requests.get(), neighbour)
    with as_site(municipality=HERE):
        close_border(municipality=odsherred, neighbour=neighbour.municipality, record=RECORD)
    user = neighbour.party.user
    with as_site(user=user.pk):
        own = Record(Actor.of(user), HERE)
        after = answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=own)
    assert after.state == ProposalState.VOLUNTEER_YES


def test_a_year_after_the_last_proposal_a_neighbour_is_a_stranger_again(as_site, odsherred, neighbour):
    proposal = factories.make_proposal(factories.make_household(odsherred).requests.get(), neighbour)
    withdraw(proposal=proposal, now=timezone.now(), record=RECORD)
    OpenBorder.objects.within(HERE).delete()
    with as_site(municipality=HERE):
        assert sql("SELECT id FROM volunteers_volunteer") == [(neighbour.pk,)]
    sql("UPDATE matching_proposal SET ended_at = now() - interval '13 months'")
    with as_site(municipality=HERE):
        assert sql("SELECT id FROM volunteers_volunteer") == []
