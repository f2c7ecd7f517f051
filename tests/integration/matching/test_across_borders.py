"""A volunteer from a neighbouring municipality: suggested where all three have opened the border, and only there."""

import pytest
from django.utils import timezone

from matching.engine.columns import columns_of
from matching.models import Match, OfferRow
from matching.selectors import details_for_household
from matching.services.matches import end_match
from matching.services.proposals import (
    NoLongerPossible,
    answer_for_household,
    answer_for_volunteer,
    propose,
    withdraw,
)
from matching.states import ProposalState
from portal.audit.record import SYSTEM, Actor, Record
from portal.messages.models import Message
from portal.municipalities.models import OpenBorder
from portal.privacy.models import ContactDetails, Party
from tests import factories
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

HERE, THERE = factories.ODSHERRED, 316  # Odsherred and Holbæk
RECORD = Record(SYSTEM, HERE)


@pytest.fixture
def holbaek(db):
    return factories.make_municipality(THERE)


@pytest.fixture
def border(odsherred, holbaek):
    for one, other in ((HERE, THERE), (THERE, HERE)):
        OpenBorder.objects.create(municipality_id=one, neighbour_id=other)


@pytest.fixture
def neighbour(holbaek):
    """A volunteer of Holbæk who would help in Odsherred too."""
    return factories.make_volunteer(holbaek, postcode="4300", max_km=60, also_in=[HERE], display_name="Naboen")


@pytest.fixture
def wish(odsherred):
    return factories.make_household(odsherred).requests.get()


def suggested(as_site, wish) -> list[str]:
    with as_site(municipality=HERE):
        return [item.offer.volunteer.display_name for item in factories.answer_for(wish).found]


def proposed(as_site, wish, volunteer):
    with as_site(municipality=HERE):
        return propose(
            municipality=HERE,
            request_id=wish.pk,
            offer_id=OfferRow.objects.following("what is seen here").get(volunteer_id=volunteer.pk).offer_id,
            now=timezone.now(),
            record=RECORD,
        )


def matched(as_site, wish, volunteer) -> Match:
    """The household says yes first, the volunteer second."""
    proposal = proposed(as_site, wish, volunteer)
    with as_site(municipality=HERE):
        answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=RECORD)
    user = volunteer.party.user
    with as_site(user=user.pk):
        own = Record(Actor.of(user), HERE)
        answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=own)
    return Match.objects.within(HERE).get(proposal=proposal)


def test_who_opened_the_border_is_asked_of_all_three(as_site, odsherred, holbaek, neighbour, wish):
    assert suggested(as_site, wish) == []
    OpenBorder.objects.create(municipality=odsherred, neighbour=holbaek)
    assert suggested(as_site, wish) == []
    OpenBorder.objects.create(municipality=holbaek, neighbour=odsherred)
    assert suggested(as_site, wish) == ["Naboen"]
    Volunteer.objects.within(THERE).filter(pk=neighbour.pk).update(also_in=[])
    assert suggested(as_site, wish) == []


def test_a_closed_border_excludes_at_once_also_at_the_proposal(as_site, border, neighbour, wish):
    assert suggested(as_site, wish) == ["Naboen"]
    OpenBorder.objects.within(THERE).delete()
    assert suggested(as_site, wish) == []
    offer = neighbour.offers.get().pk
    with as_site(municipality=HERE), pytest.raises(NoLongerPossible):
        propose(municipality=HERE, request_id=wish.pk, offer_id=offer, now=timezone.now(), record=RECORD)


def test_other_volunteers_of_the_neighbour_stay_unseen_and_so_do_addresses(as_site, border, neighbour, holbaek):
    other = factories.make_volunteer(holbaek)
    with as_site(municipality=HERE):
        volunteers = Volunteer.objects.following("what is seen here")
        assert list(volunteers.values_list("pk", flat=True)) == [neighbour.pk]
        parties = (neighbour.party_id, other.party_id)
        assert not Party.objects.following("what is seen here").filter(pk__in=parties).exists()
        assert not ContactDetails.objects.following("what is seen here").filter(party__in=parties).exists()


def test_the_volunteer_is_written_to_and_room_is_counted_across_the_border(as_site, border, neighbour, wish):
    proposal = proposed(as_site, wish, neighbour)
    texts = Message.objects.within(THERE).filter(party=neighbour.party).values_list("text", flat=True)
    assert set(texts) == {"proposal_volunteer", "proposal_reminder_volunteer"}
    with as_site(municipality=THERE):
        assert columns_of(THERE).parts[0].block.rows.load.tolist() == [1]
    with as_site(municipality=HERE):
        withdraw(proposal=proposal, now=timezone.now(), record=RECORD)
    with as_site(municipality=THERE):
        assert columns_of(THERE).parts[0].block.rows.load.tolist() == [0]


def test_two_yeses_across_a_border_show_each_other_until_the_match_ends(as_site, border, neighbour, wish):
    match = matched(as_site, wish, neighbour)
    with as_site(municipality=HERE):
        seen = Match.objects.within(HERE).select_related("volunteer").get(pk=match.pk)
        assert "name" in details_for_household(seen, timezone.now())
        end_match(seen, now=timezone.now(), record=RECORD)
        assert details_for_household(seen, timezone.now()) == {}


def test_the_adviser_can_speak_the_second_yes(as_site, border, neighbour, wish):
    proposal = proposed(as_site, wish, neighbour)
    user = neighbour.party.user
    with as_site(user=user.pk):
        answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=Record(Actor.of(user), HERE))
    with as_site(municipality=HERE):
        after = answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=RECORD)
    assert after.state == ProposalState.ACCEPTED
    assert after.match.volunteer == neighbour


def test_the_pages_show_a_neighbour_without_a_door_into_the_other_municipality(
    staff, staff_url, as_site, border, neighbour, wish
):
    page = staff.get(staff_url("suggestions", wish.pk)).content.decode()
    assert "Naboen" in page
    proposal = proposed(as_site, wish, neighbour)
    for address in (staff_url("proposal", proposal.pk), staff_url("work"), staff_url("household", wish.household_id)):
        page = staff.get(address)
        assert page.status_code == 200
        assert staff_url("volunteer", neighbour.pk) not in page.content.decode()
