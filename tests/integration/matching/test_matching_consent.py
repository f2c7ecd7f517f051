"""Nobody is suggested without a yes to that; taken back, it takes open proposals with it at once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.models import Household, Match, Proposal
from matching.services.household_consent import withdraw_household_consent
from matching.services.proposals import (
    AnswerNotPossible,
    NoLongerPossible,
    answer_for_household,
    answer_for_volunteer,
)
from portal.audit.models import Event
from portal.messages.models import Link, Message
from portal.municipalities.models import Role
from portal.privacy.consent import matching_consent
from tests import factories
from tests.integration.matching import test_households
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db
typed = test_households.typed
OWN, OWN_CONSENT = "/mine-oensker/", "/mine-oensker/samtykke/"


@pytest.fixture
def newcomer(household):
    """The household's own browser."""
    household.party.user = factories.make_user()
    household.party.save()
    return signed_in(household.party.user)


def in_force(who):
    return matching_consent(who.party, timezone.now())


def states(proposal):
    fresh = Proposal.objects.within(proposal.municipality_id).select_related("request").get(pk=proposal.pk)
    return fresh.state, fresh.request.state


def rules_of(refusal):
    return refusal.value.rules


# --- Registered with or without a yes ------------------------------------------------------------------------


@pytest.mark.demand("F041")
def test_the_yes_is_given_at_registration_in_the_households_language(staff, staff_url, odsherred, typed):
    staff.post(staff_url("household_new"), {**typed, "contact_language": "ar"})
    given = in_force(Household.objects.within(odsherred).get())
    assert (given.language, given.given_how) == ("ar", "adviser_screen")


def test_without_a_yes_the_household_is_registered_and_the_page_says_that_it_is_not_suggested(
    staff, staff_url, odsherred, typed
):
    del typed["consent"]
    staff.post(staff_url("household_new"), typed)
    household = Household.objects.within(odsherred).get()
    assert in_force(household) is None
    page = staff.get("/en" + staff_url("household", household.pk)).content.decode()
    assert "suggested to nobody" in page
    with pytest.raises(NoLongerPossible) as refusal:
        factories.make_proposal(household.requests.first(), factories.make_volunteer(odsherred, languages={"kmr": 4}))
    assert rules_of(refusal) == ("consent",)


def test_a_volunteer_without_a_yes_is_not_proposed(household, odsherred):
    with pytest.raises(NoLongerPossible) as refusal:
        factories.make_proposal(household.requests.get(), factories.make_volunteer(odsherred, consent=False))
    assert rules_of(refusal) == ("consent",)


def test_changing_the_household_leaves_its_yes_as_it_is(staff, staff_url, household, typed):
    before = in_force(household)
    form = staff.get(staff_url("household_edit", household.pk)).context["form"]
    assert "consent" not in form.fields
    staff.post(staff_url("household_edit", household.pk), typed)
    assert in_force(household) == before


# --- Taken back, and given again -----------------------------------------------------------------------------


@pytest.mark.demand("F041")
@pytest.mark.parametrize("who", ["adviser", "household", "volunteer"])
def test_taken_back_by_either_side_the_proposal_is_withdrawn_at_once_and_a_yes_makes_no_match(
    who, staff, staff_url, newcomer, helper, household, volunteer, proposal, record
):
    answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record)
    browser, address = {
        "adviser": (staff, staff_url("household_consent", household.pk)),
        "household": (newcomer, OWN_CONSENT),
        "volunteer": (helper, reverse("volunteer_consent")),
    }[who]

    browser.post(address, {"svar": "nej"})

    assert in_force(volunteer if who == "volunteer" else household) is None
    assert states(proposal) == ("withdrawn", "open")
    with pytest.raises(AnswerNotPossible):
        answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=record)
    assert not Match.objects.within(household.municipality).exists()


@pytest.mark.demand("F041")
@pytest.mark.parametrize("whose", ["volunteer", "household"])
def test_a_yes_that_has_ended_before_the_answer_makes_no_match(odsherred, record, whose):
    parties = {
        "volunteer": factories.make_volunteer(odsherred, consent=False),
        "household": factories.make_household(odsherred, consent=False),
    }
    for name, row in parties.items():
        factories.make_consent(row.party, days=3 if name == whose else 365)
    proposal = factories.make_proposal(parties["household"].requests.get(), parties["volunteer"])

    later = timezone.now() + timedelta(days=4)
    answer_for_household(proposal=proposal, yes=True, now=later, record=record)

    assert states(proposal) == ("withdrawn", "open")
    assert Event.objects.get(action="proposal.withdraw").details["rules"] == ["consent"]


def test_matches_go_on_when_the_yes_to_being_suggested_is_taken_back(helper, staff, staff_url, record, proposal):
    answer_for_household(proposal=proposal, yes=True, now=timezone.now(), record=record)
    answer_for_volunteer(proposal=proposal, yes=True, now=timezone.now(), record=record)
    match = Match.objects.within(proposal.municipality_id).get()

    helper.post(reverse("volunteer_consent"), {"svar": "nej"})
    staff.post(staff_url("household_consent", match.household_id), {"svar": "nej"})

    match.refresh_from_db()
    assert match.state == "active"
    assert "55502222" in staff.get(staff_url("match_for_household", match.pk)).content.decode()


def test_every_wish_of_the_household_is_free_again_in_one_go(odsherred, record):
    household = factories.make_household(odsherred, wishes=("contact_family", "mentor", "company"))
    proposals = [
        factories.make_proposal(household.requests.get(kind=kind), factories.make_volunteer(odsherred, kinds=(kind,)))
        for kind in ("contact_family", "mentor")
    ]
    assert withdraw_household_consent(household, now=timezone.now(), record=record)
    assert [states(row) for row in proposals] == [("withdrawn", "open")] * 2
    assert not withdraw_household_consent(household, now=timezone.now(), record=record)


def test_given_again_the_household_can_be_proposed_again(staff, staff_url, newcomer, odsherred, household):
    staff.post(staff_url("household_consent", household.pk), {"svar": "nej"})
    newcomer.post("/ar" + OWN_CONSENT, {"svar": "ja"})
    given = in_force(household)
    assert (given.language, given.given_how) == ("ar", "own_screen")
    assert factories.make_proposal(household.requests.get(), factories.make_volunteer(odsherred)).pk


# --- What the pages say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en", "/uk", "/ar"])
@pytest.mark.parametrize("yes", [True, False])
def test_the_households_own_page_shows_it_in_every_language(newcomer, household, record, language, yes):
    if not yes:
        withdraw_household_consent(household, now=timezone.now(), record=record)
    page = newcomer.get(language + OWN)
    assert page.context["consent"] == in_force(household)
    assert f'action="{language}{OWN_CONSENT}"' in page.content.decode()
    assert ('value="ja"' in page.content.decode()) is not yes


def test_the_trail_of_the_household_says_when_it_was_given_and_taken_back(staff, staff_url, household, adviser):
    for answer in ("nej", "ja"):
        staff.post(staff_url("household_consent", household.pk), {"svar": answer})
    lines = staff.get(staff_url("household", household.pk)).context["lines"]
    told = [(line.event.action, line.actor) for line in lines if line.event.action.startswith("consent.")]
    assert told == [("consent.matching_withdraw", adviser.name), ("consent.matching_given", adviser.name)]


def test_only_the_municipalitys_own_advisers_write_it_down(staff, staff_url, odsherred, roskilde, household):
    address = staff_url("household_consent", household.pk)
    coordinator = signed_in(factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR))
    elsewhere = signed_in(factories.make_member(roskilde))
    for client, where in (
        (coordinator, address),
        (elsewhere, address),
        (elsewhere, reverse("household_consent", args=[roskilde.slug, household.pk])),
    ):
        assert client.post(where, {"svar": "nej"}).status_code == 404
    assert staff.get(address).status_code == 405
    assert in_force(household)


# --- What a household tells because a volunteer may have ruled it out ---------------------------------------


def test_who_meets_the_volunteer_smoke_and_pets_are_told_shown_and_changed(staff, staff_url, odsherred, typed):
    staff.post(staff_url("household_new"), {**typed, "genders": ["woman", "man"], "smokes": "on", "has_pets": "on"})
    household = Household.objects.within(odsherred).get()
    assert (household.genders, household.smokes, household.has_pets) == (["woman", "man"], True, True)
    page = staff.get("/en" + staff_url("household", household.pk)).content.decode()
    for text in ("women and men", "Somebody smokes at home", "There are pets at home"):
        assert text in page

    form = staff.get(staff_url("household_edit", household.pk)).context["form"]
    assert (form["genders"].value(), form["smokes"].value()) == (["woman", "man"], True)
    staff.post(staff_url("household_edit", household.pk), typed)
    household.refresh_from_db()
    assert (household.genders, household.smokes, household.has_pets) == ([], False, False)


# --- Asked by a message --------------------------------------------------------------------------------------


def questions(household):
    return Message.objects.within(household.municipality_id).filter(party=household.party, text="consent_ask")


@pytest.fixture
def without_yes(household, record):
    withdraw_household_consent(household, now=timezone.now(), record=record)
    return household


def test_pressed_twice_the_household_is_asked_once_and_the_page_says_when(staff, staff_url, without_yes):
    for _ in range(2):
        staff.post(staff_url("consent_ask", without_yes.pk))
    asked = questions(without_yes).get()
    page = staff.get("/en" + staff_url("household", without_yes.pk))
    assert page.context["consent_asked"] == asked
    assert "No answer yet" in page.content.decode()
    assert Link.objects.within(without_yes.municipality_id).filter(purpose="consent").count() == 1


def test_the_next_day_or_when_it_did_not_arrive_they_can_be_asked_again(staff, staff_url, without_yes):
    staff.post(staff_url("consent_ask", without_yes.pk))
    questions(without_yes).update(state="failed")
    staff.post(staff_url("consent_ask", without_yes.pk))
    assert questions(without_yes).count() == 2
    questions(without_yes).update(created_at=timezone.now() - timedelta(hours=25))
    staff.post(staff_url("consent_ask", without_yes.pk))
    assert questions(without_yes).count() == 3
    assert questions(without_yes).filter(state="queued").count() <= 1


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 18, "²", "", "-1"])
def test_a_made_up_number_of_the_words_is_no_error(newcomer, household, number):
    assert newcomer.post(OWN_CONSENT, {"svar": "ja", "tekst": number}).status_code == 302
    assert in_force(household)
