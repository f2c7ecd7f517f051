"""A change of adviser: a note goes along, so that nobody has to tell their story again."""

import pytest
from django.urls import reverse

from matching.models import AdviserChange, Household
from portal.messages.models import Message
from portal.municipalities.models import Role
from portal.privacy.freetext import sensitive_words
from tests import factories
from tests.integration.matching.conftest import signed_in

pytestmark = pytest.mark.django_db
NOTE = "Vil helst skrives til. Drengen er glad for at spille fodbold."


@pytest.fixture
def colleague(odsherred):
    return factories.make_member(odsherred, user=factories.make_user(name="Mette Ny"))


@pytest.fixture
def own(household, adviser):
    household.adviser = adviser
    household.save()
    return household


def fresh(household):
    return Household.objects.within(household.municipality_id).get(pk=household.pk)


def handed_over(staff, staff_url, household, adviser, note=NOTE):
    return staff.post(staff_url("household_hand_over", household.pk), {"adviser": adviser.pk, "note": note})


@pytest.mark.demand("F007")
def test_the_new_adviser_reads_the_note_and_the_household_hears_of_the_change(staff, staff_url, own, colleague):
    handed_over(staff, staff_url, own, colleague)

    assert fresh(own).adviser == colleague
    browser = signed_in(colleague)
    for page in (staff_url("work"), own.get_absolute_url()):
        assert NOTE in browser.get(page).content.decode()
    (message,) = Message.objects.within(own.municipality_id).filter(text="adviser_changed")
    assert message.party == own.party
    assert "Mette" not in message.body and NOTE not in message.body


def test_a_note_that_has_been_read_leaves_the_start_page_but_stays_with_the_household(staff, staff_url, own, colleague):
    handed_over(staff, staff_url, own, colleague)
    browser, change = signed_in(colleague), AdviserChange.objects.within(own.municipality_id).get()

    browser.post(staff_url("note_read", change.pk))

    assert NOTE not in browser.get(staff_url("work")).content.decode()
    assert NOTE in browser.get(own.get_absolute_url()).content.decode()


def test_only_the_new_adviser_ticks_the_note_off(staff, staff_url, own, colleague):
    handed_over(staff, staff_url, own, colleague)
    change = AdviserChange.objects.within(own.municipality_id).get()
    assert staff.post(staff_url("note_read", change.pk)).status_code == 404


@pytest.mark.parametrize(
    "note", ["Faderen har PTSD efter flugten.", "De går i moskeen om fredagen.", "CPR 010190-1234", "x" * 501]
)
def test_a_note_that_holds_too_much_is_refused_and_what_was_typed_stays(staff, staff_url, own, colleague, note):
    answer = handed_over(staff, staff_url, own, colleague, note)
    assert answer.status_code == 422
    assert note in answer.content.decode()
    assert fresh(own).adviser != colleague


def test_the_words_that_must_go_are_named(staff, staff_url, own, colleague):
    page = handed_over(staff, staff_url, own, colleague, "Moderen har angst og psykiske problemer.").content.decode()
    assert "angst”, “psykiske" in page


@pytest.mark.parametrize(
    "note",
    [
        "Kristine Kristensen og Christian bor i Kirkegade.",
        "Har lært cykling. Kan kun om aftenen.",
        "Bønner er livretten.",
    ],
)
def test_everyday_words_are_not_taken_for_others(note):
    assert sensitive_words(note) == []


def test_an_adviser_who_stops_hands_several_households_over_at_once(
    staff, staff_url, own, adviser, colleague, odsherred
):
    stays = factories.make_household(odsherred, adviser=adviser)
    goes = factories.make_household(odsherred, adviser=adviser)

    staff.post(
        staff_url("adviser_hand_over", adviser.pk),
        {"households": [own.pk, goes.pk], "adviser": colleague.pk, "note": NOTE},
    )

    assert [fresh(one).adviser for one in (own, goes, stays)] == [colleague, colleague, adviser]


def test_an_adviser_hands_over_only_their_own_and_an_administrator_everybodys(
    staff, staff_url, own, adviser, colleague, administrator
):
    assert staff.get(staff_url("adviser_hand_over", colleague.pk)).status_code == 404
    browser = signed_in(administrator)
    assert browser.get(staff_url("adviser_hand_over", adviser.pk)).status_code == 200
    assert adviser.get_full_name() in browser.get(staff_url("advisers")).content.decode()


def test_a_colleague_of_another_municipality_cannot_be_chosen(staff, staff_url, own, roskilde):
    stranger = factories.make_member(roskilde)
    assert handed_over(staff, staff_url, own, stranger).status_code == 422
    assert signed_in(stranger).get(reverse("household_hand_over", args=[roskilde.slug, own.pk])).status_code == 404


def test_another_role_has_no_way_to_it(odsherred, staff_url, own):
    editor = signed_in(factories.make_member(odsherred, Role.EDITOR))
    assert editor.get(staff_url("household_hand_over", own.pk)).status_code == 404
