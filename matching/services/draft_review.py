"""What an adviser decides in a draft, and sending it: each accepted pair becomes a proposal of its own."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from matching.domain import lifecycle
from matching.domain.eligibility import RuleError
from matching.domain.validation import BadRequestFacts
from matching.drafting.rows import chosen_pairs, of_adviser, pairs_of
from matching.models import Draft, DraftPair, Request
from matching.services.drafts import DraftOver, OtherPairsNow, move_draft
from matching.services.locks import lock_volunteers
from matching.services.proposals import AlreadyProposed, NoLongerPossible, propose
from matching.states import CHOSEN, Decision, RequestState
from matching.words.drafts import ALREADY_PROPOSED, BAD_REQUEST, GONE, OFFER_CLOSED, RULE_FAILED
from portal.audit.record import Record
from volunteers.models import Offer, Volunteer

logger = logging.getLogger(__name__)


class DecisionNotPossible(Exception):
    """The pair was sent, or another decision about it or its request came first."""


class WishTaken(DecisionNotPossible):
    """The wish has another suggestion by now, which would have to be dropped first."""


@dataclass(frozen=True)
class Outcome:
    """What became of the pairs that were to be sent."""

    sent: int
    failed: int


@transaction.atomic
def decide(*, pair: DraftPair, event: str, record: Record) -> DraftPair:
    """Accept, pin, drop, or take that back. The same decision twice is no error.

    Raises DraftOver, WishTaken and DecisionNotPossible.
    """
    _lock_open(pair.draft)
    locked = pairs_of(pair.draft).select_related("draft").get(pk=pair.pk)
    if (event, locked.decision) in _DONE:
        return locked
    if event == "undo" and locked.decision == Decision.DROPPED and _has_another(locked):
        raise WishTaken
    if event == "undo":
        locked.obstacles = []
    return _move(locked, event, record=record)


# Two tabs, or two advisers, who decide the same.
_DONE = {
    ("accept", Decision.ACCEPTED),
    ("pin", Decision.PINNED),
    ("drop", Decision.DROPPED),
    ("undo", Decision.SUGGESTED),
}


@transaction.atomic
def accept_all(*, draft: Draft, adviser: int | None, record: Record) -> int:
    """Accept all that is not decided; with `adviser` only that person's households. Returns how many."""
    _lock_open(draft)
    undecided = list(of_adviser(pairs_of(draft).filter(decision=Decision.SUGGESTED), adviser))
    for pair in undecided:
        _move(pair, "accept", record=record)
    return len(undecided)


@transaction.atomic
def send_draft(
    *, draft: Draft, adviser: int | None, expected: Collection[str], now: datetime, record: Record
) -> Outcome:
    """Propose each accepted or pinned pair; with `adviser` only those of that person's households.

    `expected` are the keys of the pairs that were shown when it was asked once more. Every rule is checked again for
    each pair; what is not possible any more says why, and the others are sent. The draft is over when nothing is left
    in it to decide or to send. Raises DraftOver and OtherPairsNow; then nothing is sent.
    """
    locked = _lock_open(draft)
    pairs = chosen_pairs(locked, adviser)
    if {str(pair.pk) for pair in pairs} != set(expected):
        raise OtherPairsNow
    _lock_all(pairs)
    sent = sum(_send(pair, now=now, record=record) for pair in pairs)
    if not pairs_of(locked).filter(decision__in=[Decision.SUGGESTED, *CHOSEN]).exists():
        move_draft(locked, "send", now=now, record=record)
    return Outcome(sent=sent, failed=len(pairs) - sent)


def _send(pair: DraftPair, *, now: datetime, record: Record) -> bool:
    """Propose one pair, in a savepoint of its own."""
    try:
        pair.proposal = propose(
            municipality=pair.municipality_id,
            request_id=pair.request_id,
            offer_id=pair.offer_id,
            now=now,
            record=record,
        )
    except NoLongerPossible as refusal:
        pair.obstacles = list(refusal.rules) or [OFFER_CLOSED]
    except AlreadyProposed:
        pair.obstacles = [ALREADY_PROPOSED if _is_under_way(pair) else GONE]
    except Offer.DoesNotExist:
        pair.obstacles = [OFFER_CLOSED]
    except BadRequestFacts:
        pair.obstacles = [BAD_REQUEST]
    except RuleError:
        logger.exception("Pair %s of draft %s could not be checked", pair.pk, pair.draft_id)
        pair.obstacles = [RULE_FAILED]
    _move(pair, "fail" if pair.obstacles else "send", record=record)
    return not pair.obstacles


def _is_under_way(pair: DraftPair) -> bool:
    state = Request.objects.within(pair.municipality_id).values_list("state", flat=True).get(pk=pair.request_id)
    return state in (RequestState.PROPOSED, RequestState.MATCHED)


def _lock_open(draft: Draft) -> Draft:
    """Lock the draft: whoever decides or sends does so one after the other. Raises DraftOver."""
    locked = Draft.objects.within(draft.municipality_id).select_for_update(no_key=True).get(pk=draft.pk)
    if not locked.is_open:
        raise DraftOver
    return locked


def _lock_all(pairs: Sequence[DraftPair]) -> None:
    """All volunteers, then all requests: the order of `locks`, so that nobody who proposes one pair waits for ever."""
    if not pairs:
        return
    volunteers = Volunteer.objects.following("the volunteers of a draft in scope")
    lock_volunteers(volunteers.filter(pk__in={pair.volunteer_id for pair in pairs}))
    requests = Request.objects.within(pairs[0].municipality_id).filter(pk__in={pair.request_id for pair in pairs})
    list(requests.select_for_update(no_key=True).only("pk").order_by("pk"))


def _has_another(pair: DraftPair) -> bool:
    rows = pairs_of(pair.draft).filter(request=pair.request_id).exclude(pk=pair.pk)
    return rows.exclude(decision__in=[Decision.DROPPED, Decision.FAILED]).exists()


def _move(pair: DraftPair, event: str, *, record: Record) -> DraftPair:
    try:
        after = lifecycle.allowed(lifecycle.DRAFT_PAIR, pair.decision, event)
    except lifecycle.NotAllowed as refusal:
        raise DecisionNotPossible from refusal
    before, pair.decision = pair.decision, after
    pair.save(update_fields=["decision", "obstacles", "proposal"])
    details = {"obstacles": pair.obstacles} if pair.obstacles else {}
    record.write(f"pair.{event}", pair, **{"from": before, "to": after}, request=pair.request_id, **details)
    return pair
