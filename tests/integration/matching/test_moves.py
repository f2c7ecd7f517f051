"""A household moves: with its consent, to the adviser whom it names, and by no other way."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from matching.models import Call, Concern, Household, HouseholdMove, Match, Request
from portal.audit.models import Event
from portal.messages.links import make_link
from portal.messages.models import Link, Message, MessageState, NumberRoute, Reply
from portal.municipalities.models import OpenBorder
from portal.privacy.consent import withdraw
from portal.privacy.models import Consent, ContactDetails, Party, Purpose
from tests import factories
from tests.integration.matching.conftest import HOUSEHOLDS, signed_in

pytestmark = pytest.mark.django_db
FUNCTION = "SELECT matching_move_household(%s::uuid, '4000', 55.64, 12.08)"


@pytest.fixture
def there(roskilde):
    return factories.make_member(roskilde, user=factories.make_user(email="ny@roskilde.example", name="Nete Roskilde"))


@pytest.fixture
def form(roskilde, there):
    return {
        "to": roskilde.pk,
        "adviser_email": there.email,
        "given_how": "telephone",
        "consent": "on",
        "note": "Vil helst skrives til.",
    }


@pytest.fixture
def moving(staff, staff_url, household, form):
    staff.post(staff_url("move_ask", household.pk), form)
    return HouseholdMove.objects.within(household.municipality_id).get()


def anywhere(model, pk):
    return model.objects.following("wherever it is now").get(pk=pk)


def answer(roskilde, user, moving, **answers):
    return signed_in(user).post(reverse("move", args=[roskilde.slug, moving.pk]), answers)


def accepted(roskilde, there, moving):
    return answer(roskilde, there, moving, place="4000", svar="ja")


# --- Asking -----------------------------------------------------------------------------------------------


def test_the_household_says_yes_to_words_in_its_own_language_and_the_named_adviser_is_asked(
    staff, staff_url, household, form, there, moving
):
    consent = Consent.objects.following("the result").get(purpose=Purpose.MOVE)
    assert (consent.party, consent.adviser, consent.language) == (household.party, there, "ar")
    assert consent.fields == ["name", "phone", "email"]
    assert (consent.text.code, consent.text.language) == ("consent_move", "ar")
    (mail,) = Message.objects.following("the result").filter(text="staff_move")
    assert (mail.user, mail.municipality_id) == (there, 265)
    assert HOUSEHOLDS["name"] not in mail.body


def test_the_words_are_shown_before_the_yes(staff, staff_url, household, form):
    address = staff_url("move_ask", household.pk)
    page = staff.get(address, {"to": form["to"], "adviser_email": form["adviser_email"]}).content.decode()
    assert 'lang="ar" dir="rtl"' in page and "Nete Roskilde" in page


def test_without_the_yes_nothing_is_asked(staff, staff_url, household, form):
    answered = staff.post(staff_url("move_ask", household.pk), {**form, "consent": ""})
    assert answered.status_code == 422
    assert not HouseholdMove.objects.within(household.municipality_id).exists()


@pytest.mark.parametrize("email", ["nobody@example.org", "adviser@lejre.example", "coordinator@roskilde.example"])
def test_only_an_adviser_there_can_be_named(staff, staff_url, household, form, roskilde, email):
    factories.make_member(roskilde, "volunteer_coordinator", factories.make_user("coordinator@roskilde.example"))
    factories.make_member(
        factories.make_municipality(factories.LEJRE), user=factories.make_user("adviser@lejre.example")
    )
    answered = staff.post(staff_url("move_ask", household.pk), {**form, "adviser_email": email})
    assert answered.status_code == 422
    assert not HouseholdMove.objects.within(household.municipality_id).exists()


def test_while_the_coordinator_has_somebody_to_call_no_move_is_asked(staff, staff_url, household, form):
    concern = factories.make_concern(factories.make_match(household.requests.get()))
    address = f"/en{staff_url('move_ask', household.pk)}"
    assert "Talk to the coordinator" in staff.post(address, form, follow=True).content.decode()
    assert not HouseholdMove.objects.within(household.municipality_id).exists()

    Concern.objects.within(concern.municipality_id).update(state="closed")
    staff.post(address, form)
    assert HouseholdMove.objects.within(household.municipality_id).exists()


def test_a_new_place_must_lie_where_they_move_to(staff, staff_url, household, form):
    answered = staff.post(staff_url("move_ask", household.pk), {**form, "new_place": "8000"})
    assert answered.status_code == 422
    assert not HouseholdMove.objects.within(household.municipality_id).exists()


# --- Before the answer ------------------------------------------------------------------------------------


def test_before_the_yes_the_adviser_reads_wishes_town_and_language_and_nothing_else(roskilde, there, moving):
    page = signed_in(there).get(reverse("move", args=[roskilde.slug, moving.pk])).content.decode()
    assert "Nykøbing Sj" in page
    for hidden in (*HOUSEHOLDS.values(), moving.household.display_name, moving.note):
        assert hidden not in page


def test_nobody_else_finds_it(roskilde, there, moving):
    for other in (factories.make_member(roskilde), factories.make_member(roskilde, "municipal_administrator")):
        assert signed_in(other).get(reverse("move", args=[roskilde.slug, moving.pk])).status_code == 404
        assert answer(roskilde, other, moving, place="4000", svar="ja").status_code == 404
    assert anywhere(Household, moving.household_id).municipality_id == 306


def test_the_place_that_is_known_and_who_asks_stand_before_the_answer(
    staff, staff_url, household, form, roskilde, there, adviser
):
    staff.post(staff_url("move_ask", household.pk), {**form, "new_place": "4000"})
    asked = HouseholdMove.objects.within(household.municipality_id).get()
    page = signed_in(there).get(reverse("move", args=[roskilde.slug, asked.pk])).content.decode()
    assert 'value="4000 Roskilde"' in page
    assert adviser.get_full_name() in page and adviser.email in page


def test_without_a_place_the_error_says_whom_to_ask(roskilde, there, moving):
    address = f"/en{reverse('move', args=[roskilde.slug, moving.pk])}"
    page = signed_in(there).post(address, {"place": "", "svar": "ja"}).content.decode()
    assert "Write a postcode or town in Roskilde. Ask the former adviser" in page


# --- The answer -------------------------------------------------------------------------------------------


@pytest.mark.demand("F007")
@pytest.mark.demand("F046")
def test_the_yes_carries_the_household_over_with_wishes_and_contact_details(roskilde, there, moving):
    accepted(roskilde, there, moving)

    household = anywhere(Household, moving.household_id)
    assert (household.municipality_id, household.adviser, household.postcode) == (265, there, "4000")
    assert anywhere(Party, household.party_id).municipality_id == 265
    assert {row.municipality_id for row in Request.objects.following("all").filter(household=household)} == {265}
    page = signed_in(there).get(household.get_absolute_url()).content.decode()
    assert HOUSEHOLDS["phone"] in page and moving.note in page
    (message,) = Message.objects.following("the result").filter(text="household_moved")
    assert (message.municipality_id, message.party) == (265, household.party)


def test_the_old_municipality_sees_the_household_no_more_but_keeps_its_own_trail(
    staff, staff_url, roskilde, there, moving
):
    accepted(roskilde, there, moving)
    assert staff.get(staff_url("household", moving.household_id)).status_code == 404
    lines = Event.objects.filter(action__startswith="household.moved").values_list("municipality_id", "action")
    assert sorted(lines) == [(265, "household.moved_in"), (306, "household.moved_out")]
    assert "accepted" in staff.get(f"/en{staff_url('work')}").content.decode()


def test_a_proposal_is_withdrawn_and_a_match_with_somebody_who_does_not_help_there_ends_with_thanks(
    staff, staff_url, household, form, roskilde, there, odsherred
):
    match = factories.make_match(household.requests.get())
    proposal = factories.make_proposal(
        factories.make_request(household, kind="mentor"), factories.make_volunteer(odsherred, kinds=("mentor",))
    )
    staff.post(staff_url("move_ask", household.pk), form)
    accepted(roskilde, there, HouseholdMove.objects.within(odsherred).get())

    ended = anywhere(Match, match.pk)
    assert (ended.state, ended.end_reason, ended.municipality_id) == ("ended", "moved", 306)
    assert type(proposal).objects.within(odsherred).get(pk=proposal.pk).state == "withdrawn"
    assert set(household.requests.values_list("state", "municipality_id")) == {("open", 265)}
    queued = Message.objects.within(odsherred).filter(state=MessageState.QUEUED)
    assert "match_ended_volunteer" in queued.values_list("text", flat=True)


def test_a_match_with_somebody_who_helps_there_too_goes_on(
    staff, staff_url, household, form, roskilde, there, odsherred
):
    for here, other in ((odsherred, roskilde), (roskilde, odsherred)):
        OpenBorder.objects.create(municipality=here, neighbour=other)
    volunteer = factories.make_volunteer(odsherred, also_in=[roskilde.pk])
    match = factories.make_match(household.requests.get(), volunteer)
    staff.post(staff_url("move_ask", household.pk), form)
    accepted(roskilde, there, HouseholdMove.objects.within(odsherred).get())

    going_on = anywhere(Match, match.pk)
    assert (going_on.state, going_on.municipality_id) == ("active", 265)
    page = signed_in(there).get(reverse("match", args=[roskilde.slug, match.pk]))
    assert page.status_code == 200
    own = signed_in(volunteer.party.user).get(reverse("volunteer_match", args=[match.pk])).content.decode()
    assert HOUSEHOLDS["phone"] in own


def test_all_that_waits_for_somebody_goes_along_and_what_is_sent_stays(
    staff, household, roskilde, there, moving, odsherred, record
):
    now = timezone.now()
    match = factories.make_match(household.requests.get())
    call = Call.objects.create(municipality=odsherred, household=household, volunteer=match.volunteer, side="household")
    reply = factories.make_reply(household.party)
    handled = factories.make_reply(household.party)
    Reply.objects.within(odsherred).filter(pk=handled.pk).update(handled_at=now)
    route = NumberRoute.objects.create(
        number_hash="h", party_id=household.party_id, municipality_code=odsherred.pk, last_sent_at=now
    )
    link = make_link(party=household.party, purpose="check_in", subject=match, now=now, days=3, record=record)
    messages = {
        state: Message.objects.create(
            municipality=odsherred, party=household.party, text="x", language="da", subject="x", body="{link}",
            link=link if state == "queued" else None, key=state, state=state,
        )
        for state in ("queued", "failed", "sent")
    }  # fmt: skip
    Link.objects.within(odsherred).filter(pk=link.pk).update(revoked_at=now)

    accepted(roskilde, there, moving)

    assert [anywhere(type(row), row.pk).municipality_id for row in (call, reply, link)] == [265, 265, 265]
    assert anywhere(Reply, handled.pk).municipality_id == 306
    route.refresh_from_db()
    assert route.municipality_code == 265
    lies = {state: anywhere(Message, row.pk).municipality_id for state, row in messages.items()}
    assert lies == {"queued": 265, "failed": 265, "sent": 306}
    page = signed_in(there).get(reverse("call", args=[roskilde.slug, call.pk]))
    assert HOUSEHOLDS["phone"] in page.content.decode()


def test_two_whose_contact_was_closed_are_not_suggested_to_each_other_there(
    household, form, roskilde, there, odsherred, staff, staff_url, as_site
):
    match = factories.make_match(household.requests.get())
    staff.post(staff_url("move_ask", household.pk), form)
    accepted(roskilde, there, HouseholdMove.objects.within(odsherred).get())
    assert anywhere(Match, match.pk).state == "ended"

    pair = (household.pk, match.volunteer_id)
    for here, wanted, known in ((265, household.pk, True), (265, None, True), (306, household.pk, False)):
        with as_site(municipality=here, user=there.pk), connection.cursor() as cursor:
            cursor.execute("SELECT household, volunteer FROM matching_earlier_pairs(%s)", [wanted])
            assert (pair in cursor.fetchall()) is known


def test_a_concern_that_is_told_after_the_move_was_asked_stops_it(
    staff, staff_url, household, form, roskilde, there, odsherred
):
    match = factories.make_match(household.requests.get())
    staff.post(staff_url("move_ask", household.pk), form)
    moving = HouseholdMove.objects.within(odsherred).get()
    factories.make_concern(match)

    address = f"/en{reverse('move', args=[roskilde.slug, moving.pk])}"
    page = signed_in(there).post(address, {"place": "4000", "svar": "ja"}, follow=True).content.decode()

    assert "Talk to the coordinator in Odsherred" in page
    assert (anywhere(HouseholdMove, moving.pk).state, anywhere(Match, match.pk).state) == ("asked", "active")
    assert anywhere(Household, household.pk).municipality_id == 306


def test_a_no_needs_no_reason_and_leaves_everything_as_it_was(roskilde, there, moving):
    answer(roskilde, there, moving, svar="nej")
    assert anywhere(HouseholdMove, moving.pk).state == "declined"
    assert anywhere(Household, moving.household_id).municipality_id == 306
    assert Consent.objects.following("the result").get(purpose=Purpose.MOVE).withdrawn_at is not None
    assert accepted(roskilde, there, moving).status_code == 302
    assert anywhere(Household, moving.household_id).municipality_id == 306


def test_a_second_yes_changes_nothing(roskilde, there, moving):
    accepted(roskilde, there, moving)
    answered = signed_in(there).post(
        f"/en{reverse('move', args=[roskilde.slug, moving.pk])}", {"place": "4000", "svar": "ja"}, follow=True
    )
    assert "the move is over" in answered.content.decode()
    assert Event.objects.filter(action="move.accept").count() == 1


def test_the_municipality_that_asked_can_call_it_off(staff, staff_url, roskilde, there, moving):
    staff.post(staff_url("move_cancel", moving.pk))
    accepted(roskilde, there, moving)
    assert anywhere(Household, moving.household_id).municipality_id == 306


# --- Walls ------------------------------------------------------------------------------------------------


def test_a_yes_that_is_taken_back_before_the_answer_lets_nothing_through(roskilde, there, moving, record):
    withdraw(
        Consent.objects.following("the household's own").get(purpose=Purpose.MOVE), now=timezone.now(), record=record
    )
    accepted(roskilde, there, moving)
    assert anywhere(Household, moving.household_id).municipality_id == 306
    assert anywhere(HouseholdMove, moving.pk).state == "asked"


def test_the_database_lets_nothing_through_while_a_concern_waits(as_site, moving, there, household):
    factories.make_concern(factories.make_match(household.requests.get()))
    with as_site(municipality=265, user=there.pk):
        assert "move_concern" in refusal_of(FUNCTION, moving.pk)


@pytest.mark.parametrize("who", ["colleague", "asking adviser", "nobody", "without consent", "expired"])
def test_the_database_refuses_everybody_but_the_named_adviser_with_a_consent_in_force(
    as_site, moving, roskilde, there, who, adviser
):
    others = {"colleague": factories.make_member(roskilde).pk, "asking adviser": adviser.pk, "nobody": None}
    consents = Consent.objects.following("the household's own").filter(purpose=Purpose.MOVE)
    if who == "without consent":
        consents.update(withdrawn_at=timezone.now())
    if who == "expired":
        past = timezone.now() - timedelta(days=2)
        consents.update(given_at=past, expires_at=past + timedelta(days=1))
    with as_site(municipality=265, user=others.get(who, there.pk)):
        assert "move_" in refusal_of(FUNCTION, moving.pk)
    assert anywhere(Household, moving.household_id).municipality_id == 306


def test_the_named_adviser_cannot_act_in_the_name_of_another_municipality(as_site, moving, there):
    with as_site(municipality=306, user=there.pk):
        assert "move_not_yours" in refusal_of(FUNCTION, moving.pk)


def test_no_plain_sql_takes_a_household_across(as_site, moving, there):
    steal = "UPDATE matching_household SET municipality_id = 265 WHERE id = %s"
    with as_site(municipality=306, user=there.pk):
        assert "row-level security" in refusal_of(steal, moving.household_id)
    with as_site(municipality=265, user=there.pk):
        assert refusal_of(steal, moving.household_id) == "", "there is no such row to change"
    assert anywhere(Household, moving.household_id).municipality_id == 306


def test_the_receiving_municipality_can_neither_read_it_before_nor_make_such_a_move_itself(as_site, moving, there):
    party = moving.household.party_id
    rest = "note, state, asked_at, adviser_id, consent_id, household_id, municipality_id, to_municipality_id, card"
    forged = (
        f"INSERT INTO matching_householdmove (id, {rest})"
        f" SELECT gen_random_uuid(), {rest} FROM matching_householdmove WHERE id = %s"
    )
    with as_site(municipality=265, user=there.pk):
        assert not Household.objects.within(306).exists()
        assert not ContactDetails.objects.following("any").filter(party=party).exists()
        assert "row-level security" in refusal_of(forged, moving.pk)


def refusal_of(statement, pk):
    """What the database says to a statement; empty where it lets it through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [str(pk)])
    except DatabaseError as refusal:
        return str(refusal)
    return ""
