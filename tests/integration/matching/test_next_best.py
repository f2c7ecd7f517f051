"""When a proposal came to nothing, the next best suggestion is there for the adviser; nobody is asked by itself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from matching.answers.next_best import came_to_nothing, next_best
from matching.models import Proposal
from matching.services.proposals import answer_for_volunteer, expire
from portal.municipalities.rls import in_force
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(odsherred):
    """The municipality in force, as on every page of its own."""
    with in_force(municipality=odsherred.code):
        yield


def decline(proposal, record):
    answer_for_volunteer(proposal=proposal, yes=False, now=timezone.now(), record=record)
    return Proposal.objects.within(proposal.municipality_id).select_related("municipality").get(pk=proposal.pk)


def test_the_next_best_is_somebody_else_with_reasons_and_one_button(
    staff, staff_url, odsherred, proposal, volunteer, record
):
    other = factories.make_volunteer(odsherred, display_name="Karen")
    over = decline(proposal, record)
    assert next_best(over, now=timezone.now()).offer.volunteer == other
    with translation.override("en"):
        for page in (staff_url("proposal", proposal.pk), staff_url("work")):
            text = staff.get(page).content.decode()
            assert "Karen" in text and staff_url("propose", proposal.request_id) in text
    assert Proposal.objects.within(odsherred).count() == 1


def test_where_nobody_else_fits_the_page_says_so(staff, staff_url, proposal, record):
    over = decline(proposal, record)
    assert next_best(over, now=timezone.now()).offer is None
    with translation.override("en"):
        assert "Nobody else fits" in staff.get(staff_url("proposal", proposal.pk)).content.decode()


def test_whoever_let_the_time_run_out_is_not_the_next_best(odsherred, proposal, record):
    expire(municipality=odsherred.code, now=proposal.expires_at, record=record)
    over = Proposal.objects.within(odsherred).select_related("municipality").get(pk=proposal.pk)
    assert next_best(over, now=timezone.now()).offer is None


def test_the_list_holds_each_waiting_wish_once_for_fourteen_days(odsherred, proposal, record):
    over = decline(proposal, record)
    now = timezone.now()
    assert [item.wish.pk for item in came_to_nothing(odsherred, now=now, limit=5)] == [over.request_id]
    assert came_to_nothing(odsherred, now=now + timedelta(days=15), limit=5) == []
    factories.make_proposal(over.request, factories.make_volunteer(odsherred))
    assert came_to_nothing(odsherred, now=now, limit=5) == []


def test_only_mine_leaves_out_the_others(odsherred, proposal, record, adviser):
    over = decline(proposal, record)
    now = timezone.now()
    assert came_to_nothing(odsherred, now=now, limit=5, adviser=adviser) == []
    over.request.household.adviser = adviser
    over.request.household.save()
    assert len(came_to_nothing(odsherred, now=now, limit=5, adviser=adviser)) == 1


def test_however_many_came_to_nothing_the_queries_are_the_same(odsherred, record):
    def one_more():
        decline(factories.make_proposal(factories.make_household(odsherred).requests.get()), record)

    def queries(expected):
        came_to_nothing(odsherred, now=timezone.now(), limit=9)  # the offers are read
        with CaptureQueriesContext(connection) as asked:
            assert len(came_to_nothing(odsherred, now=timezone.now(), limit=9)) == expected
        return len(asked)

    one_more()
    few = queries(1)
    for _ in range(4):
        one_more()
    assert queries(5) <= few + 1  # the engine asks once more where offers have changed in this transaction
