"""Travelling times in the product: which journeys are asked about, what they do to the order, and who reads them."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from matching.drafting.cases import read_case
from matching.engine.journeys import wanted_pairs
from portal.places.models import TravelTime
from portal.places.register import by_code
from tests import factories
from tests.integration.matching.conftest import signed_in
from tests.journey_planner import Planner, otp, serving

pytestmark = pytest.mark.django_db

#: In Odsherred: Nykøbing and Vig, 10 km apart, Højby between them, Asnæs behind Vig. 4000 is Roskilde, 50 km away.
HOME, HOEJBY, VIG, ASNAES, ROSKILDE = "4500", "4573", "4560", "4550", "4000"


@pytest.fixture
def wish(odsherred):
    return factories.make_household(odsherred, wishes=("homework_help",), postcode=HOME).requests.get()


@pytest.fixture
def planner(settings):
    """OpenTripPlanner: half an hour from everywhere to everywhere."""
    server = Planner().says(otp(1_890))
    with serving(server):
        settings.PORTAL_TRAVEL_PROVIDER, settings.PORTAL_TRAVEL_URL = "opentripplanner", server.url
        yield server


def helper_in(municipality, postcode, **fields):
    return factories.make_volunteer(municipality, kinds=("homework_help",), postcode=postcode, **fields)


def told(start, end, minutes):
    TravelTime.objects.create(
        from_postcode=start, to_postcode=end, minutes=minutes, fetched_at=timezone.now() + timedelta(microseconds=1)
    )


def run(**options) -> str:
    said = StringIO()
    call_command("fetch_travel_times", stdout=said, **options)
    return said.getvalue().strip()


def suggested(as_site, wish) -> list[str]:
    with as_site(municipality=wish.municipality_id):
        return [item.offer.volunteer.display_name for item in factories.answer_for(wish).found]


def in_english(client, address) -> str:
    with translation.override("en"):
        return client.get("/en" + address.removeprefix("/en")).content.decode()


# Which journeys are asked about


def test_the_journeys_from_waiting_households_to_whoever_is_within_reach_of_both_are_wanted(odsherred, roskilde, wish):
    for postcode in (HOME, VIG, ASNAES):
        helper_in(odsherred, postcode, max_km=13)
    helper_in(roskilde, ROSKILDE, max_km=100)
    factories.make_activity(odsherred, postcode=HOEJBY)
    factories.make_household(odsherred, postcode="4581").requests.update(state="closed")

    assert wanted_pairs() == {(HOME, VIG), (HOME, HOEJBY)}


def test_a_household_that_goes_no_further_wants_no_longer_journeys(odsherred):
    factories.make_household(odsherred, postcode=HOME, max_km=5)
    helper_in(odsherred, VIG)
    factories.make_activity(odsherred, postcode=VIG)

    assert wanted_pairs() == set()


def test_neighbours_who_would_help_here_are_among_them(odsherred, wish):
    neighbour = factories.make_municipality(316)
    helper_in(neighbour, "4520", max_km=60, also_in=[odsherred.code])

    assert wanted_pairs() == {(HOME, "4520")}


# Asking, in the background


@pytest.mark.demand("F027")
def test_the_planner_is_asked_once_about_each_journey_and_never_about_people(odsherred, wish, planner):
    helper_in(odsherred, VIG)
    helper_in(odsherred, VIG, contact={"name": "Birthe Prøvesen", "phone": "55502222", "email": "b@example.org"})

    assert run() == "1 travelling times, 0 without a journey, 0 failed, 0 left"
    assert run() == "0 travelling times, 0 without a journey, 0 failed, 0 left"

    ((_, body),) = planner.asked
    places = [json.loads(body)["variables"][side]["location"]["coordinate"] for side in ("from", "to")]
    assert places == [{"latitude": by_code()[at].latitude, "longitude": by_code()[at].longitude} for at in (HOME, VIG)]
    assert TravelTime.objects.values_list("from_postcode", "to_postcode", "minutes").get() == (HOME, VIG, 32)


def test_a_run_is_short_and_the_next_goes_on(odsherred, wish, planner):
    helper_in(odsherred, VIG)
    helper_in(odsherred, ASNAES)

    assert run(journeys=1).endswith("1 left")
    assert run(journeys=1).endswith("0 left")
    assert len(planner.asked) == 2


def test_a_planner_that_is_down_is_no_error(odsherred, wish, planner):
    helper_in(odsherred, VIG)
    planner.status = 503

    assert run() == "0 travelling times, 0 without a journey, 1 failed, 1 left"
    assert not TravelTime.objects.exists()


def test_without_a_planner_nothing_is_asked(odsherred, wish):
    helper_in(odsherred, VIG)

    assert run() == "no journey planner is named"


def test_all_can_be_forgotten(wish):
    told(HOME, VIG, 32)

    assert run(forget=True) == "1 forgotten"
    assert not TravelTime.objects.exists()


# What it does to the order


@pytest.mark.demand("F026", "F027")
def test_whoever_is_quicker_to_reach_comes_before_whoever_is_nearer(as_site, odsherred, wish):
    helper_in(odsherred, HOEJBY, display_name="Near")
    helper_in(odsherred, VIG, display_name="On the railway")
    assert suggested(as_site, wish) == ["Near", "On the railway"]

    told(HOME, HOEJBY, 55)
    told(HOME, VIG, 12)

    assert suggested(as_site, wish) == ["On the railway", "Near"]


def test_new_times_are_seen_at_once(as_site, odsherred, wish):
    helper_in(odsherred, HOEJBY, display_name="Near")
    helper_in(odsherred, VIG, display_name="On the railway")
    told(HOME, HOEJBY, 55)
    assert suggested(as_site, wish) == ["On the railway", "Near"]

    TravelTime.objects.update(minutes=3, fetched_at=timezone.now() + timedelta(seconds=1))

    assert suggested(as_site, wish) == ["Near", "On the railway"]


def test_drafts_reckon_with_the_same_times(odsherred, wish):
    told(HOME, VIG, 12)

    minutes = read_case(odsherred.code, now=timezone.now(), with_prices=False).context.minutes

    assert [list(found.values()) for found in minutes.values()] == [[12.0]]


def test_times_cost_one_query_when_they_are_new_and_none_after(as_site, odsherred, wish):
    helper_in(odsherred, VIG)
    suggested(as_site, wish)
    with CaptureQueriesContext(connection) as without:
        suggested(as_site, wish)
    told(HOME, VIG, 12)
    with CaptureQueriesContext(connection) as first:
        suggested(as_site, wish)
    with CaptureQueriesContext(connection) as then:
        suggested(as_site, wish)

    assert len(first) == len(without) + 1
    assert len(then) == len(without)


# Who reads them


@pytest.mark.demand("F027")
def test_each_suggestion_tells_the_travelling_time_and_its_page_how_to_get_there(staff, staff_url, odsherred, wish):
    volunteer = helper_in(odsherred, VIG)
    activity = factories.make_activity(odsherred, postcode=ASNAES)
    told(HOME, VIG, 32)
    told(HOME, ASNAES, 41)

    text = in_english(staff, staff_url("suggestions", wish.pk))

    assert "32 min by bus and train" in text
    assert "41 min by bus and train" in text
    text = in_english(staff, staff_url("pair", wish.pk, volunteer.offers.get().pk))
    assert '<a href="https://rejseplanen.dk/" target="_blank" rel="noopener">How to get there by bus and train' in text
    ways = re.findall(r'Search there from <bdi lang="da">(.*?)</bdi> to <bdi lang="da">(.*?)</bdi>', text)
    assert ways == [("Nykøbing Sj", "Vig")]
    # The household reads this one in its own language.
    text = in_english(staff, staff_url("seat_take", wish.pk, activity.pk))
    assert '<bdi lang="da">Asnæs</bdi>' in text
    assert "https://rejseplanen.dk/" in text


def test_where_no_time_is_known_none_is_told(staff, staff_url, odsherred, wish):
    volunteer = helper_in(odsherred, VIG)
    told(HOME, VIG, None)

    text = in_english(staff, staff_url("pair", wish.pk, volunteer.offers.get().pk))

    assert "min by bus and train" not in text
    assert "How to get there by bus and train" in text


@pytest.mark.demand("F027")
def test_both_sides_read_the_travelling_time_before_they_answer(staff, staff_url, odsherred, wish):
    volunteer = helper_in(odsherred, VIG)
    told(HOME, VIG, 32)
    proposal = factories.make_proposal(wish, volunteer)

    asked = in_english(signed_in(volunteer.party.user), reverse("volunteer_proposal", args=[proposal.pk]))
    screen = staff.get(staff_url("household_answer", proposal.pk), {"sprog": "en"}).content.decode()

    assert "32 min by bus and train" in asked
    assert "https://rejseplanen.dk/" in asked
    assert "32 min by bus and train" in screen
