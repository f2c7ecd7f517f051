"""A volunteer is suggested while they have said yes to it, and says whom they would rather not meet."""

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.audit.models import Event
from portal.privacy.consent import matching_consent
from tests import factories
from tests.integration.volunteers.test_profile import answers, fresh
from tests.integration.volunteers.walk import START, post, steps_before_last, walk
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("odsherred")]
PROFILE, CONSENT, HOME, LEAVE = (
    reverse(name) for name in ("volunteer_profile", "volunteer_consent", "volunteer_home", "volunteer_leave")
)


@pytest.fixture
def volunteer(odsherred):
    return factories.make_volunteer(odsherred)


@pytest.fixture
def own(client, volunteer):
    client.force_login(volunteer.party.user)
    return client


def in_force(volunteer):
    return matching_consent(volunteer.party, timezone.now())


def only_volunteer():
    return Volunteer.objects.following("a look at the result").get()


# --- The yes to being suggested -----------------------------------------------------------------------------


@pytest.mark.demand("F041")
def test_whoever_signs_up_says_yes_to_being_suggested_in_the_words_of_the_last_step(client):
    steps_before_last(client)
    shown = client.get(f"/en{START}kontakt/").content.decode()
    assert "may be suggested to newcomers, without my name or address" in shown

    post(client, "kontakt")

    given = in_force(only_volunteer())
    assert (given.language, given.given_how) == ("da", "own_screen")
    assert Event.objects.filter(action="consent.matching_given").count() == 1


def test_the_profile_does_not_promise_proposals_to_somebody_who_has_not_said_yes(own, volunteer):
    assert "can get proposals" in own.get(f"/en{PROFILE}").content.decode()
    volunteer.party.consents.all().delete()
    page = own.get(f"/en{PROFILE}").content.decode()
    assert "can get proposals" not in page and "you get no proposals until you have said yes" in page


def test_without_that_acceptance_nobody_is_signed_up(client):
    assert "accept_code" in walk(client, kontakt={"accept_code": None}).context["form"].errors
    assert not Volunteer.objects.following("a look at the result").exists()


@pytest.mark.demand("F041")
def test_the_profile_shows_until_when_and_takes_it_back_and_gives_it_again_with_one_tap(own, volunteer):
    assert own.get(PROFILE).context["consent"] == in_force(volunteer)

    own.post(CONSENT, {"svar": "nej"})
    assert in_force(volunteer) is None
    assert own.get(PROFILE).context["consent"] is None

    own.post(CONSENT, {"svar": "ja"})
    assert in_force(volunteer).given_how == "own_screen"
    taken = Event.objects.get(action="consent.matching_withdraw")
    assert (taken.actor_id, taken.municipality_id) == (volunteer.party.user_id, volunteer.municipality_id)


def test_anything_else_than_yes_or_no_changes_nothing(own, volunteer):
    before = in_force(volunteer)
    own.post(CONSENT, {"svar": ""})
    assert in_force(volunteer) == before
    assert own.get(CONSENT).status_code == 405


@pytest.mark.parametrize(
    ("given_days_ago", "button"),
    [
        pytest.param(10, False, id="long to go"),
        pytest.param(330, True, id="ends soon"),
        pytest.param(366, True, id="has ended"),
        pytest.param(None, True, id="never given"),
    ],
)
def test_the_own_page_has_a_button_when_the_yes_ends_or_has_ended(client, odsherred, given_days_ago, button):
    volunteer = factories.make_volunteer(odsherred, consent=False)
    if given_days_ago is not None:
        factories.make_consent(volunteer.party, given_days_ago=given_days_ago)
    client.force_login(volunteer.party.user)
    assert (f'action="{CONSENT}"' in client.get(HOME).content.decode()) is button


def test_without_an_account_or_as_no_volunteer_there_is_nothing_to_say_yes_to(client, odsherred):
    assert client.post(CONSENT, {"svar": "ja"}).url.startswith("/konto/login/")
    client.force_login(factories.make_member(odsherred))
    assert client.post(CONSENT, {"svar": "ja"}).status_code == 404


def test_who_stops_is_not_suggested_any_more(own, volunteer):
    own.post(LEAVE)
    assert in_force(volunteer) is None


# --- What a volunteer would rather not --------------------------------------------------------------------


WISHES = {"gender_wish": ["woman"], "no_smoke": "on", "no_pets": "on", "not_same_background": "on"}


def wishes(volunteer):
    return volunteer.gender_wish, volunteer.no_smoke, volunteer.no_pets, volunteer.not_same_background


def test_a_newcomer_who_signs_up_can_say_whom_they_would_rather_not_meet(client):
    walk(client, jer={"came_as_newcomer": "on"}, tider=WISHES)
    assert wishes(only_volunteer()) == (["woman"], True, True, True)


def test_only_who_came_as_a_newcomer_is_asked_about_the_same_background(client):
    walk(client, tider=WISHES)
    assert "tider-not_same_background" not in client.get(f"{START}tider/").content.decode()
    assert wishes(only_volunteer()) == (["woman"], True, True, False)


def test_nothing_has_to_be_said(client):
    walk(client)
    assert wishes(only_volunteer()) == ([], False, False, False)


def test_the_profile_shows_and_changes_them(client, odsherred):
    volunteer = factories.make_volunteer(odsherred, came_as_newcomer=True, no_smoke=True, gender_wish=["man"])
    client.force_login(volunteer.party.user)
    form = client.get(PROFILE).context["form"]
    assert (form["gender_wish"].value(), form["no_smoke"].value()) == (["man"], True)

    client.post(PROFILE, answers(came_as_newcomer="on", no_pets="on", not_same_background="on"))
    assert wishes(fresh(volunteer)) == ([], False, True, True)

    client.post(PROFILE, answers(not_same_background="on"))
    assert wishes(fresh(volunteer)) == ([], False, False, False)


def test_the_coordinator_and_the_adviser_read_them(client, odsherred):
    volunteer = factories.make_volunteer(odsherred, no_pets=True, gender_wish=["woman", "man"], consent=False)
    client.force_login(factories.make_member(odsherred))
    page = client.get(f"/en/kommune/odsherred/frivillige/{volunteer.pk}/").content.decode()
    for text in ("women and men", "a home with pets", "The volunteer has not said yes to being suggested"):
        assert text in page
