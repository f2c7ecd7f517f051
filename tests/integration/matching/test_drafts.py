"""All who wait at once, as a draft: reviewed, run again around what is kept, and sent only when an adviser says so."""

import random
from itertools import permutations

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching import facts
from matching.domain.eligibility import excluded_by
from matching.domain.suggest import candidate
from matching.drafting.rows import pairs_of
from matching.engine.columns import offer_facts
from matching.models import Draft, DraftPair, Household, Proposal, Request
from matching.services import drafts as service
from matching.services.draft_review import DecisionNotPossible, OtherPairsNow, decide, send_draft
from matching.services.drafts import BeingMade, DraftOver, ask_for_draft, make_in_background
from portal.audit.models import Event
from portal.messages.models import Message
from tests import factories
from tests.integration.matching.drafting import by_household, choose, make, record_of, town
from volunteers.models import Offer, Volunteer
from volunteers.services import move

pytestmark = pytest.mark.django_db


def send(draft, *, adviser=None):
    chosen = pairs_of(draft).filter(decision__in=["accepted", "pinned"])
    if adviser:
        chosen = chosen.filter(request__household__adviser=adviser)
    return send_draft(
        draft=draft,
        adviser=adviser,
        expected=[str(key) for key in chosen.values_list("pk", flat=True)],
        now=timezone.now(),
        record=record_of(draft.municipality),
    )


def scores_of(municipality):
    """Every pair that obeys the rules, with its score, one at a time by the readable reference."""
    now, rules = timezone.now(), facts.context(municipality.code, today=timezone.localdate())
    offers = offer_facts(municipality.code, list(Offer.objects.within(municipality).values_list("pk", flat=True)))
    requests = [facts.request_facts(row, now=now) for row in facts.open_requests(municipality.code, now=now)]
    return {
        (request.id, offer.id): candidate(request, offer, rules).score
        for request in requests
        for offer in offers.values()
        if not excluded_by(request, offer, rules)
    }


def best_by_trying_all(scores, requests, offers):
    """Number of matches and total score of the best assignment, by trying every one; one household an offer."""
    slots = [*offers, *[None] * len(requests)]
    best = []
    for chosen in permutations(slots, len(requests)):
        pairs = [(one, offer) for one, offer in zip(requests, chosen, strict=True) if (one, offer) in scores]
        best.append((len(pairs), sum(scores[pair] for pair in pairs)))
    return max(best, key=lambda one: one[1]), max(best)


# Making


@pytest.mark.parametrize("cardinality_first", [False, True])
def test_the_total_is_that_of_the_best_assignment_found_by_trying_all(odsherred, cardinality_first):
    rng = random.Random(7)
    postcodes, tongues = ["4500", "4534", "4560", "4573"], [{"en": 3}, {"ar": 4}, {"uk": 4, "en": 2}]
    for _ in range(4):
        factories.make_household(odsherred, postcode=rng.choice(postcodes), languages=rng.choice(tongues), max_km=12)
        factories.make_volunteer(odsherred, postcode=rng.choice(postcodes), languages=rng.choice(tongues))
    scores = scores_of(odsherred)
    requests, offers = sorted({one for one, _ in scores}), sorted({offer for _, offer in scores})
    best_total, most_matches = best_by_trying_all(scores, requests, offers)

    draft = make(odsherred, cardinality_first=cardinality_first)

    matched, total = most_matches if cardinality_first else best_total
    assert 1 < draft.matched == matched
    assert draft.total == pytest.approx(total, abs=1e-5)
    assert draft.total == pytest.approx(sum(pairs_of(draft).values_list("score", flat=True)))
    assert draft.waiting == 4


def test_a_household_whom_nobody_else_can_help_gets_the_one_that_others_can_do_without(odsherred):
    """Each looked at alone, both would take the same volunteer."""
    rare = factories.make_household(odsherred, languages={"prs": 4}, postcode="4573")
    other = factories.make_household(odsherred, languages={"prs": 4, "en": 3}, postcode="4500")
    speaks_dari = factories.make_volunteer(odsherred, languages={"prs": 4}, postcode="4500")
    speaks_english = factories.make_volunteer(odsherred, languages={"en": 3}, postcode="4534")

    draft = make(odsherred, cardinality_first=True)

    found = by_household(draft)
    assert found[rare.pk][0] == speaks_dari.pk
    assert found[other.pk][0] == speaks_english.pk


@pytest.mark.demand("F023", "F024", "F025")
@pytest.mark.parametrize(("theirs", "like_it"), [("kmr", "ckb"), ("ckb", "kmr"), ("prs", "ps"), ("ps", "prs")])
def test_languages_are_never_taken_for_one_another(odsherred, theirs, like_it):
    household = factories.make_household(odsherred, languages={theirs: 4})
    factories.make_volunteer(odsherred, languages={like_it: 4})
    assert make(odsherred).matched == 0
    volunteer = factories.make_volunteer(odsherred, languages={"da": 4, theirs: 2})
    assert by_household(make(odsherred))[household.pk][0] == volunteer.pk


@pytest.mark.demand("F026", "F037")
def test_a_friend_family_counts_by_its_postcode(odsherred):
    household = factories.make_household(odsherred, postcode="4500", max_km=10)
    factories.make_volunteer(odsherred, kinds=("friend_family",), postcode="4000")
    near = factories.make_volunteer(odsherred, kinds=("friend_family",), postcode="4573")
    assert by_household(make(odsherred))[household.pk][0] == near.pk


def test_the_same_rows_give_the_same_draft(odsherred):
    town(odsherred, households=5, volunteers=4)
    first = make(odsherred)
    second = make(odsherred)
    assert by_household(first) == by_household(second)
    assert (first.total, first.prices) == (second.total, second.prices)


def test_each_suggestion_keeps_what_explains_it(odsherred):
    town(odsherred, households=1, volunteers=1)
    pair = pairs_of(make(odsherred)).get()
    assert sum(pair.parts.values()) == pytest.approx(pair.score)
    assert {"shared_language", "kilometres", "common_times"} <= {reason["code"] for reason in pair.reasons}


def test_a_capacity_is_never_exceeded_not_even_with_matches_that_go_on(odsherred):
    households, (volunteer, *_) = town(odsherred, households=4, volunteers=1, capacity=3)
    factories.make_proposal(households[0].requests.get(), volunteer)
    assert make(odsherred).matched == 2


def test_who_gets_nobody_is_listed_with_the_reason(odsherred):
    town(odsherred, households=2, volunteers=1)
    alone = factories.make_household(odsherred, languages={"ti": 4})
    unsure = factories.make_household(odsherred, consent=False)
    broken = factories.make_household(odsherred)
    Household.objects.within(odsherred).filter(pk=broken.pk).update(slots=["never"])

    draft = make(odsherred)

    why = {row["request"]: row["why"] for row in draft.left}
    assert why[alone.requests.get().pk] == "nobody"
    assert why[unsure.requests.get().pk] == "consent"
    assert why[broken.requests.get().pk] == "bad"
    assert sorted(why.values()) == ["bad", "consent", "no_room", "nobody"]
    assert (draft.waiting, draft.matched, draft.without, draft.no_room) == (5, 1, 3, 1)


def test_making_a_draft_sends_nothing_and_changes_no_wish(odsherred, django_capture_on_commit_callbacks):
    town(odsherred)
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask_for_draft(
            municipality=odsherred.code, cardinality_first=False, now=timezone.now(), record=record_of(odsherred)
        )
    draft = Draft.objects.within(odsherred).get(pk=asked.pk)
    assert (draft.state, draft.matched) == ("open", 3)
    assert not Proposal.objects.within(odsherred).exists()
    assert not Message.objects.within(odsherred).exists()
    assert mail.outbox == []
    assert set(Request.objects.within(odsherred).values_list("state", flat=True)) == {"open"}


def test_while_one_is_made_no_other_is_begun(odsherred):
    def ask():
        return ask_for_draft(
            municipality=odsherred.code, cardinality_first=False, now=timezone.now(), record=record_of(odsherred)
        )

    first = ask()
    with pytest.raises(BeingMade) as refusal:
        ask()
    assert refusal.value.draft == first


def test_a_draft_that_a_stopped_worker_left_behind_does_not_stand_in_the_way_for_ever(odsherred):
    old = timezone.now() - service.LONGEST_MAKING - timezone.timedelta(minutes=1)
    left_behind = ask_for_draft(
        municipality=odsherred.code, cardinality_first=False, now=old, record=record_of(odsherred)
    )
    make(odsherred)
    assert Draft.objects.within(odsherred).get(pk=left_behind.pk).state == "failed"


def test_an_error_while_making_is_shown_and_leaves_the_open_draft(odsherred, staff, staff_url, monkeypatch, caplog):
    town(odsherred)
    before = make(odsherred)
    asked = ask_for_draft(
        municipality=odsherred.code, cardinality_first=False, now=timezone.now(), record=record_of(odsherred)
    )
    monkeypatch.setattr("matching.services.drafts.plan_of", _fails)
    make_in_background.call(str(asked.pk), odsherred.code)
    assert "could not be made" in caplog.text
    assert Draft.objects.within(odsherred).get(pk=before.pk).state == "open"
    assert "ArithmeticError" in staff.get(staff_url("draft", asked.pk)).content.decode()


def _fails(*_args, **_kwargs):
    raise ArithmeticError("names nobody")


# Reviewing


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
    with pytest.raises(DecisionNotPossible):
        decide(pair=dropped, event="undo", record=record_of(odsherred))


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
    assert Message.objects.within(odsherred).count() == 2
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
    service.discard_draft(draft=draft, now=timezone.now(), record=record_of(odsherred))
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
