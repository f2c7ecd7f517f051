"""Whom an adviser drops for a wish is not suggested for it again while it waits, until the drop is taken back."""

import pytest
from django.utils import timezone

from matching.drafting.rows import pairs_of
from matching.models import Draft
from matching.services.draft_review import WishTaken, decide
from matching.services.drafts import discard_draft
from matching.services.proposals import withdraw
from tests import factories
from tests.integration.matching.drafting import by_household, choose, make, record_of, send, town

pytestmark = pytest.mark.django_db


def test_a_drop_is_about_two_people_whichever_of_the_volunteers_offers_it_was(odsherred):
    household = factories.make_household(odsherred)
    factories.make_volunteer(odsherred, kinds=("contact_family", "friend_family"))
    choose(make(odsherred), "drop")

    again = make(odsherred)

    assert again.matched == 0
    assert [row["why"] for row in again.left] == ["dropped"]
    other = factories.make_volunteer(odsherred)
    assert by_household(make(odsherred)) == {household.pk: (other.pk, "suggested")}


@pytest.mark.parametrize("over", ["sent", "discarded"])
def test_a_drop_is_remembered_when_its_draft_is_over(odsherred, over):
    households, _ = town(odsherred, households=2, volunteers=2)
    first = make(odsherred)
    (dropped,) = choose(first, "drop", households[0])
    if over == "sent":
        choose(first, "accept", households[1])
        send(first)
    else:
        discard_draft(draft=first, expected=[], now=timezone.now(), record=record_of(odsherred))
    assert Draft.objects.within(odsherred).get(pk=first.pk).state == over

    for _ in range(2):
        later = make(odsherred)
        assert by_household(later).get(households[0].pk, (None,))[0] != dropped.volunteer_id
        row = pairs_of(later).get(decision="dropped")
        assert (row.volunteer_id, row.obstacles) == (dropped.volunteer_id, ["dropped_before"])


def test_a_drop_is_remembered_while_another_proposal_about_the_wish_has_come_and_gone(odsherred):
    household, volunteer = factories.make_household(odsherred), factories.make_volunteer(odsherred)
    choose(make(odsherred), "drop")
    other = factories.make_volunteer(odsherred)
    proposal = factories.make_proposal(household.requests.get(), other)
    assert not pairs_of(make(odsherred)).exists()
    withdraw(proposal=proposal, now=timezone.now(), record=record_of(odsherred))
    assert pairs_of(make(odsherred)).filter(volunteer=volunteer).get().decision == "dropped"


def test_a_drop_taken_back_in_a_later_draft_is_forgotten(odsherred):
    (household,), (volunteer,) = town(odsherred, households=1, volunteers=1)
    choose(make(odsherred), "drop")
    later = pairs_of(make(odsherred)).select_related("draft").get()
    assert decide(pair=later, event="undo", record=record_of(odsherred)).obstacles == []
    for _ in range(2):
        assert by_household(make(odsherred))[household.pk] == (volunteer.pk, "suggested")


def test_a_dropped_suggestion_taken_back_may_be_suggested_again(odsherred):
    (household,), _ = town(odsherred, households=1, volunteers=1)
    (pair,) = choose(make(odsherred), "drop")
    again = make(odsherred)
    assert again.matched == 0
    assert [row["why"] for row in again.left] == ["dropped"]
    decide(pair=pairs_of(again).select_related("draft").get(), event="undo", record=record_of(odsherred))
    assert by_household(make(odsherred))[household.pk] == (pair.volunteer_id, "suggested")


def test_a_dropped_suggestion_is_not_taken_back_where_another_has_its_place(odsherred):
    households, _ = town(odsherred, households=1, volunteers=2)
    choose(make(odsherred), "drop")
    again = make(odsherred)
    assert households[0].pk in by_household(again)
    dropped = pairs_of(again).select_related("draft").get(decision="dropped")
    with pytest.raises(WishTaken):
        decide(pair=dropped, event="undo", record=record_of(odsherred))
