"""From an asylum centre come a name, a language and a day, and only by the household's yes."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from matching.models import Household
from portal.privacy.models import ContactDetails, Purpose
from tests import factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/kommune/odsherred/husstande/paa-vej/"


@pytest.fixture
def adviser(odsherred):
    return factories.make_member(odsherred)


def told(adviser, **changes):
    answers = {
        "name": "Selam Tesfay",
        "language": "ti",
        "arrival": (localdate() + timedelta(days=20)).isoformat(),
        "place": "4500",
        "adviser": adviser.pk,
        "consent": "on",
    }
    return {name: value for name, value in (answers | changes).items() if value is not None}


@pytest.mark.demand("F044")
def test_name_language_and_day_are_kept_with_the_consent_by_which_they_were_told(adviser, odsherred):
    response = signed_in(adviser).post(ADDRESS, told(adviser))

    household = Household.objects.within(odsherred).get()
    assert response["Location"] == household.get_absolute_url()
    assert (household.party.language, household.arrival) == ("ti", localdate() + timedelta(days=20))
    details = ContactDetails.objects.following("a look at the result").get(party=household.party)
    assert (details.name, details.phone, details.email) == ("Selam Tesfay", "", "")
    consent = household.party.consents.get()
    assert (consent.purpose, consent.fields, consent.adviser) == (Purpose.MOVE, ["name"], adviser)
    assert consent.text.code == "consent_move"


@pytest.mark.demand("F044")
def test_without_the_households_yes_nothing_is_kept_and_nothing_typed_is_lost(adviser, odsherred):
    response = signed_in(adviser).post(ADDRESS, told(adviser, consent=None))

    assert response.status_code == 422
    assert "Selam Tesfay" in response.content.decode()
    assert not Household.objects.within(odsherred).exists()


@pytest.mark.demand("F044")
def test_whatever_else_is_sent_along_is_not_kept(adviser, odsherred):
    more = {"children": ["0-2"], "display_name": "Historien om flugten", "phone": "55501234", "wishes": ["mentor"]}
    signed_in(adviser).post(ADDRESS, told(adviser, **more))

    household = Household.objects.within(odsherred).get()
    assert (household.children, household.requests.count()) == ([], 0)
    assert "flugt" not in household.display_name


def test_nobody_is_suggested_to_it_until_it_has_said_what_it_wishes(adviser, odsherred):
    factories.make_volunteer(odsherred)
    signed_in(adviser).post(ADDRESS, told(adviser))

    context = signed_in(adviser).get("/kommune/odsherred/arbejde/").context
    assert (context["waiting_count"], context["proposals_count"]) == (0, 0)


def test_until_it_has_come_it_stands_with_its_day_on_the_work_page_and_its_own_page_says_what_to_do(adviser, odsherred):
    client = signed_in(adviser)
    client.post(ADDRESS, told(adviser))
    household = Household.objects.within(odsherred).get()
    assert client.get("/kommune/odsherred/arbejde/").context["on_the_way"] == [household]
    page = client.get("/en" + household.get_absolute_url()).content.decode()
    assert "No wishes yet" in page
    assert "Not asked yet" in page
    Household.objects.within(odsherred).update(arrival=localdate())
    assert client.get("/kommune/odsherred/arbejde/").context["on_the_way"] == []


def test_a_day_that_is_over_is_refused(adviser):
    response = signed_in(adviser).post(ADDRESS, told(adviser, arrival="2026-01-01"))
    assert response.status_code == 422


def test_a_place_elsewhere_is_refused(adviser):
    response = signed_in(adviser).post(ADDRESS, told(adviser, place="4000"))
    assert response.status_code == 422
