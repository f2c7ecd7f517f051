"""Something is wrong: told in private, contact closed at once where the code is broken, and somebody calls."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now as clock

from matching import selectors, trail
from matching.models import Concern, Match, Proposal
from matching.models.concern import BREACHES, ConcernKind
from matching.models.match import Side
from matching.services.concerns import (
    END,
    REOPEN,
    ConcernOver,
    FamilyDoesNotKnow,
    close_concern,
    take_concern,
    tell_concern,
)
from matching.services.proposals import propose
from portal.audit.models import Event
from portal.audit.record import Actor, Record
from portal.messages.links import token
from portal.messages.models import Link, Message
from portal.municipalities.borders import open_border
from portal.municipalities.models import Role
from portal.privacy.models import ContactDetails
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, VOLUNTEERS, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(household, volunteer, adviser):
    household.adviser = adviser
    household.save()
    return factories.make_match(household.requests.get(), volunteer)


@pytest.fixture
def coordinator(odsherred):
    return factories.make_member(odsherred, Role.VOLUNTEER_COORDINATOR, user=factories.make_user(name="Kirsten K"))


@pytest.fixture
def office(coordinator):
    return signed_in(coordinator)


def tell(match, side=Side.VOLUNTEER, kind=ConcernKind.MONEY, **more):
    record = Record(Actor.of(match.volunteer.party.user), match.municipality_id)
    return tell_concern(match, side=side, kind=kind, now=clock(), record=record, **more)


def messages(text):
    return Message.objects.following("any").filter(text=text)


def state(match):
    return Match.objects.within(match.municipality_id).get(pk=match.pk).state


def details(match):
    fresh = Match.objects.within(match.municipality_id).get(pk=match.pk)
    return selectors.details_for_volunteer(fresh, clock()), selectors.details_for_household(fresh, clock())


@pytest.mark.demand("F051")
@pytest.mark.parametrize("kind", BREACHES)
@pytest.mark.parametrize("side", [Side.VOLUNTEER, Side.HOUSEHOLD])
def test_a_breach_closes_contact_both_ways_at_once_and_tells_both_without_saying_who(match, side, kind):
    tell(match, side, kind)
    assert state(match) == "stopped"
    assert details(match) == ({}, {})
    told = messages("contact_stopped")
    assert {message.party.kind for message in told.select_related("party")} == {"volunteer", "household"}
    assert messages("concern_received").get().party.kind == side


@pytest.mark.parametrize("kind", [ConcernKind.NOT_WELL, ConcernKind.OTHER])
def test_other_things_are_told_and_the_match_goes_on(match, kind):
    tell(match, kind=kind)
    assert state(match) == "active"
    assert not messages("contact_stopped").exists()
    assert all(details(match))


def test_what_is_on_its_way_about_the_match_is_taken_back(match):
    messages("match_household").update(state="queued")
    tell(match)
    assert messages("match_household").get().state == "cancelled"


def second_match(match):
    """Another wish of the same household, with the same volunteer."""
    request = factories.make_request(match.household, kind="company")
    proposal = Proposal.objects.within(match.municipality_id).get(pk=match.proposal_id)
    proposal.pk, proposal._state.adding, proposal.request = uuid4(), True, request
    proposal.save()
    fields = ("municipality", "offer", "volunteer", "household", "household_party")
    return Match.objects.create(proposal=proposal, request=request, **{name: getattr(match, name) for name in fields})


def test_two_matches_between_the_same_two_are_stopped_together_and_open_together(match, record):
    other = second_match(match)
    concern = tell(match)
    assert (state(match), state(other)) == ("stopped", "stopped")
    close_concern(concern, outcome=REOPEN, now=clock(), record=record)
    assert (state(match), state(other)) == ("active", "active")
    assert all(details(match))


def test_a_proposal_between_the_two_is_withdrawn_and_none_is_suggested_while_contact_is_closed(match, as_site):
    match.volunteer.offers.create(municipality=match.municipality, kind="company", capacity=1)
    request = factories.make_request(match.household, kind="company")
    offer = match.volunteer.offers.get(kind="company")
    with as_site(municipality=match.municipality_id):
        assert offer.pk in {one.offer.pk for one in factories.answer_for(request).found}
    proposal = propose(
        municipality=match.municipality_id,
        request_id=request.pk,
        offer_id=offer.pk,
        now=clock(),
        record=Record(Actor.of(match.household.adviser), match.municipality_id),
    )
    tell(match)
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"
    with as_site(municipality=match.municipality_id):
        assert offer.pk not in {one.offer.pk for one in factories.answer_for(request).found}


def test_contact_stays_closed_while_another_breach_waits(match, record):
    first, second = tell(match), tell(match, Side.HOUSEHOLD, ConcernKind.PRESSURE)
    close_concern(first, outcome=REOPEN, now=clock(), record=record)
    assert state(match) == "stopped"
    close_concern(second, outcome=REOPEN, now=clock(), record=record)
    assert state(match) == "active"


def test_the_coordinator_can_end_the_match(match, record):
    close_concern(tell(match), outcome=END, now=clock(), record=record)
    assert state(match) == "ended"
    assert details(match) == ({}, {})


def test_told_twice_is_one_and_closed_twice_is_refused(match, record, coordinator):
    concern = tell(match)
    assert tell(match) == concern
    assert messages("staff_concern").count() == 1
    close_concern(concern, now=clock(), record=record)
    with pytest.raises(ConcernOver):
        close_concern(concern, now=clock(), record=record)
    with pytest.raises(ConcernOver):
        take_concern(concern, now=clock(), record=record)


@pytest.mark.demand("F051")
def test_neither_the_other_side_nor_the_adviser_sees_who_told_or_what(match, staff, staff_url, odsherred):
    concern = tell(match, Side.VOLUNTEER, ConcernKind.ROMANCE)
    lines = trail.lines(trail.of_household(match.household), odsherred)
    stops = [line for line in lines if line.event.action == "match.stop"]
    assert [line.event.actor_kind for line in stops] == ["system"]
    assert not [line for line in lines if line.event.subject_id == str(concern.pk)]
    page = staff.get(staff_url("match", match.pk)).content.decode()
    assert "Koordinatoren" in page or "coordinator" in page
    assert str(ConcernKind.ROMANCE.label) not in page
    for view in ("concerns", "concern"):
        assert staff.get(staff_url(view, *([concern.pk] if view == "concern" else []))).status_code == 404


def test_the_coordinator_is_written_to_and_sees_how_to_reach_both_which_is_noted(match, coordinator, office, staff_url):
    concern = tell(match, Side.HOUSEHOLD)
    mail = messages("staff_concern").get()
    assert mail.user == coordinator
    assert staff_url("concern", concern.pk) in mail.body
    page = office.get(staff_url("concern", concern.pk)).content.decode()
    assert HOUSEHOLDS["phone"] in page
    assert VOLUNTEERS["phone"] in page
    seen = Event.objects.about(concern).filter(actor_id=coordinator.pk)
    assert set(seen.values_list("action", flat=True)) == {"household.contact_seen", "volunteer.contact_seen"}


def test_the_coordinator_takes_it_calls_and_opens_contact_again(match, coordinator, office, staff_url):
    concern = tell(match)
    assert "1" in office.get(staff_url("work")).content.decode()
    office.post(staff_url("concern_take", concern.pk))
    office.post(staff_url("concern_close", concern.pk), {"udfald": REOPEN, "enige": "1"})
    concern.refresh_from_db()
    assert (concern.state, concern.taken_by, state(match)) == ("closed", coordinator, "active")
    assert VOLUNTEERS["phone"] not in office.get(staff_url("concern", concern.pk)).content.decode()


def test_contact_opens_only_when_the_coordinator_says_that_both_want_it(match, office, staff_url):
    concern = tell(match, kind=ConcernKind.PRESSURE)
    office.post(staff_url("concern_close", concern.pk), {"udfald": REOPEN})
    concern.refresh_from_db()
    assert (concern.state, state(match)) == ("open", "stopped")
    assert 'name="enige" value="1" required' in office.get(staff_url("concern", concern.pk)).content.decode()


def test_ending_the_match_takes_a_second_step(match, office, staff_url):
    concern = tell(match)
    asked = office.post(staff_url("concern_close", concern.pk), {"udfald": END}, follow=True)
    assert asked.context["is_ending"]
    assert state(match) == "stopped"
    office.post(staff_url("concern_close", concern.pk), {"udfald": END, "bekraeft": "1"})
    assert state(match) == "ended"


def test_where_there_is_no_coordinator_the_administrator_is_told_to_name_one(match, administrator):
    tell(match)
    mail = messages("staff_concern").get()
    assert (mail.user, reverse("concern_contact", args=[match.municipality.slug]) in mail.body) == (administrator, True)


def test_a_volunteer_asks_to_be_called_from_their_own_page_without_writing_a_word(match, helper, coordinator):
    page = reverse("volunteer_concern", args=[match.pk])
    asked = helper.get(page)
    assert "<textarea" not in asked.content.decode()
    assert helper.post(page, {"hvad": "pressure"}, follow=True).redirect_chain[-1][0].endswith("?sendt=1")
    assert state(match) == "stopped"
    assert VOLUNTEERS["phone"] not in helper.get(reverse("volunteer_match", args=[match.pk])).content.decode()


def test_a_question_about_the_household_asks_first_whether_the_family_knows(match, helper):
    page = reverse("volunteer_concern", args=[match.pk])
    assert helper.post(page, {"hvad": "question"}).context["stage"] == "family"
    assert helper.post(page, {"hvad": "question", "familien": "nej"}).context["stage"] == "family_first"
    assert not Concern.objects.following("any").exists()
    assert not messages("staff_concern").exists()
    helper.post(page, {"hvad": "question", "familien": "ja"})
    assert Concern.objects.following("any").get().family_knows
    with pytest.raises(FamilyDoesNotKnow):
        tell(match, kind=ConcernKind.QUESTION)


def test_a_household_tells_it_on_the_page_behind_its_link(client, match):
    link = Link.objects.following("any").get(party=match.household_party, purpose="match")
    page = f"/s/{token(link)}/galt"
    shown = client.get(page)
    assert shown.status_code == 200
    assert "question" not in {code for code, _, _ in shown.context["kinds"]}
    assert client.post(page, {"hvad": "money"}).status_code == 302
    assert Concern.objects.following("any").get().side == "household"
    assert state(match) == "stopped"


def test_an_adviser_passes_on_what_a_household_without_a_phone_says(match, staff, staff_url):
    page = staff_url("household_concern", match.pk)
    assert staff.get(page).status_code == 200
    staff.post(page, {"hvad": "pressure"})
    assert Concern.objects.following("any").get().side == "household"
    assert state(match) == "stopped"


def test_for_a_family_without_a_phone_the_coordinator_sees_who_passed_it_on(match, adviser, staff, office, staff_url):
    ContactDetails.objects.following("any").filter(party=match.household_party).update(phone="")
    passed_on = staff.post(staff_url("household_concern", match.pk), {"hvad": "not_well"}, follow=True)
    assert passed_on.context["stage"] == "told"
    concern = Concern.objects.following("any").get()
    page = office.get(staff_url("concern", concern.pk))
    assert page.context["told_by"] == adviser
    assert f"mailto:{adviser.email}" in page.content.decode()
    closed = close_concern(concern, now=clock(), record=Record(Actor.of(adviser), match.municipality_id))
    assert office.get(staff_url("concern", closed.pk)).context["told_by"] is None


def test_what_a_household_tells_itself_names_no_employee(match, office, staff_url):
    concern = tell(match, Side.HOUSEHOLD)
    assert office.get(staff_url("concern", concern.pk)).context["told_by"] is None


def test_a_volunteer_from_across_the_border_is_called_by_the_households_coordinator(
    odsherred, coordinator, office, staff_url
):
    lejre = factories.make_municipality(factories.LEJRE)
    for one, other in ((odsherred, lejre), (lejre, odsherred)):
        open_border(municipality=one, neighbour=other, now=clock(), record=Record(Actor.of(coordinator), one.code))
    volunteer = factories.make_volunteer(lejre, also_in=[odsherred.code], max_km=100, contact=VOLUNTEERS)
    match = factories.make_match(factories.make_household(odsherred).requests.get(), volunteer)
    concern = tell(match)
    assert (state(match), concern.municipality_id, details(match)) == ("stopped", odsherred.code, ({}, {}))
    assert VOLUNTEERS["phone"] in office.get(staff_url("concern", concern.pk)).content.decode()


def test_a_neighbour_sees_no_concern(match, roskilde, as_site):
    tell(match)
    with as_site(municipality=roskilde.code):
        assert not Concern.objects.following("any").exists()
    with as_site(user=match.volunteer.party.user_id):
        assert not Concern.objects.following("any").exists()


def test_while_contact_is_closed_the_volunteers_room_is_taken(match, record, odsherred):
    tell_concern(match, side=Side.VOLUNTEER, kind="pressure", now=clock(), record=record)
    another = factories.make_household(odsherred)

    suggested = [item.offer.volunteer_id for item in factories.answer_for(another.requests.get()).found]

    assert match.volunteer.offers.get().capacity == 1
    assert match.volunteer_id not in suggested
