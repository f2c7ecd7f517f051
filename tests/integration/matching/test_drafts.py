"""All who wait at once, as a draft: reviewed, run again around what is kept, and sent only when an adviser says so."""

import random
from itertools import permutations

import pytest
from django.core import mail
from django.utils import timezone

from matching import facts
from matching.domain.eligibility import excluded_by
from matching.domain.suggest import candidate
from matching.drafting.rows import pairs_of
from matching.engine.columns import offer_facts
from matching.models import Draft, Household, Proposal, Request
from matching.services import drafts as service
from matching.services.drafts import BeingMade, ask_for_draft, make_in_background
from portal.messages.models import Message
from tests import factories
from tests.integration.matching.drafting import by_household, make, record_of, town
from volunteers.models import Offer

pytestmark = pytest.mark.django_db


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
