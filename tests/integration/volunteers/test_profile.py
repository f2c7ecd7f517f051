"""The volunteer's own pages: see and change everything, take a break, come back, stop."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from matching.models import Match, Request
from matching.services.proposals import answer_for_household, answer_for_volunteer
from portal.accounts.models import User
from portal.audit.models import Event
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import OpenBorder
from portal.privacy.models import ContactDetails, Party, PartyKind
from tests import factories
from volunteers.lifecycle import VolunteerState
from volunteers.models import Offer, Volunteer

pytestmark = pytest.mark.django_db

PROFILE, PAUSE, RESUME, LEAVE = (
    reverse(name) for name in ("volunteer_profile", "volunteer_pause", "volunteer_resume", "volunteer_leave")
)


@pytest.fixture
def volunteer(odsherred):
    return factories.make_volunteer(odsherred, contact={"name": "Karen Holm", "phone": "55501234"})


@pytest.fixture
def own(client, volunteer):
    client.force_login(volunteer.party.user)
    return client


def answers(**changes):
    return {
        "place": "4500",
        "kinds": ["contact_family"],
        "household_type": "single",
        "age_band": "40-59",
        "languages_0_language": "da",
        "languages_0_level": "4",
        "slots": ["mon-evening"],
        "max_km": "30",
        "name": "Karen Holm",
        "phone": "55501234",
        **changes,
    }


def fresh(volunteer):
    return Volunteer.objects.following("a look at the result").get(pk=volunteer.pk)


def trail(volunteer):
    return list(Event.objects.about(volunteer).values_list("action", flat=True))


def test_the_page_shows_all_that_was_told(own):
    form = own.get(PROFILE).context["form"]
    assert form["name"].value() == "Karen Holm"
    assert form["kinds"].value() == ["contact_family"]
    assert form.initial["languages"] == {"da": 4, "en": 3}
    shown = [field.name for _, fields in form.sections() for field in fields]
    assert sorted(shown) == sorted(form.fields)


def test_everything_can_be_changed(own, volunteer):
    changed = answers(
        place="4573",
        kinds=["mentor", "company"],
        household_type="family",
        children=["0-2"],
        languages_1_language="uk",
        languages_1_level="2",
        slots=["sun-morning"],
        max_km="50",
        interests=["music"],
        name="Karen Holm Lund",
        phone="+46 70 123 45 67",
    )

    assert own.post(PROFILE, changed).url == PROFILE

    volunteer = fresh(volunteer)
    assert (volunteer.postcode, volunteer.household_type, volunteer.children) == ("4573", "family", ["0-2"])
    assert (volunteer.slots, volunteer.max_km, volunteer.interests) == (["sun-morning"], 50, ["music"])
    assert {row.language: row.level for row in volunteer.party.spoken_languages.all()} == {"da": 4, "uk": 2}
    open_kinds = volunteer.offers.filter(open=True).values_list("kind", flat=True)
    assert set(open_kinds) == {"mentor", "company"}
    details = ContactDetails.objects.following("a look").get(party=volunteer.party)
    assert (details.name, details.phone) == ("Karen Holm Lund", "+46 70 123 45 67")


def test_the_trail_names_the_fields_that_changed_and_no_values(own, volunteer):
    own.post(PROFILE, answers(phone="55509999", max_km="50"))
    lines = {event.action: event.details for event in Event.objects.about(volunteer)}
    assert "max_km" in lines["volunteer.changed"]["fields"]
    assert lines["volunteer.contact_changed"]["fields"] == ["phone"]
    assert "55509999" not in str(lines)


def test_saving_without_a_change_adds_no_line(own, volunteer):
    own.post(PROFILE, answers())
    before = len(trail(volunteer))
    own.post(PROFILE, answers())
    assert len(trail(volunteer)) == before


def test_an_error_keeps_what_was_typed(own):
    form = own.post(PROFILE, answers(name="Karen", slots=[])).context["form"]
    assert form["name"].value() == "Karen"
    assert "slots" in form.errors


def test_the_number_of_households_at_a_time_stays_when_the_profile_is_saved(own, volunteer):
    volunteer.offers.update(capacity=3)
    own.post(PROFILE, answers())
    assert volunteer.offers.get(kind="contact_family").capacity == 3


def test_a_break_and_back_again(own, volunteer):
    own.post(PAUSE)
    assert fresh(volunteer).state == VolunteerState.PAUSED
    own.post(RESUME)
    assert fresh(volunteer).state == VolunteerState.ACTIVE
    assert trail(volunteer) == ["volunteer.pause", "volunteer.resume"]


def test_a_second_click_on_break_gets_a_clear_answer(own, volunteer):
    own.post(PAUSE)
    response = own.post(f"/en{PAUSE}", follow=True)
    assert "That was done already" in response.content.decode()
    assert trail(volunteer) == ["volunteer.pause"]


@pytest.mark.parametrize("address", [PAUSE, RESUME])
def test_looking_changes_nothing(own, volunteer, address):
    assert own.get(address).status_code == 405


@pytest.mark.demand("F054")
def test_stopping_says_what_happens_and_asks_no_reason(own):
    page = own.get(f"/en{LEAVE}").content.decode()
    assert "need not say why" in page
    assert "deleted at once" in page
    assert "<textarea" not in page


def test_who_stops_is_logged_out_and_forgotten(own, volunteer):
    user = volunteer.party.user

    response = own.post(LEAVE)

    assert response.url == reverse("volunteer_left")
    assert "_auth_user_id" not in own.session
    gone = fresh(volunteer)
    assert (gone.state, gone.display_name, gone.interests) == (VolunteerState.LEFT, "", [])
    details = ContactDetails.objects.following("a look").get(party=gone.party)
    assert (details.name, details.phone, details.email) == ("", "", "")
    assert not gone.party.spoken_languages.exists()
    assert not Offer.objects.following("a look").filter(volunteer=gone, open=True).exists()
    closed = User.objects.get(pk=user.pk)
    assert not closed.is_active
    assert closed.name == ""
    assert user.email not in closed.email
    assert not EmailAddress.objects.filter(email=user.email).exists()


def test_the_trail_of_who_stopped_stays(own, volunteer):
    own.post(PAUSE)
    own.post(LEAVE)
    assert trail(volunteer) == ["volunteer.pause", "volunteer.leave"]


def test_the_same_address_can_sign_up_again_after_stopping(own, volunteer):
    email = volunteer.party.user.email
    own.post(LEAVE)
    assert factories.make_user(email).email == email


def test_matches_end_and_details_close_when_a_volunteer_stops(own, volunteer, odsherred):
    proposal = factories.make_proposal(factories.make_household(odsherred).requests.get(), volunteer)
    record = Record(SYSTEM, odsherred.code)
    now = proposal.proposed_at
    answer_for_volunteer(proposal=proposal, yes=True, now=now, record=record)
    answer_for_household(proposal=proposal, yes=True, now=now, record=record)

    own.post(LEAVE)

    assert Match.objects.within(odsherred).get().state == "ended"
    assert Request.objects.within(odsherred).get().state == "open"


def test_an_account_with_another_role_stays_open(own, volunteer, odsherred):
    user = volunteer.party.user
    factories.make_party(odsherred, PartyKind.HOUSEHOLD, user=user)

    own.post(LEAVE)

    user = User.objects.get(pk=user.pk)
    assert user.is_active
    assert [party.kind for party in Party.objects.following("a look").filter(user=user)] == ["household"]


def test_messages_follow_a_new_address_of_the_account(own, volunteer):
    user = volunteer.party.user
    new = EmailAddress.objects.create(user=user, email="ny@example.org", verified=True)

    own.post(reverse("account_email"), {"action_primary": "", "email": new.email})

    assert ContactDetails.objects.following("a look").get(party=volunteer.party).email == "ny@example.org"


@pytest.mark.parametrize("address", [PROFILE, LEAVE])
def test_others_have_no_profile(client, odsherred, address):
    assert client.get(address).status_code == 302
    client.force_login(factories.make_member(odsherred))
    assert client.get(address).status_code == 404


def test_under_18_the_page_says_where_on_it_to_take_a_choice_away(own):
    page = own.post(PROFILE, answers(age_band="under-18"))

    (error,) = page.context["form"].errors["age_band"]
    assert "Kontaktfamilie" in error and "ovenfor" in error
    assert "trin tilbage" not in error


@pytest.mark.demand("F045")
def test_a_cpr_number_is_not_taken_for_a_phone_number(own, volunteer):
    page = own.post(PROFILE, answers(phone="0101901234"))

    assert "cpr-nummer" in page.context["form"].errors["phone"][0]
    assert ContactDetails.objects.following("a look at the result").get(party=volunteer.party).phone == "55501234"


@pytest.fixture
def open_to_roskilde(odsherred, roskilde):
    """Odsherred and Roskilde have both opened; Lejre has, Odsherred not."""
    OpenBorder.objects.create(municipality=odsherred, neighbour=roskilde)
    OpenBorder.objects.create(municipality=roskilde, neighbour=odsherred)
    lejre = factories.make_municipality(factories.LEJRE)
    OpenBorder.objects.create(municipality=lejre, neighbour=odsherred)
    return roskilde


def test_neighbours_are_not_asked_about_where_no_border_is_open(own, odsherred, roskilde):
    OpenBorder.objects.create(municipality=odsherred, neighbour=roskilde)
    assert "also_in" not in own.get(PROFILE).context["form"].fields


def test_a_volunteer_chooses_among_the_neighbours_whose_border_is_open(own, volunteer, open_to_roskilde):
    form = own.get(PROFILE).context["form"]
    assert form.fields["also_in"].choices == [(open_to_roskilde.code, "Roskilde")]

    own.post(PROFILE, answers(also_in=[str(open_to_roskilde.code)]))

    assert fresh(volunteer).also_in == [open_to_roskilde.code]
    assert own.get(PROFILE).context["form"]["also_in"].value() == [open_to_roskilde.code]
    assert "also_in" in Event.objects.about(volunteer).get(action="volunteer.changed").details["fields"]


def test_another_municipality_cannot_be_slipped_in(own, volunteer, open_to_roskilde):
    page = own.post(PROFILE, answers(also_in=[str(factories.LEJRE)]))
    assert "also_in" in page.context["form"].errors
    assert fresh(volunteer).also_in == []


def test_what_is_no_longer_open_is_not_kept(own, volunteer, open_to_roskilde):
    own.post(PROFILE, answers(also_in=[str(open_to_roskilde.code)]))
    OpenBorder.objects.within(open_to_roskilde).delete()

    own.post(PROFILE, answers(also_in=[str(open_to_roskilde.code)]))

    assert fresh(volunteer).also_in == []
