"""A draft is reviewed and run again around what is kept; what was accepted is sent, and nothing else."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching.drafting.rows import chosen_pairs, pairs_of
from matching.models import Draft, DraftPair, Household, Proposal
from matching.services import drafts as service
from matching.services.draft_review import decide, send_draft
from matching.services.drafts import DraftOver, OtherPairsNow
from portal.audit.models import Event
from portal.messages.models import Message
from tests import factories
from tests.integration.matching.drafting import by_household, choose, make, record_of, send, town
from volunteers.models import Offer, Volunteer
from volunteers.services import move

pytestmark = pytest.mark.django_db


def test_what_is_kept_stays_and_what_is_dropped_does_not_come_back(odsherred):
    households, _ = town(odsherred, households=3, volunteers=3)
    first = make(odsherred)
    (kept,) = choose(first, "pin", households[0])
    (dropped,) = choose(first, "drop", households[1])

    for _ in range(2):
        again = make(odsherred)
        assert by_household(again)[households[0].pk] == (kept.volunteer_id, "pinned")
        assert by_household(again).get(households[1].pk, (None,))[0] != dropped.volunteer_id
        assert pairs_of(again).get(decision="dropped").volunteer_id == dropped.volunteer_id
    assert Draft.objects.within(odsherred).get(pk=first.pk).state == "discarded"


def test_what_was_accepted_stays_accepted_where_it_is_suggested_again(odsherred):
    town(odsherred)
    choose(make(odsherred), "accept")
    assert {decision for _, decision in by_household(make(odsherred)).values()} == {"accepted"}


def test_what_was_kept_and_is_not_possible_any_more_says_why(odsherred):
    _, (volunteer,) = town(odsherred, households=1, volunteers=1)
    choose(make(odsherred), "pin")
    move(volunteer, "pause", record=record_of(odsherred))
    again = make(odsherred)
    pair = pairs_of(again).get()
    assert (pair.decision, pair.obstacles) == ("failed", ["pause"])
    assert again.matched == 0


def test_what_is_decided_while_a_new_one_is_made_is_not_lost(odsherred, monkeypatch):
    households, _ = town(odsherred)
    first = make(odsherred)
    plan_of, pinned = service.plan_of, []

    def slow(*args, **kwargs):
        if not pinned:
            pinned.extend(choose(first, "pin", households[0]))
        return plan_of(*args, **kwargs)

    monkeypatch.setattr(service, "plan_of", slow)
    again = make(odsherred)
    assert by_household(again)[households[0].pk] == (pinned[0].volunteer_id, "pinned")


# Sending


def test_only_what_was_accepted_or_kept_is_sent(odsherred):
    households, _ = town(odsherred)
    draft = make(odsherred)
    choose(draft, "accept", households[0])
    choose(draft, "pin", households[1])
    outcome = send(draft)
    assert (outcome.sent, outcome.failed) == (2, 0)
    sent = Proposal.objects.within(odsherred).values_list("request__household", flat=True)
    assert set(sent) == {households[0].pk, households[1].pk}
    assert Message.objects.within(odsherred).filter(text="proposal_volunteer").count() == 2
    # One is not decided yet, so there is still something to do in the draft.
    assert Draft.objects.within(odsherred).get(pk=draft.pk).state == "open"
    choose(draft, "accept", households[2])
    send(draft)
    assert Draft.objects.within(odsherred).get(pk=draft.pk).state == "sent"


def test_what_has_become_impossible_fails_with_its_rule_and_the_rest_is_sent(odsherred):
    _, volunteers = town(odsherred, households=4, volunteers=4)
    draft = make(odsherred)
    pairs = {pair.volunteer_id: pair for pair in choose(draft, "accept")}
    paused, busy, gone = volunteers[0], volunteers[1], volunteers[2]
    move(paused, "pause", record=record_of(odsherred))
    factories.make_proposal(pairs[busy.pk].request, factories.make_volunteer(odsherred))
    Offer.objects.within(odsherred).filter(volunteer=gone).update(open=False)

    outcome = send(draft)

    assert (outcome.sent, outcome.failed) == (1, 3)
    obstacles = {pair.volunteer_id: pair.obstacles for pair in pairs_of(draft).filter(decision="failed")}
    assert obstacles == {paused.pk: ["pause"], busy.pk: ["already_proposed"], gone.pk: ["offer_closed"]}
    assert pairs_of(draft).get(decision="sent").proposal.volunteer == volunteers[3]


def test_not_the_pairs_that_were_shown_and_nothing_is_sent(odsherred):
    town(odsherred)
    draft = make(odsherred)
    accepted = choose(draft, "accept")
    with pytest.raises(OtherPairsNow):
        send_draft(
            draft=draft,
            adviser=None,
            expected=[str(pair.pk) for pair in accepted[1:]],
            now=timezone.now(),
            record=record_of(odsherred),
        )
    assert not Proposal.objects.within(odsherred).exists()


def test_an_adviser_sends_what_is_for_their_own_households_only(odsherred, adviser):
    households, _ = town(odsherred)
    Household.objects.within(odsherred).filter(pk=households[0].pk).update(adviser=adviser)
    draft = make(odsherred)
    choose(draft, "accept")
    assert send(draft, adviser=adviser.pk).sent == 1
    assert Proposal.objects.within(odsherred).get().request.household == households[0]


def test_a_discarded_draft_can_be_neither_decided_nor_sent(odsherred):
    town(odsherred)
    draft = make(odsherred)
    (pair, *_) = choose(draft, "accept")
    shown = [str(chosen.pk) for chosen in chosen_pairs(draft, None)]
    service.discard_draft(draft=draft, expected=shown, now=timezone.now(), record=record_of(odsherred))
    with pytest.raises(DraftOver):
        decide(pair=pair, event="drop", record=record_of(odsherred))
    with pytest.raises(DraftOver):
        send(draft)
    assert not Proposal.objects.within(odsherred).exists()


def test_every_step_stands_in_the_trail(odsherred):
    town(odsherred, households=1, volunteers=1)
    draft = make(odsherred)
    choose(draft, "accept")
    send(draft)
    written = set(Event.objects.values_list("action", flat=True))
    assert {"draft.asked_for", "draft.made", "pair.accept", "pair.send", "draft.send", "proposal.made"} <= written


# Walls


@pytest.mark.demand("F049")
def test_a_draft_is_its_municipalitys_alone(odsherred, roskilde, as_site):
    town(odsherred)
    draft = make(odsherred)
    with as_site(municipality=roskilde.code):
        assert not Draft.objects.following("a forgotten filter").exists()
        assert not DraftPair.objects.following("a forgotten filter").exists()
    volunteer = Volunteer.objects.within(odsherred).first()
    with as_site(user=volunteer.party.user_id):
        assert not DraftPair.objects.following("own pages").exists()
    with as_site(municipality=odsherred.code):
        assert pairs_of(draft).count() == 3


def test_a_municipality_writes_no_suggestion_into_anothers_draft(odsherred, roskilde, as_site):
    town(odsherred, households=1, volunteers=1)
    pair = pairs_of(make(odsherred)).get()
    pair.pk, pair.municipality, pair._state.adding = None, roskilde, True
    with (
        as_site(municipality=roskilde.code),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        DraftPair.objects.bulk_create([pair])


def test_the_worker_makes_and_sends_with_no_more_rights_than_the_site_has(odsherred, as_site):
    town(odsherred)
    with as_site(municipality=odsherred.code):
        draft = make(odsherred)
        choose(draft, "accept")
        assert send(draft).sent == 3


def test_the_page_takes_the_same_number_of_queries_however_many_suggestions(odsherred, staff, staff_url):
    counts = []
    for _ in range(2):
        town(odsherred, households=3, volunteers=2)
        address = staff_url("draft", make(odsherred).pk)
        staff.get(address)
        with CaptureQueriesContext(connection) as queries:
            staff.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 24
